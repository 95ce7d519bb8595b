/* test_chat_attach.c: who a new connection is, what it is told first, and from where it goes on.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "base/limits.h"

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

static const struct chat_attached *attached(void) {
    return w->answer;
}

static struct chat_attach by_name(const char *name) {
    return (struct chat_attach){.name = str_of_c(name), .resume_pos = -1};
}

static void token_of(const struct person *person, unsigned char out[CHAT_TOKEN_HASH_BYTES]) {
    memcpy(out, fake_find_session(w->store, person->session)->token_hash, CHAT_TOKEN_HASH_BYTES);
}

static struct chat_attach by_token(const struct person *person) {
    struct chat_attach attach = {.has_token = true, .resume_pos = -1};
    token_of(person, attach.token_hash);
    return attach;
}

static struct chat_attach by_cookie(const struct person *person) {
    struct chat_attach attach = {.has_cookie = true, .resume_pos = -1};
    token_of(person, attach.cookie_hash);
    return attach;
}

/* Identity */

static void a_name_makes_a_guest_who_is_in_general(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada");
    assert_true(attached()->made_guest);
    assert_int_equal(attached()->user, ada.user);
    const struct proto_event_ready *ready = &attached()->ready;
    assert_str(ready->me->name, "Ada");
    assert_str(ready->me->display_name, "Ada");
    assert_int_equal(ready->me->kind, PROTO_USER_KIND_GUEST);
    assert_int_equal(ready->me->role, PROTO_USER_ROLE_GUEST);
    assert_int_equal(ready->me->status, PROTO_STATUS_ONLINE);
    assert_true(str_is_none(ready->me->color));
    assert_int_equal(ready->rooms_count, 1);
    assert_str(ready->rooms[0].slug, "general");
    assert_int_equal(ready->rooms[0].member_count, 1);
    assert_int_equal(ready->rooms[0].me->role, PROTO_MEMBER_ROLE_MEMBER);
    assert_int_equal(ready->rooms[0].me->level, PROTO_LEVEL_ALL);
    assert_int_equal(ready->pos, chat_pos(w->chat));
    assert_false(ready->resumed);
    assert_int_equal(attached()->room_count, 1);
    assert_int_equal(attached()->rooms[0], WORLD_GENERAL);
    assert_non_null(world_heard(w, &ada, PROTO_EVENT_MEMBER_JOINED));
}

static void ready_says_what_the_server_is(void **state) {
    (void)state;
    (void)world_guest(w, "Ada");
    const struct proto_server *server = attached()->ready.server;
    assert_str(server->version, "1.2.3");
    assert_int_equal(server->now, world_wall_ms(w));
    assert_int_equal(server->limits->body_bytes, 16384);
    assert_int_equal(server->limits->payload_bytes, 131072);
    assert_int_equal(server->limits->upload_bytes, 26214400);
    assert_int_equal(server->limits->history, 200);
    assert_int_equal(server->limits->attachments, 10);
}

static void a_taken_name_is_a_conflict_with_a_free_suggestion(void **state) {
    (void)state;
    (void)world_guest(w, "Ada");
    (void)world_guest(w, "Ada2");
    assert_int_equal(world_attach(w, by_name("ADA"), NULL), PROTO_CONFLICT);
    assert_str(w->outcome.error.field, "name");
    assert_str(w->outcome.error.suggestion, "ADA3");
    char suggestion[64];
    snprintf(suggestion, sizeof suggestion, "%.*s", STR_ARG(w->outcome.error.suggestion));
    assert_int_equal(world_attach(w, by_name(suggestion), NULL), PROTO_OK);
}

static void suggestions_stay_free_when_many_have_the_name(void **state) {
    (void)state;
    (void)world_guest(w, "Bob");
    for (int i = 0; i < 60; i++) {
        char suggestion[64];
        assert_int_equal(world_attach(w, by_name("Bob"), NULL), PROTO_CONFLICT);
        snprintf(suggestion, sizeof suggestion, "%.*s", STR_ARG(w->outcome.error.suggestion));
        assert_int_equal(world_attach(w, by_name(suggestion), NULL), PROTO_OK);
    }
}

static void a_bad_name_is_a_bad_request_with_its_field(void **state) {
    (void)state;
    static const char *const names[] = {"", "admin", "a b", "p\u0430ul", "..."};
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        assert_int_equal(world_attach(w, by_name(names[i]), NULL), PROTO_BAD_REQUEST);
        assert_str(w->outcome.error.field, "name");
    }
    assert_int_equal(chat_user_count(w->chat), 0);
    assert_int_equal(chat_connection_count(w->chat), 0);
}

static void nobody_is_unauthorized(void **state) {
    (void)state;
    assert_int_equal(world_attach(w, (struct chat_attach){.resume_pos = -1}, NULL),
                     PROTO_UNAUTHORIZED);
}

static void without_guests_a_name_is_not_enough(void **state) {
    (void)state;
    struct chat_options options = world_options();
    options.guests = false;
    struct world *closed = world_new_with(options);
    assert_int_equal(world_attach(closed, by_name("Ada"), NULL), PROTO_UNAUTHORIZED);
    world_free(closed);
}

static void a_token_counts_before_all_else(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), ben = world_guest(w, "Ben"), again;
    struct chat_attach attach = by_token(&ada);
    attach.has_cookie = true;
    token_of(&ben, attach.cookie_hash);
    attach.name = STR("Cid");
    assert_int_equal(world_attach(w, attach, &again), PROTO_OK);
    assert_int_equal(again.user, ada.user);
    assert_false(attached()->made_guest);
}

static void a_bad_token_is_refused_whatever_else_is_there(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada");
    struct chat_attach attach = by_cookie(&ada);
    attach.has_token = true;
    attach.name = STR("Cid");
    assert_int_equal(world_attach(w, attach, NULL), PROTO_UNAUTHORIZED);
}

static void a_cookie_counts_before_a_name(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), again;
    struct chat_attach attach = by_cookie(&ada);
    attach.name = STR("Cid");
    assert_int_equal(world_attach(w, attach, &again), PROTO_OK);
    assert_int_equal(again.user, ada.user);
}

static void a_stale_cookie_is_passed_over_for_a_name_only(void **state) {
    (void)state;
    struct chat_attach attach = {.has_cookie = true, .resume_pos = -1};
    assert_int_equal(world_attach(w, attach, NULL), PROTO_UNAUTHORIZED);
    attach.name = STR("Cid");
    assert_int_equal(world_attach(w, attach, NULL), PROTO_OK);
    assert_true(attached()->made_guest);
}

static void guests_of_one_address_are_limited_unless_it_is_local(void **state) {
    (void)state;
    struct chat_options options = world_options();
    options.rate_scale = 1;
    struct world *slow = world_new_with(options);
    char name[16];
    int made = 0;
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "far%d", i);
        struct chat_attach attach = by_name(name);
        attach.address = STR("192.0.2.1");
        made += world_attach(slow, attach, NULL) == PROTO_OK;
    }
    assert_int_equal(made, 10);
    assert_int_equal(slow->error, PROTO_RATE_LIMITED);
    assert_int_equal(slow->outcome.error.retry_after_ms, 360000);
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "near%d", i);
        assert_int_equal(world_attach(slow, by_name(name), NULL), PROTO_OK);
    }
    world_free(slow);
}

/* Going on */

static struct chat_attach resumed(struct chat_attach attach, const struct person *person,
                                  int64_t pos) {
    static char sid[32];
    int len = snprintf(sid, sizeof sid, "sid-%llu", (unsigned long long)person->connection);
    attach.resume_session = person->session;
    attach.resume_sid = str_of(sid, (size_t)len);
    attach.resume_pos = pos;
    return attach;
}

static void a_pid_of_the_same_session_resumes(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), ben = world_guest(w, "Ben"), again;
    int64_t pos = chat_pos(w->chat);
    world_send(w, &ben, WORLD_GENERAL, "missed");
    world_detach(w, &ada);
    assert_int_equal(world_attach(w, resumed(by_token(&ada), &ada, pos), &again), PROTO_OK);
    assert_true(attached()->wants_replay);
    assert_true(attached()->resumed_sid);
    assert_int_equal(w->outcome.read.kind, CHAT_READ_EVENTS);
    assert_int_equal(w->outcome.read.from_pos, pos);
    assert_int_equal(w->outcome.read.to_pos, chat_pos(w->chat));
    assert_int_equal(w->outcome.read.limit, 1000);
    assert_int_equal(w->outcome.read.user, ada.user);
    assert_int_equal(w->outcome.read.room_count, 1);
    assert_null(world_signal(w, CHAT_SIGNAL_CUT)); /* the old one had gone */
}

static void a_pid_of_another_session_is_worth_nothing(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), ben = world_guest(w, "Ben");
    assert_int_equal(world_attach(w, resumed(by_token(&ada), &ben, chat_pos(w->chat)), NULL),
                     PROTO_OK);
    assert_false(attached()->wants_replay);
    assert_false(attached()->resumed_sid);
    assert_null(world_signal(w, CHAT_SIGNAL_CUT));
    struct chat_attach nobody = resumed((struct chat_attach){.resume_pos = 0}, &ada, 1);
    assert_int_equal(world_attach(w, nobody, NULL), PROTO_UNAUTHORIZED);
}

static void a_guest_with_his_name_and_pid_is_the_same_again(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), again;
    int64_t pos = chat_pos(w->chat);
    world_detach(w, &ada);
    assert_int_equal(world_attach(w, resumed(by_name("ADA"), &ada, pos), &again), PROTO_OK);
    assert_int_equal(again.user, ada.user);
    assert_int_equal(again.session, ada.session);
    assert_false(attached()->made_guest);
    assert_true(attached()->wants_replay && attached()->resumed_sid);
}

static void a_pid_gives_no_other_name_and_no_member(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada");
    int64_t pos = chat_pos(w->chat);
    assert_int_equal(world_attach(w, resumed(by_name("Eve"), &ada, pos), NULL), PROTO_OK);
    assert_true(attached()->made_guest);
    assert_false(attached()->wants_replay);
    struct chat_user_fact member = *fake_find_user(w->store, ada.user);
    member.kind = PROTO_USER_KIND_MEMBER;
    world_set_user(w, member);
    assert_int_equal(world_attach(w, resumed(by_name("Ada"), &ada, pos), NULL), PROTO_CONFLICT);
}

static void the_guest_is_the_same_also_when_the_position_is_gone(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), again;
    assert_int_equal(world_attach(w, resumed(by_name("Ada"), &ada, chat_pos(w->chat) + 5), &again),
                     PROTO_OK);
    assert_int_equal(again.user, ada.user);
    assert_false(attached()->wants_replay);
}

static void recovery_cuts_the_connection_that_still_looks_alive(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), again, third;
    int64_t pos = chat_pos(w->chat);
    world_attach(w, resumed(by_token(&ada), &ada, pos), &again);
    const struct chat_signal *cut = world_signal(w, CHAT_SIGNAL_CUT);
    assert_non_null(cut);
    assert_int_equal(cut->connection, ada.connection);
    world_detach(w, &ada);
    assert_int_equal(chat_connection_count(w->chat), 1);
    /* The client keeps its first sid, so the next recovery names that one again. */
    world_attach(w, resumed(by_token(&ada), &ada, pos), &third);
    assert_int_equal(world_signal(w, CHAT_SIGNAL_CUT)->connection, again.connection);
}

static void since_resumes_without_a_socket_id(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), again;
    struct chat_attach attach = by_token(&ada);
    attach.resume_pos = chat_pos(w->chat) - 1;
    attach.resume_is_since = true;
    assert_int_equal(world_attach(w, attach, &again), PROTO_OK);
    assert_true(attached()->wants_replay);
    assert_false(attached()->resumed_sid);
    assert_null(world_signal(w, CHAT_SIGNAL_CUT));
}

static void a_position_outside_the_log_is_a_fresh_start(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), ben = world_guest(w, "Ben");
    for (int i = 0; i < 10; i++)
        world_send(w, &ben, WORLD_GENERAL, "x");
    chat_set_log(w->chat, 6, chat_pos(w->chat));
    const struct {
        int64_t pos;
        bool resumes;
    } rows[] = {{0, false},
                {4, false},
                {5, true},
                {chat_pos(w->chat), true},
                {chat_pos(w->chat) + 1, false},
                {INT64_MAX, false},
                {-1, false}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct person again = {0};
        world_attach(w, resumed(by_token(&ada), &ada, rows[i].pos), &again);
        assert_int_equal(attached()->wants_replay, rows[i].resumes);
        assert_int_equal(attached()->resumed_sid, rows[i].resumes);
        assert_int_equal(w->outcome.read.kind != CHAT_READ_NONE, rows[i].resumes);
        world_detach(w, &again);
    }
}

static void a_new_guest_never_resumes(void **state) {
    (void)state;
    (void)world_guest(w, "Ada");
    struct chat_attach attach = by_name("Ben");
    attach.resume_pos = 1;
    attach.resume_is_since = true;
    assert_int_equal(world_attach(w, attach, NULL), PROTO_OK);
    assert_false(attached()->wants_replay);
}

/* The end */

static void detaching_twice_or_unknown_is_harmless(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada");
    world_detach(w, &ada);
    world_detach(w, &ada);
    assert_int_equal(chat_connection_count(w->chat), 0);
}

static void a_login_makes_a_guest_without_a_connection(void **state) {
    (void)state;
    struct chat_login login = {.name = STR("Ada"), .address = STR("127.0.0.1")};
    assert_int_equal(world_act(w, (struct chat_actor){0}, CHAT_ACT_LOGIN, &login), PROTO_OK);
    const struct proto_user *user = w->answer;
    assert_str(user->name, "Ada");
    assert_int_equal(user->status, PROTO_STATUS_OFFLINE);
    assert_int_equal(world_act(w, (struct chat_actor){0}, CHAT_ACT_LOGIN, &login), PROTO_CONFLICT);
}

/* Catching up by hand */

static void sync_reads_the_log_or_says_reset(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada");
    int64_t room = world_room(w, &ada, "News", false);
    chat_set_log(w->chat, 3, chat_pos(w->chat));
    struct proto_sync sync = {.pos = 2, .limit = 100};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_SYNC, &sync), PROTO_OK);
    const struct chat_read *read = &w->outcome.read;
    assert_int_equal(read->kind, CHAT_READ_EVENTS);
    assert_int_equal(read->from_pos, 2);
    assert_int_equal(read->to_pos, chat_pos(w->chat));
    assert_int_equal(read->limit, 100);
    assert_int_equal(read->room_count, 2);
    assert_int_equal(read->rooms[0], WORLD_GENERAL);
    assert_int_equal(read->rooms[1], room);
    assert_false(((const struct proto_sync_result *)w->answer)->reset);
    const int64_t gone[] = {0, 1, chat_pos(w->chat) + 1};
    for (size_t i = 0; i < TEST_COUNT(gone); i++) {
        sync.pos = gone[i];
        assert_int_equal(world_do(w, &ada, PROTO_COMMAND_SYNC, &sync), PROTO_OK);
        assert_int_equal(w->outcome.read.kind, CHAT_READ_NONE);
        assert_true(((const struct proto_sync_result *)w->answer)->reset);
    }
    sync = (struct proto_sync){.pos = chat_pos(w->chat), .limit = 5000};
    world_do(w, &ada, PROTO_COMMAND_SYNC, &sync);
    assert_int_equal(w->outcome.read.limit, 500);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

/* How many connections */

static int start_limited(void **state) {
    struct chat_options options = world_options();
    (void)state;
    options.rate_scale = 1;
    w = world_new_with(options);
    return 0;
}

static struct chat_attach again(const struct person *person, const char *sid) {
    struct chat_attach attach = by_token(person);
    attach.resume_session = person->session;
    attach.resume_sid = str_of_c(sid);
    attach.resume_pos = chat_pos(w->chat);
    return attach;
}

static void a_session_has_as_many_connections_as_it_may(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), last = {0};
    struct chat_detach gone;
    for (int i = 1; i < CHAT_SESSION_CONNECTIONS_MAX; i++)
        assert_int_equal(world_attach(w, by_token(&ada), &last), PROTO_OK);
    assert_int_equal(world_attach(w, by_token(&ada), NULL), PROTO_RATE_LIMITED);
    assert_int_equal(w->outcome.error.retry_after_ms, CHAT_SESSION_CONNECTIONS_RETRY_MS);
    assert_int_equal(world_attach(w, again(&ada, "sid-77"), NULL), PROTO_RATE_LIMITED);
    struct person ben = world_guest(w, "Ben"); /* another session has its own */
    assert_int_equal(world_attach(w, by_token(&ben), NULL), PROTO_OK);
    gone.connection = last.connection;
    assert_int_equal(world_act(w, (struct chat_actor){.session = 0}, CHAT_ACT_DETACH, &gone),
                     PROTO_OK);
    assert_int_equal(world_attach(w, by_token(&ada), NULL), PROTO_OK);
}

/* His network went, the old connection still looks alive, and he has no room for another one: it is his own place. */
static void who_takes_over_his_old_connection_is_not_one_too_many(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada");
    char sid[32];
    (void)snprintf(sid, sizeof sid, "sid-%llu", (unsigned long long)ada.connection);
    for (int i = 1; i < CHAT_SESSION_CONNECTIONS_MAX; i++)
        assert_int_equal(world_attach(w, by_token(&ada), NULL), PROTO_OK);
    assert_int_equal(world_attach(w, again(&ada, sid), NULL), PROTO_OK);
    assert_true(attached()->resumed_sid);
}

#define LIMITED(name) cmocka_unit_test_setup_teardown(name, start_limited, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_name_makes_a_guest_who_is_in_general),
        TEST(ready_says_what_the_server_is),
        TEST(a_taken_name_is_a_conflict_with_a_free_suggestion),
        TEST(suggestions_stay_free_when_many_have_the_name),
        TEST(a_bad_name_is_a_bad_request_with_its_field),
        TEST(nobody_is_unauthorized),
        TEST(without_guests_a_name_is_not_enough),
        TEST(a_token_counts_before_all_else),
        TEST(a_bad_token_is_refused_whatever_else_is_there),
        TEST(a_cookie_counts_before_a_name),
        TEST(a_stale_cookie_is_passed_over_for_a_name_only),
        TEST(guests_of_one_address_are_limited_unless_it_is_local),
        TEST(a_pid_of_the_same_session_resumes),
        TEST(a_pid_of_another_session_is_worth_nothing),
        TEST(a_guest_with_his_name_and_pid_is_the_same_again),
        TEST(a_pid_gives_no_other_name_and_no_member),
        TEST(the_guest_is_the_same_also_when_the_position_is_gone),
        TEST(recovery_cuts_the_connection_that_still_looks_alive),
        TEST(since_resumes_without_a_socket_id),
        TEST(a_position_outside_the_log_is_a_fresh_start),
        TEST(a_new_guest_never_resumes),
        TEST(detaching_twice_or_unknown_is_harmless),
        TEST(a_login_makes_a_guest_without_a_connection),
        TEST(sync_reads_the_log_or_says_reset),
        LIMITED(a_session_has_as_many_connections_as_it_may),
        LIMITED(who_takes_over_his_old_connection_is_not_one_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
