/* test_chat_login.c: signing in by name and password, and how often one may be wrong.
 *
 * SPDX-License-Identifier: MIT
 */
#include "world_account.h"

static struct world *w;
static struct person ada;

#define OFFICE    "203.0.113.1"
#define HOME      "198.51.100.1"
#define MINUTE_MS (60 * 1000LL)

static int start_at(double rate_scale) {
    struct chat_options options = world_options();
    options.rate_scale = rate_scale;
    w = world_new_with(options);
    ada = world_account(w, "ada");
    return 0;
}

static int start(void **state) {
    (void)state;
    return start_at(0);
}

static int start_with_limits(void **state) {
    (void)state;
    return start_at(1);
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error wrong(const char *name, const char *address) {
    return world_login(w, name, "not this one", address, NULL);
}

static void the_right_password_opens_a_session(void **state) {
    (void)state;
    struct person phone;
    assert_int_equal(world_login(w, "ADA", WORLD_PASSWORD, OFFICE, &phone), PROTO_OK);
    assert_int_equal(phone.user, ada.user);
    assert_int_not_equal(phone.session, ada.session);
    assert_str(((const struct proto_user *)w->answer)->name, "ada");
    assert_str(fake_find_session(w->store, phone.session)->address, OFFICE);
}

/* One answer, whatever is wrong; and each time a hash was checked. */
static void what_is_wrong_is_not_told(void **state) {
    (void)state;
    (void)world_guest(w, "Ben");
    static const char *const names[] = {"ada", "nobody", "Ben", "", "two words", "\xE2\x80\x8B"};
    size_t before = w->hashings;
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        assert_int_equal(wrong(names[i], OFFICE), PROTO_UNAUTHORIZED);
        assert_str(w->outcome.error.message, "That name and that password do not fit.");
        assert_true(str_is_none(w->outcome.error.field));
    }
    assert_int_equal(w->hashings - before, TEST_COUNT(names));
}

static void a_password_that_nobody_can_have_is_not_hashed(void **state) {
    (void)state;
    char text[300];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    size_t before = w->hashings;
    assert_int_equal(world_login(w, "ada", text, OFFICE, NULL), PROTO_BAD_REQUEST);
    assert_int_equal(w->hashings, before);
}

/* While a password was checked somebody changed it. */
static void another_password(struct world *world) {
    world->meanwhile = NULL;
    struct chat_fact fact = {.kind = CHAT_FACT_PASSWORD_SET};
    fact.password = (struct chat_password_fact){.user = ada.user, .hash = STR("hash:other")};
    world_fact(world, fact);
}

static void a_password_that_was_right_a_moment_ago_is_wrong(void **state) {
    (void)state;
    w->meanwhile = another_password;
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, OFFICE, NULL), PROTO_UNAUTHORIZED);
}

static void a_hash_of_today_replaces_an_older_one(void **state) {
    (void)state;
    struct chat_login login = {
        .name = STR("ada"), .password = STR(WORLD_PASSWORD), .address = STR(OFFICE)};
    const struct chat_proof proof = {
        .is_right = true, .known = STR("hash:" WORLD_PASSWORD), .fresh = STR("newer")};
    struct chat_command command = {.act = CHAT_ACT_LOGIN, .payload = &login, .proof = &proof};
    world_begin(w);
    assert_int_equal(chat_decide(w->chat, &command, &w->outcome), PROTO_OK);
    world_apply(w);
    assert_str(w->store->accounts.passwords[0].hash, "newer");
}

static void the_session_that_was_not_used_for_longest_makes_room(void **state) {
    (void)state;
    struct person first, last;
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, OFFICE, &first), PROTO_OK);
    world_pass(w, MINUTE_MS);
    for (int i = 0; i < 99; i++)
        assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, OFFICE, &last), PROTO_OK);
    assert_int_equal(w->store->session_count, 100);
    assert_null(fake_find_session(w->store, ada.session)); /* the very first: by registering */
    assert_non_null(fake_find_session(w->store, first.session));
    assert_non_null(fake_find_session(w->store, last.session));
}

/* Too often */

static void five_times_wrong_is_enough_by_one_name_from_one_address(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(wrong("ada", OFFICE), PROTO_UNAUTHORIZED);
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, OFFICE, NULL), PROTO_RATE_LIMITED);
    assert_in_range(w->outcome.error.retry_after_ms, 1, 3 * MINUTE_MS);
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, HOME, NULL), PROTO_OK);
    world_pass(w, 3 * MINUTE_MS);
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, OFFICE, NULL), PROTO_OK);
}

static void a_name_that_nobody_has_is_counted_alike(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(wrong("nobody", OFFICE), PROTO_UNAUTHORIZED);
    assert_int_equal(wrong("nobody", OFFICE), PROTO_RATE_LIMITED);
    assert_int_equal(wrong("NOBODY", OFFICE), PROTO_RATE_LIMITED);
}

static void one_address_tries_twenty_names_at_most(void **state) {
    (void)state;
    char name[16];
    for (int i = 0; i < 20; i++) {
        (void)snprintf(name, sizeof name, "user%d", i);
        assert_int_equal(wrong(name, OFFICE), PROTO_UNAUTHORIZED);
    }
    assert_int_equal(wrong("another", OFFICE), PROTO_RATE_LIMITED);
}

static void what_succeeds_is_given_back(void **state) {
    (void)state;
    for (int i = 0; i < 50; i++)
        assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, OFFICE, NULL), PROTO_OK);
    for (int i = 0; i < 5; i++)
        assert_int_equal(wrong("ada", OFFICE), PROTO_UNAUTHORIZED);
    assert_int_equal(wrong("ada", OFFICE), PROTO_RATE_LIMITED);
}

static void many_addresses_that_try_one_name_do_not_shut_its_owner_out(void **state) {
    (void)state;
    char address[32];
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, HOME, NULL), PROTO_OK);
    for (int i = 0; i < 100; i++) {
        (void)snprintf(address, sizeof address, "203.0.113.%d", i + 1);
        assert_int_equal(wrong("ada", address), PROTO_UNAUTHORIZED);
    }
    assert_int_equal(wrong("ada", "203.0.113.200"), PROTO_RATE_LIMITED);
    assert_int_equal(world_login(w, "ada", WORLD_PASSWORD, HOME, NULL), PROTO_OK);
}

#define TEST(name)    cmocka_unit_test_setup_teardown(name, start, stop)
#define LIMITED(name) cmocka_unit_test_setup_teardown(name, start_with_limits, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_right_password_opens_a_session),
        TEST(what_is_wrong_is_not_told),
        TEST(a_password_that_nobody_can_have_is_not_hashed),
        TEST(a_password_that_was_right_a_moment_ago_is_wrong),
        TEST(a_hash_of_today_replaces_an_older_one),
        TEST(the_session_that_was_not_used_for_longest_makes_room),
        LIMITED(five_times_wrong_is_enough_by_one_name_from_one_address),
        LIMITED(a_name_that_nobody_has_is_counted_alike),
        LIMITED(one_address_tries_twenty_names_at_most),
        LIMITED(what_succeeds_is_given_back),
        LIMITED(many_addresses_that_try_one_name_do_not_shut_its_owner_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
