/* test_chat_keep.c: saved messages and drafts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

static struct world *w;
static struct person ada, ben;
static int64_t room, message;

/* Ada owns the room and has said something; Ben is in it. */
static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    assert_int_equal(world_send(w, &ada, room, "hello"), PROTO_OK);
    message = world_sent(w)->id;
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error save(const struct person *person, int64_t id, bool on) {
    struct proto_message_save payload = {id, on};
    return world_do(w, person, PROTO_COMMAND_MESSAGE_SAVE, &payload);
}

static enum proto_error set_draft(const struct person *person, int64_t thread, struct str body) {
    struct proto_draft_set payload = {.room = world_id(room), .thread = thread, .body = body};
    return world_do(w, person, PROTO_COMMAND_DRAFT_SET, &payload);
}

static void saving_is_told_to_the_person_alone(void **state) {
    (void)state;
    assert_int_equal(save(&ben, message, true), PROTO_OK);
    const struct proto_event_saved_changed *heard = world_heard(w, &ben, PROTO_EVENT_SAVED_CHANGED);
    assert_int_equal(heard->message, message);
    assert_true(heard->on);
    assert_int_equal(heard->pos, chat_pos(w->chat));
    assert_null(world_heard(w, &ada, PROTO_EVENT_SAVED_CHANGED));
    assert_int_equal(save(&ben, message, true), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(save(&ben, message, false), PROTO_OK);
    assert_int_equal(w->store->saved_count, 0);
    assert_int_equal(save(&ben, message, false), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
}

static void only_what_one_may_read_is_saved(void **state) {
    (void)state;
    struct person eve = world_guest(w, "Eve");
    assert_int_equal(save(&eve, message, true), PROTO_FORBIDDEN);
    assert_int_equal(save(&eve, 9999, true), PROTO_NOT_FOUND);
    struct proto_message_delete payload = {message};
    world_do(w, &ada, PROTO_COMMAND_MESSAGE_DELETE, &payload);
    assert_int_equal(save(&ben, message, true), PROTO_FORBIDDEN);
}

static void a_thousand_are_enough(void **state) {
    (void)state;
    for (int64_t i = 0; i < PROTO_LIMIT_SAVED; i++)
        w->store->saved[w->store->saved_count++] =
            (struct chat_saved_fact){ben.user, 100000 + i, true};
    assert_int_equal(save(&ben, message, true), PROTO_CONFLICT);
    w->store->saved_count--;
    assert_int_equal(save(&ben, message, true), PROTO_OK);
}

static void lists_are_read_by_a_reader(void **state) {
    (void)state;
    struct proto_message_saved payload = {.after = 7, .limit = 3};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_SAVED, &payload), PROTO_OK);
    assert_int_equal(w->outcome.read.kind, CHAT_READ_SAVED);
    assert_int_equal(w->outcome.read.user, ben.user);
    assert_int_equal(w->outcome.read.after, 7);
    assert_int_equal(w->outcome.read.limit, 3);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_DRAFT_LIST, &payload), PROTO_OK);
    assert_int_equal(w->outcome.read.kind, CHAT_READ_DRAFTS);
    assert_int_equal(w->outcome.read.user, ben.user);
}

static void a_draft_is_told_to_the_person_alone_and_has_no_position(void **state) {
    (void)state;
    assert_int_equal(set_draft(&ben, 0, STR("  as typed\r\n")), PROTO_OK);
    const struct proto_event_draft_changed *heard = world_heard(w, &ben, PROTO_EVENT_DRAFT_CHANGED);
    assert_str(heard->draft->body, "  as typed\r\n");
    assert_int_equal(heard->draft->room, room);
    assert_int_equal(heard->draft->at, world_wall_ms(w));
    assert_int_equal(world_event(w, PROTO_EVENT_DRAFT_CHANGED, 0)->pos, 0);
    assert_null(world_heard(w, &ada, PROTO_EVENT_DRAFT_CHANGED));
    assert_str(fake_find_draft(w->store, ben.user, room, 0)->fact.body, "  as typed\r\n");
}

static void rooms_and_threads_have_drafts_of_their_own(void **state) {
    (void)state;
    struct proto_message_send reply = {
        .room = world_id(room), .body = STR("x"), .nonce = STR("nonce-01"), .thread = message};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_SEND, &reply), PROTO_OK);
    int64_t id = world_sent(w)->id;
    set_draft(&ben, 0, STR("room"));
    assert_int_equal(set_draft(&ben, id, STR("thread")), PROTO_OK); /* stands for its root */
    assert_str(fake_find_draft(w->store, ben.user, room, message)->fact.body, "thread");
    set_draft(&ben, message, STR("other"));
    assert_int_equal(w->store->draft_count, 2);
    set_draft(&ben, message, STR(""));
    assert_int_equal(w->store->draft_count, 1);
    assert_int_equal(set_draft(&ben, message, STR("")), PROTO_OK); /* harmless */
}

static void drafts_have_bounds(void **state) {
    (void)state;
    static char text[PROTO_LIMIT_BODY_BYTES + 1];
    struct person eve = world_guest(w, "Eve");
    memset(text, 'x', sizeof text);
    assert_int_equal(set_draft(&ben, 0, str_of(text, sizeof text)), PROTO_TOO_LARGE);
    assert_str(w->outcome.error.field, "body");
    assert_int_equal(set_draft(&ben, 0, str_of(text, sizeof text - 1)), PROTO_OK);
    assert_int_equal(set_draft(&eve, 0, STR("x")), PROTO_FORBIDDEN);
    assert_int_equal(set_draft(&ben, 9999, STR("x")), PROTO_NOT_FOUND);
    assert_null(world_heard(w, &ben, PROTO_EVENT_DRAFT_CHANGED));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(saving_is_told_to_the_person_alone),
        TEST(only_what_one_may_read_is_saved),
        TEST(a_thousand_are_enough),
        TEST(lists_are_read_by_a_reader),
        TEST(a_draft_is_told_to_the_person_alone_and_has_no_position),
        TEST(rooms_and_threads_have_drafts_of_their_own),
        TEST(drafts_have_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
