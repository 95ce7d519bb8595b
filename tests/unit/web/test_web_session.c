/* test_web_session.c: coming in with a name, who am I, going away; and the cookie.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/token.h"
#include "web_fixture.h"

#define JSON   "Content-Type: application/json\r\n"
#define TOKEN  "ply_s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OTHER  "ply_s_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define COOKIE "Cookie: parley_session=" TOKEN "\r\n"
#define BEARER "Authorization: Bearer " TOKEN "\r\n"
#define EVIL   "Origin: https://evil.example\r\n"

static int setup_secure(void **state) {
    return web_fixture_setup_with(
        state, (struct web_options){.secure = true,
                                    .origins = {.public_url = "https://chat.example"},
                                    .is_https_public = true});
}

static bool is_hash_of(const unsigned char hash[CHAT_TOKEN_HASH_BYTES], struct str token) {
    unsigned char wanted[CHAT_TOKEN_HASH_BYTES];
    return token_hash(token, wanted) && memcmp(hash, wanted, sizeof wanted) == 0;
}

/* The text between two others in the last body. */
static struct str between(struct str text, const char *before, const char *after) {
    const char *from = memmem(text.at, text.len, before, strlen(before));
    assert_non_null(from);
    from += strlen(before);
    const char *to = memmem(from, (size_t)(text.at + text.len - from), after, strlen(after));
    assert_non_null(to);
    return str_of(from, (size_t)(to - from));
}

static void a_name_makes_a_guest_with_a_token_and_a_cookie(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "POST /api/session", JSON "User-Agent: curl/8\r\n", "{\"name\":\"Ada\"}");
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_LOGIN);
    const struct chat_login *login = request->command.payload;
    unsigned char hash[CHAT_TOKEN_HASH_BYTES];
    assert_str(login->name, "Ada");
    assert_str(login->agent, "curl/8");
    assert_str(login->address, "127.0.0.1");
    assert_false(request->command.actor.has_token);
    memcpy(hash, login->fresh_token_hash, sizeof hash);
    fake_desk_answer_ok(&f->desk, request, "{\"id\":7}");
    assert_int_equal(web_read(f), 200);
    struct str token = between(f->body, "{\"user\":{\"id\":7},\"token\":\"", "\"}");
    assert_true(is_hash_of(hash, token));
    struct str cookie = web_header(f, "Set-Cookie");
    assert_str_same(between(cookie, "parley_session=", ";"), token);
    assert_str(str_from(cookie, 15 + TOKEN_TEXT_BYTES),
               "; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600");
    assert_str(web_header(f, "Cache-Control"), "no-store");
}

static void over_https_the_cookie_is_bound_to_the_host(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "POST /api/session", JSON, "{\"name\":\"Ada\"}");
    fake_desk_answer_ok(&f->desk, fake_desk_take_act(&f->desk, CHAT_ACT_LOGIN), "{}");
    assert_int_equal(web_read(f), 200);
    struct str cookie = web_header(f, "Set-Cookie");
    assert_true(str_starts_with(cookie, STR("__Host-parley_session=ply_s_")));
    assert_true(
        str_ends_with(cookie, STR("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=1209600")));
    assert_str(web_header(f, "Strict-Transport-Security"), "max-age=31536000");
}

static void over_https_the_plain_cookie_is_nothing(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "GET /api/session", COOKIE, NULL), 401);
    web_send(f, "GET /api/session", "Cookie: __Host-parley_session=" TOKEN "\r\n", NULL);
    fake_desk_answer_ok(&f->desk, fake_desk_take_act(&f->desk, CHAT_ACT_WHOAMI), "{}");
    assert_int_equal(web_read(f), 200);
}

static void every_guest_gets_another_token(void **state) {
    struct web_fixture *f = *state;
    struct buf first = BUF_EMPTY;
    for (int i = 0; i < 2; i++) {
        web_send(f, "POST /api/session", JSON COOKIE, "{\"name\":\"Ada\"}");
        fake_desk_answer_ok(&f->desk, fake_desk_take_act(&f->desk, CHAT_ACT_LOGIN), "{}");
        assert_int_equal(web_read(f), 200);
        struct str token = between(f->body, "\"token\":\"", "\"");
        assert_false(str_equal(token, buf_str(&first)));
        assert_false(str_equal(token, STR(TOKEN))); /* nor the one that was there before */
        buf_append_str(&first, token);
    }
    buf_deinit(&first);
}

static void a_refused_name_gives_neither(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "POST /api/session", JSON, "{\"name\":\"Ada\"}");
    struct chat_request *request = fake_desk_take(&f->desk);
    fake_desk_fail(request, PROTO_CONFLICT, "Taken.");
    fake_desk_answer(&f->desk, request);
    assert_int_equal(web_read(f), 409);
    assert_str(f->body, "{\"error\":{\"code\":\"conflict\",\"message\":\"Taken.\"}}");
    assert_true(str_is_none(web_header(f, "Set-Cookie")));
}

static void a_login_needs_a_name_that_is_a_text(void **state) {
    struct web_fixture *f = *state;
    static const char *const bodies[] = {"{}", "{\"name\":7}", "{\"name\":null}",
                                         "{\"name\":[\"Ada\"]}"};
    for (size_t i = 0; i < TEST_COUNT(bodies); i++) {
        assert_int_equal(web_ask(f, "POST /api/session", JSON, bodies[i]), 400);
        assert_str(f->body, "{\"error\":{\"code\":\"bad_request\",\"message\":\"A field is "
                            "missing or not valid.\",\"field\":\"name\"}}");
    }
    assert_int_equal(web_ask(f, "POST /api/session", JSON, "{\"name\":\"Ada\",\"password\":7}"),
                     400);
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
}

static void a_page_of_another_site_cannot_log_its_visitor_in(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "POST /api/session", JSON EVIL, "{\"name\":\"Ada\"}"), 403);
    web_again(f);
    assert_int_equal(web_ask(f, "POST /api/session", JSON "Origin: null\r\n", "{\"name\":\"Ada\"}"),
                     403);
    web_again(f);
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
    web_send(f, "POST /api/session", JSON "Origin: http://chat.example\r\n", "{\"name\":\"Ada\"}");
    fake_desk_answer_ok(&f->desk, fake_desk_take_act(&f->desk, CHAT_ACT_LOGIN), "{}");
    assert_int_equal(web_read(f), 200);
}

/* The actor of the next request has this token. */
static void assert_asks_as(struct web_fixture *f, const char *lines, const char *token) {
    web_send(f, "GET /api/session", lines, NULL);
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_WHOAMI);
    assert_true(request->command.actor.has_token);
    assert_true(is_hash_of(request->command.actor.token_hash, str_of_c(token)));
    assert_int_equal(request->command.actor.session, 0);
    assert_int_equal(request->command.actor.connection, 0);
    fake_desk_answer_ok(&f->desk, request, "{\"id\":7}");
    assert_int_equal(web_read(f), 200);
    assert_str(f->body, "{\"user\":{\"id\":7}}");
}

static void who_am_i_takes_the_cookie_or_a_bearer_token(void **state) {
    struct web_fixture *f = *state;
    assert_asks_as(f, COOKIE, TOKEN);
    assert_asks_as(f, BEARER, TOKEN);
    assert_asks_as(f, "authorization: bEaReR   " TOKEN "\r\n", TOKEN);
    assert_asks_as(f, "Cookie: a=b; parley_session=" TOKEN "; c=d\r\n", TOKEN);
    assert_asks_as(f, COOKIE "Authorization: Bearer " OTHER "\r\n", OTHER);
    assert_asks_as(f, COOKIE "Authorization: Basic QTpC\r\n", TOKEN);
}

static void without_a_credential_the_core_is_not_asked(void **state) {
    struct web_fixture *f = *state;
    static const char *const lines[] = {
        "",
        "Cookie: parley_session=\r\n",
        "Cookie: parley_session=ply_s_short\r\n",
        "Cookie: __Host-parley_session=" TOKEN "\r\n",
        "Authorization: Bearer\r\n",
        "Authorization: Bearer ply_s_short\r\n",
        "Authorization: " TOKEN "\r\n",
        COOKIE "Authorization: Bearer wrong\r\n", /* a bad one is refused, whatever else is there */
    };
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        assert_int_equal(web_ask(f, "GET /api/session", lines[i], NULL), 401);
        assert_str(f->body,
                   "{\"error\":{\"code\":\"unauthorized\",\"message\":\"Sign in first.\"}}");
        assert_str(web_header(f, "WWW-Authenticate"), "Bearer");
        assert_str(web_header(f, "Cache-Control"), "no-store");
    }
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
}

static void going_away_takes_the_cookie_along(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "DELETE /api/session", COOKIE, NULL);
    fake_desk_answer_ok(&f->desk, fake_desk_take_act(&f->desk, CHAT_ACT_LOGOUT), "{}");
    assert_int_equal(web_read(f), 204);
    assert_int_equal(f->body.len, 0);
    assert_str(web_header(f, "Set-Cookie"),
               "parley_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    assert_true(str_is_none(web_header(f, "Content-Length")));
    assert_asks_as(f, COOKIE, TOKEN); /* the connection goes on */
}

/* With the cookie, that is what a foreign page cannot do; with a token in its hand it is the page's own doing. */
static void a_page_of_another_site_cannot_use_the_cookie(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "DELETE /api/session", COOKIE EVIL, NULL), 403);
    assert_str(f->body, "{\"error\":{\"code\":\"forbidden\",\"message\":\"Another site's page may "
                        "not do that.\"}}");
    assert_int_equal(web_ask(f, "DELETE /api/session", COOKIE BEARER EVIL, NULL), 403);
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
    web_send(f, "DELETE /api/session", BEARER EVIL, NULL);
    fake_desk_answer_ok(&f->desk, fake_desk_take_act(&f->desk, CHAT_ACT_LOGOUT), "{}");
    assert_int_equal(web_read(f), 204);
}

static void an_ended_session_is_unauthorized(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "GET /api/session", COOKIE, NULL);
    struct chat_request *request = fake_desk_take(&f->desk);
    fake_desk_fail(request, PROTO_UNAUTHORIZED, "Gone.");
    fake_desk_answer(&f->desk, request);
    assert_int_equal(web_read(f), 401);
    assert_str(web_header(f, "WWW-Authenticate"), "Bearer");
}

#define TEST(name)   cmocka_unit_test_setup_teardown(name, web_fixture_setup, web_fixture_teardown)
#define SECURE(name) cmocka_unit_test_setup_teardown(name, setup_secure, web_fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_name_makes_a_guest_with_a_token_and_a_cookie),
        SECURE(over_https_the_cookie_is_bound_to_the_host),
        SECURE(over_https_the_plain_cookie_is_nothing),
        TEST(every_guest_gets_another_token),
        TEST(a_refused_name_gives_neither),
        TEST(a_login_needs_a_name_that_is_a_text),
        TEST(a_page_of_another_site_cannot_log_its_visitor_in),
        TEST(who_am_i_takes_the_cookie_or_a_bearer_token),
        TEST(without_a_credential_the_core_is_not_asked),
        TEST(going_away_takes_the_cookie_along),
        TEST(a_page_of_another_site_cannot_use_the_cookie),
        TEST(an_ended_session_is_unauthorized),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
