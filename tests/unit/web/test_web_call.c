/* test_web_call.c: one request to the API, from its head to its answer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "web_fixture.h"

#define JSON   "Content-Type: application/json\r\n"
#define BEARER "Authorization: Bearer ply_s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"
#define POST   "POST /api/rooms/general/messages"
#define GET    "GET /api/rooms/general/messages"

static void assert_bad_field(struct web_fixture *f, const char *field) {
    struct buf wanted = BUF_EMPTY;
    buf_printf(&wanted,
               "{\"error\":{\"code\":\"bad_request\",\"message\":\"A field is missing or not "
               "valid.\",\"field\":\"%s\"}}",
               field);
    assert_str(f->body, buf_c(&wanted));
    buf_deinit(&wanted);
}

static void a_message_is_sent_with_one_line_of_curl(void **state) {
    struct web_fixture *f = *state;
    web_send(f, POST, JSON BEARER, "{\"body\":\"hello\"}");
    struct chat_request *request = fake_desk_take_act(&f->desk, PROTO_COMMAND_MESSAGE_SEND);
    const struct proto_message_send *send = request->command.payload;
    assert_str(send->room.slug, "general");
    assert_int_equal(send->room.id, 0);
    assert_str(send->body, "hello");
    assert_int_equal(send->nonce.len, 20);
    assert_int_equal(send->reply_to, 0);
    assert_true(request->command.actor.has_token);
    fake_desk_answer_ok(&f->desk, request, "{\"message\":{}}");
    assert_int_equal(web_read(f), 201);
    assert_str(f->body, "{\"message\":{}}");
    assert_str(web_header(f, "Content-Type"), "application/json");
    assert_str(web_header(f, "Cache-Control"), "no-store");
    assert_str(web_header(f, "Vary"), "Cookie");
    assert_str(web_header(f, "X-Content-Type-Options"), "nosniff");
}

/* Takes what was submitted for this body and answers it; returns the nonce. */
static struct buf nonce_of(struct web_fixture *f, const char *body) {
    struct buf nonce = BUF_EMPTY;
    web_send(f, POST, JSON BEARER, body);
    struct chat_request *request = fake_desk_take_act(&f->desk, PROTO_COMMAND_MESSAGE_SEND);
    const struct proto_message_send *send = request->command.payload;
    buf_append_str(&nonce, send->nonce);
    fake_desk_answer_ok(&f->desk, request, "{}");
    assert_int_equal(web_read(f), 201);
    return nonce;
}

static void without_a_nonce_each_request_is_a_message_of_its_own(void **state) {
    struct web_fixture *f = *state;
    struct buf first = nonce_of(f, "{\"body\":\"a\"}");
    struct buf second = nonce_of(f, "{\"body\":\"a\"}");
    struct buf own = nonce_of(f, "{\"body\":\"a\",\"nonce\":\"my-nonce\"}");
    assert_false(str_equal(buf_str(&first), buf_str(&second)));
    assert_str(buf_str(&own), "my-nonce");
    buf_deinit(&first);
    buf_deinit(&second);
    buf_deinit(&own);
}

static void a_body_cannot_name_another_room_than_the_path(void **state) {
    struct web_fixture *f = *state;
    web_send(f, POST, JSON BEARER, "{\"body\":\"a\",\"room\":\"secret\"}");
    struct chat_request *request = fake_desk_take(&f->desk);
    assert_str(((const struct proto_message_send *)request->command.payload)->room.slug, "general");
    fake_desk_answer_ok(&f->desk, request, "{}");
    assert_int_equal(web_read(f), 201);
}

static void a_room_of_digits_is_an_id(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "GET /api/rooms/42/members?after=7&limit=3", BEARER, NULL);
    struct chat_request *request = fake_desk_take_act(&f->desk, PROTO_COMMAND_ROOM_MEMBERS);
    const struct proto_room_members *members = request->command.payload;
    assert_int_equal(members->room.id, 42);
    assert_true(str_is_none(members->room.slug));
    assert_int_equal(members->after, 7);
    assert_int_equal(members->limit, 3);
    fake_desk_answer_ok(&f->desk, request, "{}");
    assert_int_equal(web_read(f), 200);
}

static void query_parameters_become_what_their_fields_want(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "GET /api/rooms?archived=true&query=caf%C3%A9+au+lait&limit=1000&other=1", BEARER,
             NULL);
    struct chat_request *request = fake_desk_take_act(&f->desk, PROTO_COMMAND_ROOM_LIST);
    const struct proto_room_list *list = request->command.payload;
    assert_true(list->archived);
    assert_str(list->query, "café au lait");
    assert_int_equal(list->limit, 200); /* above the maximum it counts as the maximum */
    fake_desk_answer_ok(&f->desk, request, "{}");
    assert_int_equal(web_read(f), 200);
}

static void a_number_stays_a_text_where_a_text_is_wanted(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "GET /api/search?query=2026&room=general", BEARER, NULL);
    struct chat_request *request = fake_desk_take_act(&f->desk, PROTO_COMMAND_MESSAGE_SEARCH);
    const struct proto_message_search *search = request->command.payload;
    assert_str(search->query, "2026");
    assert_str(search->room.slug, "general");
    fake_desk_answer_ok(&f->desk, request, "{}");
    assert_int_equal(web_read(f), 200);
}

static void what_does_not_fit_its_field_is_named(void **state) {
    struct web_fixture *f = *state;
    static const struct {
        const char *path, *field;
    } rows[] = {
        {GET "?limit=many", "limit"},
        {GET "?limit=0", "limit"},
        {GET "?limit=-1", "limit"},
        {GET "?limit=", "limit"},
        {GET "?before=1.5", "before"},
        {GET "?before=9007199254740992", "before"},
        {GET "?around=%00", "around"},
        {GET "?before=1&after=2", "before"},
        {"GET /api/rooms?archived=yes", "archived"},
        {"GET /api/rooms?archived=1", "archived"},
        {"GET /api/rooms/0/members", "room"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        assert_int_equal(web_ask(f, rows[i].path, BEARER, NULL), 400);
        if (strchr(rows[i].path, '&') == NULL)
            assert_bad_field(f, rows[i].field);
    }
    assert_int_equal(web_ask(f, POST, JSON BEARER, "{\"body\":7}"), 400);
    assert_bad_field(f, "body");
    assert_int_equal(web_ask(f, POST, JSON BEARER, "{\"body\":\"a\",\"nonce\":\"short\"}"), 400);
    assert_bad_field(f, "nonce");
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
}

static void the_body_must_be_one_json_object(void **state) {
    struct web_fixture *f = *state;
    static const char *const bodies[] = {
        "",
        "[]",
        "null",
        "\"body\"",
        "{",
        "{\"body\":\"a\"} x",
        "{\"body\":\"\xff\"}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
    };
    for (size_t i = 0; i < TEST_COUNT(bodies); i++) {
        assert_int_equal(web_ask(f, POST, JSON BEARER, bodies[i]), 400);
        assert_str(f->body,
                   "{\"error\":{\"code\":\"bad_request\",\"message\":\"The body must be one "
                   "JSON object.\"}}");
    }
    assert_int_equal(web_ask(f, POST, JSON BEARER, NULL), 400);
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
}

/* A form of another site's page can send these types, and only these. */
static void the_body_must_say_that_it_is_json(void **state) {
    struct web_fixture *f = *state;
    static const char *const lines[] = {
        BEARER,
        BEARER "Content-Type: text/plain\r\n",
        BEARER "Content-Type: application/x-www-form-urlencoded\r\n",
        BEARER "Content-Type: multipart/form-data; boundary=application/json\r\n",
        BEARER "Content-Type: application/jsonp\r\n",
        BEARER "Content-Type: text/plain; application/json\r\n",
        BEARER JSON "Content-Encoding: gzip\r\n",
    };
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        assert_int_equal(web_ask(f, POST, lines[i], "{\"body\":\"a\"}"), 415);
        web_again(f);
    }
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
    web_send(f, POST, BEARER "content-type: Application/JSON ; charset=utf-8\r\n",
             "{\"body\":\"a\"}");
    fake_desk_answer_ok(&f->desk, fake_desk_take(&f->desk), "{}");
    assert_int_equal(web_read(f), 201);
}

static void a_body_above_the_limit_is_refused_from_its_head(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, POST, JSON BEARER "Content-Length: 131073\r\n", NULL), 413);
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
}

static void errors_of_the_core_have_their_status(void **state) {
    struct web_fixture *f = *state;
    static const struct {
        enum proto_error code;
        int status;
    } rows[] = {
        {PROTO_BAD_REQUEST, 400},  {PROTO_UNAUTHORIZED, 401}, {PROTO_FORBIDDEN, 403},
        {PROTO_NOT_FOUND, 404},    {PROTO_CONFLICT, 409},     {PROTO_TOO_LARGE, 413},
        {PROTO_RATE_LIMITED, 429}, {PROTO_UNAVAILABLE, 503},  {PROTO_INTERNAL, 500},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        web_send(f, GET, BEARER, NULL);
        struct chat_request *request = fake_desk_take(&f->desk);
        fake_desk_fail(request, rows[i].code, "No.");
        fake_desk_answer(&f->desk, request);
        assert_int_equal(web_read(f), rows[i].status);
        assert_true(str_starts_with(f->body, STR("{\"error\":{\"code\":\"")));
        assert_true(str_ends_with(f->body, STR(",\"message\":\"No.\"}}")));
    }
}

static void who_is_too_fast_learns_how_long_to_wait(void **state) {
    struct web_fixture *f = *state;
    static const struct {
        int64_t wait_ms;
        const char *header;
    } rows[] = {{1, "1"}, {1000, "1"}, {1001, "2"}, {60000, "60"}, {0, ""}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        web_send(f, GET, BEARER, NULL);
        struct chat_request *request = fake_desk_take(&f->desk);
        fake_desk_fail(request, PROTO_RATE_LIMITED, "Slower.");
        request->retry_after_ms = rows[i].wait_ms;
        fake_desk_answer(&f->desk, request);
        assert_int_equal(web_read(f), 429);
        assert_str(web_header(f, "Retry-After"), rows[i].header);
    }
}

static void a_full_core_is_answered_at_once(void **state) {
    struct web_fixture *f = *state;
    atomic_store(&f->desk.is_full, true);
    assert_int_equal(web_ask(f, GET, BEARER, NULL), 503);
    assert_int_equal(web_ask(f, POST, JSON BEARER, "{\"body\":\"a\"}"), 503);
    assert_int_equal(web_ask(f, "POST /api/session", JSON, "{\"name\":\"Ada\"}"), 503);
}

/* The connection goes first, then the core's answer comes; sanitizers watch. */
static void a_client_that_goes_while_the_core_decides_does_no_harm(void **state) {
    struct web_fixture *f = *state;
    web_send(f, GET, BEARER, NULL);
    struct chat_request *request = fake_desk_take(&f->desk);
    close(f->fd);
    FIXTURE_WAIT(fixture_stats(&f->net).conns == 0);
    f->fd = client_connect(fixture_port(&f->net));
    fake_desk_answer_ok(&f->desk, request, "{}");
    assert_int_equal(web_ask(f, "GET /healthz", "", NULL), 200);
}

/* The connection is found gone in the very turn in which the answer comes. */
static void a_client_that_goes_as_its_answer_comes_does_no_harm(void **state) {
    struct web_fixture *f = *state;
    for (int i = 0; i < 50; i++) {
        web_send(f, GET, BEARER, NULL);
        struct chat_request *request = fake_desk_take(&f->desk);
        buf_append_c(&request->json, "{}");
        shutdown(f->fd, i % 2 == 0 ? SHUT_RDWR : SHUT_WR);
        fake_desk_answer(&f->desk, request);
        web_again(f);
    }
    assert_int_equal(web_ask(f, "GET /healthz", "", NULL), 200);
}

static void requests_of_one_connection_are_answered_in_order(void **state) {
    struct web_fixture *f = *state;
    web_send(f, GET, BEARER, NULL);
    web_send(f, "GET /healthz", "", NULL);
    fake_desk_answer_ok(&f->desk, fake_desk_take(&f->desk), "{\"first\":1}");
    assert_int_equal(web_read(f), 200);
    assert_str(f->body, "{\"first\":1}");
    assert_int_equal(web_read(f), 200);
    assert_str(f->body, "{\"ok\":true}");
}

static void a_draining_server_asks_the_core_nothing_more(void **state) {
    struct web_fixture *f = *state;
    web_fixture_drain(f);
    assert_int_equal(web_ask(f, GET, BEARER, NULL), 503);
    assert_str(f->body,
               "{\"error\":{\"code\":\"unavailable\",\"message\":\"The server is restarting.\"}}");
    assert_int_equal(web_ask(f, POST, JSON BEARER, "{\"body\":\"a\"}"), 503);
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
}

/* Its head came before the end, its body after it: nobody would ever answer. */
static void a_body_that_comes_after_the_drain_is_refused_too(void **state) {
    struct web_fixture *f = *state;
    web_send(f, POST, JSON BEARER "Content-Length: 12\r\n", NULL);
    FIXTURE_WAIT(fixture_stats(&f->net).requests == 1);
    web_fixture_drain(f);
    client_send_c(f->fd, "{\"body\":\"a\"}");
    assert_int_equal(web_read(f), 503);
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
}

static void what_was_asked_before_the_drain_is_answered(void **state) {
    struct web_fixture *f = *state;
    web_send(f, GET, BEARER, NULL);
    struct chat_request *request = fake_desk_take(&f->desk);
    web_fixture_drain(f);
    fake_desk_answer_ok(&f->desk, request, "{}");
    assert_int_equal(web_read(f), 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, web_fixture_setup, web_fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_message_is_sent_with_one_line_of_curl),
        TEST(without_a_nonce_each_request_is_a_message_of_its_own),
        TEST(a_body_cannot_name_another_room_than_the_path),
        TEST(a_room_of_digits_is_an_id),
        TEST(query_parameters_become_what_their_fields_want),
        TEST(a_number_stays_a_text_where_a_text_is_wanted),
        TEST(what_does_not_fit_its_field_is_named),
        TEST(the_body_must_be_one_json_object),
        TEST(the_body_must_say_that_it_is_json),
        TEST(a_body_above_the_limit_is_refused_from_its_head),
        TEST(errors_of_the_core_have_their_status),
        TEST(who_is_too_fast_learns_how_long_to_wait),
        TEST(a_full_core_is_answered_at_once),
        TEST(a_client_that_goes_while_the_core_decides_does_no_harm),
        TEST(a_client_that_goes_as_its_answer_comes_does_no_harm),
        TEST(requests_of_one_connection_are_answered_in_order),
        TEST(a_draining_server_asks_the_core_nothing_more),
        TEST(a_body_that_comes_after_the_drain_is_refused_too),
        TEST(what_was_asked_before_the_drain_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
