/* test_chat_dm.c: direct messages, and whom a person has blocked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "chat/chat_internal.h"

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

static enum proto_error open_with(const struct person *who, int64_t first, int64_t second) {
    int64_t users[2] = {first, second};
    struct proto_dm_open payload = {users, second != 0 ? 2 : 1};
    return world_do(w, who, PROTO_COMMAND_DM_OPEN, &payload);
}

static const struct proto_dm_open_result *opened(const struct person *who, int64_t first,
                                                 int64_t second) {
    assert_int_equal(open_with(who, first, second), PROTO_OK);
    return w->answer;
}

static enum proto_error block(const struct person *who, const struct person *whom, bool on) {
    struct proto_user_block payload = {whom->user, on};
    return world_do(w, who, PROTO_COMMAND_USER_BLOCK, &payload);
}

static void the_same_people_have_the_same_room(void **state) {
    (void)state;
    int64_t dm = opened(&ada, ben.user, 0)->room->id;
    assert_int_equal(opened(&ben, ada.user, 0)->room->id, dm);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(opened(&ada, ben.user, ada.user)->room->id, dm); /* oneself does not count */
    assert_int_equal(opened(&ada, ben.user, ben.user)->room->id, dm);
    int64_t three = opened(&ada, ben.user, eve.user)->room->id;
    assert_int_not_equal(three, dm);
    assert_int_equal(opened(&eve, ada.user, ben.user)->room->id, three);
    world_reload(w);
    assert_int_equal(opened(&ben, ada.user, 0)->room->id, dm);
}

static void each_is_shown_the_room_and_nobody_else(void **state) {
    (void)state;
    const struct proto_dm_open_result *result = opened(&ada, ben.user, 0);
    assert_int_equal(result->room->kind, PROTO_ROOM_KIND_DM);
    assert_int_equal(result->room->users_count, 2);
    assert_int_equal(result->users_count, 2);
    assert_int_equal(result->room->me->role, PROTO_MEMBER_ROLE_MEMBER);
    assert_int_equal(result->room->owner, 0);
    const struct proto_event_room_new *shown = world_heard(w, &ben, PROTO_EVENT_ROOM_NEW);
    assert_int_equal(shown->room->users_count, 2);
    assert_int_equal(shown->users_count, 2);
    assert_non_null(world_heard(w, &ada, PROTO_EVENT_ROOM_NEW));
    assert_int_equal(w->event_count, 2);
    for (size_t i = 0; i < w->event_count; i++)
        assert_false(world_reaches(w, &w->events[i].audience, eve.user));
    assert_int_equal(world_join(w, &eve, result->room->id), PROTO_NOT_FOUND);
}

static void with_whom_it_cannot_be_opened(void **state) {
    (void)state;
    assert_int_equal(open_with(&ada, ada.user, 0), PROTO_BAD_REQUEST);
    assert_str(w->outcome.error.field, "users");
    assert_int_equal(open_with(&ada, 999, 0), PROTO_NOT_FOUND);
    int64_t users[9];
    for (int i = 0; i < 9; i++) {
        char name[16];
        snprintf(name, sizeof name, "many%d", i);
        users[i] = world_guest(w, name).user;
    }
    struct proto_dm_open payload = {users, 9};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_DM_OPEN, &payload), PROTO_BAD_REQUEST);
    payload.users_count = 8;
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_DM_OPEN, &payload), PROTO_OK);
    assert_int_equal(((const struct proto_dm_open_result *)w->answer)->room->users_count, 9);
}

/* The slug says nothing of other rooms, and takes none away. */
static void slugs_of_what_is_not_public_meet_no_other(void **state) {
    (void)state;
    int64_t secret = world_room(w, &ada, "Plans", true);
    int64_t open = world_room(w, &eve, "Plans", false);
    assert_str(fake_find_room(w->store, open)->slug, "plans"); /* as if there were no other */
    int64_t other = world_room(w, &eve, "Plans", true);
    assert_false(
        str_equal(fake_find_room(w->store, secret)->slug, fake_find_room(w->store, other)->slug));
    int64_t dm = opened(&ada, ben.user, 0)->room->id;
    assert_true(str_starts_with(fake_find_room(w->store, dm)->slug, STR("dm--")));
    int64_t lookalike = world_room(w, &eve, "dm -- 5", false);
    assert_str(fake_find_room(w->store, lookalike)->slug, "dm-5");
}

/* Blocking */

static void one_who_is_blocked_opens_no_room_and_mentions_nobody(void **state) {
    (void)state;
    assert_int_equal(block(&ada, &eve, true), PROTO_OK);
    const struct proto_event_user_blocked *told = world_heard(w, &ada, PROTO_EVENT_USER_BLOCKED);
    assert_int_equal(told->user, eve.user);
    assert_true(told->on);
    assert_int_equal(w->event_count, 1);
    assert_null(world_heard(w, &eve, PROTO_EVENT_USER_BLOCKED));
    assert_int_equal(open_with(&eve, ada.user, 0), PROTO_FORBIDDEN);
    assert_int_equal(open_with(&eve, ben.user, ada.user), PROTO_FORBIDDEN);
    assert_int_equal(open_with(&eve, ben.user, 0), PROTO_OK);
    world_send(w, &eve, WORLD_GENERAL, "@Ada @Ben");
    assert_int_equal(world_member(w, &ada, WORLD_GENERAL)->mentions, 0);
    assert_int_equal(world_member(w, &ben, WORLD_GENERAL)->mentions, 1);
    world_send(w, &eve, WORLD_GENERAL, "@room");
    assert_int_equal(world_member(w, &ada, WORLD_GENERAL)->mentions, 0);
    assert_int_equal(world_member(w, &ben, WORLD_GENERAL)->mentions, 2);
    world_reload(w);
    assert_int_equal(chat_member_get(w->chat, WORLD_GENERAL, ada.user)->mentions, 0);
    assert_int_equal(block(&ada, &eve, false), PROTO_OK);
    assert_int_equal(open_with(&eve, ada.user, 0), PROTO_OK);
    world_send(w, &eve, WORLD_GENERAL, "@Ada");
    assert_int_equal(world_member(w, &ada, WORLD_GENERAL)->mentions, 1);
}

/* He who is blocked does not open it any more; those who are in it have it among their rooms. */
static void a_room_that_is_there_stays_when_one_blocks(void **state) {
    (void)state;
    int64_t dm = opened(&ada, eve.user, 0)->room->id;
    assert_int_equal(block(&ada, &eve, true), PROTO_OK);
    assert_int_equal(open_with(&eve, ada.user, 0), PROTO_FORBIDDEN);
    assert_int_equal(opened(&ada, eve.user, 0)->room->id, dm);
    assert_int_equal(world_send(w, &eve, dm, "@Ada please"), PROTO_OK);
    assert_int_equal(world_member(w, &ada, dm)->mentions, 0);
}

static void the_blocked_are_listed_page_by_page(void **state) {
    (void)state;
    assert_int_equal(block(&ada, &eve, true), PROTO_OK);
    assert_int_equal(block(&ada, &ben, true), PROTO_OK);
    assert_int_equal(block(&ada, &ben, true), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    struct proto_user_blocks payload = {.limit = 1};
    world_do(w, &ada, PROTO_COMMAND_USER_BLOCKS, &payload);
    const struct proto_user_blocks_result *result = w->answer;
    assert_int_equal(result->users_count, 1);
    assert_int_equal(result->users[0].id, ben.user);
    assert_true(result->more);
    payload.after = ben.user;
    world_do(w, &ada, PROTO_COMMAND_USER_BLOCKS, &payload);
    result = w->answer;
    assert_int_equal(result->users[0].id, eve.user);
    assert_false(result->more);
    world_do(w, &ben, PROTO_COMMAND_USER_BLOCKS, &payload);
    assert_int_equal(((const struct proto_user_blocks_result *)w->answer)->users_count, 0);
}

static void whom_one_cannot_block(void **state) {
    (void)state;
    struct person nobody = {.user = 999};
    assert_int_equal(block(&ada, &ada, true), PROTO_BAD_REQUEST);
    assert_int_equal(block(&ada, &nobody, true), PROTO_NOT_FOUND);
    assert_int_equal(block(&ada, &ben, false), PROTO_OK); /* he is not blocked: fine */
    assert_int_equal(w->outcome.fact_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_same_people_have_the_same_room),
        TEST(each_is_shown_the_room_and_nobody_else),
        TEST(with_whom_it_cannot_be_opened),
        TEST(slugs_of_what_is_not_public_meet_no_other),
        TEST(one_who_is_blocked_opens_no_room_and_mentions_nobody),
        TEST(a_room_that_is_there_stays_when_one_blocks),
        TEST(the_blocked_are_listed_page_by_page),
        TEST(whom_one_cannot_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
