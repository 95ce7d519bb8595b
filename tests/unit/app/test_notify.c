/* test_notify.c: what a service manager hears, by a socket of its kind.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_dir.h"

#include "app/notify.h"
#include "base/log.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

static int manager;

static int set_up(void **state) {
    (void)state;
    log_set_level(LOG_ERROR);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return manager >= 0 ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    close(manager);
    return 0;
}

/* Listens at a name of ours in the abstract space. */
static void listen_abstract(void) {
    char name[64];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int len = snprintf(name, sizeof name, "@parley-test-%d", (int)getpid());
    memcpy(address.sun_path + 1, name + 1, (size_t)len - 1);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)len);
    assert_int_equal(bind(manager, (struct sockaddr *)&address, size), 0);
    setenv("NOTIFY_SOCKET", name, 1);
}

static void assert_heard(const char *text) {
    char heard[64];
    ssize_t len = recv(manager, heard, sizeof heard, 0);
    assert_true(len >= 0);
    assert_str(str_of(heard, (size_t)len), text);
}

static void without_a_manager_nothing_is_told(void **state) {
    struct notify notify;
    (void)state;
    setenv("WATCHDOG_USEC", "3000000", 1);
    notify_open(&notify);
    assert_int_equal(notify.fd, -1);
    assert_int_equal(notify.interval_ms, 0);
    notify_tell(&notify, "READY=1");
    notify_close(&notify);
}

static void a_manager_hears_each_word(void **state) {
    struct notify notify;
    (void)state;
    listen_abstract();
    notify_open(&notify);
    notify_tell(&notify, "READY=1");
    notify_tell(&notify, "STOPPING=1");
    notify_close(&notify);
    assert_heard("READY=1");
    assert_heard("STOPPING=1");
}

static void a_path_is_as_good_as_a_name(void **state) {
    struct notify notify;
    struct test_dir dir;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)state;
    test_dir_make(&dir);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/notify", dir.path);
    assert_int_equal(bind(manager, (struct sockaddr *)&address, sizeof address), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    notify_open(&notify);
    notify_tell(&notify, "READY=1");
    notify_close(&notify);
    test_dir_remove(&dir);
    assert_heard("READY=1");
}

static void a_manager_that_is_not_there_is_no_failure(void **state) {
    struct notify notify;
    char long_name[200] = "/";
    (void)state;
    setenv("NOTIFY_SOCKET", "/nowhere", 1);
    notify_open(&notify);
    assert_int_equal(notify.fd, -1);
    memset(long_name + 1, 'x', sizeof long_name - 2);
    setenv("NOTIFY_SOCKET", long_name, 1);
    notify_open(&notify);
    assert_int_equal(notify.fd, -1);
}

static int64_t interval_for(const char *usec, const char *pid) {
    struct notify notify;
    setenv("WATCHDOG_USEC", usec, 1);
    if (pid != NULL)
        setenv("WATCHDOG_PID", pid, 1);
    notify_open(&notify);
    notify_close(&notify);
    return notify.interval_ms;
}

static void the_watchdog_is_fed_three_times_in_its_time(void **state) {
    char pid[16];
    (void)state;
    listen_abstract();
    (void)snprintf(pid, sizeof pid, "%d", (int)getpid());
    assert_int_equal(interval_for("15000000", NULL), 5000);
    assert_int_equal(interval_for("1", NULL), 1);
    assert_int_equal(interval_for("", NULL), 0);
    assert_int_equal(interval_for("-5", NULL), 0);
    assert_int_equal(interval_for("15000000", pid), 5000);
    assert_int_equal(interval_for("15000000", "1"), 0); /* another process is meant */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_manager_nothing_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_manager_hears_each_word, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_path_is_as_good_as_a_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_manager_that_is_not_there_is_no_failure, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_watchdog_is_fed_three_times_in_its_time, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
