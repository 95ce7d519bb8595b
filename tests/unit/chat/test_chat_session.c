/* test_chat_session.c: where a person is signed in, and how that ends.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

static struct world *w;
static struct person ada, ben;

#define MINUTE_MS (60 * 1000LL)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static struct chat_actor actor_of_token(const struct person *person) {
    struct chat_actor actor = {.has_token = true};
    const struct chat_session_fact *session = fake_find_session(w->store, person->session);
    if (session != NULL)
        memcpy(actor.token_hash, session->token_hash, CHAT_TOKEN_HASH_BYTES);
    return actor;
}

/* A second session of the same person, by a fact: logging in twice is not there yet. */
static struct person second_session(const struct person *person) {
    struct chat_fact fact = {.kind = CHAT_FACT_SESSION_NEW};
    fact.session = (struct chat_session_fact){
        .id = w->store->last_session + 1,
        .user = person->user,
        .created_at_ms = world_wall_ms(w),
        .used_at_ms = world_wall_ms(w),
        .agent = STR("phone"),
        .address = STR("192.0.2.7"),
    };
    world_hash(77777, fact.session.token_hash);
    world_fact(w, fact);
    struct person again = {person->user, fact.session.id, 0};
    return world_again(w, &again);
}

static bool is_known(const struct person *person) {
    return world_act(w, actor_of_token(person), CHAT_ACT_WHOAMI, NULL) == PROTO_OK;
}

/* Who asks */

static void a_token_says_who_asks(void **state) {
    (void)state;
    assert_int_equal(world_act(w, actor_of_token(&ada), CHAT_ACT_WHOAMI, NULL), PROTO_OK);
    assert_str(((const struct proto_user *)w->answer)->name, "Ada");
    struct chat_actor nobody = {0};
    assert_int_equal(world_act(w, nobody, CHAT_ACT_WHOAMI, NULL), PROTO_UNAUTHORIZED);
    nobody.has_token = true;
    assert_int_equal(world_act(w, nobody, CHAT_ACT_WHOAMI, NULL), PROTO_UNAUTHORIZED);
    struct proto_session_list payload;
    nobody = (struct chat_actor){.session = 999, .connection = 5};
    assert_int_equal(world_act(w, nobody, PROTO_COMMAND_SESSION_LIST, &payload),
                     PROTO_UNAUTHORIZED);
}

static void sessions_are_listed_with_the_asking_one_marked(void **state) {
    (void)state;
    struct person phone = second_session(&ada);
    struct proto_session_list payload;
    assert_int_equal(world_do(w, &phone, PROTO_COMMAND_SESSION_LIST, &payload), PROTO_OK);
    const struct proto_session_list_result *result = w->answer;
    assert_int_equal(result->sessions_count, 2);
    assert_int_equal(result->sessions[0].id, ada.session);
    assert_false(result->sessions[0].current);
    assert_str(result->sessions[0].agent, "test");
    assert_str(result->sessions[0].address, "127.0.0.1");
    assert_true(result->sessions[1].current);
    assert_str(result->sessions[1].agent, "phone");
    assert_int_equal(result->sessions[1].created_at, world_wall_ms(w));
}

static void a_long_agent_is_cut(void **state) {
    (void)state;
    static char agent[1000];
    memset(agent, 'm', sizeof agent);
    struct person cid = {0};
    struct chat_attach attach = {
        .name = STR("Cid"), .agent = str_of(agent, sizeof agent), .resume_pos = -1};
    assert_int_equal(world_attach(w, attach, &cid), PROTO_OK);
    assert_int_equal(fake_find_session(w->store, cid.session)->agent.len, 128);
}

/* Use */

static void use_is_noted_at_most_every_ten_minutes(void **state) {
    (void)state;
    int64_t first_ms = world_wall_ms(w);
    for (int i = 0; i < 9; i++) {
        w->mono_ms += MINUTE_MS;
        world_send(w, &ada, WORLD_GENERAL, "x");
        assert_int_equal(w->outcome.fact_count, 1);
    }
    assert_int_equal(fake_find_session(w->store, ada.session)->used_at_ms, first_ms);
    w->mono_ms += MINUTE_MS;
    world_send(w, &ada, WORLD_GENERAL, "x");
    assert_int_equal(w->outcome.fact_count, 2);
    assert_int_equal(fake_find_session(w->store, ada.session)->used_at_ms, world_wall_ms(w));
    world_send(w, &ada, WORLD_GENERAL, "x");
    assert_int_equal(w->outcome.fact_count, 1);
}

static void coming_back_notes_agent_and_address(void **state) {
    (void)state;
    struct chat_attach attach = {.has_token = true,
                                 .agent = STR("new agent"),
                                 .address = STR("192.0.2.9"),
                                 .resume_pos = -1};
    memcpy(attach.token_hash, actor_of_token(&ada).token_hash, CHAT_TOKEN_HASH_BYTES);
    w->mono_ms += 11 * MINUTE_MS;
    struct person again = {0};
    assert_int_equal(world_attach(w, attach, &again), PROTO_OK);
    const struct chat_session_fact *session = fake_find_session(w->store, ada.session);
    assert_str(session->agent, "new agent");
    assert_str(session->address, "192.0.2.9");
    struct proto_session_list payload;
    world_do(w, &again, PROTO_COMMAND_SESSION_LIST, &payload);
    assert_str(((const struct proto_session_list_result *)w->answer)->sessions[0].agent,
               "new agent");
}

static void a_failed_command_notes_nothing(void **state) {
    (void)state;
    w->mono_ms += 11 * MINUTE_MS;
    assert_int_equal(world_send(w, &ada, 999, "x"), PROTO_NOT_FOUND);
    assert_int_equal(w->outcome.fact_count, 0);
}

/* Ends */

static void a_guest_ends_by_idleness_after_a_day(void **state) {
    (void)state;
    world_detach(w, &ada);
    w->mono_ms += DAY_MS;
    assert_true(is_known(&ada)); /* and this was a use */
    w->mono_ms += DAY_MS + 1;
    assert_false(is_known(&ada));
    struct chat_attach attach = {.has_token = true, .resume_pos = -1};
    memcpy(attach.token_hash, actor_of_token(&ada).token_hash, CHAT_TOKEN_HASH_BYTES);
    assert_int_equal(world_attach(w, attach, NULL), PROTO_UNAUTHORIZED);
}

static void a_member_ends_by_idleness_after_two_weeks(void **state) {
    (void)state;
    world_set_role(w, &ada, PROTO_USER_ROLE_MEMBER);
    world_detach(w, &ada);
    w->mono_ms += 14 * DAY_MS;
    assert_true(is_known(&ada));
    w->mono_ms += 14 * DAY_MS + 1;
    assert_false(is_known(&ada));
}

static void one_who_is_connected_is_not_idle(void **state) {
    (void)state;
    world_pass(w, 3 * DAY_MS);
    assert_int_equal(world_send(w, &ada, WORLD_GENERAL, "x"), PROTO_OK);
    /* That he was here is noted as time passes, so a crash does not make him idle. */
    assert_true(world_wall_ms(w) - fake_find_session(w->store, ben.session)->used_at_ms < DAY_MS);
    world_detach(w, &ada);
    w->mono_ms += DAY_MS;
    assert_true(is_known(&ada));
}

/* Suspended for days, or a store that took no notes: the first command still counts. */
static void a_connection_alone_keeps_a_session_alive(void **state) {
    (void)state;
    w->mono_ms += 3 * DAY_MS;
    assert_int_equal(world_send(w, &ada, WORLD_GENERAL, "x"), PROTO_OK);
    world_tick(w);
    assert_non_null(fake_find_session(w->store, ben.session));
}

static void every_session_ends_by_its_age(void **state) {
    (void)state;
    world_pass(w, 90 * DAY_MS);
    assert_int_equal(world_send(w, &ada, WORLD_GENERAL, "x"), PROTO_OK);
    w->mono_ms += 1;
    assert_int_equal(world_send(w, &ada, WORLD_GENERAL, "x"), PROTO_UNAUTHORIZED);
    assert_false(is_known(&ada));
}

static void what_has_ended_is_cleared_away_and_told(void **state) {
    (void)state;
    world_detach(w, &ada);
    world_pass(w, 25 * HOUR_MS);
    assert_null(fake_find_session(w->store, ada.session));
    assert_non_null(fake_find_session(w->store, ben.session));
    w->mono_ms += 90 * DAY_MS;
    world_tick(w);
    const struct chat_signal *end = world_signal(w, CHAT_SIGNAL_END_SESSION);
    assert_non_null(end);
    assert_int_equal(end->session, ben.session);
}

static void the_sweep_takes_a_bounded_bite(void **state) {
    (void)state;
    char name[16];
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "p%d", i);
        struct person person = world_guest(w, name);
        world_detach(w, &person);
    }
    world_pass(w, 6000);
    w->mono_ms += 2 * DAY_MS;
    int ticks = 0;
    for (size_t before = w->store->session_count; before > 2; before = w->store->session_count) {
        world_tick(w);
        assert_in_range(before - w->store->session_count, 1, 64);
        ticks++;
    }
    assert_in_range(ticks, 5, 6);
}

static void a_revoked_session_is_over_at_once(void **state) {
    (void)state;
    struct person phone = second_session(&ada);
    struct proto_session_revoke payload = {.session = phone.session};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_SESSION_REVOKE, &payload), PROTO_OK);
    assert_int_equal(world_signal(w, CHAT_SIGNAL_END_SESSION)->session, phone.session);
    assert_int_equal(world_send(w, &phone, WORLD_GENERAL, "x"), PROTO_UNAUTHORIZED);
    assert_int_equal(world_send(w, &ada, WORLD_GENERAL, "x"), PROTO_OK);
    world_detach(w, &phone);
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_SESSION_REVOKE, &payload), PROTO_NOT_FOUND);
}

static void all_others_are_revoked_together(void **state) {
    (void)state;
    struct person phone = second_session(&ada);
    struct proto_session_revoke payload = {.others = true};
    assert_int_equal(world_do(w, &phone, PROTO_COMMAND_SESSION_REVOKE, &payload), PROTO_OK);
    assert_int_equal(w->outcome.signal_count, 1);
    assert_int_equal(world_signal(w, CHAT_SIGNAL_END_SESSION)->session, ada.session);
    assert_false(is_known(&ada));
    assert_true(is_known(&phone));
    assert_true(is_known(&ben));
}

static void another_s_session_is_no_session(void **state) {
    (void)state;
    struct proto_session_revoke payload = {.session = ben.session};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_SESSION_REVOKE, &payload), PROTO_NOT_FOUND);
    struct str hidden = w->outcome.error.message;
    payload.session = 999;
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_SESSION_REVOKE, &payload), PROTO_NOT_FOUND);
    assert_str_same(w->outcome.error.message, hidden);
    assert_true(is_known(&ben));
}

static void logging_out_ends_the_session_and_its_connections(void **state) {
    (void)state;
    w->mono_ms += 11 * MINUTE_MS;
    struct chat_actor actor = actor_of_token(&ada);
    assert_int_equal(world_act(w, actor, CHAT_ACT_LOGOUT, NULL), PROTO_OK);
    assert_int_equal(world_signal(w, CHAT_SIGNAL_END_SESSION)->session, ada.session);
    assert_int_equal(world_act(w, actor, CHAT_ACT_WHOAMI, NULL), PROTO_UNAUTHORIZED);
    assert_int_equal(world_act(w, actor, CHAT_ACT_LOGOUT, NULL), PROTO_UNAUTHORIZED);
    assert_int_equal(world_send(w, &ada, WORLD_GENERAL, "x"), PROTO_UNAUTHORIZED);
}

static void one_may_revoke_the_session_that_asks(void **state) {
    (void)state;
    struct proto_session_revoke payload = {.session = ada.session};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_SESSION_REVOKE, &payload), PROTO_OK);
    assert_int_equal(world_send(w, &ada, WORLD_GENERAL, "x"), PROTO_UNAUTHORIZED);
}

static void ids_of_ended_sessions_are_not_given_again(void **state) {
    (void)state;
    assert_int_equal(world_act(w, actor_of_token(&ben), CHAT_ACT_LOGOUT, NULL), PROTO_OK);
    world_reload(w);
    struct person cid = world_guest(w, "Cid");
    assert_true(cid.session > ben.session);
}

/* threat 81: the wall clock, to and fro. */
static void a_clock_that_jumps_back_ends_nothing(void **state) {
    (void)state;
    w->wall_shift_ms = -2 * DAY_MS;
    assert_true(is_known(&ada));
    world_pass(w, HOUR_MS);
    assert_true(is_known(&ada));
    assert_int_equal(world_send(w, &ada, WORLD_GENERAL, "x"), PROTO_OK);
}

static void a_clock_that_jumps_forth_ends_nothing(void **state) {
    (void)state;
    world_detach(w, &ada);
    w->wall_shift_ms = 200 * DAY_MS;
    assert_true(is_known(&ada));
    assert_int_equal(world_send(w, &ben, WORLD_GENERAL, "x"), PROTO_OK);
    w->mono_ms += DAY_MS + 1;
    assert_false(is_known(&ada)); /* time that has passed counts */
}

/* Used while the clock was a day behind, idle for an hour by the time that has passed. */
static void nor_does_one_that_jumps_to_and_fro(void **state) {
    (void)state;
    w->wall_shift_ms = -DAY_MS;
    assert_true(is_known(&ada));
    world_detach(w, &ada);
    w->wall_shift_ms = DAY_MS;
    w->mono_ms += HOUR_MS;
    assert_true(is_known(&ada));
}

/* What was before a start is known by the wall clock alone, which may be a day wrong, and not more. */
static void after_a_start_a_day_is_allowed_for_a_wrong_clock(void **state) {
    (void)state;
    world_detach(w, &ada);
    world_reload(w);
    w->wall_shift_ms = 2 * DAY_MS + HOUR_MS;
    assert_false(is_known(&ada));
    w->wall_shift_ms = 2 * DAY_MS - HOUR_MS;
    assert_true(is_known(&ada));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_token_says_who_asks),
        TEST(sessions_are_listed_with_the_asking_one_marked),
        TEST(a_long_agent_is_cut),
        TEST(use_is_noted_at_most_every_ten_minutes),
        TEST(coming_back_notes_agent_and_address),
        TEST(a_failed_command_notes_nothing),
        TEST(a_guest_ends_by_idleness_after_a_day),
        TEST(a_member_ends_by_idleness_after_two_weeks),
        TEST(one_who_is_connected_is_not_idle),
        TEST(a_connection_alone_keeps_a_session_alive),
        TEST(every_session_ends_by_its_age),
        TEST(what_has_ended_is_cleared_away_and_told),
        TEST(the_sweep_takes_a_bounded_bite),
        TEST(a_revoked_session_is_over_at_once),
        TEST(all_others_are_revoked_together),
        TEST(another_s_session_is_no_session),
        TEST(logging_out_ends_the_session_and_its_connections),
        TEST(one_may_revoke_the_session_that_asks),
        TEST(ids_of_ended_sessions_are_not_given_again),
        TEST(a_clock_that_jumps_back_ends_nothing),
        TEST(a_clock_that_jumps_forth_ends_nothing),
        TEST(nor_does_one_that_jumps_to_and_fro),
        TEST(after_a_start_a_day_is_allowed_for_a_wrong_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
