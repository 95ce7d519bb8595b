/* test_chat_invite.c: invitations to the server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "world_account.h"

static struct world *w;
static struct person owner, admin, member, guest;
static int64_t lab, public;

#define HOUR_MS (3600 * 1000LL)

static int start(void **state) {
    (void)state;
    w = world_new();
    owner = world_account(w, "olga");
    admin = world_account(w, "anton");
    member = world_account(w, "mia");
    guest = world_guest(w, "Gast");
    assert_int_equal(world_role(w, &owner, &admin, PROTO_USER_ROLE_ADMIN), PROTO_OK);
    lab = world_room(w, &admin, "Lab", true);
    public = world_room(w, &admin, "Square", false);
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static struct str invite_to_lab(int64_t uses) {
    return world_invite(w, &admin,
                        (struct proto_invite_create){
                            .rooms = &lab, .rooms_count = 1, .uses = uses, .has_uses = true});
}

static enum proto_error make(const struct person *by, struct proto_invite_create payload) {
    return world_do(w, by, PROTO_COMMAND_INVITE_CREATE, &payload);
}

static enum proto_error use(const struct person *who, struct str secret) {
    struct proto_invite_use payload = {.invite = secret};
    return world_do(w, who, PROTO_COMMAND_INVITE_USE, &payload);
}

static enum proto_error look(struct str secret) {
    struct chat_invite_look payload = {.invite = secret};
    return world_act(w, (struct chat_actor){0}, CHAT_ACT_INVITE_LOOK, &payload);
}

/* Making */

static void what_is_not_said_is_one_use_within_a_week_for_a_member(void **state) {
    (void)state;
    assert_int_equal(make(&admin, (struct proto_invite_create){.note = STR(" for Eve ")}),
                     PROTO_OK);
    const struct proto_invite_create_result *result = w->answer;
    assert_int_equal(result->invite->role, PROTO_USER_ROLE_MEMBER);
    assert_int_equal(result->invite->uses_max, 1);
    assert_int_equal(result->invite->uses, 0);
    assert_int_equal(result->invite->expires_at, world_wall_ms(w) + 7 * 24 * HOUR_MS);
    assert_str(result->invite->note, "for Eve");
    assert_true(str_starts_with(result->secret, STR("ply_i_")));
    assert_int_equal(result->invite->id, w->store->accounts.invites[0].id);
    assert_str(w->store->accounts.audits[w->store->accounts.audit_count - 1].act, "invite:create");
}

static void zero_is_without_bound(void **state) {
    (void)state;
    assert_int_equal(
        make(&admin, (struct proto_invite_create){.has_uses = true, .has_expires_in_s = true}),
        PROTO_OK);
    const struct proto_invite_create_result *result = w->answer;
    assert_int_equal(result->invite->uses_max, 0);
    assert_int_equal(result->invite->expires_at, 0);
}

static void members_do_not_invite_and_only_owners_make_administrators(void **state) {
    (void)state;
    struct proto_invite_create plain = {0}, high = {.role = PROTO_USER_ROLE_ADMIN},
                               highest = {.role = PROTO_USER_ROLE_OWNER};
    assert_int_equal(make(&member, plain), PROTO_FORBIDDEN);
    assert_int_equal(make(&guest, plain), PROTO_FORBIDDEN);
    assert_int_equal(make(&admin, high), PROTO_FORBIDDEN);
    assert_int_equal(make(&owner, high), PROTO_OK);
    assert_int_equal(make(&owner, highest), PROTO_BAD_REQUEST);
}

static void one_invites_to_rooms_that_one_is_in(void **state) {
    (void)state;
    int64_t rooms[] = {lab, public, lab}, unknown = 4711;
    struct proto_invite_create payload = {.rooms = rooms, .rooms_count = 3};
    assert_int_equal(make(&owner, payload), PROTO_NOT_FOUND);
    struct str sentence = arena_copy(&w->secrets, w->outcome.error.message);
    payload = (struct proto_invite_create){.rooms = &unknown, .rooms_count = 1};
    assert_int_equal(make(&owner, payload), PROTO_NOT_FOUND); /* the very same answer */
    assert_true(str_equal(sentence, w->outcome.error.message));
    payload = (struct proto_invite_create){.rooms = rooms, .rooms_count = 3};
    assert_int_equal(make(&admin, payload), PROTO_OK);
    const struct proto_invite_create_result *result = w->answer;
    assert_int_equal(result->invite->rooms_count, 2); /* each once */
}

/* Using */

static void a_new_account_gets_the_role_and_the_rooms(void **state) {
    (void)state;
    struct str secret =
        world_invite(w, &owner, (struct proto_invite_create){.role = PROTO_USER_ROLE_ADMIN});
    struct person eve, ina;
    struct chat_register reg = {.name = STR("eve"), .invite = secret};
    assert_int_equal(world_register(w, reg, NULL, &eve), PROTO_OK);
    assert_int_equal(world_user(w, &eve)->role, PROTO_USER_ROLE_ADMIN);
    reg = (struct chat_register){.name = STR("ina"), .invite = invite_to_lab(1)};
    assert_int_equal(world_register(w, reg, NULL, &ina), PROTO_OK);
    assert_non_null(fake_find_member(w->store, lab, ina.user));
    assert_int_equal(fake_find_member(w->store, lab, ina.user)->role, PROTO_MEMBER_ROLE_MEMBER);
}

static void a_guest_who_registers_by_it_comes_into_the_rooms(void **state) {
    (void)state;
    struct person gast;
    struct chat_register reg = {.name = STR("Gast"), .invite = invite_to_lab(1)};
    assert_int_equal(world_register(w, reg, &guest, &gast), PROTO_OK);
    assert_int_equal(gast.user, guest.user);
    assert_non_null(fake_find_member(w->store, lab, gast.user));
}

static void who_is_signed_in_joins_the_rooms_and_is_told_of_them(void **state) {
    (void)state;
    struct str secret = invite_to_lab(2);
    assert_int_equal(use(&member, secret), PROTO_OK);
    const struct proto_invite_use_result *result = w->answer;
    assert_int_equal(result->rooms_count, 1);
    assert_int_equal(result->rooms[0].id, lab);
    assert_non_null(result->rooms[0].me);
    assert_int_equal(w->events[0].event, PROTO_EVENT_ROOM_NEW); /* private: new to him */
    assert_int_equal(w->events[0].audience.user, member.user);
    assert_int_equal(w->events[1].event, PROTO_EVENT_MEMBER_JOINED);
    assert_int_equal(w->store->accounts.invites[0].uses, 1);
    assert_int_equal(use(&member, secret), PROTO_OK); /* in already: no use of it */
    assert_int_equal(w->store->accounts.invites[0].uses, 1);
    assert_int_equal(world_user(w, &member)->role, PROTO_USER_ROLE_MEMBER);
}

static void who_is_banned_from_a_room_does_not_come_back_by_it(void **state) {
    (void)state;
    struct str secret = invite_to_lab(5);
    assert_int_equal(use(&member, secret), PROTO_OK);
    struct proto_room_ban ban = {.room = world_id(lab), .user = member.user, .on = true};
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_ROOM_BAN, &ban), PROTO_OK);
    assert_int_equal(use(&member, secret), PROTO_OK);
    assert_null(fake_find_member(w->store, lab, member.user));
}

/* Not valid */

static void one_that_never_was_is_used_up_expired_or_revoked_is_the_same(void **state) {
    (void)state;
    struct str used = invite_to_lab(1), revoked = invite_to_lab(1), expired = invite_to_lab(1);
    struct proto_invite_revoke revoke = {.invite = w->store->accounts.invites[1].id};
    assert_int_equal(use(&member, used), PROTO_OK);
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_INVITE_REVOKE, &revoke), PROTO_OK);
    assert_int_equal(use(&guest, expired), PROTO_OK); /* good until now */
    expired = invite_to_lab(1);
    w->mono_ms += 8 * 24 * HOUR_MS;
    struct str bad[] = {used,    revoked,
                        expired, STR("nonsense"),
                        STR(""), STR("ply_i_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        assert_int_equal(look(bad[i]), PROTO_NOT_FOUND);
        assert_str(w->outcome.error.message, "This invitation is not valid, or not any more.");
        struct chat_register reg = {.name = STR("eve"), .invite = bad[i]};
        assert_int_equal(world_register(w, reg, NULL, NULL), PROTO_NOT_FOUND);
        assert_str(w->outcome.error.message, "This invitation is not valid, or not any more.");
    }
}

static struct str last_one;

static void somebody_else_uses_it(struct world *world) {
    world->meanwhile = NULL;
    struct chat_register reg = {.name = STR("eve"), .invite = last_one};
    assert_int_equal(world_register(world, reg, NULL, NULL), PROTO_OK);
}

static void one_use_is_one_use_though_two_come_at_once(void **state) {
    (void)state;
    last_one = invite_to_lab(1);
    w->meanwhile = somebody_else_uses_it;
    struct chat_register reg = {.name = STR("ina"), .invite = last_one};
    assert_int_equal(world_register(w, reg, NULL, NULL), PROTO_NOT_FOUND);
    assert_int_equal(w->store->accounts.invites[0].uses, 1);
}

/* Seeing */

static void a_look_tells_where_it_leads(void **state) {
    (void)state;
    struct str secret = invite_to_lab(1);
    assert_int_equal(look(secret), PROTO_OK);
    const struct proto_invite_preview *preview = w->answer;
    assert_str(preview->server, "Parley");
    assert_int_equal(preview->role, PROTO_USER_ROLE_MEMBER);
    assert_int_equal(preview->rooms_count, 1);
    assert_str(preview->rooms[0].name, "Lab");
}

static void administrators_list_and_revoke_them(void **state) {
    (void)state;
    struct proto_invite_list list = {.limit = 2};
    struct proto_invite_revoke unknown = {.invite = 4711};
    for (int i = 0; i < 3; i++)
        (void)invite_to_lab(1);
    assert_int_equal(world_do(w, &member, PROTO_COMMAND_INVITE_LIST, &list), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &owner, PROTO_COMMAND_INVITE_LIST, &list), PROTO_OK);
    const struct proto_invite_list_result *result = w->answer;
    assert_int_equal(result->invites_count, 2);
    assert_true(result->more);
    list.after = result->invites[1].id;
    struct proto_invite_revoke revoke = {.invite = result->invites[0].id};
    assert_int_equal(world_do(w, &owner, PROTO_COMMAND_INVITE_LIST, &list), PROTO_OK);
    result = w->answer;
    assert_int_equal(result->invites_count, 1);
    assert_false(result->more);
    assert_int_equal(world_do(w, &member, PROTO_COMMAND_INVITE_REVOKE, &revoke), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &owner, PROTO_COMMAND_INVITE_REVOKE, &unknown), PROTO_NOT_FOUND);
    assert_int_equal(world_do(w, &owner, PROTO_COMMAND_INVITE_REVOKE, &revoke), PROTO_OK);
    assert_int_equal(w->store->accounts.invite_count, 2);
    world_reload(w);
    list.after = 0;
    assert_int_equal(world_do(w, &owner, PROTO_COMMAND_INVITE_LIST, &list), PROTO_OK);
    assert_int_equal(((const struct proto_invite_list_result *)w->answer)->invites_count, 2);
}

static void hidden_rooms_of_others_invitations_are_not_listed(void **state) {
    (void)state;
    int64_t rooms[] = {lab, public};
    struct proto_invite_list list = {0};
    (void)world_invite(w, &admin, (struct proto_invite_create){.rooms = rooms, .rooms_count = 2});
    assert_int_equal(world_do(w, &owner, PROTO_COMMAND_INVITE_LIST, &list), PROTO_OK);
    const struct proto_invite_list_result *result = w->answer;
    assert_int_equal(result->invites[0].rooms_count, 1);
    assert_int_equal(result->invites[0].rooms[0], public);
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_INVITE_LIST, &list), PROTO_OK);
    result = w->answer;
    assert_int_equal(result->invites[0].rooms_count, 2);
}

/* Of a room */

static size_t listed_for(const struct person *who, int64_t room) {
    struct proto_invite_list list = {.room = world_id(room)};
    assert_int_equal(world_do(w, who, PROTO_COMMAND_INVITE_LIST, &list), PROTO_OK);
    return ((const struct proto_invite_list_result *)w->answer)->invites_count;
}

static void those_into_a_room_are_its_moderators_business(void **state) {
    (void)state;
    int64_t rooms[] = {lab, public};
    struct str secret = world_invite(
        w, &admin,
        (struct proto_invite_create){.rooms = rooms, .rooms_count = 2, .note = STR("for Eve")});
    (void)world_invite(w, &admin, (struct proto_invite_create){.note = STR("elsewhere")});
    struct proto_invite_list list = {.room = world_id(lab)};
    assert_int_equal(world_do(w, &member, PROTO_COMMAND_INVITE_LIST, &list), PROTO_NOT_FOUND);
    world_put(w, &member, lab, PROTO_MEMBER_ROLE_MEMBER);
    assert_int_equal(world_do(w, &member, PROTO_COMMAND_INVITE_LIST, &list), PROTO_FORBIDDEN);
    world_put(w, &guest, lab, PROTO_MEMBER_ROLE_MODERATOR);
    assert_int_equal(listed_for(&guest, lab), 1);
    const struct proto_invite_list_result *result = w->answer;
    assert_int_equal(result->invites[0].by, admin.user);
    assert_int_equal(result->invites[0].note.len, 0); /* the administrators' */
    struct proto_invite_revoke revoke = {result->invites[0].id, world_id(lab)};
    assert_int_equal(world_do(w, &member, PROTO_COMMAND_INVITE_REVOKE, &revoke), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &guest, PROTO_COMMAND_INVITE_REVOKE, &revoke), PROTO_OK);
    assert_int_equal(world_do(w, &guest, PROTO_COMMAND_INVITE_REVOKE, &revoke), PROTO_NOT_FOUND);
    world_reload(w);
    assert_int_equal(listed_for(&guest, lab), 0);
    assert_int_equal(look(secret), PROTO_OK); /* what else it opens is not the room's */
    const struct proto_invite_preview *preview = w->answer;
    assert_int_equal(preview->rooms_count, 1);
    assert_str(preview->rooms[0].name, "Square");
}

/* What its maker could do at that moment */

static size_t rooms_of(struct str secret) {
    assert_int_equal(look(secret), PROTO_OK);
    return ((const struct proto_invite_preview *)w->answer)->rooms_count;
}

static void it_leads_into_no_room_that_its_maker_has_left(void **state) {
    (void)state;
    struct str secret = invite_to_lab(2);
    struct proto_room_leave leave = {world_id(lab)};
    world_put(w, &owner, lab, PROTO_MEMBER_ROLE_OWNER);
    assert_int_equal(rooms_of(secret), 1);
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_ROOM_LEAVE, &leave), PROTO_OK);
    assert_int_equal(rooms_of(secret), 0);
    assert_int_equal(use(&member, secret), PROTO_OK);
    assert_null(fake_find_member(w->store, lab, member.user));
    struct person ina;
    struct chat_register reg = {.name = STR("ina"), .invite = secret};
    assert_int_equal(world_register(w, reg, NULL, &ina), PROTO_OK);
    assert_null(fake_find_member(w->store, lab, ina.user));
}

static void it_is_good_as_long_as_its_maker_may_make_it(void **state) {
    (void)state;
    struct str secret = invite_to_lab(9);
    assert_int_equal(world_role(w, &owner, &admin, PROTO_USER_ROLE_MEMBER), PROTO_OK);
    assert_int_equal(look(secret), PROTO_NOT_FOUND);
    assert_int_equal(use(&member, secret), PROTO_NOT_FOUND);
    struct chat_register reg = {.name = STR("ina"), .invite = secret};
    assert_int_equal(world_register(w, reg, NULL, NULL), PROTO_NOT_FOUND);
    assert_int_equal(world_role(w, &owner, &admin, PROTO_USER_ROLE_ADMIN), PROTO_OK);
    assert_int_equal(rooms_of(secret), 1);
    struct proto_server_ban ban = {.user = admin.user, .on = true};
    assert_int_equal(world_do(w, &owner, PROTO_COMMAND_SERVER_BAN, &ban), PROTO_OK);
    assert_int_equal(look(secret), PROTO_NOT_FOUND);
}

static void one_for_an_administrator_takes_an_owner_still(void **state) {
    (void)state;
    assert_int_equal(world_role(w, &owner, &member, PROTO_USER_ROLE_OWNER), PROTO_OK);
    struct str secret =
        world_invite(w, &owner, (struct proto_invite_create){.role = PROTO_USER_ROLE_ADMIN});
    assert_int_equal(look(secret), PROTO_OK);
    assert_int_equal(world_role(w, &owner, &owner, PROTO_USER_ROLE_ADMIN), PROTO_OK);
    assert_int_equal(look(secret), PROTO_NOT_FOUND);
}

static void a_secret_outlives_a_reload(void **state) {
    (void)state;
    struct str secret = invite_to_lab(1);
    world_reload(w);
    assert_int_equal(use(&member, secret), PROTO_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_said_is_one_use_within_a_week_for_a_member),
        TEST(zero_is_without_bound),
        TEST(members_do_not_invite_and_only_owners_make_administrators),
        TEST(one_invites_to_rooms_that_one_is_in),
        TEST(a_new_account_gets_the_role_and_the_rooms),
        TEST(a_guest_who_registers_by_it_comes_into_the_rooms),
        TEST(who_is_signed_in_joins_the_rooms_and_is_told_of_them),
        TEST(who_is_banned_from_a_room_does_not_come_back_by_it),
        TEST(one_that_never_was_is_used_up_expired_or_revoked_is_the_same),
        TEST(one_use_is_one_use_though_two_come_at_once),
        TEST(a_look_tells_where_it_leads),
        TEST(administrators_list_and_revoke_them),
        TEST(hidden_rooms_of_others_invitations_are_not_listed),
        TEST(those_into_a_room_are_its_moderators_business),
        TEST(it_leads_into_no_room_that_its_maker_has_left),
        TEST(it_is_good_as_long_as_its_maker_may_make_it),
        TEST(one_for_an_administrator_takes_an_owner_still),
        TEST(a_secret_outlives_a_reload),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
