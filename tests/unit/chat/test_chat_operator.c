/* test_chat_operator.c: accounts by the command line.
 *
 * SPDX-License-Identifier: MIT
 */
#include "world_account.h"

static struct world *w;

static int start(void **state) {
    (void)state;
    w = world_new();
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error operate(struct chat_operate payload) {
    return world_act(w, (struct chat_actor){0}, CHAT_ACT_OPERATE, &payload);
}

static enum proto_error add(const char *name, enum proto_user_role role) {
    return operate((struct chat_operate){.kind = CHAT_OPERATE_ADD,
                                         .name = str_of_c(name),
                                         .password = STR(WORLD_PASSWORD),
                                         .role = role});
}

static const struct chat_audit_fact *last_audit(void) {
    return &w->store->accounts.audits[w->store->accounts.audit_count - 1];
}

static void an_account_is_added_and_noted_as_nobodys_act(void **state) {
    (void)state;
    assert_int_equal(add("ada", PROTO_USER_ROLE_OWNER), PROTO_OK);
    const struct proto_user_list_result *result = w->answer;
    assert_str(result->users[0].name, "ada");
    assert_int_equal(result->users[0].role, PROTO_USER_ROLE_OWNER);
    assert_true(chat_has_owner(w->chat));
    assert_int_equal(w->store->session_count, 0);
    assert_int_equal(last_audit()->by, 0);
    assert_str(last_audit()->act, "user add");
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, "192.0.2.1", NULL), PROTO_OK);
    assert_int_equal(add("ben", 0), PROTO_OK);
    result = w->answer;
    assert_int_equal(result->users[0].role, PROTO_USER_ROLE_MEMBER);
}

static void the_rules_of_names_and_passwords_hold(void **state) {
    (void)state;
    assert_int_equal(add("ada", 0), PROTO_OK);
    assert_int_equal(add("ADA", 0), PROTO_CONFLICT);
    assert_int_equal(add("admin", 0), PROTO_BAD_REQUEST);
    assert_int_equal(operate((struct chat_operate){.kind = CHAT_OPERATE_ADD,
                                                   .name = STR("ben"),
                                                   .password = STR("password123")}),
                     PROTO_BAD_REQUEST);
}

static void a_role_is_given_to_whom_it_can_be(void **state) {
    (void)state;
    struct chat_operate to_admin = {
        .kind = CHAT_OPERATE_ROLE, .name = STR("ada"), .role = PROTO_USER_ROLE_ADMIN};
    assert_int_equal(operate(to_admin), PROTO_NOT_FOUND);
    assert_int_equal(add("ada", PROTO_USER_ROLE_OWNER), PROTO_OK);
    assert_int_equal(operate(to_admin), PROTO_CONFLICT); /* the last owner */
    assert_int_equal(add("ben", PROTO_USER_ROLE_OWNER), PROTO_OK);
    assert_int_equal(operate(to_admin), PROTO_OK);
    (void)world_guest(w, "Gast");
    to_admin.name = STR("gast");
    assert_int_equal(operate(to_admin), PROTO_CONFLICT);
}

static void a_new_password_ends_all_sessions_and_makes_a_guest_a_member(void **state) {
    (void)state;
    struct person guest = world_guest(w, "Gast");
    struct chat_operate reset = {
        .kind = CHAT_OPERATE_PASSWORD, .name = STR("GAST"), .password = STR("pluto is a planet")};
    assert_int_equal(operate(reset), PROTO_OK);
    assert_int_equal(world_ended(w), 1);
    assert_int_equal(world_user(w, &guest)->kind, PROTO_USER_KIND_MEMBER);
    assert_int_equal(world_login(w, "gast", "pluto is a planet", "192.0.2.1", NULL), PROTO_OK);
    assert_str(last_audit()->act, "user reset-password");
    reset.name = STR("nobody");
    assert_int_equal(operate(reset), PROTO_NOT_FOUND);
}

static void accounts_are_listed_in_pages_without_guests(void **state) {
    (void)state;
    char name[16];
    for (int i = 0; i < 210; i++) {
        (void)snprintf(name, sizeof name, "user%d", i);
        assert_int_equal(add(name, 0), PROTO_OK);
    }
    (void)world_guest(w, "Gast");
    struct chat_operate list = {.kind = CHAT_OPERATE_LIST};
    assert_int_equal(operate(list), PROTO_OK);
    const struct proto_user_list_result *result = w->answer;
    assert_int_equal(result->users_count, 200);
    assert_true(result->more);
    list.after = result->users[199].id;
    assert_int_equal(operate(list), PROTO_OK);
    result = w->answer;
    assert_int_equal(result->users_count, 10);
    assert_false(result->more);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_account_is_added_and_noted_as_nobodys_act),
        TEST(the_rules_of_names_and_passwords_hold),
        TEST(a_role_is_given_to_whom_it_can_be),
        TEST(a_new_password_ends_all_sessions_and_makes_a_guest_a_member),
        TEST(accounts_are_listed_in_pages_without_guests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
