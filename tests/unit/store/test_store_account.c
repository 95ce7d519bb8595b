/* test_store_account.c: passwords, bans, invitations and settings become rows and come back; damage to them is noticed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_load.h"
#include "store/store_sum.h"
#include "store/store_write.h"
#include "test_sink.h"
#include "test_store.h"

static const int64_t rooms[] = {1, 2};

static struct chat_fact fact_password(int64_t user, const char *hash) {
    struct chat_fact fact = {.kind = CHAT_FACT_PASSWORD_SET, .at_ms = FACT_AT_MS};
    fact.password = (struct chat_password_fact){.user = user, .hash = str_of_c(hash)};
    return fact;
}

static struct chat_fact fact_shut(int64_t user, int64_t by, const char *reason) {
    struct chat_fact fact = {.kind = CHAT_FACT_ACCOUNT_SHUT, .at_ms = FACT_AT_MS};
    fact.ban = (struct chat_ban_fact){
        .user = user, .by = by, .banned_at_ms = FACT_AT_MS, .reason = str_of_c(reason)};
    return fact;
}

static int64_t next_pos(struct test_store *t) {
    return t->pos + 1;
}

static struct chat_fact fact_invite(struct test_store *t, int64_t by) {
    struct chat_fact fact = {.kind = CHAT_FACT_INVITE_NEW, .at_ms = FACT_AT_MS};
    fact.invite = (struct chat_invite_fact){.id = next_pos(t),
                                            .by = by,
                                            .role = PROTO_USER_ROLE_ADMIN,
                                            .rooms = rooms,
                                            .room_count = 2,
                                            .note = STR("new people"),
                                            .created_at_ms = FACT_AT_MS,
                                            .expires_at_ms = FACT_AT_MS + 1,
                                            .uses_max = 3};
    memset(fact.invite.token_hash, (int)fact.invite.id, CHAT_TOKEN_HASH_BYTES);
    return fact;
}

static struct chat_fact fact_server(const char *name, bool guests) {
    struct chat_fact fact = {.kind = CHAT_FACT_SERVER_CHANGED, .at_ms = FACT_AT_MS};
    fact.server = (struct chat_server_fact){
        .name = str_of_c(name), .registration = PROTO_REGISTRATION_MODE_INVITE, .guests = guests};
    return fact;
}

static int setup(void **state) {
    test_store_setup(state);
    test_store_people(*state, 3, 2);
    return 0;
}

static struct test_sink load(struct test_store *t) {
    struct test_sink sink = {0};
    const struct chat_sink port = test_sink_of(&sink);
    assert_int_equal(store_load(t->store, &port), ERR_OK);
    return sink;
}

static enum err find(struct test_store *t, int64_t user, struct str *hash) {
    return store_find_password(t->store, user, &t->arena, hash);
}

static void a_password_is_found_by_whose_it_is(void **state) {
    struct test_store *t = *state;
    struct str hash;
    assert_int_equal(find(t, 1, &hash), ERR_NOT_FOUND);
    test_store_silent(t, fact_password(1, "$argon2id$one"));
    test_store_silent(t, fact_password(2, "$argon2id$other"));
    assert_int_equal(find(t, 1, &hash), ERR_OK);
    assert_str(hash, "$argon2id$one");
    test_store_silent(t, fact_password(1, "$argon2id$two"));
    assert_int_equal(find(t, 1, &hash), ERR_OK);
    assert_str(hash, "$argon2id$two");
}

/* What the load gives goes into the state of the whole server: no hash is among it. */
static void what_the_state_holds_comes_back_and_hashes_do_not(void **state) {
    struct test_store *t = *state;
    struct chat_fact invite = fact_invite(t, 1);
    test_store_silent(t, invite);
    struct chat_fact used = {.kind = CHAT_FACT_INVITE_USED, .at_ms = FACT_AT_MS};
    used.invite.id = invite.invite.id;
    used.invite.uses = 2;
    test_store_silent(t, used);
    test_store_silent(t, fact_password(1, "$argon2id$one"));
    test_store_silent(t, fact_shut(2, 1, "spam"));
    test_store_silent(t, fact_shut(3, 0, ""));
    test_store_silent(t, fact_server("First", true));
    test_store_silent(t, fact_server("Second", false));
    struct test_sink sink = load(t);
    assert_true(test_sink_has(&sink, "shut 2 by=1 at=1764000000000 reason=spam\n"));
    assert_true(test_sink_has(&sink, "shut 3 by=0 at=1764000000000 reason=\n"));
    assert_true(test_sink_has(&sink, "by=1 role=2 rooms=1,2 note=new people created=1764000000000 "
                                     "expires=1764000000001 uses=2/3\n"));
    assert_true(test_sink_has(&sink, "server name=Second registration=2 guests=0\n"));
    assert_false(test_sink_has(&sink, "argon2id"));
    test_sink_deinit(&sink);
}

static void an_invitation_leads_into_fewer_rooms(void **state) {
    struct test_store *t = *state;
    struct chat_fact invite = fact_invite(t, 1);
    test_store_silent(t, invite);
    const int64_t left[] = {2};
    struct chat_fact fewer = {.kind = CHAT_FACT_INVITE_ROOMS, .at_ms = FACT_AT_MS};
    fewer.invite =
        (struct chat_invite_fact){.id = invite.invite.id, .rooms = left, .room_count = 1};
    test_store_silent(t, fewer);
    struct test_sink sink = load(t);
    assert_true(test_sink_has(&sink, " rooms=2 note="));
    test_sink_deinit(&sink);
    fewer.invite.room_count = 0;
    test_store_silent(t, fewer);
    sink = load(t);
    assert_true(test_sink_has(&sink, " rooms= note="));
    test_sink_deinit(&sink);
}

static struct chat_fact fact_held(const char *name, int64_t at_ms, int64_t until_ms) {
    struct chat_fact fact = {.kind = CHAT_FACT_NAME_HELD, .at_ms = at_ms};
    fact.held = (struct chat_held_fact){str_of_c(name), 2, until_ms};
    return fact;
}

static void names_that_were_given_up_are_kept_for_their_time(void **state) {
    struct test_store *t = *state;
    test_store_silent(t, fact_held("Ann", 1000, 2000));
    test_store_silent(t, fact_held("Ben", 1500, 2500));
    struct test_sink sink = load(t);
    assert_true(test_sink_has(&sink, "held Ann user=2 until=2000\nheld Ben user=2 until=2500\n"));
    test_sink_deinit(&sink);
    test_store_silent(t, fact_held("Ben", 2000, 3000)); /* again */
    sink = load(t);
    assert_false(test_sink_has(&sink, "held Ann"));
    assert_true(test_sink_has(&sink, "held Ben user=2 until=3000\n"));
    test_sink_deinit(&sink);
}

static void what_ends_is_gone(void **state) {
    struct test_store *t = *state;
    struct chat_fact invite = fact_invite(t, 1);
    test_store_silent(t, invite);
    test_store_silent(t, fact_shut(2, 1, "spam"));
    invite.kind = CHAT_FACT_INVITE_ENDED;
    test_store_silent(t, invite);
    struct chat_fact opened = fact_shut(2, 0, "");
    opened.kind = CHAT_FACT_ACCOUNT_OPENED;
    test_store_silent(t, opened);
    struct test_sink sink = load(t);
    assert_false(test_sink_has(&sink, "shut "));
    assert_false(test_sink_has(&sink, "invite "));
    assert_false(test_sink_has(&sink, "server "));
    test_sink_deinit(&sink);
}

static void damage(struct test_store *t, const char *text) {
    struct store_db db = {0};
    assert_int_equal(sqlite3_open(store_path(t->store), &db.handle), SQLITE_OK);
    assert_int_equal(store_sum_attach(&db), ERR_OK);
    sqlite3_wal_autocheckpoint(db.handle, 0);
    store_db_leave(&db);
    assert_int_equal(store_db_script(&db, text), ERR_OK);
    store_db_close(&db);
}

/* Whoever can write to the disk must not choose a hash of his, nor make himself let in. */
static void a_damaged_password_fits_nothing(void **state) {
    struct test_store *t = *state;
    struct str hash;
    test_store_silent(t, fact_password(1, "$argon2id$one"));
    damage(t, "UPDATE password SET hash = '$argon2id$mine' WHERE user = 1");
    assert_int_equal(find(t, 1, &hash), ERR_CORRUPT);
    damage(t, "UPDATE password SET hash = '$argon2id$one', user = 2 WHERE user = 1");
    assert_int_equal(find(t, 2, &hash), ERR_CORRUPT);
}

static void damaged_rows_are_left_out(void **state) {
    static const char *const damages[][2] = {
        {"UPDATE account_ban SET reason = 'x'", "shut "},
        {"UPDATE invite SET role = 'owner'", "invite "},
        {"UPDATE invite SET rooms = '[3]'", "invite "},
        {"UPDATE invite SET uses = 0", "invite "},
        {"UPDATE server SET registration = 'open'", "server "},
        {"UPDATE held_name SET name = 'Eve'", "held "},
    };
    for (size_t i = 0; i < TEST_COUNT(damages); i++) {
        void *own;
        setup(&own);
        struct test_store *t = own;
        struct chat_fact invite = fact_invite(t, 1);
        test_store_silent(t, invite);
        struct chat_fact used = {.kind = CHAT_FACT_INVITE_USED, .at_ms = FACT_AT_MS};
        used.invite.id = invite.invite.id;
        used.invite.uses = 1;
        test_store_silent(t, used);
        test_store_silent(t, fact_shut(2, 1, "spam"));
        test_store_silent(t, fact_server("First", true));
        test_store_silent(t, fact_held("Ann", 1000, 2000));
        damage(t, damages[i][0]);
        struct test_sink sink = load(t);
        assert_false(test_sink_has(&sink, damages[i][1]));
        assert_int_not_equal(store_batch_begin(t->store), ERR_OK); /* read-only from then on */
        test_sink_deinit(&sink);
        test_store_teardown(&own);
    }
    (void)state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_password_is_found_by_whose_it_is),
        TEST(what_the_state_holds_comes_back_and_hashes_do_not),
        TEST(an_invitation_leads_into_fewer_rooms),
        TEST(names_that_were_given_up_are_kept_for_their_time),
        TEST(what_ends_is_gone),
        TEST(a_damaged_password_fits_nothing),
        cmocka_unit_test(damaged_rows_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
