/* test_chat_moderate.c: invite, kick, ban, mute, roles, archive: what follows, who is told, what is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "chat/chat_internal.h"

static struct world *w;
static struct person ada, ben, eve, boss; /* owner, member, outsider, the server's admin */
static int64_t room;                      /* private; Ada's */

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    boss = world_guest(w, "boss");
    world_set_role(w, &ada, PROTO_USER_ROLE_MEMBER);
    world_set_role(w, &boss, PROTO_USER_ROLE_ADMIN);
    room = world_room(w, &ada, "Lab", true);
    world_put(w, &ben, room, PROTO_MEMBER_ROLE_MEMBER);
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

/* Commands in one line */

static enum proto_error invite(const struct person *who, const struct person *whom) {
    struct proto_room_invite payload = {world_id(room), whom->user};
    return world_do(w, who, PROTO_COMMAND_ROOM_INVITE, &payload);
}

static enum proto_error kick(const struct person *who, const struct person *whom) {
    struct proto_room_kick payload = {world_id(room), whom->user, STR(" loud ")};
    return world_do(w, who, PROTO_COMMAND_ROOM_KICK, &payload);
}

static enum proto_error ban(const struct person *who, const struct person *whom, bool on) {
    struct proto_room_ban payload = {
        .room = world_id(room), .user = whom->user, .on = on, .reason = STR("spam")};
    return world_do(w, who, PROTO_COMMAND_ROOM_BAN, &payload);
}

static enum proto_error mute(const struct person *who, const struct person *whom, bool on,
                             int64_t until_ms) {
    struct proto_room_mute payload = {
        .room = world_id(room), .user = whom->user, .on = on, .until = until_ms};
    return world_do(w, who, PROTO_COMMAND_ROOM_MUTE, &payload);
}

static enum proto_error give(const struct person *who, const struct person *whom,
                             enum proto_member_role role) {
    struct proto_room_role payload = {world_id(room), whom->user, role};
    return world_do(w, who, PROTO_COMMAND_ROOM_ROLE, &payload);
}

static enum proto_error archive(const struct person *who, bool on) {
    struct proto_room_archive payload = {world_id(room), on};
    return world_do(w, who, PROTO_COMMAND_ROOM_ARCHIVE, &payload);
}

/* The audit note of the last act; there is one. */
static const struct chat_audit_fact *noted(void) {
    for (size_t i = 0; i < w->outcome.fact_count; i++)
        if (w->outcome.facts[i].kind == CHAT_FACT_AUDIT)
            return &w->outcome.facts[i].audit;
    fail_msg("the act is not in the audit log");
    return NULL;
}

static const struct proto_member *answered(void) {
    return ((const struct proto_room_role_result *)w->answer)->member;
}

/* Inviting */

static void one_who_is_invited_is_in_and_is_shown_the_room(void **state) {
    (void)state;
    world_send(w, &ada, room, "before");
    assert_int_equal(invite(&ada, &eve), PROTO_OK);
    assert_int_equal(answered()->user->id, eve.user);
    assert_int_equal(answered()->role, PROTO_MEMBER_ROLE_MEMBER);
    const struct proto_event_room_new *shown = world_heard(w, &eve, PROTO_EVENT_ROOM_NEW);
    assert_str(shown->room->name, "Lab");
    assert_null(shown->room->me);
    assert_null(world_heard(w, &ben, PROTO_EVENT_ROOM_NEW)); /* he has it already */
    assert_non_null(world_heard(w, &ben, PROTO_EVENT_MEMBER_JOINED));
    assert_non_null(world_heard(w, &eve, PROTO_EVENT_MEMBER_JOINED));
    assert_int_equal(world_member(w, &eve, room)->read_seq, 1);
    assert_int_equal(invite(&ada, &eve), PROTO_OK); /* again: the same, and nothing is told */
    assert_int_equal(w->event_count, 0);
    assert_int_equal(answered()->user->id, eve.user);
}

static void whom_one_may_not_invite(void **state) {
    (void)state;
    struct person nobody = {.user = 999};
    assert_int_equal(invite(&ben, &eve), PROTO_FORBIDDEN); /* a guest */
    assert_int_equal(invite(&eve, &boss), PROTO_FORBIDDEN);
    assert_int_equal(invite(&boss, &eve), PROTO_NOT_FOUND); /* not in a room that he may not see */
    assert_int_equal(invite(&ada, &nobody), PROTO_NOT_FOUND);
    assert_str(w->outcome.error.field, "user");
    assert_int_equal(ban(&ada, &eve, true), PROTO_OK);
    assert_int_equal(invite(&ada, &eve), PROTO_FORBIDDEN);
    assert_int_equal(ban(&ada, &eve, false), PROTO_OK);
    struct proto_user_block block = {ada.user, true};
    world_do(w, &eve, PROTO_COMMAND_USER_BLOCK, &block);
    assert_int_equal(invite(&ada, &eve), PROTO_FORBIDDEN);
    struct proto_room_invite into_dm = {world_id(world_dm(w, &ada, &ben)), eve.user};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_INVITE, &into_dm), PROTO_FORBIDDEN);
}

/* Putting out */

static void one_who_is_kicked_is_out_and_told_why(void **state) {
    (void)state;
    assert_int_equal(kick(&ada, &ben), PROTO_OK);
    const struct proto_event_room_gone *gone = world_heard(w, &ben, PROTO_EVENT_ROOM_GONE);
    assert_int_equal(gone->room, room);
    assert_int_equal(gone->reason, PROTO_GONE_REASON_KICKED);
    assert_str(gone->text, "loud");
    assert_null(world_heard(w, &ben, PROTO_EVENT_MEMBER_LEFT));
    const struct proto_event_member_left *left = world_heard(w, &ada, PROTO_EVENT_MEMBER_LEFT);
    assert_int_equal(left->reason, PROTO_GONE_REASON_KICKED);
    assert_str(noted()->act, "room:kick");
    assert_int_equal(noted()->by, ada.user);
    assert_int_equal(noted()->user, ben.user);
    assert_int_equal(noted()->room, room);
    assert_str(noted()->text, "loud");
    assert_int_equal(world_send(w, &ben, room, "hm"), PROTO_NOT_FOUND); /* it is private */
    assert_int_equal(kick(&ada, &ben), PROTO_NOT_FOUND);                /* he is not there */
}

static void a_ban_keeps_out_until_it_is_lifted(void **state) {
    (void)state;
    room = world_room(w, &ada, "Open", false);
    world_join(w, &ben, room);
    assert_int_equal(ban(&ada, &ben, true), PROTO_OK);
    const struct proto_event_room_gone *gone = world_heard(w, &ben, PROTO_EVENT_ROOM_GONE);
    assert_int_equal(gone->reason, PROTO_GONE_REASON_BANNED);
    assert_int_equal(world_join(w, &ben, room), PROTO_FORBIDDEN);
    assert_int_equal(ban(&ada, &ben, true), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    world_reload(w);
    assert_int_equal(world_join(w, &ben, room), PROTO_FORBIDDEN);
    assert_int_equal(ban(&ada, &ben, false), PROTO_OK);
    assert_int_equal(world_join(w, &ben, room), PROTO_OK);
    assert_int_equal(w->store->sanction_count, 0);
}

static void a_ban_takes_along_what_was_said_when_that_is_asked_for(void **state) {
    (void)state;
    world_send(w, &ben, room, "buy");
    int64_t said = world_sent(w)->id;
    world_send(w, &ada, room, "no");
    struct proto_room_ban payload = {
        .room = world_id(room), .user = ben.user, .on = true, .purge = true};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_BAN, &payload), PROTO_OK);
    const struct proto_event_message_changed *changed =
        world_heard(w, &ada, PROTO_EVENT_MESSAGE_CHANGED);
    assert_int_equal(changed->message->id, said);
    assert_true(changed->message->deleted);
    assert_null(world_heard(w, &ben, PROTO_EVENT_MESSAGE_CHANGED)); /* he is out already */
    assert_null(world_event(w, PROTO_EVENT_MESSAGE_CHANGED, 1));
    w->store->fails = ERR_IO; /* what cannot be deleted is not banned either */
    payload.user = eve.user;
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_BAN, &payload), PROTO_UNAVAILABLE);
    w->store->fails = ERR_OK;
    assert_int_equal(invite(&ada, &eve), PROTO_OK);
}

static void the_banned_are_listed_page_by_page(void **state) {
    (void)state;
    assert_int_equal(ban(&ada, &eve, true), PROTO_OK); /* he was never in */
    assert_int_equal(ban(&ada, &ben, true), PROTO_OK);
    struct proto_room_bans payload = {.room = world_id(room), .limit = 1};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_BANS, &payload), PROTO_OK);
    const struct proto_room_bans_result *result = w->answer;
    assert_int_equal(result->bans_count, 1);
    assert_true(result->more);
    assert_int_equal(result->bans[0].user->id, ben.user);
    assert_int_equal(result->bans[0].by->id, ada.user);
    assert_str(result->bans[0].reason, "spam");
    payload.after = ben.user;
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_BANS, &payload), PROTO_OK);
    result = w->answer;
    assert_int_equal(result->bans[0].user->id, eve.user);
    assert_false(result->more);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_BANS, &payload), PROTO_NOT_FOUND);
}

static void nobody_does_it_to_himself_or_to_who_is_above(void **state) {
    (void)state;
    assert_int_equal(kick(&ada, &ada), PROTO_BAD_REQUEST);
    assert_int_equal(ban(&ada, &ada, true), PROTO_BAD_REQUEST);
    assert_int_equal(mute(&ada, &ada, true, 0), PROTO_BAD_REQUEST);
    world_put(w, &boss, room, PROTO_MEMBER_ROLE_MEMBER);
    assert_int_equal(kick(&ada, &boss), PROTO_FORBIDDEN);
    assert_int_equal(ban(&ada, &boss, true), PROTO_FORBIDDEN);
    assert_int_equal(mute(&ada, &boss, true, 0), PROTO_FORBIDDEN);
    assert_int_equal(give(&ada, &boss, PROTO_MEMBER_ROLE_MODERATOR), PROTO_FORBIDDEN);
    assert_int_equal(kick(&ben, &boss), PROTO_FORBIDDEN); /* no right at all */
    assert_int_equal(kick(&boss, &ben), PROTO_OK);
}

static void the_last_owner_stays_whoever_asks(void **state) {
    (void)state;
    world_put(w, &boss, room, PROTO_MEMBER_ROLE_MEMBER);
    assert_int_equal(kick(&boss, &ada), PROTO_CONFLICT);
    assert_int_equal(ban(&boss, &ada, true), PROTO_CONFLICT);
    assert_int_equal(give(&boss, &ada, PROTO_MEMBER_ROLE_MEMBER), PROTO_CONFLICT);
    assert_int_equal(give(&ada, &ada, PROTO_MEMBER_ROLE_MEMBER), PROTO_CONFLICT);
    assert_int_equal(give(&ada, &ben, PROTO_MEMBER_ROLE_OWNER), PROTO_OK);
    assert_int_equal(kick(&boss, &ada), PROTO_OK);
    assert_int_equal(kick(&boss, &ben), PROTO_CONFLICT);
}

/* Muting */

static void one_who_is_muted_reads_and_does_not_write(void **state) {
    (void)state;
    int64_t until_ms = world_wall_ms(w) + 60000;
    assert_int_equal(mute(&ada, &ben, true, until_ms), PROTO_OK);
    assert_true(answered()->muted);
    assert_int_equal(answered()->muted_until, until_ms);
    const struct proto_event_member_changed *told =
        world_heard(w, &ben, PROTO_EVENT_MEMBER_CHANGED);
    assert_true(told->member->muted);
    const struct proto_event_room_me *me = world_heard(w, &ben, PROTO_EVENT_ROOM_ME);
    assert_true(me->me->muted);
    assert_null(world_heard(w, &ada, PROTO_EVENT_ROOM_ME));
    assert_int_equal(world_send(w, &ben, room, "hm"), PROTO_FORBIDDEN);
    struct proto_typing typing = {world_id(room), true};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_TYPING, &typing), PROTO_FORBIDDEN);
    struct proto_room_read read = {world_id(room), 0};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_READ, &read), PROTO_OK);
    w->mono_ms += 60000;
    assert_int_equal(world_send(w, &ben, room, "ha"), PROTO_OK);
}

static void leaving_and_coming_back_does_not_lift_a_mute(void **state) {
    (void)state;
    room = world_room(w, &ada, "Open", false);
    world_join(w, &ben, room);
    assert_int_equal(mute(&ada, &ben, true, 0), PROTO_OK);
    assert_int_equal(answered()->muted_until, 0); /* until it is lifted */
    world_do(w, &ben, PROTO_COMMAND_ROOM_LEAVE, &(struct proto_room_leave){world_id(room)});
    world_reload(w);
    world_join(w, &ben, room);
    assert_int_equal(world_send(w, &ben, room, "hm"), PROTO_FORBIDDEN);
    assert_int_equal(mute(&ada, &ben, false, 0), PROTO_OK);
    assert_false(answered()->muted);
    assert_int_equal(world_send(w, &ben, room, "ha"), PROTO_OK);
    assert_int_equal(mute(&ada, &ben, true, world_wall_ms(w)), PROTO_BAD_REQUEST);
    assert_str(w->outcome.error.field, "until");
}

static void a_ban_and_a_mute_do_not_undo_each_other(void **state) {
    (void)state;
    assert_int_equal(mute(&ada, &ben, true, 0), PROTO_OK);
    assert_int_equal(ban(&ada, &ben, true), PROTO_OK);
    assert_int_equal(ban(&ada, &ben, false), PROTO_OK);
    assert_int_equal(invite(&ada, &ben), PROTO_OK);
    assert_true(answered()->muted);
    assert_int_equal(world_send(w, &ben, room, "hm"), PROTO_FORBIDDEN);
}

/* Roles */

static void a_new_role_is_told_to_all_and_counts_at_once(void **state) {
    (void)state;
    assert_int_equal(give(&ada, &ben, PROTO_MEMBER_ROLE_MODERATOR), PROTO_OK);
    assert_int_equal(answered()->role, PROTO_MEMBER_ROLE_MODERATOR);
    const struct proto_event_member_changed *told =
        world_heard(w, &ada, PROTO_EVENT_MEMBER_CHANGED);
    assert_int_equal(told->member->role, PROTO_MEMBER_ROLE_MODERATOR);
    const struct proto_event_room_me *me = world_heard(w, &ben, PROTO_EVENT_ROOM_ME);
    assert_int_equal(me->me->role, PROTO_MEMBER_ROLE_MODERATOR);
    assert_str(noted()->text, "moderator");
    assert_int_equal(give(&ben, &ben, PROTO_MEMBER_ROLE_OWNER), PROTO_FORBIDDEN);
    assert_int_equal(kick(&ben, &ada), PROTO_FORBIDDEN);
    assert_int_equal(give(&ada, &ben, PROTO_MEMBER_ROLE_MODERATOR), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(give(&ada, &eve, PROTO_MEMBER_ROLE_MODERATOR), PROTO_NOT_FOUND);
}

static void the_room_names_another_owner_when_its_own_goes(void **state) {
    (void)state;
    assert_int_equal(give(&ada, &ben, PROTO_MEMBER_ROLE_OWNER), PROTO_OK);
    assert_int_equal(fake_find_room(w->store, room)->owner, ada.user);
    assert_int_equal(kick(&ada, &ben), PROTO_FORBIDDEN); /* his equal */
    assert_int_equal(give(&ada, &ada, PROTO_MEMBER_ROLE_MEMBER), PROTO_OK);
    const struct proto_event_room_changed *changed = world_heard(w, &ben, PROTO_EVENT_ROOM_CHANGED);
    assert_int_equal(changed->room->owner, ben.user);
    assert_null(world_heard(w, &eve, PROTO_EVENT_ROOM_CHANGED));
    assert_int_equal(give(&ben, &ada, PROTO_MEMBER_ROLE_OWNER), PROTO_OK);
    struct proto_room_leave leave = {world_id(room)};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_LEAVE, &leave), PROTO_OK);
    assert_int_equal(fake_find_room(w->store, room)->owner, ada.user);
}

static void general_gets_an_owner_from_an_admin(void **state) {
    (void)state;
    room = WORLD_GENERAL;
    assert_int_equal(give(&ada, &ben, PROTO_MEMBER_ROLE_OWNER), PROTO_FORBIDDEN);
    assert_int_equal(give(&boss, &ben, PROTO_MEMBER_ROLE_OWNER), PROTO_OK);
    assert_int_equal(fake_find_room(w->store, room)->owner, ben.user);
}

/* Archive */

static void an_archived_room_is_read_only_and_unlisted_until_it_is_back(void **state) {
    (void)state;
    assert_int_equal(archive(&ben, true), PROTO_FORBIDDEN);
    assert_int_equal(archive(&ada, true), PROTO_OK);
    assert_true(((const struct proto_room_archive_result *)w->answer)->room->archived);
    const struct proto_event_room_changed *changed = world_heard(w, &ben, PROTO_EVENT_ROOM_CHANGED);
    assert_true(changed->room->archived);
    assert_str(noted()->act, "room:archive");
    assert_int_equal(world_send(w, &ada, room, "hm"), PROTO_FORBIDDEN);
    struct proto_room_list list = {.limit = 50};
    world_do(w, &ada, PROTO_COMMAND_ROOM_LIST, &list);
    assert_int_equal(((const struct proto_room_list_result *)w->answer)->rooms_count, 1);
    assert_int_equal(archive(&ada, false), PROTO_OK);
    assert_int_equal(world_send(w, &ada, room, "ha"), PROTO_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(one_who_is_invited_is_in_and_is_shown_the_room),
        TEST(whom_one_may_not_invite),
        TEST(one_who_is_kicked_is_out_and_told_why),
        TEST(a_ban_keeps_out_until_it_is_lifted),
        TEST(a_ban_takes_along_what_was_said_when_that_is_asked_for),
        TEST(the_banned_are_listed_page_by_page),
        TEST(nobody_does_it_to_himself_or_to_who_is_above),
        TEST(the_last_owner_stays_whoever_asks),
        TEST(one_who_is_muted_reads_and_does_not_write),
        TEST(leaving_and_coming_back_does_not_lift_a_mute),
        TEST(a_ban_and_a_mute_do_not_undo_each_other),
        TEST(a_new_role_is_told_to_all_and_counts_at_once),
        TEST(the_room_names_another_owner_when_its_own_goes),
        TEST(general_gets_an_owner_from_an_admin),
        TEST(an_archived_room_is_read_only_and_unlisted_until_it_is_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
