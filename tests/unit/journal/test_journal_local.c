/* test_journal_local.c: the journal of a single machine, held to what every journal must do.
 *
 * SPDX-License-Identifier: MIT
 */
#include "journal/journal_local.h"
#include "journal_cases.h"
#include "store/store.h"
#include "test_dir.h"

struct place {
    struct test_dir dir;
    struct store *store;
};

static void *make_place(void) {
    struct place *place = calloc(1, sizeof(*place));
    test_dir_make(&place->dir);
    return place;
}

static void remove_place(void *context) {
    struct place *place = context;
    test_dir_remove(&place->dir);
    free(place);
}

static struct journal *open_place(void *context) {
    struct place *place = context;
    const struct store_options options = {.directory = place->dir.path};
    const char *message = NULL;
    assert_int_equal(store_open(&options, &place->store, &message), ERR_OK);
    return journal_local_new(place->store);
}

static void close_place(void *context, struct journal *journal) {
    struct place *place = context;
    journal->ops->close(journal);
    store_close(place->store);
}

static int setup(void **state) {
    static const struct journal_driver driver = {.make = make_place,
                                                 .remove = remove_place,
                                                 .open = open_place,
                                                 .close = close_place,
                                                 .is_durable = true};
    return journal_case_setup(state, &driver);
}

static void closing_in_a_batch_undoes_it(void **state) {
    struct journal_case *c = *state;
    struct test_sink sink = {0};
    case_found(c);
    case_begin(c);
    assert_int_equal(case_append(c, fact_user(2)), ERR_OK);
    journal_case_reopen(c);
    case_load(c, &sink);
    assert_int_equal(sink.facts, 3);
    test_sink_deinit(&sink);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        JOURNAL_CASES(setup),
        cmocka_unit_test_setup_teardown(closing_in_a_batch_undoes_it, setup, journal_case_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
