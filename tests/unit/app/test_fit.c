/* test_fit.c: answers that fit into an outbox.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "app/fit.h"
#include "proto/proto_encode.h"

enum { MESSAGES = 10, BODY_BYTES = 1000 };

/* Ten messages, seq 11 to 20, each of somewhat more than a thousand bytes. */
struct pages {
    struct proto_author author;
    char body[BODY_BYTES];
    struct proto_message messages[MESSAGES];
    size_t message_bytes; /* of one, as JSON with its comma */
};

static int setup(void **state) {
    struct pages *p = calloc(1, sizeof *p);
    struct buf json = BUF_EMPTY;
    p->author = (struct proto_author){
        .id = 7, .name = STR("ada"), .display_name = STR("Ada"), .kind = PROTO_USER_KIND_GUEST};
    memset(p->body, 'x', sizeof p->body);
    for (int i = 0; i < MESSAGES; i++)
        p->messages[i] = (struct proto_message){.id = 111 + i,
                                                .room = 1,
                                                .seq = 11 + i,
                                                .author = &p->author,
                                                .body = str_of(p->body, sizeof p->body),
                                                .created_at = 1};
    proto_encode(&proto_message_shape, &p->messages[0], &json);
    p->message_bytes = json.len + 1;
    buf_deinit(&json);
    *state = p;
    return 0;
}

static int teardown(void **state) {
    free(*state);
    return 0;
}

/* The page that stays of the ten when so many fit: its first seq, its count, its flags. */
static void assert_fits(struct pages *p, enum fit_side side, int64_t around, size_t fit,
                        int64_t first, bool has_before, bool has_after) {
    struct store_page page = {.messages = p->messages, .count = MESSAGES};
    fit_page(&page, side, around, fit * p->message_bytes);
    assert_int_equal(page.count, fit);
    assert_int_equal(page.messages[0].seq, first);
    assert_int_equal(page.has_before, has_before);
    assert_int_equal(page.has_after, has_after);
}

static void what_fits_is_left_alone(void **state) {
    struct pages *p = *state;
    assert_fits(p, FIT_END, 0, MESSAGES, 11, false, false);
    assert_fits(p, FIT_AROUND, 15, MESSAGES, 11, false, false);
    struct store_page page = {.messages = p->messages, .count = MESSAGES, .has_before = true};
    fit_page(&page, FIT_END, 0, SIZE_MAX);
    assert_int_equal(page.count, MESSAGES);
    assert_true(page.has_before);
    page.count = 0;
    fit_page(&page, FIT_END, 0, 0);
    assert_int_equal(page.count, 0);
}

static void the_newest_and_those_before_a_place_lose_their_oldest(void **state) {
    struct pages *p = *state;
    assert_fits(p, FIT_END, 0, 4, 17, true, false);
}

static void those_after_a_place_lose_their_newest(void **state) {
    struct pages *p = *state;
    assert_fits(p, FIT_BEGINNING, 0, 4, 11, false, true);
}

static void those_around_a_place_keep_it_in_their_middle(void **state) {
    struct pages *p = *state;
    assert_fits(p, FIT_AROUND, 15, 5, 13, true, true);
    assert_fits(p, FIT_AROUND, 15, 1, 15, true, true);
    assert_fits(p, FIT_AROUND, 11, 3, 11, false, true);
    assert_fits(p, FIT_AROUND, 20, 3, 18, true, false);
}

static void one_message_always_stays(void **state) {
    struct pages *p = *state;
    struct store_page page = {.messages = p->messages, .count = MESSAGES};
    fit_page(&page, FIT_END, 0, 1);
    assert_int_equal(page.count, 1);
    assert_int_equal(page.messages[0].seq, 20);
}

/* Sizes as JSON count, not as they lie in memory: quotes are two bytes each. */
static void what_counts_is_the_json(void **state) {
    struct pages *p = *state;
    struct store_page page = {.messages = p->messages, .count = MESSAGES};
    memset(p->body, '"', sizeof p->body);
    fit_page(&page, FIT_END, 0, 4 * p->message_bytes);
    assert_int_equal(page.count, 2);
}

static void events_fit_from_the_first_on(void **state) {
    (void)state;
    const struct store_event events[] = {{.pos = 1, .data = STR("12345")},
                                         {.pos = 2, .data = STR("12345")},
                                         {.pos = 3, .data = STR("1")}};
    assert_int_equal(fit_events(events, 3, 11), 3);
    assert_int_equal(fit_events(events, 3, 10), 2);
    assert_int_equal(fit_events(events, 3, 9), 1);
    assert_int_equal(fit_events(events, 3, 0), 1);
    assert_int_equal(fit_events(events, 0, 10), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_fits_is_left_alone),
        TEST(the_newest_and_those_before_a_place_lose_their_oldest),
        TEST(those_after_a_place_lose_their_newest),
        TEST(those_around_a_place_keep_it_in_their_middle),
        TEST(one_message_always_stays),
        TEST(what_counts_is_the_json),
        cmocka_unit_test(events_fit_from_the_first_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
