/* test_chat_member.c: joining, leaving, read marks, preferences, the list of members.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

static struct world *w;
static struct person ada, ben, eve;
static int64_t room;

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    room = world_room(w, &ada, "News", false);
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

/* Joining and leaving */

static const struct proto_room_join_result *joined(const struct person *person) {
    assert_int_equal(world_join(w, person, room), PROTO_OK);
    return w->answer;
}

static void joining_answers_all_that_shows_the_room(void **state) {
    (void)state;
    world_send(w, &ada, room, "one");
    world_send(w, &ada, room, "two");
    const struct proto_room_join_result *result = joined(&ben);
    assert_int_equal(result->room->id, room);
    assert_int_equal(result->room->member_count, 2);
    assert_int_equal(result->room->last_seq, 2);
    assert_int_equal(result->room->me->read_seq, 2); /* joining reads what was before */
    assert_int_equal(result->room->me->unread, 0);
    assert_str(result->room->last_message->body, "two");
    assert_int_equal(result->members_count, 2);
    assert_int_equal(w->outcome.read.kind, CHAT_READ_HISTORY);
    assert_int_equal(w->outcome.read.room, room);
    assert_int_equal(w->outcome.read.limit, 50);
    const struct proto_event_member_joined *heard = world_heard(w, &ada, PROTO_EVENT_MEMBER_JOINED);
    assert_int_equal(heard->room, room);
    assert_int_equal(heard->member->user->id, ben.user);
    assert_int_equal(heard->member->role, PROTO_MEMBER_ROLE_MEMBER);
    assert_non_null(world_heard(w, &ben, PROTO_EVENT_MEMBER_JOINED));
    assert_null(world_heard(w, &eve, PROTO_EVENT_MEMBER_JOINED));
}

static void joining_twice_answers_the_same_and_is_no_fact(void **state) {
    (void)state;
    (void)joined(&ben);
    world_send(w, &ada, room, "unread");
    const struct proto_room_join_result *result = joined(&ben);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(result->room->me->unread, 1); /* opening is not reading */
    assert_int_equal(w->outcome.read.kind, CHAT_READ_HISTORY);
}

static void an_archived_room_is_joined_by_nobody_new(void **state) {
    (void)state;
    struct chat_room_fact fact = world_room_fact(w, room);
    fact.archived = true;
    world_set_room(w, fact);
    assert_int_equal(world_join(w, &ben, room), PROTO_FORBIDDEN);
    assert_int_equal(world_join(w, &ada, room), PROTO_OK);
}

static void leaving_is_told_to_those_who_stay_and_to_oneself(void **state) {
    (void)state;
    (void)joined(&ben);
    struct proto_room_leave payload = {world_slug("news")};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_LEAVE, &payload), PROTO_OK);
    const struct proto_event_member_left *left = world_heard(w, &ada, PROTO_EVENT_MEMBER_LEFT);
    assert_int_equal(left->room, room);
    assert_int_equal(left->user, ben.user);
    assert_int_equal(left->reason, PROTO_GONE_REASON_LEFT);
    const struct proto_event_room_gone *gone = world_heard(w, &ben, PROTO_EVENT_ROOM_GONE);
    assert_int_equal(gone->room, room);
    assert_int_equal(gone->reason, PROTO_GONE_REASON_LEFT);
    assert_null(world_heard(w, &ben, PROTO_EVENT_MEMBER_LEFT));
    assert_null(world_heard(w, &ada, PROTO_EVENT_ROOM_GONE));
    assert_true(gone->pos > left->pos);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_LEAVE, &payload), PROTO_FORBIDDEN);
    assert_int_equal(world_send(w, &ben, room, "still here?"), PROTO_FORBIDDEN);
}

static void general_may_be_left_and_joined_again(void **state) {
    (void)state;
    struct proto_room_leave payload = {world_slug("general")};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_LEAVE, &payload), PROTO_OK);
    assert_int_equal(world_join(w, &ben, WORLD_GENERAL), PROTO_OK);
}

static void the_last_owner_stays(void **state) {
    (void)state;
    struct proto_room_leave payload = {world_id(room)};
    (void)joined(&ben);
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_LEAVE, &payload), PROTO_CONFLICT);
    world_put(w, &ben, room, PROTO_MEMBER_ROLE_OWNER);
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_LEAVE, &payload), PROTO_OK);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_LEAVE, &payload), PROTO_CONFLICT);
    world_reload(w);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_LEAVE, &payload), PROTO_CONFLICT);
}

static void a_direct_message_is_not_left(void **state) {
    (void)state;
    struct proto_room_leave payload = {world_id(world_dm(w, &ada, &ben))};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_LEAVE, &payload), PROTO_FORBIDDEN);
}

/* Members */

static void the_answer_to_join_names_those_online_first(void **state) {
    (void)state;
    char name[16];
    struct person gone[210];
    for (int i = 0; i < 210; i++) {
        snprintf(name, sizeof name, "gone%d", i);
        gone[i] = world_guest(w, name);
        world_join(w, &gone[i], room);
    }
    for (int i = 0; i < 210; i++)
        world_detach(w, &gone[i]);
    world_pass(w, 10000);
    struct person here = world_guest(w, "here1");
    const struct proto_room_join_result *result = joined(&here);
    assert_int_equal(result->members_count, 200);
    assert_int_equal(result->room->member_count, 212);
    size_t online = 0;
    while (online < result->members_count &&
           result->members[online].user->status == PROTO_STATUS_ONLINE)
        online++;
    assert_int_equal(online, 2); /* Ada and the one who joined */
    for (size_t i = online; i < result->members_count; i++)
        assert_int_equal(result->members[i].user->status, PROTO_STATUS_OFFLINE);
}

/* threat 85: nobody gets all members of a large room at once. */
static void members_come_in_pages_by_user(void **state) {
    (void)state;
    (void)joined(&eve);
    (void)joined(&ben);
    struct proto_room_members payload = {.room = world_id(room), .limit = 2};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_MEMBERS, &payload), PROTO_OK);
    const struct proto_room_members_result *page = w->answer;
    assert_int_equal(page->members_count, 2);
    assert_true(page->more);
    assert_int_equal(page->members[0].user->id, ada.user);
    assert_int_equal(page->members[0].role, PROTO_MEMBER_ROLE_OWNER);
    assert_int_equal(page->members[1].user->id, ben.user);
    payload.after = ben.user;
    world_do(w, &ben, PROTO_COMMAND_ROOM_MEMBERS, &payload);
    page = w->answer;
    assert_int_equal(page->members_count, 1);
    assert_int_equal(page->members[0].user->id, eve.user);
    assert_false(page->more);
    payload.after = 9999;
    world_do(w, &ben, PROTO_COMMAND_ROOM_MEMBERS, &payload);
    assert_int_equal(((const struct proto_room_members_result *)w->answer)->members_count, 0);
}

static void members_are_for_members(void **state) {
    (void)state;
    struct proto_room_members payload = {.room = world_id(room)};
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_ROOM_MEMBERS, &payload), PROTO_FORBIDDEN);
}

/* What concerns only the member */

static const struct proto_room_me *read_to(const struct person *person, int64_t seq) {
    struct proto_room_read payload = {world_id(room), seq};
    assert_int_equal(world_do(w, person, PROTO_COMMAND_ROOM_READ, &payload), PROTO_OK);
    return ((const struct proto_room_read_result *)w->answer)->me;
}

static void reading_moves_the_mark_forward_only(void **state) {
    (void)state;
    (void)joined(&ben);
    struct person tab = world_again(w, &ben);
    for (int i = 0; i < 10; i++)
        world_send(w, &ada, room, "x");
    const struct proto_room_me *me = read_to(&ben, 4);
    assert_int_equal(me->read_seq, 4);
    assert_int_equal(me->unread, 6);
    const struct proto_event_room_me *heard = world_heard(w, &tab, PROTO_EVENT_ROOM_ME);
    assert_int_equal(heard->room, room);
    assert_int_equal(heard->me->read_seq, 4);
    assert_null(world_heard(w, &ada, PROTO_EVENT_ROOM_ME));
    assert_int_equal(read_to(&ben, 2)->read_seq, 4);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(read_to(&ben, 999)->read_seq, 10); /* no further than what is there */
    assert_int_equal(read_to(&ben, 999)->unread, 0);
    assert_int_equal(w->outcome.fact_count, 0);
}

static void sending_reads_everything_before_it(void **state) {
    (void)state;
    (void)joined(&ben);
    world_send(w, &ada, room, "@ben 1");
    world_send(w, &ada, room, "2");
    world_send(w, &ben, room, "3");
    const struct proto_room_me *me = read_to(&ben, 0);
    assert_int_equal(me->read_seq, 3);
    assert_int_equal(me->unread, 0);
    assert_int_equal(me->mentions, 0);
    assert_int_equal(read_to(&ada, 0)->unread, 1);
}

static void mentions_are_never_more_than_what_is_unread(void **state) {
    (void)state;
    (void)joined(&ben);
    for (int i = 0; i < 4; i++)
        world_send(w, &ada, room, "@ben");
    world_send(w, &ada, room, "all else");
    assert_int_equal(read_to(&ben, 0)->mentions, 4);
    assert_int_equal(read_to(&ben, 1)->mentions, 4);
    assert_int_equal(read_to(&ben, 3)->mentions, 2);
    assert_int_equal(read_to(&ben, 5)->mentions, 0);
}

static void preferences_change_what_is_given(void **state) {
    (void)state;
    (void)joined(&ben);
    world_send(w, &ada, room, "@ben");
    struct proto_room_prefs payload = {.room = world_id(room), .level = PROTO_LEVEL_MENTIONS};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_PREFS, &payload), PROTO_OK);
    const struct proto_room_me *me = ((const struct proto_room_prefs_result *)w->answer)->me;
    assert_int_equal(me->level, PROTO_LEVEL_MENTIONS);
    assert_false(me->favorite);
    assert_int_equal(me->unread, 1); /* the mark stays */
    assert_int_equal(me->mentions, 1);
    assert_non_null(world_heard(w, &ben, PROTO_EVENT_ROOM_ME));
    payload =
        (struct proto_room_prefs){.room = world_id(room), .favorite = true, .has_favorite = true};
    world_do(w, &ben, PROTO_COMMAND_ROOM_PREFS, &payload);
    me = ((const struct proto_room_prefs_result *)w->answer)->me;
    assert_int_equal(me->level, PROTO_LEVEL_MENTIONS);
    assert_true(me->favorite);
    world_do(w, &ben, PROTO_COMMAND_ROOM_PREFS, &payload);
    assert_int_equal(w->outcome.fact_count, 0);
    world_reload(w);
    world_do(w, &ben, PROTO_COMMAND_ROOM_PREFS, &payload);
    me = ((const struct proto_room_prefs_result *)w->answer)->me;
    assert_int_equal(me->level, PROTO_LEVEL_MENTIONS);
    assert_true(me->favorite);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(joining_answers_all_that_shows_the_room),
        TEST(joining_twice_answers_the_same_and_is_no_fact),
        TEST(an_archived_room_is_joined_by_nobody_new),
        TEST(leaving_is_told_to_those_who_stay_and_to_oneself),
        TEST(general_may_be_left_and_joined_again),
        TEST(the_last_owner_stays),
        TEST(a_direct_message_is_not_left),
        TEST(the_answer_to_join_names_those_online_first),
        TEST(members_come_in_pages_by_user),
        TEST(members_are_for_members),
        TEST(reading_moves_the_mark_forward_only),
        TEST(sending_reads_everything_before_it),
        TEST(mentions_are_never_more_than_what_is_unread),
        TEST(preferences_change_what_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
