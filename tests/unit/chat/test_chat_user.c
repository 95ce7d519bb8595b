/* test_chat_user.c: looks, chosen status, the list of all.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "base/utf8.h"

static struct world *w;
static struct person ada, ben, eve;

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error rename_to(const char *display_name, const char *color) {
    struct proto_user_rename payload = {.display_name = str_of_c(display_name),
                                        .color = str_of_c(color)};
    return world_do(w, &ada, PROTO_COMMAND_USER_RENAME, &payload);
}

static const struct proto_user *renamed(void) {
    return ((const struct proto_user_rename_result *)w->answer)->user;
}

static void renaming_changes_how_one_is_shown(void **state) {
    (void)state;
    assert_int_equal(rename_to("  Ada \u00c9. Lovelace ", "#ff0080"), PROTO_OK);
    assert_str(renamed()->display_name, "Ada \u00c9. Lovelace");
    assert_str(renamed()->color, "#ff0080");
    assert_str(renamed()->name, "Ada");
    const struct proto_event_user_changed *heard = world_heard(w, &ben, PROTO_EVENT_USER_CHANGED);
    assert_str(heard->user->display_name, "Ada \u00c9. Lovelace");
    assert_int_equal(rename_to(NULL, "#000000"), PROTO_OK);
    assert_str(renamed()->display_name, "Ada \u00c9. Lovelace");
    assert_str(renamed()->color, "#000000");
    assert_int_equal(rename_to("Ada", NULL), PROTO_OK);
    assert_str(renamed()->color, "#000000");
    world_send(w, &ada, WORLD_GENERAL, "hi");
    assert_str(world_sent(w)->author->display_name, "Ada");
}

static void renaming_to_the_same_is_no_fact(void **state) {
    (void)state;
    rename_to("A", "#ffffff");
    assert_int_equal(rename_to(" A ", "#ffffff"), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
}

static void a_bad_display_name_is_a_bad_request_with_its_field(void **state) {
    (void)state;
    static const char *const names[] = {" ", "a\nb", "a\u202eb"};
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        assert_int_equal(rename_to(names[i], "#000000"), PROTO_BAD_REQUEST);
        assert_str(w->outcome.error.field, "display_name");
    }
}

static void only_those_who_share_a_room_hear_of_changes(void **state) {
    (void)state;
    struct proto_room_leave leave = {world_slug("general")};
    world_do(w, &eve, PROTO_COMMAND_ROOM_LEAVE, &leave);
    rename_to("Augusta", NULL);
    assert_non_null(world_heard(w, &ben, PROTO_EVENT_USER_CHANGED));
    assert_null(world_heard(w, &eve, PROTO_EVENT_USER_CHANGED));
    world_do(w, &ada, PROTO_COMMAND_ROOM_LEAVE, &leave);
    rename_to("Ada", NULL);
    assert_non_null(world_heard(w, &ada, PROTO_EVENT_USER_CHANGED)); /* his own connections */
    assert_null(world_heard(w, &ben, PROTO_EVENT_USER_CHANGED));
}

/* Status */

static enum proto_error set_status(enum proto_status status, const char *text) {
    struct proto_user_status payload = {status, str_of_c(text)};
    return world_do(w, &ada, PROTO_COMMAND_USER_STATUS, &payload);
}

static void a_status_is_chosen_with_its_text(void **state) {
    (void)state;
    assert_int_equal(set_status(PROTO_STATUS_DND, " deep work\r\n"), PROTO_OK);
    const struct proto_user *user = ((const struct proto_user_status_result *)w->answer)->user;
    assert_int_equal(user->status, PROTO_STATUS_DND);
    assert_str(user->status_text, "deep work");
    set_status(PROTO_STATUS_AWAY, NULL); /* the text stays */
    user = ((const struct proto_user_status_result *)w->answer)->user;
    assert_int_equal(user->status, PROTO_STATUS_AWAY);
    assert_str(user->status_text, "deep work");
    set_status(PROTO_STATUS_AWAY, ""); /* the text goes */
    user = ((const struct proto_user_status_result *)w->answer)->user;
    assert_true(str_is_none(user->status_text));
    set_status(PROTO_STATUS_AWAY, NULL);
    assert_int_equal(w->outcome.fact_count, 0);
}

/* Who was away finds the text in the log; here or not is told by presence alone. */
static void a_new_status_text_is_an_event_of_the_log_and_a_status_is_none(void **state) {
    (void)state;
    assert_int_equal(set_status(PROTO_STATUS_DND, "deep work"), PROTO_OK);
    assert_int_equal(w->event_count, 1);
    assert_int_equal(w->events[0].event, PROTO_EVENT_USER_CHANGED);
    const struct proto_event_user_changed *event = w->events[0].payload;
    assert_str(event->user->status_text, "deep work");
    assert_int_equal(set_status(PROTO_STATUS_AWAY, "deep work"), PROTO_OK);
    assert_int_equal(w->event_count, 0);
    world_reload(w);
    assert_str(fake_find_user(w->store, ada.user)->status_text, "deep work");
    assert_int_equal(fake_find_user(w->store, ada.user)->status, PROTO_STATUS_AWAY);
}

static void nobody_chooses_to_be_offline(void **state) {
    (void)state;
    assert_int_equal(set_status(PROTO_STATUS_OFFLINE, NULL), PROTO_BAD_REQUEST);
    assert_str(w->outcome.error.field, "status");
}

static void the_chosen_status_lasts_over_connections(void **state) {
    (void)state;
    set_status(PROTO_STATUS_DND, "busy");
    world_detach(w, &ada);
    world_pass(w, 10000);
    world_reload(w);
    (void)world_again(w, &ada);
    const struct proto_event_ready *ready = &((const struct chat_attached *)w->answer)->ready;
    assert_int_equal(ready->me->status, PROTO_STATUS_DND);
    assert_str(ready->me->status_text, "busy");
}

/* The list */

static const struct proto_user_list_result *list(struct proto_user_list payload) {
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_USER_LIST, &payload), PROTO_OK);
    return w->answer;
}

static void the_list_comes_in_pages_by_id(void **state) {
    (void)state;
    const struct proto_user_list_result *page = list((struct proto_user_list){.limit = 2});
    assert_int_equal(page->users_count, 2);
    assert_int_equal(page->users[0].id, ada.user);
    assert_int_equal(page->users[1].id, ben.user);
    assert_true(page->more);
    page = list((struct proto_user_list){.limit = 2, .after = ben.user});
    assert_int_equal(page->users_count, 1);
    assert_false(page->more);
    page = list((struct proto_user_list){.limit = 3});
    assert_int_equal(page->users_count, 3);
    assert_false(page->more);
    assert_int_equal(list((struct proto_user_list){.after = 999})->users_count, 0);
}

static void a_query_is_the_beginning_of_a_name_or_a_word_of_it(void **state) {
    (void)state;
    rename_to("Countess Lovelace", NULL);
    static const struct {
        const char *query;
        size_t count;
    } rows[] = {{"AD", 1}, {"da", 0}, {"love", 1},  {"countess l", 1}, {"lace", 0},
                {"b", 1},  {"", 3},   {" eve ", 1}, {"x", 0}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_int_equal(
            list((struct proto_user_list){.query = str_of_c(rows[i].query)})->users_count,
            rows[i].count);
}

/* Every beginning of every word of every name finds its person. */
static void no_query_misses_whom_it_names(void **state) {
    (void)state;
    static const char *const names[] = {
        "Zo\u00e9", "a b c",          "\u7530\u4e2d \u3055\u3093", "x",
        "Dr. No",   "  two  spaces ", "\u0410\u043d\u043d\u0430",  "99 bottles"};
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        rename_to(names[i], NULL);
        char text[64];
        int size = snprintf(text, sizeof text, "%.*s", STR_ARG(renamed()->display_name));
        for (int from = 0; from < size; from++)
            for (int to = from + 1; (from == 0 || text[from - 1] == ' ') && to <= size; to++) {
                struct str query = str_of(text + from, (size_t)(to - from));
                if (!utf8_is_valid(query) || str_trim(query).len != query.len)
                    continue;
                struct proto_user_list payload = {.query = query, .limit = 1};
                const struct proto_user_list_result *page = list(payload);
                assert_int_equal(page->users_count, 1);
                assert_int_equal(page->users[0].id, ada.user);
            }
    }
}

static void last_seen_is_now_or_when_the_last_connection_went(void **state) {
    (void)state;
    world_detach(w, &ben);
    int64_t gone_ms = world_wall_ms(w);
    world_pass(w, 60000);
    const struct proto_user_list_result *page = list((struct proto_user_list){0});
    assert_int_equal(page->users[0].last_seen, world_wall_ms(w));
    assert_int_equal(page->users[1].last_seen, gone_ms);
    assert_int_equal(page->users[1].status, PROTO_STATUS_OFFLINE);
    world_reload(w);
    assert_int_equal(list((struct proto_user_list){0})->users[1].last_seen, gone_ms);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_new_status_text_is_an_event_of_the_log_and_a_status_is_none),
        TEST(renaming_changes_how_one_is_shown),
        TEST(renaming_to_the_same_is_no_fact),
        TEST(a_bad_display_name_is_a_bad_request_with_its_field),
        TEST(only_those_who_share_a_room_hear_of_changes),
        TEST(a_status_is_chosen_with_its_text),
        TEST(nobody_chooses_to_be_offline),
        TEST(the_chosen_status_lasts_over_connections),
        TEST(the_list_comes_in_pages_by_id),
        TEST(a_query_is_the_beginning_of_a_name_or_a_word_of_it),
        TEST(no_query_misses_whom_it_names),
        TEST(last_seen_is_now_or_when_the_last_connection_went),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
