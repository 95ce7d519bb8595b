/* test_chat_account.c: registering, and changing one's password.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/token.h"
#include "world_account.h"

#define SETUP "ply_u_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct world *w;

static int start_as(enum proto_registration_mode mode) {
    struct chat_options options = world_options();
    options.registration = mode;
    options.has_setup = true;
    assert_true(token_hash_of(TOKEN_SETUP_PREFIX, STR(SETUP), options.setup_hash));
    w = world_new_with(options);
    return 0;
}

static int start(void **state) {
    (void)state;
    return start_as(PROTO_REGISTRATION_MODE_OPEN);
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error try(struct chat_register reg) {
    return world_register(w, reg, NULL, NULL);
}

/* The first account */

static void a_stranger_cannot_take_a_fresh_server(void **state) {
    (void)state;
    assert_int_equal(try((struct chat_register){.name = STR("mallory")}), PROTO_FORBIDDEN);
    assert_str(w->outcome.error.field, "setup");
    assert_int_equal(try((struct chat_register){
                         .name = STR("mallory"),
                         .setup = STR("ply_u_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB")}),
                     PROTO_FORBIDDEN);
    assert_int_equal(try((struct chat_register){.name = STR("mallory"), .setup = STR("")}),
                     PROTO_FORBIDDEN);
    assert_int_equal(w->hashings, 0);
}

static void the_first_account_owns_the_server_and_the_secret_is_used_up(void **state) {
    (void)state;
    struct person ada;
    struct chat_register reg = {.name = STR("ada"), .setup = STR(SETUP)};
    assert_false(chat_has_owner(w->chat));
    assert_int_equal(world_register(w, reg, NULL, &ada), PROTO_OK);
    assert_int_equal(world_user(w, &ada)->role, PROTO_USER_ROLE_OWNER);
    assert_int_equal(world_user(w, &ada)->kind, PROTO_USER_KIND_MEMBER);
    assert_true(chat_has_owner(w->chat));
    reg.name = STR("mallory");
    assert_int_equal(try(reg), PROTO_CONFLICT);
}

static void who_sits_at_the_machine_needs_no_secret(void **state) {
    (void)state;
    struct person ada = world_account(w, "ada"), ben = world_account(w, "ben");
    assert_int_equal(world_user(w, &ada)->role, PROTO_USER_ROLE_OWNER);
    assert_int_equal(world_user(w, &ben)->role, PROTO_USER_ROLE_MEMBER);
}

/* Two ask at once: each was told to hash when there was no owner. */
static void ada_comes_first(struct world *world) {
    world->meanwhile = NULL;
    (void)world_account(world, "ada");
}

static void only_one_of_two_who_set_up_at_once_owns_the_server(void **state) {
    (void)state;
    w->meanwhile = ada_comes_first;
    assert_int_equal(try((struct chat_register){.name = STR("ben"), .setup = STR(SETUP)}),
                     PROTO_CONFLICT);
}

/* Who may */

static void a_closed_server_takes_no_accounts(void **state) {
    (void)state;
    world_free(w);
    start_as(PROTO_REGISTRATION_MODE_CLOSED);
    struct person ada = world_account(w, "ada"); /* the first is made all the same */
    struct str secret = world_invite(w, &ada, (struct proto_invite_create){0});
    assert_int_equal(try((struct chat_register){.name = STR("ben")}), PROTO_FORBIDDEN);
    assert_int_equal(try((struct chat_register){.name = STR("ben"), .invite = secret}),
                     PROTO_FORBIDDEN);
}

static void by_invitation_only_means_that(void **state) {
    (void)state;
    world_free(w);
    start_as(PROTO_REGISTRATION_MODE_INVITE);
    struct person ada = world_account(w, "ada"), ben;
    struct str secret = world_invite(w, &ada, (struct proto_invite_create){0});
    assert_int_equal(try((struct chat_register){.name = STR("ben")}), PROTO_FORBIDDEN);
    assert_str(w->outcome.error.field, "invite");
    struct chat_register reg = {.name = STR("ben"), .invite = secret};
    assert_int_equal(world_register(w, reg, NULL, &ben), PROTO_OK);
    assert_int_equal(world_user(w, &ben)->role, PROTO_USER_ROLE_MEMBER);
    reg.name = STR("cleo");
    assert_int_equal(try(reg), PROTO_NOT_FOUND); /* it was for one */
}

static void the_pace_of_an_address_is_bounded_and_loopback_is_free(void **state) {
    (void)state;
    struct chat_options options = world_options();
    options.rate_scale = 1;
    world_free(w);
    w = world_new_with(options);
    (void)world_account(w, "ada");
    char name[16];
    for (int i = 0; i < 5; i++) {
        (void)snprintf(name, sizeof name, "user%d", i);
        assert_int_equal(try((struct chat_register){.name = str_of_c(name)}), PROTO_OK);
    }
    assert_int_equal(try((struct chat_register){.name = STR("user5")}), PROTO_RATE_LIMITED);
    assert_true(w->outcome.error.retry_after_ms > 0);
    assert_int_equal(try((struct chat_register){.name = STR("user5"), .address = STR("127.0.0.1")}),
                     PROTO_OK);
    assert_int_equal(
        try((struct chat_register){.name = STR("user6"), .address = STR("198.51.100.1")}),
        PROTO_OK);
}

/* What */

static void bad_names_and_passwords_are_named(void **state) {
    (void)state;
    (void)world_account(w, "ada");
    static const struct {
        const char *name, *password, *display, *field;
        enum proto_error error;
    } rows[] = {
        {"", WORLD_PASSWORD, NULL, "name", PROTO_BAD_REQUEST},
        {"admin", WORLD_PASSWORD, NULL, "name", PROTO_BAD_REQUEST},
        {"a b", WORLD_PASSWORD, NULL, "name", PROTO_BAD_REQUEST},
        {"ADA", WORLD_PASSWORD, NULL, "name", PROTO_CONFLICT},
        {"ben", "short", NULL, "password", PROTO_BAD_REQUEST},
        {"ben", "password123", NULL, "password", PROTO_BAD_REQUEST},
        {"bernadette", "bernadette99", NULL, "password", PROTO_BAD_REQUEST},
        {"ben", WORLD_PASSWORD, "two\nlines", "display_name", PROTO_BAD_REQUEST},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct chat_register reg = {.name = str_of_c(rows[i].name),
                                    .password = str_of_c(rows[i].password),
                                    .display_name = str_of_c(rows[i].display)};
        assert_int_equal(try(reg), rows[i].error);
        assert_str(w->outcome.error.field, rows[i].field);
    }
    assert_int_equal(w->hashings, 1); /* what is refused costs no hash */
}

static void a_taken_name_comes_with_one_that_is_free(void **state) {
    (void)state;
    (void)world_account(w, "ada");
    assert_int_equal(try((struct chat_register){.name = STR("ada")}), PROTO_CONFLICT);
    struct str suggestion = arena_copy(&w->secrets, w->outcome.error.suggestion);
    assert_int_equal(try((struct chat_register){.name = suggestion}), PROTO_OK);
}

static void the_password_is_kept_as_its_hash(void **state) {
    (void)state;
    struct person ada = world_account(w, "ada");
    assert_int_equal(w->store->accounts.password_count, 1);
    assert_int_equal(w->store->accounts.passwords[0].user, ada.user);
    assert_str(w->store->accounts.passwords[0].hash, "hash:" WORLD_PASSWORD);
}

static void a_hash_that_could_not_be_made_makes_no_account(void **state) {
    (void)state;
    struct chat_register reg = {
        .name = STR("ada"), .password = STR(WORLD_PASSWORD), .is_local = true};
    const struct chat_proof proof = {.failed = true};
    struct chat_command command = {.act = CHAT_ACT_REGISTER, .payload = &reg, .proof = &proof};
    world_begin(w);
    assert_int_equal(chat_decide(w->chat, &command, &w->outcome), PROTO_UNAVAILABLE);
    assert_int_equal(w->outcome.fact_count, 0);
}

/* Guests */

static void a_guest_becomes_a_member_and_stays_who_he_is(void **state) {
    (void)state;
    (void)world_account(w, "ada");
    struct person guest = world_guest(w, "Ben"), member, other = world_again(w, &guest);
    int64_t lab = world_room(w, &guest, "Lab", true);
    struct chat_register reg = {.name = STR("Ben")};
    (void)other;
    assert_int_equal(world_register(w, reg, &guest, &member), PROTO_OK);
    assert_int_equal(member.user, guest.user);
    assert_int_not_equal(member.session, guest.session);
    assert_int_equal(world_ended(w), 1); /* one session with two connections */
    assert_null(fake_find_session(w->store, guest.session));
    assert_int_equal(world_user(w, &member)->kind, PROTO_USER_KIND_MEMBER);
    assert_int_equal(world_user(w, &member)->role, PROTO_USER_ROLE_MEMBER);
    assert_non_null(fake_find_member(w->store, lab, member.user));
    assert_int_equal(w->events[0].event, PROTO_EVENT_USER_CHANGED);
}

static void a_guest_may_take_another_name_with_it(void **state) {
    (void)state;
    (void)world_account(w, "ada");
    struct person guest = world_guest(w, "Ben"), member;
    struct chat_register reg = {.name = STR("benedict")};
    assert_int_equal(world_register(w, reg, &guest, &member), PROTO_OK);
    assert_str(world_user(w, &member)->name, "benedict");
    assert_str(world_user(w, &member)->display_name, "benedict");
}

static void a_guest_can_be_the_first_owner(void **state) {
    (void)state;
    struct person guest = world_guest(w, "Ada"), member;
    struct chat_register reg = {.name = STR("Ada"), .setup = STR(SETUP)};
    assert_int_equal(world_register(w, reg, &guest, &member), PROTO_OK);
    assert_int_equal(world_user(w, &member)->role, PROTO_USER_ROLE_OWNER);
}

static void who_has_an_account_makes_no_other_one(void **state) {
    (void)state;
    struct person ada = world_account(w, "ada");
    assert_int_equal(world_register(w, (struct chat_register){.name = STR("eve")}, &ada, NULL),
                     PROTO_CONFLICT);
}

static void a_stale_cookie_is_passed_over_a_stale_token_is_not(void **state) {
    (void)state;
    (void)world_account(w, "ada");
    struct chat_actor actor = {.has_token = true, .token_hash = {9}};
    struct chat_register reg = {
        .name = STR("ben"), .password = STR(WORLD_PASSWORD), .fresh_token_hash = {8}};
    assert_int_equal(world_act(w, actor, CHAT_ACT_REGISTER, &reg), PROTO_UNAUTHORIZED);
    reg.token_is_cookie = true;
    assert_int_equal(world_act(w, actor, CHAT_ACT_REGISTER, &reg), PROTO_OK);
}

/* The name that he gives up */

static enum proto_error be_guest(const char *name) {
    struct chat_login login = {
        .name = str_of_c(name), .password = STR_NONE, .address = STR("127.0.0.1")};
    world_hash(700000 + ++w->last_secret, login.fresh_token_hash);
    return world_act(w, (struct chat_actor){0}, CHAT_ACT_LOGIN, &login);
}

static void a_name_that_is_given_up_stays_his_for_ninety_days(void **state) {
    (void)state;
    (void)world_account(w, "olga");
    struct person guest = world_guest(w, "Gast"), member;
    struct chat_register reg = {.name = STR("Gastone")};
    assert_int_equal(world_register(w, reg, &guest, &member), PROTO_OK);
    const int64_t days_90_ms = 90 * 24 * 3600 * 1000LL;
    for (int i = 0; i < 2; i++) { /* and after a reload */
        assert_int_equal(be_guest("GAST"), PROTO_CONFLICT);
        assert_str(w->outcome.error.message, "That name is taken."); /* as if somebody had it */
        assert_str(w->outcome.error.suggestion, "GAST2");
        reg.name = STR("gast");
        assert_int_equal(world_register(w, reg, NULL, NULL), PROTO_CONFLICT);
        world_reload(w);
    }
    w->mono_ms += days_90_ms - 1000;
    assert_int_equal(be_guest("Gast"), PROTO_CONFLICT);
    w->mono_ms += 1000;
    assert_int_equal(be_guest("Gast"), PROTO_OK);
}

static void who_keeps_his_name_gives_up_nothing(void **state) {
    (void)state;
    (void)world_account(w, "olga");
    struct person guest = world_guest(w, "Gast"), member;
    struct chat_register reg = {.name = STR("gast")};
    assert_int_equal(world_register(w, reg, &guest, &member), PROTO_OK);
    assert_int_equal(w->store->accounts.held_count, 0);
}

/* A new password */

static enum proto_error change(const struct person *who, const char *old, const char *new) {
    struct chat_password payload = {
        .password = str_of_c(old), .new_password = str_of_c(new), .address = STR("127.0.0.1")};
    return world_act(w, (struct chat_actor){.session = who->session}, CHAT_ACT_PASSWORD, &payload);
}

static void the_session_that_sets_it_goes_on_with_another_token(void **state) {
    (void)state;
    struct person ada = world_account(w, "ada");
    unsigned char old[CHAT_TOKEN_HASH_BYTES];
    memcpy(old, fake_find_session(w->store, ada.session)->token_hash, sizeof old);
    struct chat_password payload = {.password = STR(WORLD_PASSWORD),
                                    .new_password = STR("pluto is a planet"),
                                    .address = STR("127.0.0.1"),
                                    .rotates = true,
                                    .fresh_token_hash = {7}};
    struct chat_actor actor = {.has_token = true};
    memcpy(actor.token_hash, old, sizeof old);
    assert_int_equal(world_act(w, actor, CHAT_ACT_PASSWORD, &payload), PROTO_OK);
    const struct chat_signal *signal = world_signal(w, CHAT_SIGNAL_TOKEN);
    assert_int_equal(signal->session, ada.session);
    assert_memory_equal(signal->rotation->old_hash, old, sizeof old);
    assert_memory_equal(signal->rotation->new_hash, payload.fresh_token_hash, sizeof old);
    for (int i = 0; i < 2; i++) { /* and after a reload */
        assert_int_equal(world_act(w, actor, CHAT_ACT_WHOAMI, NULL), PROTO_UNAUTHORIZED);
        struct chat_actor fresh = {.has_token = true, .token_hash = {7}};
        assert_int_equal(world_act(w, fresh, CHAT_ACT_WHOAMI, NULL), PROTO_OK);
        world_reload(w);
    }
}

static void a_new_password_ends_the_other_sessions(void **state) {
    (void)state;
    struct person ada = world_account(w, "ada"), phone, tablet;
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, "192.0.2.1", &phone), PROTO_OK);
    assert_int_equal(world_login(w, "ADA", WORLD_PASSWORD, "192.0.2.2", &tablet), PROTO_OK);
    assert_int_equal(change(&phone, WORLD_PASSWORD, "pluto is a planet"), PROTO_OK);
    assert_int_equal(world_ended(w), 2);
    assert_non_null(fake_find_session(w->store, phone.session));
    assert_null(fake_find_session(w->store, ada.session));
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, "192.0.2.1", NULL), PROTO_UNAUTHORIZED);
    assert_int_equal(world_login(w, "ada", "pluto is a planet", "192.0.2.1", NULL), PROTO_OK);
}

static void a_wrong_present_password_is_forbidden(void **state) {
    (void)state;
    struct person ada = world_account(w, "ada");
    assert_int_equal(change(&ada, "something else", "pluto is a planet"), PROTO_FORBIDDEN);
    assert_str(w->outcome.error.field, "password");
    assert_int_equal(change(&ada, WORLD_PASSWORD, "password123"), PROTO_BAD_REQUEST);
    assert_str(w->outcome.error.field, "new_password");
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, "192.0.2.1", NULL), PROTO_OK);
}

static void guessing_the_present_password_is_bounded_too(void **state) {
    (void)state;
    struct chat_options options = world_options();
    options.rate_scale = 1;
    world_free(w);
    w = world_new_with(options);
    struct person ada = world_account(w, "ada");
    for (int i = 0; i < 5; i++)
        assert_int_equal(change(&ada, "something else", "pluto is a planet"), PROTO_FORBIDDEN);
    assert_int_equal(change(&ada, WORLD_PASSWORD, "pluto is a planet"), PROTO_RATE_LIMITED);
}

static void a_guest_has_no_password_to_change(void **state) {
    (void)state;
    struct person ben = world_guest(w, "Ben");
    assert_int_equal(change(&ben, "anything at all", "pluto is a planet"), PROTO_FORBIDDEN);
    assert_int_equal(w->hashings, 0);
}

static void a_store_that_refuses_is_unavailable(void **state) {
    (void)state;
    struct person ada = world_account(w, "ada");
    w->store->fails = ERR_IO;
    assert_int_equal(change(&ada, WORLD_PASSWORD, "pluto is a planet"), PROTO_UNAVAILABLE);
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, "192.0.2.1", NULL), PROTO_UNAVAILABLE);
    w->store->fails = ERR_OK;
}

static void a_reload_keeps_all_of_it(void **state) {
    (void)state;
    struct person ada = world_account(w, "ada");
    world_reload(w);
    assert_true(chat_has_owner(w->chat));
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, "192.0.2.1", NULL), PROTO_OK);
    (void)ada;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_stranger_cannot_take_a_fresh_server),
        TEST(the_first_account_owns_the_server_and_the_secret_is_used_up),
        TEST(who_sits_at_the_machine_needs_no_secret),
        TEST(only_one_of_two_who_set_up_at_once_owns_the_server),
        TEST(a_closed_server_takes_no_accounts),
        TEST(by_invitation_only_means_that),
        TEST(the_pace_of_an_address_is_bounded_and_loopback_is_free),
        TEST(bad_names_and_passwords_are_named),
        TEST(a_taken_name_comes_with_one_that_is_free),
        TEST(the_password_is_kept_as_its_hash),
        TEST(a_hash_that_could_not_be_made_makes_no_account),
        TEST(a_guest_becomes_a_member_and_stays_who_he_is),
        TEST(a_guest_may_take_another_name_with_it),
        TEST(a_guest_can_be_the_first_owner),
        TEST(who_has_an_account_makes_no_other_one),
        TEST(a_stale_cookie_is_passed_over_a_stale_token_is_not),
        TEST(a_name_that_is_given_up_stays_his_for_ninety_days),
        TEST(who_keeps_his_name_gives_up_nothing),
        TEST(the_session_that_sets_it_goes_on_with_another_token),
        TEST(a_new_password_ends_the_other_sessions),
        TEST(a_wrong_present_password_is_forbidden),
        TEST(guessing_the_present_password_is_bounded_too),
        TEST(a_guest_has_no_password_to_change),
        TEST(a_store_that_refuses_is_unavailable),
        TEST(a_reload_keeps_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
