/* test_chat_admin.c: who may do what with the server and its accounts: every right, every role, upwards and downwards; and what
 * then happens.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_rights.h"
#include "chat/chat_server_policy.h"
#include "world_account.h"

static struct world *w;
static struct person owner, admin, member, guest;

static int start(void **state) {
    (void)state;
    w = world_new();
    owner = world_account(w, "olga");
    admin = world_account(w, "anton");
    member = world_account(w, "mia");
    guest = world_guest(w, "Gast");
    assert_int_equal(world_role(w, &owner, &admin, PROTO_USER_ROLE_ADMIN), PROTO_OK);
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

/* The table */

static const struct chat_user *user_of(const struct person *who) {
    return chat_user_find(w->chat, who->user);
}

/* Who may, by right: of each actor a letter, of each person it may concern. O A M G, in this order; s: as to the server. */
static const struct {
    enum chat_server_right right;
    const char *may[4]; /* what owner, admin, member, guest may; "" nothing */
} rights[] = {
    {CHAT_MAY_SETTLE, {"sOAMG", "sOAMG", "", ""}},   {CHAT_MAY_INVITE, {"sOAMG", "sOAMG", "", ""}},
    {CHAT_MAY_INVITE_ADMIN, {"sOAMG", "", "", ""}},  {CHAT_MAY_GIVE_ROLE, {"sAMG", "", "", ""}},
    {CHAT_MAY_STEP_DOWN, {"O", "A", "", ""}},        {CHAT_MAY_SHUT, {"sAMG", "sMG", "", ""}},
    {CHAT_MAY_SEE_SHUT, {"sOAMG", "sOAMG", "", ""}}, {CHAT_MAY_SIGN_OUT, {"sAMG", "sMG", "", ""}},
};

static void every_right_is_as_the_table_says(void **state) {
    (void)state;
    const struct person *people[] = {&owner, &admin, &member, &guest};
    struct chat_server_line line;
    assert_int_equal(TEST_COUNT(rights), CHAT_MAY_COUNT);
    for (size_t r = 0; r < TEST_COUNT(rights); r++)
        assert_true(chat_server_policy_line(r, &line) && line.act != NULL);
    assert_false(chat_server_policy_line(TEST_COUNT(rights), &line));
    for (size_t r = 0; r < TEST_COUNT(rights); r++)
        for (size_t a = 0; a < 4; a++)
            for (size_t o = 0; o < 5; o++) {
                const struct chat_user *other = o == 0 ? NULL : user_of(people[o - 1]);
                struct str why = STR_NONE;
                bool may = chat_server_policy_check(user_of(people[a]), other, rights[r].right,
                                                    &why) == PROTO_OK;
                bool wanted = strchr(rights[r].may[a], "sOAMG"[o]) != NULL;
                if (may != wanted)
                    fail_msg("right %d, actor %zu, other %zu: %d", rights[r].right, a, o, may);
                assert_int_equal(why.len > 0, !may);
            }
}

/* Roles */

static void owners_give_roles_and_it_is_told_and_noted(void **state) {
    (void)state;
    assert_int_equal(world_role(w, &owner, &member, PROTO_USER_ROLE_ADMIN), PROTO_OK);
    assert_int_equal(world_user(w, &member)->role, PROTO_USER_ROLE_ADMIN);
    assert_int_equal(w->events[0].event, PROTO_EVENT_USER_CHANGED);
    const struct chat_audit_fact *audit =
        &w->store->accounts.audits[w->store->accounts.audit_count - 1];
    assert_str(audit->act, "server:role");
    assert_str(audit->text, "admin, before: member");
    assert_int_equal(audit->by, owner.user);
    assert_int_equal(audit->user, member.user);
    size_t noted = w->store->accounts.audit_count;
    assert_int_equal(world_role(w, &owner, &member, PROTO_USER_ROLE_ADMIN), PROTO_OK);
    assert_int_equal(w->store->accounts.audit_count, noted); /* nothing new */
}

static void nobody_else_does(void **state) {
    (void)state;
    assert_int_equal(world_role(w, &admin, &member, PROTO_USER_ROLE_ADMIN), PROTO_FORBIDDEN);
    assert_int_equal(world_role(w, &admin, &admin, PROTO_USER_ROLE_OWNER), PROTO_FORBIDDEN);
    assert_int_equal(world_role(w, &member, &member, PROTO_USER_ROLE_ADMIN), PROTO_FORBIDDEN);
    assert_int_equal(world_role(w, &guest, &guest, PROTO_USER_ROLE_OWNER), PROTO_FORBIDDEN);
    assert_int_equal(world_role(w, &member, &owner, PROTO_USER_ROLE_MEMBER), PROTO_FORBIDDEN);
}

static void an_administrator_steps_down_himself(void **state) {
    (void)state;
    assert_int_equal(world_role(w, &admin, &admin, PROTO_USER_ROLE_MEMBER), PROTO_OK);
    assert_int_equal(world_user(w, &admin)->role, PROTO_USER_ROLE_MEMBER);
}

static void the_last_owner_stays(void **state) {
    (void)state;
    assert_int_equal(world_role(w, &owner, &owner, PROTO_USER_ROLE_MEMBER), PROTO_CONFLICT);
    assert_int_equal(world_role(w, &owner, &admin, PROTO_USER_ROLE_OWNER), PROTO_OK);
    assert_int_equal(world_role(w, &owner, &admin, PROTO_USER_ROLE_MEMBER), PROTO_FORBIDDEN);
    assert_int_equal(world_role(w, &owner, &owner, PROTO_USER_ROLE_MEMBER), PROTO_OK);
    assert_int_equal(world_role(w, &admin, &admin, PROTO_USER_ROLE_ADMIN), PROTO_CONFLICT);
}

static void a_guest_and_nobody_have_no_role(void **state) {
    (void)state;
    const struct person nobody = {.user = 4711};
    assert_int_equal(world_role(w, &owner, &guest, PROTO_USER_ROLE_ADMIN), PROTO_CONFLICT);
    assert_int_equal(world_role(w, &owner, &nobody, PROTO_USER_ROLE_ADMIN), PROTO_NOT_FOUND);
    assert_int_equal(world_role(w, &member, &nobody, PROTO_USER_ROLE_ADMIN), PROTO_FORBIDDEN);
}

/* Shutting accounts */

static enum proto_error shut(const struct person *by, const struct person *whom, bool on) {
    struct proto_server_ban payload = {.user = whom->user, .on = on, .reason = STR("spam")};
    return world_do(w, by, PROTO_COMMAND_SERVER_BAN, &payload);
}

static void a_shut_account_loses_its_sessions_and_gets_no_new_one(void **state) {
    (void)state;
    struct person phone;
    assert_int_equal(world_login(w, "mia", WORLD_PASSWORD, "192.0.2.1", &phone), PROTO_OK);
    assert_int_equal(shut(&admin, &member, true), PROTO_OK);
    assert_int_equal(world_ended(w), 2);
    assert_int_equal(world_login(w, "mia", WORLD_PASSWORD, "192.0.2.1", NULL), PROTO_FORBIDDEN);
    assert_int_equal(world_login(w, "mia", "something else", "192.0.2.1", NULL),
                     PROTO_UNAUTHORIZED); /* who does not know the password learns nothing */
    world_reload(w);
    assert_int_equal(world_login(w, "mia", WORLD_PASSWORD, "192.0.2.1", NULL), PROTO_FORBIDDEN);
    assert_int_equal(shut(&admin, &member, false), PROTO_OK);
    assert_int_equal(world_login(w, "mia", WORLD_PASSWORD, "192.0.2.1", NULL), PROTO_OK);
}

static void shutting_goes_downwards_only(void **state) {
    (void)state;
    assert_int_equal(shut(&admin, &owner, true), PROTO_FORBIDDEN);
    assert_int_equal(shut(&admin, &admin, true), PROTO_FORBIDDEN);
    assert_int_equal(shut(&owner, &owner, true), PROTO_FORBIDDEN);
    assert_int_equal(shut(&member, &guest, true), PROTO_FORBIDDEN);
    assert_int_equal(shut(&owner, &admin, true), PROTO_OK);
    assert_int_equal(shut(&owner, &guest, true), PROTO_OK);
}

static void shut_accounts_are_listed_with_who_and_why(void **state) {
    (void)state;
    struct proto_server_bans payload = {.limit = 1};
    assert_int_equal(shut(&admin, &member, true), PROTO_OK);
    assert_int_equal(shut(&owner, &guest, true), PROTO_OK);
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_SERVER_BANS, &payload), PROTO_OK);
    const struct proto_server_bans_result *result = w->answer;
    assert_int_equal(result->bans_count, 1);
    assert_true(result->more);
    assert_int_equal(result->bans[0].user->id, member.user);
    assert_int_equal(result->bans[0].by, admin.user);
    assert_str(result->bans[0].reason, "spam");
    payload.after = member.user;
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_SERVER_BANS, &payload), PROTO_OK);
    result = w->answer;
    assert_int_equal(result->bans[0].user->id, guest.user);
    assert_false(result->more);
    assert_int_equal(world_do(w, &owner, PROTO_COMMAND_SERVER_BANS, &payload), PROTO_OK);
}

/* Sessions of others */

static void administrators_see_and_end_the_sessions_of_others(void **state) {
    (void)state;
    struct proto_session_list list = {.user = member.user};
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_SESSION_LIST, &list), PROTO_OK);
    const struct proto_session_list_result *result = w->answer;
    assert_int_equal(result->sessions_count, 1);
    assert_false(result->sessions[0].current);
    struct proto_session_revoke one = {.session = member.session}, all = {.user = guest.user};
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_SESSION_REVOKE, &one), PROTO_OK);
    assert_int_equal(world_ended(w), 1);
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_SESSION_REVOKE, &all), PROTO_OK);
    assert_int_equal(world_ended(w), 1);
    assert_int_equal(
        world_do(w, &guest, PROTO_COMMAND_SESSION_LIST, &(struct proto_session_list){0}),
        PROTO_UNAUTHORIZED);
}

static void for_others_they_do_not_exist(void **state) {
    (void)state;
    struct proto_session_list list = {.user = owner.user};
    struct proto_session_revoke one = {.session = owner.session}, none = {.session = 4711};
    assert_int_equal(world_do(w, &member, PROTO_COMMAND_SESSION_LIST, &list), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_SESSION_LIST, &list), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_SESSION_REVOKE, &one), PROTO_NOT_FOUND);
    struct str sentence = arena_copy(&w->secrets, w->outcome.error.message);
    assert_int_equal(world_do(w, &member, PROTO_COMMAND_SESSION_REVOKE, &none), PROTO_NOT_FOUND);
    assert_true(str_equal(w->outcome.error.message, sentence));
}

/* Settings */

static void settings_are_changed_told_noted_and_kept(void **state) {
    (void)state;
    struct proto_server_update payload = {.name = STR("  Engine room "),
                                          .registration = PROTO_REGISTRATION_MODE_INVITE,
                                          .has_guests = true,
                                          .guests = false};
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_SERVER_UPDATE, &payload), PROTO_OK);
    const struct proto_server_update_result *result = w->answer;
    assert_str(result->settings->name, "Engine room");
    assert_int_equal(w->events[0].event, PROTO_EVENT_SERVER_CHANGED);
    assert_int_equal(w->events[0].audience.scope, CHAT_SCOPE_ALL);
    assert_str(w->store->accounts.audits[w->store->accounts.audit_count - 1].act, "server:update");
    world_reload(w);
    struct chat_attach attach = {.name = STR("Ben"), .resume_pos = -1};
    assert_int_equal(world_attach(w, attach, NULL), PROTO_UNAUTHORIZED);
    assert_int_equal(world_register(w, (struct chat_register){.name = STR("ben")}, NULL, NULL),
                     PROTO_FORBIDDEN);
    struct person again = world_again(w, &admin);
    const struct chat_attached *attached = w->answer;
    assert_str(attached->ready.server->settings->name, "Engine room");
    assert_false(attached->ready.server->settings->guests);
    (void)again;
}

static void settings_are_for_administrators_and_bounded(void **state) {
    (void)state;
    struct proto_server_update payload = {.name = STR("x")}, empty = {.name = STR("  ")};
    assert_int_equal(world_do(w, &member, PROTO_COMMAND_SERVER_UPDATE, &payload), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &guest, PROTO_COMMAND_SERVER_UPDATE, &payload), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &admin, PROTO_COMMAND_SERVER_UPDATE, &empty), PROTO_BAD_REQUEST);
    assert_int_equal(world_do(w, &owner, PROTO_COMMAND_SERVER_UPDATE, &payload), PROTO_OK);
    assert_int_equal(w->event_count, 1);
    assert_int_equal(world_do(w, &owner, PROTO_COMMAND_SERVER_UPDATE, &payload), PROTO_OK);
    assert_int_equal(w->event_count, 0); /* as it was */
}

static void everybody_may_know_how_one_comes_in(void **state) {
    (void)state;
    struct chat_server_look look = {.is_local = true};
    assert_int_equal(world_act(w, (struct chat_actor){0}, CHAT_ACT_SERVER, &look), PROTO_OK);
    const struct proto_server_info *info = w->answer;
    assert_str(info->version, "1.2.3");
    assert_str(info->settings->name, "Parley");
    assert_true(info->settings->guests);
    assert_false(info->setup || info->setup_open);
    world_free(w);
    w = world_new();
    assert_int_equal(world_act(w, (struct chat_actor){0}, CHAT_ACT_SERVER, &look), PROTO_OK);
    info = w->answer;
    assert_true(info->setup && info->setup_open);
    look.is_local = false;
    assert_int_equal(world_act(w, (struct chat_actor){0}, CHAT_ACT_SERVER, &look), PROTO_OK);
    info = w->answer;
    assert_true(info->setup && !info->setup_open);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_right_is_as_the_table_says),
        TEST(owners_give_roles_and_it_is_told_and_noted),
        TEST(nobody_else_does),
        TEST(an_administrator_steps_down_himself),
        TEST(the_last_owner_stays),
        TEST(a_guest_and_nobody_have_no_role),
        TEST(a_shut_account_loses_its_sessions_and_gets_no_new_one),
        TEST(shutting_goes_downwards_only),
        TEST(shut_accounts_are_listed_with_who_and_why),
        TEST(administrators_see_and_end_the_sessions_of_others),
        TEST(for_others_they_do_not_exist),
        TEST(settings_are_changed_told_noted_and_kept),
        TEST(settings_are_for_administrators_and_bounded),
        TEST(everybody_may_know_how_one_comes_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
