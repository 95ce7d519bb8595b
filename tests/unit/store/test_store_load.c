/* test_store_load.c: what was written is what a start finds.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_load.h"
#include "test_sink.h"
#include "test_store.h"

static void load(struct test_store *t, struct test_sink *out) {
    struct chat_sink sink = test_sink_of(out);
    assert_int_equal(store_load(t->store, &sink), ERR_OK);
}

static void an_empty_store_loads_nothing(void **state) {
    struct test_sink sink = {0};
    load(*state, &sink);
    assert_int_equal(sink.facts, 0);
    assert_int_equal(sink.first_pos, 1);
    assert_int_equal(sink.last_pos, 0);
    assert_int_equal(sink.user + sink.room + sink.message + sink.session, 0);
    test_sink_deinit(&sink);
}

/* Everything once, in an order that can be applied, also after a restart. */
static void every_row_comes_back_as_its_fact(void **state) {
    struct test_store *t = *state;
    struct test_sink sink = {0};
    struct chat_fact user = fact_user(1), room = fact_room(1), joined = fact_joined(1, 1);
    user.user.color = STR("#010203");
    user.user.status = PROTO_STATUS_AWAY;
    user.user.status_text = STR("lunch");
    room.room.owner = 1;
    room.room.topic = STR("all");
    room.room.announcement = true;
    joined.member.role = PROTO_MEMBER_ROLE_OWNER;
    joined.member.favorite = true;
    joined.member.position = 70;
    test_store_silent(t, user);
    test_store_silent(t, fact_session(4, 1));
    test_store_silent(t, room);
    test_store_silent(t, fact_room(2));
    test_store_silent(t, joined);
    test_store_send(t, fact_message(1, 1, 1, 1));
    test_store_send(t, fact_message(2, 1, 2, 1));
    test_store_reopen(t);
    load(t, &sink);
    static const char *const wanted =
        "user 1 name=user1 display=User 1 kind=1 role=4 color=#010203 status=2 text=lunch"
        " created=1764000000000 seen=1764000000000\n"
        "session 4 user=1 hash=04 created=1764000000000 used=1764000000000 agent=agent"
        " address=127.0.0.1\n"
        "room 1 slug=room-1 name=Room 1 topic=all kind=1 owner=1 created=1764000000000 archived=0"
        " announcement=1 slow=0 last=2\n"
        "room 2 slug=room-2 name=Room 2 topic= kind=1 owner=0 created=1764000000000 archived=0"
        " announcement=0 slow=0 last=0\n"
        "member 1/1 role=1 joined=1764000000000 read=2 mentions=0 level=1 favorite=1 position=70\n"
        "message 2 room=1 seq=2 author=1 body=text 2 at=1764000000002 created=1764000000002"
        " reply=0 mentions=0 all=0 edited=0 deleted=0\n";
    assert_string_equal(buf_c(&sink.lines), wanted);
    assert_true(sink.in_order);
    assert_int_equal(sink.first_pos, 1);
    assert_int_equal(sink.last_pos, t->pos);
    assert_int_equal(sink.user, 1);
    assert_int_equal(sink.room, 2);
    assert_int_equal(sink.message, 2);
    assert_int_equal(sink.session, 4);
    test_sink_deinit(&sink);
}

static void the_id_of_an_ended_session_is_not_given_again(void **state) {
    struct test_store *t = *state;
    struct test_sink sink = {0};
    struct chat_fact session = fact_session(7, 1);
    test_store_silent(t, fact_user(1));
    test_store_silent(t, session);
    session.kind = CHAT_FACT_SESSION_ENDED;
    test_store_silent(t, session);
    test_store_reopen(t);
    load(t, &sink);
    assert_int_equal(sink.facts, 1);
    assert_int_equal(sink.session, 7);
    test_sink_deinit(&sink);
}

static void a_room_whose_newest_message_is_damaged_still_loads(void **state) {
    struct test_store *t = *state;
    struct test_sink sink = {0};
    test_store_people(t, 1, 2);
    test_store_send(t, fact_message(1, 1, 1, 1));
    test_store_send(t, fact_message(2, 2, 1, 1));
    assert_int_equal(store_db_script(&t->store->db, "UPDATE message SET body = 'x' WHERE id = 1"),
                     ERR_OK);
    load(t, &sink);
    assert_true(test_sink_has(&sink, "room 1 slug=room-1 name=Room 1 topic= kind=1 owner=0"
                                     " created=1764000000000 archived=0 announcement=0 slow=0"
                                     " last=1\n"));
    assert_false(test_sink_has(&sink, "message 1 "));
    assert_true(test_sink_has(&sink, "message 2 "));
    test_sink_deinit(&sink);
}

int main(void) {
#define LOAD_TEST(name) cmocka_unit_test_setup_teardown(name, test_store_setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        LOAD_TEST(an_empty_store_loads_nothing),
        LOAD_TEST(every_row_comes_back_as_its_fact),
        LOAD_TEST(the_id_of_an_ended_session_is_not_given_again),
        LOAD_TEST(a_room_whose_newest_message_is_damaged_still_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
