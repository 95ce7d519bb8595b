/* test_web_account.c: the routes of accounts: what reaches the core, and who sits at the machine.
 *
 * SPDX-License-Identifier: MIT
 */
#include "web_fixture.h"

#include "base/token.h"

#define JSON   "Content-Type: application/json\r\n"
#define TOKEN  "ply_s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define BEARER "Authorization: Bearer " TOKEN "\r\n"
#define COOKIE "Cookie: parley_session=" TOKEN "\r\n"

static void a_registration_reaches_the_core_whole(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "POST /api/users",
             JSON "User-Agent: curl/8\r\nCookie: parley_session=" TOKEN "\r\n",
             "{\"name\":\"ada\",\"password\":\"kafka auf dem rasen\",\"invite\":\"ply_i_x\"}");
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_REGISTER);
    const struct chat_register *reg = request->command.payload;
    assert_str(reg->name, "ada");
    assert_str(reg->password, "kafka auf dem rasen");
    assert_str(reg->invite, "ply_i_x");
    assert_true(str_is_none(reg->setup) && str_is_none(reg->display_name));
    assert_str(reg->agent, "curl/8");
    assert_str(reg->address, "127.0.0.1");
    assert_true(request->command.actor.has_token && reg->token_is_cookie);
    fake_desk_answer_ok(&f->desk, request, "{\"id\":7}");
    assert_int_equal(web_read(f), 201);
    assert_true(str_starts_with(f->body, STR("{\"user\":{\"id\":7},\"token\":\"ply_s_")));
    assert_true(str_starts_with(web_header(f, "Set-Cookie"), STR("parley_session=ply_s_")));
}

static void a_new_password_has_no_answer_but_its_status(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "PUT /api/password", JSON BEARER,
             "{\"password\":\"old one\",\"new_password\":\"pluto is a planet\"}");
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_PASSWORD);
    const struct chat_password *password = request->command.payload;
    assert_str(password->password, "old one");
    assert_str(password->new_password, "pluto is a planet");
    assert_false(password->rotates);
    fake_desk_answer_ok(&f->desk, request, "{}");
    assert_int_equal(web_read(f), 204);
    assert_true(str_is_none(web_header(f, "Parley-Token")));
}

static struct str header_after_change(struct web_fixture *f, const char *credential,
                                      const char *body, const char *header) {
    web_send(f, "PUT /api/password", credential, body);
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_PASSWORD);
    assert_true(((const struct chat_password *)request->command.payload)->rotates);
    fake_desk_answer_ok(&f->desk, request, "{}");
    assert_int_equal(web_read(f), 204);
    return web_header(f, header);
}

static void a_cookie_gets_another_token_and_a_script_when_it_asks(void **state) {
    struct web_fixture *f = *state;
    assert_true(str_starts_with(header_after_change(f, JSON COOKIE,
                                                    "{\"password\":\"old\",\"new_password\":\"x\"}",
                                                    "Set-Cookie"),
                                STR("parley_session=ply_s_")));
    assert_true(str_is_none(web_header(f, "Parley-Token")));
    assert_true(str_starts_with(
        header_after_change(f, JSON BEARER,
                            "{\"password\":\"old\",\"new_password\":\"x\",\"rotate\":true}",
                            "Parley-Token"),
        STR("ply_s_")));
    assert_true(str_is_none(web_header(f, "Set-Cookie")));
}

static void what_is_no_text_is_named_and_goes_nowhere(void **state) {
    struct web_fixture *f = *state;
    static const struct {
        const char *request, *headers, *body, *field;
    } rows[] = {
        {"POST /api/users", JSON, "{\"name\":\"ada\"}", "password"},
        {"POST /api/users", JSON, "{\"name\":[],\"password\":\"kafka auf dem rasen\"}", "name"},
        {"POST /api/users", JSON, "{\"name\":\"ada\",\"password\":\"x\",\"setup\":1}", "setup"},
        {"PUT /api/password", JSON BEARER, "{\"password\":\"x\"}", "new_password"},
        {"POST /api/invite", JSON, "{}", "invite"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        char field[64];
        assert_int_equal(web_ask(f, rows[i].request, rows[i].headers, rows[i].body), 400);
        (void)snprintf(field, sizeof field, "\"field\":\"%s\"", rows[i].field);
        assert_non_null(memmem(f->body.at, f->body.len, field, strlen(field)));
    }
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
}

static void who_has_no_session_changes_no_password(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "PUT /api/password", JSON, "{}"), 401);
}

/* Loopback alone is not enough: a proxy beside the server comes from there too, and so does a page of the operator's browser that
 * has pointed its own name here. */
static void only_who_sits_at_the_machine_is_local(void **state) {
    struct web_fixture *f = *state;
    static const struct {
        const char *host, *headers;
        bool is_local;
    } rows[] = {
        {"localhost:8080", "", true},
        {"LOCALHOST", "", true},
        {"127.0.0.1", "", true},
        {"[::1]:8080", "", true},
        {"chat.example", "", false},
        {"localhost.evil.example", "", false},
        {"192.0.2.1:8080", "", false},
        {"localhost", "X-Forwarded-For: 127.0.0.1\r\n", false},
        {"localhost", "X-Forwarded-Proto: https\r\n", false},
        {"localhost", "Forwarded: for=127.0.0.1\r\n", false},
        {"localhost", "Via: 1.1 front\r\n", false},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct buf out = BUF_EMPTY;
        buf_printf(&out, "GET /api/server HTTP/1.1\r\nHost: %s\r\n%s\r\n", rows[i].host,
                   rows[i].headers);
        client_send(f->fd, buf_str(&out));
        buf_deinit(&out);
        struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_SERVER);
        const struct chat_server_look *look = request->command.payload;
        assert_int_equal(look->is_local, rows[i].is_local);
        fake_desk_answer_ok(&f->desk, request, "{}");
        assert_int_equal(web_read(f), 200);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, web_fixture_setup, web_fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_registration_reaches_the_core_whole),
        TEST(a_new_password_has_no_answer_but_its_status),
        TEST(a_cookie_gets_another_token_and_a_script_when_it_asks),
        TEST(what_is_no_text_is_named_and_goes_nowhere),
        TEST(who_has_no_session_changes_no_password),
        TEST(only_who_sits_at_the_machine_is_local),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
