/* test_store_pages.c: memory for SQLite's pages.
 *
 * With a sanitizer there are no slots, and malloc does the same: what is counted is left out then.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_pages.h"
#include "test_store.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE  4368 /* what SQLite asks for a page */
#define MORE  100  /* than there are slots */
#define TURNS 20000

static void pages_of_the_database_lie_in_slots(void **state) {
    struct test_store *t = *state;
    static char body[16000];
    memset(body, 'x', sizeof(body));
    test_store_people(t, 1, 1);
    size_t before = store_pages_taken();
    for (int64_t id = 1; id <= 100; id++) {
        struct chat_fact fact = fact_message(id, 1, id, 1);
        fact.message.body = str_of(body, sizeof(body));
        test_store_send(t, fact);
    }
    if (store_pages_count() > 0)
        assert_in_range(store_pages_taken(), before + 400, before + 600);
    store_shrink(t->store);
    assert_true(store_pages_taken() <= before);
    test_store_send(t, fact_message(101, 1, 101, 1));
}

/* Each piece is the taker's alone, wherever it lies. */
static void behind_the_last_slot_comes_malloc(void **state) {
    (void)state;
    size_t before = store_pages_taken(), count = store_pages_count() + MORE;
    uint32_t **pieces = calloc(count, sizeof(*pieces));
    for (size_t i = 0; i < count; i++) {
        pieces[i] = sqlite3_malloc(PAGE);
        assert_non_null(pieces[i]);
        pieces[i][0] = pieces[i][PAGE / 4 - 1] = (uint32_t)i;
    }
    assert_int_equal(store_pages_taken(), store_pages_count());
    for (size_t i = 0; i < count; i++) {
        assert_true(pieces[i][0] == i && pieces[i][PAGE / 4 - 1] == i);
        sqlite3_free(pieces[i]);
    }
    assert_int_equal(store_pages_taken(), before);
    free(pieces);
}

static void the_lowest_free_slot_is_taken_first(void **state) {
    (void)state;
    char *pieces[200];
    for (int i = 0; i < 200; i++)
        pieces[i] = sqlite3_malloc(PAGE);
    sqlite3_free(pieces[150]);
    sqlite3_free(pieces[30]);
    char *again = sqlite3_malloc(PAGE), *later = sqlite3_malloc(PAGE);
    if (store_pages_count() > 0) {
        assert_ptr_equal(again, pieces[30]);
        assert_ptr_equal(later, pieces[150]);
    }
    pieces[30] = again;
    pieces[150] = later;
    for (int i = 0; i < 200; i++)
        sqlite3_free(pieces[i]);
}

static void what_grows_out_of_a_slot_keeps_what_was_in_it(void **state) {
    (void)state;
    size_t before = store_pages_taken();
    char *piece = sqlite3_malloc(PAGE);
    memset(piece, 'x', PAGE);
    piece = sqlite3_realloc(piece, PAGE * 3);
    for (int i = 0; i < PAGE; i++)
        assert_int_equal(piece[i], 'x');
    assert_int_equal(store_pages_taken(), before);
    piece = sqlite3_realloc(piece, PAGE);
    assert_int_equal(piece[PAGE - 1], 'x');
    assert_true(sqlite3_msize(piece) >= PAGE);
    sqlite3_free(piece);
}

/* Of the pages of the system between these two. */
static int resident(const char *from, const char *to) {
    uintptr_t whole = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
    uintptr_t begin = ((uintptr_t)from + whole) & ~whole, end = (uintptr_t)to & ~whole;
    unsigned char there[1000];
    int count = 0;
    assert_true((end - begin) / (whole + 1) <= sizeof(there));
    assert_int_equal(mincore((void *)begin, end - begin, there), 0);
    for (size_t i = 0; i < (end - begin) / (whole + 1); i++)
        count += there[i] & 1;
    return count;
}

static void what_is_free_goes_back_and_what_is_taken_stays(void **state) {
    (void)state;
    char *pieces[400];
    if (store_pages_count() == 0)
        return;
    for (int i = 0; i < 400; i++) {
        pieces[i] = sqlite3_malloc(PAGE);
        memset(pieces[i], i, PAGE);
    }
    assert_true(resident(pieces[100], pieces[300]) > 200);
    for (int i = 100; i < 300; i++)
        if (i != 200)
            sqlite3_free(pieces[i]);
    store_pages_give_back();
    assert_true(resident(pieces[100], pieces[300]) <= 3);
    for (int i = 0; i < 400; i++) {
        bool is_free = i >= 100 && i < 300 && i != 200;
        for (int at = 0; !is_free && at < PAGE; at++)
            assert_int_equal((unsigned char)pieces[i][at], i & 0xff);
        if (!is_free)
            sqlite3_free(pieces[i]);
    }
    store_pages_give_back();
    char *again = sqlite3_malloc(PAGE);
    memset(again, 1, PAGE);
    sqlite3_free(again);
}

static void *take_and_give(void *context) {
    unsigned char mark = (unsigned char)(uintptr_t)context;
    unsigned char *held[16] = {0};
    for (int i = 0; i < TURNS; i++) {
        unsigned char **one = &held[i * 7 % 16];
        if (*one != NULL && ((*one)[0] != mark || (*one)[PAGE - 1] != mark))
            return NULL;
        sqlite3_free(*one);
        *one = sqlite3_malloc(PAGE);
        (*one)[0] = (*one)[PAGE - 1] = mark;
        if (i % 1000 == 0)
            store_pages_give_back();
    }
    for (int i = 0; i < 16; i++)
        sqlite3_free(held[i]);
    return context;
}

static void threads_do_not_meet_in_a_slot(void **state) {
    (void)state;
    pthread_t threads[4];
    size_t before = store_pages_taken();
    for (uintptr_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, (void *)(i + 1)), 0);
    for (uintptr_t i = 0; i < 4; i++) {
        void *context = NULL;
        assert_int_equal(pthread_join(threads[i], &context), 0);
        assert_ptr_equal(context, (void *)(i + 1));
    }
    assert_int_equal(store_pages_taken(), before);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, test_store_setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        TEST(pages_of_the_database_lie_in_slots),
        TEST(behind_the_last_slot_comes_malloc),
        TEST(the_lowest_free_slot_is_taken_first),
        TEST(what_grows_out_of_a_slot_keeps_what_was_in_it),
        TEST(what_is_free_goes_back_and_what_is_taken_stays),
        TEST(threads_do_not_meet_in_a_slot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
