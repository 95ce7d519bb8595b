/* test_gw_session.c: who is it: from the handshake to `ready`, and the end.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/token.h"
#include "gateway/gw_pid.h"
#include "gateway_fixture.h"

#define TOKEN   "ply_s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OTHER   "ply_s_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define SID     "abcdefghijklmnopqr-_"
#define COOKIE  "Cookie: parley_session=" TOKEN "\r\n"
#define OWN     "Origin: http://chat.example\r\n"
#define BROWSER "Sec-Fetch-Site: same-origin\r\n"
#define UNAUTHORIZED                                                                               \
    "44{\"message\":\"unauthorized\",\"data\":{\"code\":\"unauthorized\",\"message\":"

static int setup_secure(void **state) {
    return gateway_fixture_setup_with(state, 1, (struct gateway_options){.secure = true});
}

static bool is_hash_of(const unsigned char hash[CHAT_TOKEN_HASH_BYTES], const char *token) {
    unsigned char wanted[CHAT_TOKEN_HASH_BYTES];
    return token_hash(str_of_c(token), wanted) && memcmp(hash, wanted, sizeof wanted) == 0;
}

static void open_peer(struct gateway_fixture *f, struct sio_peer *peer, const char *lines) {
    assert_int_equal(sio_peer_open(peer, gateway_fixture_port(f, 0), lines), 101);
}

/* Connects with this CONNECT packet; returns the ATTACH that comes of it. */
static struct chat_request *attach(struct gateway_fixture *f, struct sio_peer *peer,
                                   const char *lines, const char *packet) {
    open_peer(f, peer, lines);
    sio_peer_send(peer, packet);
    return fake_desk_take_act(&f->desk, CHAT_ACT_ATTACH);
}

static const struct chat_attach *attach_of(const struct chat_request *request) {
    return request->command.payload;
}

/* Refuses the request, and lets the client go. */
static void refuse_and_close(struct gateway_fixture *f, struct sio_peer *peer,
                             struct chat_request *request) {
    fake_desk_fail(request, PROTO_UNAUTHORIZED, "No.");
    fake_desk_answer(&f->desk, request);
    sio_peer_wants(peer, UNAUTHORIZED "\"No.\"}}");
    chat_request_free(fake_desk_take_act(&f->desk, CHAT_ACT_DETACH));
    sio_peer_close(peer);
}

static void answer_attach(struct gateway_fixture *f, struct chat_request *request,
                          struct gateway_person person, int64_t pos) {
    struct gw_batch *batch = gw_batch_new();
    gateway_subscribe(batch, request, &person, pos);
    gw_batch_answer(batch, request);
    gateway_fixture_post(f, batch);
}

/* The text of a member of a CONNECT packet. */
static struct str member_of(struct str packet, const char *name) {
    char key[32];
    (void)snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *from = memmem(packet.at, packet.len, key, strlen(key));
    assert_non_null(from);
    struct str rest = str_from(packet, (size_t)(from - packet.at) + strlen(key));
    return str_cut(&rest, '"');
}

static struct buf pid_of(int64_t session) {
    struct buf pid = BUF_EMPTY;
    gw_pid_append(&pid, GATEWAY_SECRET, session, STR(SID));
    return pid;
}

/* Identity */

static void a_name_reaches_the_core_with_all_that_a_guest_needs(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request =
        attach(f, &peer, "User-Agent: tests/1\r\n", "40{\"name\":\"Ada\"}");
    const struct chat_attach *a = attach_of(request);
    assert_str(a->name, "Ada");
    assert_str(a->agent, "tests/1");
    assert_str(a->address, "127.0.0.1");
    assert_false(a->has_token);
    assert_false(a->has_cookie);
    assert_int_equal(a->resume_pos, -1);
    assert_int_equal(a->resume_session, 0);
    assert_int_equal(a->sid.len, GW_SID_BYTES);
    assert_int_equal(request->fresh_token.len, TOKEN_TEXT_BYTES);
    assert_true(is_hash_of(a->fresh_token_hash, request->fresh_token.at));
    assert_true(request->command.actor.connection != 0);
    refuse_and_close(f, &peer, request);
}

static void the_answer_is_a_connect_with_sid_and_pid_and_then_ready(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    int64_t session = 0;
    char sid[GW_SID_BYTES];
    struct chat_request *request = attach(f, &peer, "", "40{\"name\":\"Ada\"}");
    struct buf fresh = BUF_EMPTY;
    buf_append_str(&fresh, attach_of(request)->sid);
    answer_attach(f, request, GATEWAY_PERSON(7, 1), 41);
    struct str connect = sio_peer_wants_start(&peer, "40{\"sid\":\"");
    assert_str_same(member_of(connect, "sid"), buf_str(&fresh));
    assert_true(gw_pid_read(member_of(connect, "pid"), GATEWAY_SECRET, &session, sid));
    assert_int_equal(session, 107);
    assert_str_same(str_of(sid, sizeof sid), buf_str(&fresh));
    sio_peer_wants(&peer, "42[\"ready\",{\"pos\":41,\"resumed\":false},\"41\"]");
    buf_deinit(&fresh);
    sio_peer_close(&peer);
}

static void a_token_travels_as_its_hash(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request =
        attach(f, &peer, "", "40{\"token\":\"" TOKEN "\",\"name\":\"Ada\"}");
    assert_true(attach_of(request)->has_token);
    assert_true(is_hash_of(attach_of(request)->token_hash, TOKEN));
    refuse_and_close(f, &peer, request);
}

/* A bad token is refused, whatever else is there, and none of these is worth a look-up. */
static void what_cannot_be_a_token_is_refused_at_once(void **state) {
    struct gateway_fixture *f = *state;
    static const char *const packets[] = {
        "40{\"token\":\"\"}",  "40{\"token\":\"ply_s_short\",\"name\":\"Ada\"}",
        "40{\"token\":7}",     "40{\"token\":{\"$ne\":null}}",
        "40{\"token\":false}", "40{\"token\":[\"" TOKEN "\"]}",
    };
    for (size_t i = 0; i < TEST_COUNT(packets); i++) {
        struct sio_peer peer;
        open_peer(f, &peer, "Cookie: parley_session=" TOKEN "\r\n");
        sio_peer_send(&peer, packets[i]);
        (void)sio_peer_wants_start(&peer, UNAUTHORIZED);
        sio_peer_close(&peer);
    }
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
}

static void nothing_at_all_is_unauthorized_and_may_be_tried_again(void **state) {
    struct gateway_fixture *f = *state;
    static const char *const packets[] = {"40", "40{}", "40{\"token\":null,\"name\":null}",
                                          "40{\"user\":\"Ada\"}"};
    struct sio_peer peer;
    open_peer(f, &peer, "Cookie: parley_session=nonsense\r\n");
    for (size_t i = 0; i < TEST_COUNT(packets); i++) {
        sio_peer_send(&peer, packets[i]);
        (void)sio_peer_wants_start(&peer, UNAUTHORIZED);
    }
    sio_peer_send(&peer, "40{\"name\":\"Ada\"}");
    answer_attach(f, fake_desk_take_act(&f->desk, CHAT_ACT_ATTACH), GATEWAY_PERSON(7, 1), 5);
    (void)sio_peer_wants_start(&peer, "40{\"sid\"");
    sio_peer_close(&peer);
}

static void a_name_must_be_a_text(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    open_peer(f, &peer, "");
    sio_peer_send(&peer, "40{\"name\":7}");
    sio_peer_wants(&peer,
                   "44{\"message\":\"bad_request\",\"data\":{\"code\":\"bad_request\",\"message\":"
                   "\"The name must be a text.\",\"field\":\"name\"}}");
    sio_peer_close(&peer);
}

static void a_refusal_of_the_core_is_passed_on_and_may_be_tried_again(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request = attach(f, &peer, "", "40{\"name\":\"Ada\"}");
    request->error = PROTO_CONFLICT;
    fake_desk_answer_ok(&f->desk, request, "{\"code\":\"conflict\",\"suggestion\":\"Ada2\"}");
    sio_peer_wants(
        &peer,
        "44{\"message\":\"conflict\",\"data\":{\"code\":\"conflict\",\"suggestion\":\"Ada2\"}}");
    chat_request_free(fake_desk_take_act(&f->desk, CHAT_ACT_DETACH));
    sio_peer_send(&peer, "40{\"name\":\"Ada2\"}");
    request = fake_desk_take_act(&f->desk, CHAT_ACT_ATTACH);
    assert_str(attach_of(request)->name, "Ada2");
    refuse_and_close(f, &peer, request);
}

/* The cookie */

static void a_cookie_travels_as_its_hash_beside_the_name(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request =
        attach(f, &peer, "Cookie: a=b; parley_session=" TOKEN "\r\nOrigin: http://chat.example\r\n",
               "40{\"name\":\"Ada\"}");
    assert_false(attach_of(request)->has_token);
    assert_true(attach_of(request)->has_cookie);
    assert_true(is_hash_of(attach_of(request)->cookie_hash, TOKEN));
    assert_str(attach_of(request)->name, "Ada");
    refuse_and_close(f, &peer, request);
}

static void a_page_of_another_site_cannot_use_the_cookie(void **state) {
    struct gateway_fixture *f = *state;
    static const char *const lines[] = {
        COOKIE "Origin: https://evil.example\r\n",
        COOKIE "Origin: null\r\n",
        "Cookie: parley_session=nonsense\r\nOrigin: https://evil.example\r\n",
    };
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        struct sio_peer peer;
        assert_int_equal(sio_peer_open(&peer, gateway_fixture_port(f, 0), lines[i]), 403);
        sio_peer_close(&peer);
    }
}

/* One polling request with this method, query and header lines; returns its status, its body stays in `in`. */
static int poll(struct gateway_fixture *f, const char *what, const char *lines, struct buf *in) {
    struct buf head = BUF_EMPTY;
    struct str body;
    int fd = client_connect(gateway_fixture_port(f, 0));
    buf_printf(&head, "%s HTTP/1.1\r\nHost: chat.example\r\nConnection: close\r\n%s\r\n", what,
               lines);
    client_send(fd, buf_str(&head));
    buf_clear(in);
    int status = client_read_answer(fd, in, &body);
    buf_deinit(&head);
    close(fd);
    return status;
}

static void nor_can_it_in_a_later_request_of_a_session(void **state) {
    struct gateway_fixture *f = *state;
    struct buf in = BUF_EMPTY, what = BUF_EMPTY;
    assert_int_equal(poll(f, "GET /socket.io/?EIO=4&transport=polling", COOKIE OWN, &in), 200);
    buf_printf(&what, "POST /socket.io/?EIO=4&transport=polling&sid=%.*s",
               STR_ARG(member_of(buf_str(&in), "sid")));
    assert_int_equal(poll(f, buf_c(&what), COOKIE "Origin: https://evil.example\r\n", &in), 403);
    assert_int_equal(poll(f, buf_c(&what), COOKIE OWN "Content-Length: 1\r\n\r\n1", &in), 200);
    buf_deinit(&in);
    buf_deinit(&what);
}

/* A session that was begun with these lines, and a later poll of it with those. */
static int later(struct gateway_fixture *f, const char *begun, const char *lines) {
    struct buf in = BUF_EMPTY, what = BUF_EMPTY, all = BUF_EMPTY;
    assert_int_equal(poll(f, "GET /socket.io/?EIO=4&transport=polling", begun, &in), 200);
    buf_printf(&what, "POST /socket.io/?EIO=4&transport=polling&sid=%.*s",
               STR_ARG(member_of(buf_str(&in), "sid")));
    buf_printf(&all, "%sContent-Length: 1\r\n\r\n1", lines);
    int status = poll(f, buf_c(&what), buf_c(&all), &in);
    buf_deinit(&in);
    buf_deinit(&what);
    buf_deinit(&all);
    return status;
}

static void a_session_goes_on_with_the_cookie_that_it_began_with(void **state) {
    struct gateway_fixture *f = *state;
    static const char other[] = "Cookie: parley_session=" OTHER "\r\n";
    static const char none[] = "Cookie: parley_session=none\r\n";
    assert_int_equal(later(f, COOKIE, COOKIE), 200);
    assert_int_equal(later(f, COOKIE, other), 400);
    assert_int_equal(later(f, COOKIE, none), 400);
    assert_int_equal(later(f, COOKIE, ""), 200); /* a client that gives it once */
    assert_int_equal(later(f, "", other), 200);  /* it was begun by another credential */
    assert_int_equal(later(f, COOKIE BROWSER, COOKIE BROWSER), 200);
    assert_int_equal(later(f, COOKIE BROWSER, ""), 400);
    assert_int_equal(later(f, COOKIE BROWSER, BROWSER), 400);
    assert_int_equal(later(f, BROWSER, BROWSER), 200);
}

static void without_the_cookie_any_page_may_come(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request =
        attach(f, &peer, "Cookie: other=1\r\nOrigin: https://evil.example\r\n",
               "40{\"token\":\"" TOKEN "\"}");
    assert_false(attach_of(request)->has_cookie);
    refuse_and_close(f, &peer, request);
}

/* The name that web gives it, and no other: what is left of another time must not stand in the way of a new log-in. */
static void over_http_the_cookie_of_the_host_is_another_one(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request =
        attach(f, &peer, "Cookie: __Host-parley_session=" OTHER "; parley_session=" TOKEN "\r\n",
               "40{\"name\":\"Ada\"}");
    assert_true(is_hash_of(attach_of(request)->cookie_hash, TOKEN));
    refuse_and_close(f, &peer, request);
}

static void over_https_only_the_cookie_of_the_host_counts(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request =
        attach(f, &peer, "Cookie: parley_session=" TOKEN "\r\n", "40{\"name\":\"Ada\"}");
    assert_false(attach_of(request)->has_cookie);
    refuse_and_close(f, &peer, request);
    request =
        attach(f, &peer, "Cookie: parley_session=" TOKEN "; __Host-parley_session=" OTHER "\r\n",
               "40{\"name\":\"Ada\"}");
    assert_true(is_hash_of(attach_of(request)->cookie_hash, OTHER));
    refuse_and_close(f, &peer, request);
}

/* Resuming */

static void a_pid_and_an_offset_say_what_to_resume(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct buf pid = pid_of(107), packet = BUF_EMPTY;
    buf_printf(&packet, "40{\"token\":\"" TOKEN "\",\"pid\":\"%s\",\"offset\":\"41\",\"since\":3}",
               buf_c(&pid));
    struct chat_request *request = attach(f, &peer, "", buf_c(&packet));
    assert_int_equal(attach_of(request)->resume_session, 107);
    assert_str(attach_of(request)->resume_sid, SID);
    assert_int_equal(attach_of(request)->resume_pos, 41);
    assert_false(attach_of(request)->resume_is_since);
    refuse_and_close(f, &peer, request);
    buf_deinit(&pid);
    buf_deinit(&packet);
}

static void since_resumes_without_a_pid(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request = attach(f, &peer, "", "40{\"token\":\"" TOKEN "\",\"since\":41}");
    assert_int_equal(attach_of(request)->resume_session, 0);
    assert_int_equal(attach_of(request)->resume_pos, 41);
    assert_true(attach_of(request)->resume_is_since);
    refuse_and_close(f, &peer, request);
}

static void what_cannot_be_resumed_is_a_fresh_start(void **state) {
    struct gateway_fixture *f = *state;
    static const char *const members[] = {
        "\"pid\":\"nonsense\",\"offset\":\"41\"",
        "\"offset\":\"41\"",
        "\"since\":-1",
        "\"pid\":7,\"offset\":41",
        "\"since\":\"41\"",
        "\"since\":1.5",
        "\"since\":null",
        "\"pid\":\"\",\"offset\":\"\"",
    };
    for (size_t i = 0; i < TEST_COUNT(members); i++) {
        struct sio_peer peer;
        struct buf packet = BUF_EMPTY;
        buf_printf(&packet, "40{\"name\":\"Ada\",%s}", members[i]);
        struct chat_request *request = attach(f, &peer, "", buf_c(&packet));
        assert_int_equal(attach_of(request)->resume_pos, -1);
        assert_int_equal(attach_of(request)->resume_session, 0);
        refuse_and_close(f, &peer, request);
        buf_deinit(&packet);
    }
}

/* A guest whose connection broke before his first event has no offset, and must still be the same guest. */
static void a_pid_alone_resumes_nothing_but_names_the_guest(void **state) {
    struct gateway_fixture *f = *state;
    static const char *const offsets[] = {"", ",\"offset\":\"x\"", ",\"offset\":\"-1\"",
                                          ",\"offset\":7", ",\"offset\":\"9223372036854775808\""};
    struct buf pid = pid_of(107);
    for (size_t i = 0; i < TEST_COUNT(offsets); i++) {
        struct sio_peer peer;
        struct buf packet = BUF_EMPTY;
        buf_printf(&packet, "40{\"name\":\"Ada\",\"pid\":\"%s\"%s}", buf_c(&pid), offsets[i]);
        struct chat_request *request = attach(f, &peer, "", buf_c(&packet));
        assert_int_equal(attach_of(request)->resume_session, 107);
        assert_int_equal(attach_of(request)->resume_pos, -1);
        refuse_and_close(f, &peer, request);
        buf_deinit(&packet);
    }
    buf_deinit(&pid);
}

/* Fills a replay of two events, of more unless it is all. */
static void replay(struct chat_request *request, bool complete, bool is_all) {
    struct chat_replay *r = ARENA_NEW(&request->arena, struct chat_replay);
    r->complete = complete;
    r->has_rest = !is_all;
    r->count = 2;
    r->events = ARENA_NEW_N(&request->arena, struct chat_replay_event, 2);
    r->events[0] = (struct chat_replay_event){42, PROTO_EVENT_MESSAGE_NEW, STR("{\"pos\":42}")};
    r->events[1] = (struct chat_replay_event){44, PROTO_EVENT_ROOM_CHANGED, STR("{\"pos\":44}")};
    request->replay = r;
}

/* Resumes a client at 41 with a log that ends at 44; an event of pos 45 comes before the answer does. */
static void resume_with(struct gateway_fixture *f, struct sio_peer *peer, bool complete,
                        bool is_all, bool by_since) {
    struct buf pid = pid_of(107), packet = BUF_EMPTY;
    if (by_since)
        buf_append_c(&packet, "40{\"token\":\"" TOKEN "\",\"since\":41}");
    else
        buf_printf(&packet, "40{\"token\":\"" TOKEN "\",\"pid\":\"%s\",\"offset\":\"41\"}",
                   buf_c(&pid));
    struct chat_request *request = attach(f, peer, "", buf_c(&packet));
    struct gw_batch *batch = gw_batch_new();
    gateway_event(f, GATEWAY_ROOM(1), "{\"pos\":44}", 44); /* before it is subscribed */
    gateway_subscribe(batch, request, &GATEWAY_PERSON(7, 1), 44);
    request->attached->resumed_sid = !by_since;
    gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("{\"pos\":45}"), 45, &GATEWAY_ROOM(1));
    gateway_fixture_post(f, batch);
    replay(request, complete, is_all);
    fake_desk_answer(&f->desk, request);
    gateway_event(f, GATEWAY_ROOM(1), "{\"pos\":46}", 46);
    buf_deinit(&pid);
    buf_deinit(&packet);
}

static void resume(struct gateway_fixture *f, struct sio_peer *peer, bool complete, bool by_since) {
    resume_with(f, peer, complete, true, by_since);
}

static void a_resumed_client_keeps_its_sid_and_misses_nothing(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    resume(f, &peer, true, false);
    assert_str(member_of(sio_peer_read(&peer), "sid"), SID);
    sio_peer_wants(&peer, "42[\"ready\",{\"pos\":41,\"resumed\":true},\"41\"]");
    sio_peer_wants(&peer, "42[\"message:new\",{\"pos\":42},\"42\"]");
    sio_peer_wants(&peer, "42[\"room:changed\",{\"pos\":44},\"44\"]");
    sio_peer_wants(&peer, "42[\"message:new\",{\"pos\":45},\"45\"]");
    sio_peer_wants(&peer, "42[\"message:new\",{\"pos\":46},\"46\"]");
    sio_peer_close(&peer);
}

static void since_resumes_under_a_new_sid(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    resume(f, &peer, true, true);
    assert_false(str_equal(member_of(sio_peer_read(&peer), "sid"), STR(SID)));
    sio_peer_wants(&peer, "42[\"ready\",{\"pos\":41,\"resumed\":true},\"41\"]");
    sio_peer_wants(&peer, "42[\"message:new\",{\"pos\":42},\"42\"]");
    sio_peer_close(&peer);
}

/* Nothing live behind a replay that has a hole at its end. */
static void a_replay_in_part_ends_the_connection_behind_it(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    resume_with(f, &peer, true, false, false);
    assert_str(member_of(sio_peer_read(&peer), "sid"), SID);
    sio_peer_wants(&peer, "42[\"ready\",{\"pos\":41,\"resumed\":true},\"41\"]");
    sio_peer_wants(&peer, "42[\"message:new\",{\"pos\":42},\"42\"]");
    sio_peer_wants(&peer, "42[\"room:changed\",{\"pos\":44},\"44\"]");
    sio_peer_wants_end(&peer);
    chat_request_free(fake_desk_take_act(&f->desk, CHAT_ACT_DETACH));
    sio_peer_close(&peer);
}

static void too_much_missed_is_a_fresh_start(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    resume(f, &peer, false, false);
    assert_false(str_equal(member_of(sio_peer_read(&peer), "sid"), STR(SID)));
    sio_peer_wants(&peer, "42[\"ready\",{\"pos\":44,\"resumed\":false},\"44\"]");
    sio_peer_wants(&peer, "42[\"message:new\",{\"pos\":45},\"45\"]");
    sio_peer_wants(&peer, "42[\"message:new\",{\"pos\":46},\"46\"]");
    sio_peer_close(&peer);
}

/* Waiting */

static void what_comes_before_the_answer_is_kept_and_comes_behind_ready(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request = attach(f, &peer, "", "40{\"name\":\"Ada\"}");
    struct gw_batch *batch = gw_batch_new();
    gateway_subscribe(batch, request, &GATEWAY_PERSON(7, 1), 5);
    gateway_fixture_post(f, batch);
    for (int i = 0; i < 100; i++)
        gateway_event(f, GATEWAY_ROOM(1), "{}", 6 + i);
    fake_desk_answer(&f->desk, request);
    (void)sio_peer_wants_start(&peer, "40{");
    (void)sio_peer_wants_start(&peer, "42[\"ready\"");
    for (int i = 0; i < 100; i++) {
        char wanted[64];
        (void)snprintf(wanted, sizeof wanted, "42[\"message:new\",{},\"%d\"]", 6 + i);
        sio_peer_wants(&peer, wanted);
    }
    sio_peer_close(&peer);
}

/* It gets what fits, so that it is further when it comes back. */
static void a_client_that_waits_too_long_for_too_much_is_turned_away(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct buf data = BUF_EMPTY;
    struct chat_request *request = attach(f, &peer, "", "40{\"name\":\"Ada\"}");
    struct gw_batch *batch = gw_batch_new();
    gateway_subscribe(batch, request, &GATEWAY_PERSON(7, 1), 5);
    gateway_fixture_post(f, batch);
    memset(buf_reserve(&data, 65536), '1', 65536);
    data.len = 65536;
    for (int i = 0; i < 20; i++) /* 1.25 MiB */
        gateway_event(f, GATEWAY_ROOM(1), buf_c(&data), 6 + i);
    gateway_event(f, GATEWAY_ROOM(1), "{}", 26); /* a small one behind them must not come */
    fake_desk_answer(&f->desk, request);
    (void)sio_peer_wants_start(&peer, "40{");
    (void)sio_peer_wants_start(&peer, "42[\"ready\"");
    for (int i = 0; i < 3; i++)
        (void)sio_peer_wants_start(&peer, "42[\"message:new\",1111");
    sio_peer_wants_end(&peer);
    chat_request_free(fake_desk_take_act(&f->desk, CHAT_ACT_DETACH));
    buf_deinit(&data);
    sio_peer_close(&peer);
}

/* A stock client that is refused would stay away for good. */
static void a_core_that_cannot_now_cuts_the_transport(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request = attach(f, &peer, "", "40{\"name\":\"Ada\"}");
    fake_desk_fail(request, PROTO_UNAVAILABLE, "Disk full.");
    fake_desk_answer(&f->desk, request);
    sio_peer_wants_end(&peer);
    chat_request_free(fake_desk_take_act(&f->desk, CHAT_ACT_DETACH));
    sio_peer_close(&peer);
    atomic_store(&f->desk.is_full, true);
    open_peer(f, &peer, "");
    sio_peer_send(&peer, "40{\"name\":\"Ada\"}");
    sio_peer_wants_end(&peer);
    sio_peer_close(&peer);
}

static void a_draining_gateway_cuts_whoever_comes(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    gateway_fixture_drain(f);
    open_peer(f, &peer, "");
    sio_peer_send(&peer, "40{\"name\":\"Ada\"}");
    sio_peer_wants_end(&peer);
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
    sio_peer_close(&peer);
}

/* The end */

static void whoever_goes_is_detached_by_his_key(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer first, second;
    uint64_t key = gateway_join(f, &first, 0, GATEWAY_PERSON(7, 1));
    uint64_t other = gateway_join(f, &second, 0, GATEWAY_PERSON(8, 1));
    assert_true(key != other);
    sio_peer_close(&first);
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_DETACH);
    assert_int_equal(((const struct chat_detach *)request->command.payload)->connection, key);
    fake_desk_answer(&f->desk, request);
    sio_peer_send(&second, "41");
    request = fake_desk_take_act(&f->desk, CHAT_ACT_DETACH);
    assert_int_equal(((const struct chat_detach *)request->command.payload)->connection, other);
    fake_desk_answer(&f->desk, request);
    sio_peer_close(&second);
}

/* The mailbox keeps the order, so the core hears of the end behind the beginning. */
static void whoever_goes_before_his_answer_is_detached_behind_his_attach(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer, other;
    struct chat_request *request = attach(f, &peer, "", "40{\"name\":\"Ada\"}");
    uint64_t key = request->command.actor.connection;
    sio_peer_close(&peer);
    struct chat_request *detach = fake_desk_take_act(&f->desk, CHAT_ACT_DETACH);
    assert_int_equal(((const struct chat_detach *)detach->command.payload)->connection, key);
    fake_desk_answer(&f->desk, detach);
    answer_attach(f, request, GATEWAY_PERSON(7, 1), 5); /* finds nobody */
    gateway_event(f, GATEWAY_ROOM(1), "{}", 6);
    (void)gateway_join(f, &other, 0, GATEWAY_PERSON(8, 1));
    sio_peer_close(&other);
}

static void an_ended_session_takes_all_its_clients_with_it(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer phone, tablet, friend;
    (void)gateway_join(f, &phone, 0, GATEWAY_PERSON(7, 1));
    (void)gateway_join(f, &tablet, 1, GATEWAY_PERSON(7, 1));
    (void)gateway_join(f, &friend, 0, GATEWAY_PERSON(8, 1));
    struct gw_batch *batch = gw_batch_new();
    gw_batch_end_session(batch, 107);
    gateway_fixture_post(f, batch);
    gateway_event(f, GATEWAY_ROOM(1), "{}", 6);
    struct sio_peer *ended[] = {&phone, &tablet};
    for (int i = 0; i < 2; i++) {
        sio_peer_wants(ended[i],
                       "42[\"notice\",{\"code\":\"session_ended\",\"message\":\"This session "
                       "was ended.\"}]");
        sio_peer_wants(ended[i], "41"); /* a stock client stays away */
        sio_peer_wants_end(ended[i]);
        sio_peer_close(ended[i]);
    }
    sio_peer_wants(&friend, "42[\"message:new\",{},\"6\"]");
    sio_peer_close(&friend);
}

static void a_session_may_end_while_its_client_waits(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct chat_request *request = attach(f, &peer, "", "40{\"name\":\"Ada\"}");
    struct gw_batch *batch = gw_batch_new();
    gateway_subscribe(batch, request, &GATEWAY_PERSON(7, 1), 5);
    gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("{}"), 6, &GATEWAY_ROOM(1));
    gw_batch_end_session(batch, 107);
    gw_batch_answer(batch, request);
    gateway_fixture_post(f, batch);
    sio_peer_wants_end(&peer);
    sio_peer_close(&peer);
}

static void a_cut_closes_the_transport_without_a_word(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer old, other;
    uint64_t key = gateway_join(f, &old, 0, GATEWAY_PERSON(7, 1));
    (void)gateway_join(f, &other, 0, GATEWAY_PERSON(7, 1));
    struct gw_batch *batch = gw_batch_new();
    gw_batch_cut(batch, key);
    gw_batch_cut(batch, key); /* gone already */
    gateway_fixture_post(f, batch);
    sio_peer_wants_end(&old); /* no 41: a stock client comes back by itself */
    gateway_mark(f, "{}");
    sio_peer_wants(&other, "42[\"message:new\",{}]");
    sio_peer_close(&old);
    sio_peer_close(&other);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, gateway_fixture_setup, gateway_fixture_teardown)
#define TEST_TWO(name)                                                                             \
    cmocka_unit_test_setup_teardown(name, gateway_fixture_setup_two, gateway_fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_name_reaches_the_core_with_all_that_a_guest_needs),
        TEST(the_answer_is_a_connect_with_sid_and_pid_and_then_ready),
        TEST(a_token_travels_as_its_hash),
        TEST(what_cannot_be_a_token_is_refused_at_once),
        TEST(nothing_at_all_is_unauthorized_and_may_be_tried_again),
        TEST(a_name_must_be_a_text),
        TEST(a_refusal_of_the_core_is_passed_on_and_may_be_tried_again),
        TEST(a_cookie_travels_as_its_hash_beside_the_name),
        TEST(a_page_of_another_site_cannot_use_the_cookie),
        TEST(nor_can_it_in_a_later_request_of_a_session),
        TEST(over_http_the_cookie_of_the_host_is_another_one),
        TEST(a_session_goes_on_with_the_cookie_that_it_began_with),
        TEST(without_the_cookie_any_page_may_come),
        cmocka_unit_test_setup_teardown(over_https_only_the_cookie_of_the_host_counts, setup_secure,
                                        gateway_fixture_teardown),
        TEST(a_pid_and_an_offset_say_what_to_resume),
        TEST(since_resumes_without_a_pid),
        TEST(what_cannot_be_resumed_is_a_fresh_start),
        TEST(a_pid_alone_resumes_nothing_but_names_the_guest),
        TEST(a_resumed_client_keeps_its_sid_and_misses_nothing),
        TEST(since_resumes_under_a_new_sid),
        TEST(a_replay_in_part_ends_the_connection_behind_it),
        TEST(too_much_missed_is_a_fresh_start),
        TEST(what_comes_before_the_answer_is_kept_and_comes_behind_ready),
        TEST(a_client_that_waits_too_long_for_too_much_is_turned_away),
        TEST(a_core_that_cannot_now_cuts_the_transport),
        TEST(a_draining_gateway_cuts_whoever_comes),
        TEST(whoever_goes_is_detached_by_his_key),
        TEST(whoever_goes_before_his_answer_is_detached_behind_his_attach),
        TEST_TWO(an_ended_session_takes_all_its_clients_with_it),
        TEST(a_session_may_end_while_its_client_waits),
        TEST(a_cut_closes_the_transport_without_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
