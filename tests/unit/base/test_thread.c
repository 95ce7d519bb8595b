/* test_thread.c: who am I.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/thread.h"

#include <pthread.h>
#include <sys/prctl.h>

struct seen {
    enum thread_kind before;
    enum thread_kind after;
    char name[16];
};

static void *be_worker(void *context) {
    struct seen *seen = context;
    seen->before = thread_kind();
    thread_set(THREAD_WORKER, 63);
    seen->after = thread_kind();
    prctl(PR_GET_NAME, seen->name);
    ASSERT_THREAD(WORKER);
    return NULL;
}

static void each_thread_has_its_own_kind_and_name(void **state) {
    (void)state;
    struct seen seen;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, be_worker, &seen), 0);
    pthread_join(thread, NULL);
    assert_int_equal(seen.before, THREAD_UNKNOWN);
    assert_int_equal(seen.after, THREAD_WORKER);
    assert_string_equal(seen.name, "worker-63");
    assert_int_equal(thread_kind(), THREAD_UNKNOWN);
}

static void a_thread_without_a_kind_passes_every_check(void **state) {
    (void)state;
    ASSERT_THREAD(WORKER);
    ASSERT_THREAD(CORE);
    ASSERT_THREAD(READER);
    ASSERT_THREAD(MAIN);
}

static void call_from_the_wrong_thread(void *context) {
    (void)context;
    thread_set(THREAD_CORE, 0);
    ASSERT_THREAD(WORKER);
}

static void be_two_things(void *context) {
    (void)context;
    thread_set(THREAD_CORE, 0);
    thread_set(THREAD_CORE, 0);
}

static void a_call_from_the_wrong_thread_crashes(void **state) {
    (void)state;
    assert_aborts(call_from_the_wrong_thread, NULL);
    assert_aborts(be_two_things, NULL);
}

static void a_call_from_the_right_thread_does_not(void **state) {
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        thread_set(THREAD_CORE, 0);
        ASSERT_THREAD(CORE);
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void the_main_thread_keeps_the_name_of_the_program(void **state) {
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        char before[16], after[16];
        prctl(PR_GET_NAME, before);
        thread_set(THREAD_MAIN, 0);
        prctl(PR_GET_NAME, after);
        _exit(strcmp(before, after) == 0 && thread_kind() == THREAD_MAIN ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thread_has_its_own_kind_and_name),
        cmocka_unit_test(a_thread_without_a_kind_passes_every_check),
        cmocka_unit_test(a_call_from_the_wrong_thread_crashes),
        cmocka_unit_test(a_call_from_the_right_thread_does_not),
        cmocka_unit_test(the_main_thread_keeps_the_name_of_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
