/* test_web_static.c: the web app, out of a table that the test makes up.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "web/web_assets.h"
#include "web_fixture.h"

#define PAGE "<!doctype html><title>Parley</title>"
#define CODE "console.log(1)"
#define ICON "icon"
#define KEPT "public, max-age=31536000, immutable"

#define BYTES(literal)                                                                             \
    { (literal), sizeof(literal) - 1 }

const struct web_asset web_assets[] = {
    {"/assets/app-B4x9Kq2c.js", "text/javascript; charset=utf-8", "tag-js", true, BYTES(CODE),
     BYTES("js gzip"), BYTES("js br")},
    {"/assets/app-C4x9Kq2c.css",
     "text/css; charset=utf-8",
     "tag-css",
     true,
     BYTES("a{}"),
     BYTES("css gzip"),
     {NULL, 0}},
    {"/icon.svg", "image/svg+xml", "tag-icon", false, BYTES(ICON), {NULL, 0}, {NULL, 0}},
    {"/index.html", "text/html; charset=utf-8", "tag-page", false, BYTES(PAGE), BYTES("page gzip"),
     BYTES("page br")},
};
const size_t web_asset_count = TEST_COUNT(web_assets);

static void assert_page(struct web_fixture *f, const char *request_line) {
    assert_int_equal(web_ask(f, request_line, "", NULL), 200);
    assert_str(f->body, PAGE);
}

static void assert_nothing(struct web_fixture *f, const char *path) {
    struct buf line = BUF_EMPTY;
    buf_printf(&line, "GET %s", path);
    int status = web_ask(f, buf_c(&line), "", NULL);
    if (status != 404)
        fail_msg("%s: %d", path, status);
    assert_str(f->body,
               "{\"error\":{\"code\":\"not_found\",\"message\":\"There is nothing here.\"}}");
    buf_deinit(&line);
}

/* What comes back for this Accept-Encoding. */
static void assert_coding(struct web_fixture *f, const char *path, const char *accept,
                          const char *coding, const char *bytes) {
    struct buf line = BUF_EMPTY, header = BUF_EMPTY;
    buf_printf(&line, "GET %s", path);
    buf_printf(&header, "Accept-Encoding: %s\r\n", accept);
    assert_int_equal(web_ask(f, buf_c(&line), buf_c(&header), NULL), 200);
    assert_str(f->body, bytes);
    assert_str(web_header(f, "Content-Encoding"), coding);
    assert_str(web_header(f, "Vary"), "Accept-Encoding");
    buf_deinit(&line);
    buf_deinit(&header);
}

static void the_page_is_there_and_asked_for_anew_each_time(void **state) {
    struct web_fixture *f = *state;
    assert_page(f, "GET /");
    assert_str(web_header(f, "Content-Type"), "text/html; charset=utf-8");
    assert_str(web_header(f, "Cache-Control"), "no-cache");
    assert_str(web_header(f, "ETag"), "\"tag-page\"");
    assert_page(f, "GET /index.html");
    assert_page(f, "GET /?utm=1");
}

static void a_hashed_file_may_be_kept_for_ever(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "GET /assets/app-B4x9Kq2c.js", "", NULL), 200);
    assert_str(f->body, CODE);
    assert_str(web_header(f, "Cache-Control"), KEPT);
    assert_str(web_header(f, "Content-Type"), "text/javascript; charset=utf-8");
    assert_int_equal(web_ask(f, "GET /icon.svg", "", NULL), 200);
    assert_str(web_header(f, "Cache-Control"), "no-cache");
}

static void the_page_has_a_policy_and_a_file_does_not_need_one(void **state) {
    struct web_fixture *f = *state;
    assert_page(f, "GET /");
    struct str policy = web_header(f, "Content-Security-Policy");
    static const char *const parts[] = {"default-src 'none';", "script-src 'self';",
                                        "frame-ancestors 'none';", "base-uri 'none';",
                                        "require-trusted-types-for 'script'"};
    for (size_t i = 0; i < TEST_COUNT(parts); i++)
        assert_non_null(memmem(policy.at, policy.len, parts[i], strlen(parts[i])));
    assert_null(memmem(policy.at, policy.len, "unsafe", 6));
    assert_null(memmem(policy.at, policy.len, "data:", 5));
    assert_int_equal(web_ask(f, "GET /icon.svg", "", NULL), 200);
    assert_true(str_is_none(web_header(f, "Content-Security-Policy")));
    assert_str(web_header(f, "X-Content-Type-Options"), "nosniff");
}

static void the_smallest_form_that_is_accepted_comes(void **state) {
    struct web_fixture *f = *state;
    assert_coding(f, "/", "gzip, deflate, br, zstd", "br", "page br");
    assert_coding(f, "/", "gzip, deflate", "gzip", "page gzip");
    assert_coding(f, "/", "BR;q=1.0, GZIP;q=0.8", "br", "page br");
    assert_coding(f, "/", "deflate", "", PAGE);
    assert_coding(f, "/", "", "", PAGE);
    assert_coding(f, "/", "brotli, gzipped, xbr", "", PAGE);
    assert_coding(f, "/assets/app-C4x9Kq2c.css", "br, gzip", "gzip", "css gzip");
    assert_coding(f, "/assets/app-C4x9Kq2c.css", "br", "", "a{}");
    assert_coding(f, "/icon.svg", "br, gzip", "", ICON);
}

static void a_form_of_weight_zero_is_not_accepted(void **state) {
    struct web_fixture *f = *state;
    assert_coding(f, "/", "br;q=0, gzip", "gzip", "page gzip");
    assert_coding(f, "/", "br; q=0.000 , gzip;q=0.", "", PAGE);
    assert_coding(f, "/", "br;Q=0,gzip;q=0.001", "gzip", "page gzip");
    assert_coding(f, "/", "br;q=0.05", "br", "page br");
}

/* Bytes of one form are no part of another. */
static void each_form_has_a_tag_of_its_own(void **state) {
    struct web_fixture *f = *state;
    static const struct {
        const char *accept, *tag;
    } forms[] = {{"identity", "\"tag-page\""},
                 {"gzip", "\"tag-page-gzip\""},
                 {"br, gzip", "\"tag-page-br\""}};
    for (size_t i = 0; i < TEST_COUNT(forms) * TEST_COUNT(forms); i++) {
        size_t wanted = i % TEST_COUNT(forms), known = i / TEST_COUNT(forms);
        struct buf header = BUF_EMPTY;
        buf_printf(&header, "Accept-Encoding: %s\r\nIf-None-Match: %s\r\n", forms[wanted].accept,
                   forms[known].tag);
        assert_int_equal(web_ask(f, "GET /", buf_c(&header), NULL), wanted == known ? 304 : 200);
        assert_str(web_header(f, "ETag"), forms[wanted].tag);
        buf_deinit(&header);
    }
}

static void assert_not_modified(struct web_fixture *f, const char *header, const char *tag) {
    assert_int_equal(web_ask(f, "GET /", header, NULL), 304);
    assert_int_equal(f->body.len, 0);
    assert_str(web_header(f, "ETag"), tag);
    assert_str(web_header(f, "Cache-Control"), "no-cache");
    assert_str(web_header(f, "Vary"), "Accept-Encoding");
    assert_true(str_is_none(web_header(f, "Content-Encoding")));
    assert_true(str_is_none(web_header(f, "Content-Length")));
}

static void who_has_it_gets_304(void **state) {
    struct web_fixture *f = *state;
    assert_not_modified(f, "If-None-Match: \"tag-page\"\r\n", "\"tag-page\"");
    assert_not_modified(f, "If-None-Match: W/\"tag-page\"\r\n", "\"tag-page\"");
    assert_not_modified(f, "If-None-Match: \"other\", \"tag-page-br\"\r\nAccept-Encoding: br\r\n",
                        "\"tag-page-br\"");
    assert_not_modified(f, "If-None-Match: *\r\n", "\"tag-page\"");
    assert_page(f, "GET /"); /* the connection goes on */
}

static void who_has_another_gets_the_new_one(void **state) {
    struct web_fixture *f = *state;
    static const char *const headers[] = {"If-None-Match: \"tag-js\"\r\n",
                                          "If-None-Match: tag-page\r\n",
                                          "If-None-Match: \"tag-pag\"\r\n", "If-None-Match:\r\n"};
    for (size_t i = 0; i < TEST_COUNT(headers); i++) {
        assert_int_equal(web_ask(f, "GET /", headers[i], NULL), 200);
        assert_str(f->body, PAGE);
    }
}

static void a_place_within_the_app_gets_the_page(void **state) {
    struct web_fixture *f = *state;
    assert_page(f, "GET /r/general");
    assert_page(f, "GET /r/general/");
    assert_page(f, "GET /r/caf%C3%A9/7?around=3");
    assert_page(f, "GET /r/%E6%97%A5%E6%9C%AC");
    assert_page(f, "GET /settings");
}

static void an_unknown_file_is_nothing(void **state) {
    struct web_fixture *f = *state;
    assert_nothing(f, "/favicon.ico");
    assert_nothing(f, "/assets/app-00000000.js");
    assert_nothing(f, "/assets/app-B4x9Kq2c.js.map");
    assert_nothing(f, "/robots.txt");
    assert_nothing(f, "/.env");
    assert_nothing(f, "/.git/config");
}

static void what_is_tried_on_a_file_system_is_nothing(void **state) {
    struct web_fixture *f = *state;
    static const char *const paths[] = {
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/..%2fetc%2fpasswd",
        "/%252e%252e/etc/passwd",
        "/r/../index",
        "/./index",
        "/%c0%ae%c0%ae/etc",
        "//etc/passwd",
        "/r//general",
        "/a%00b",
        "/a%5c..%5cb",
        "/a\\b",
        "/%0d%0aSet-Cookie:a",
        "/%zz",
        "/%",
        "/a%7f",
    };
    for (size_t i = 0; i < TEST_COUNT(paths); i++)
        assert_nothing(f, paths[i]);
}

static void head_has_the_head_alone(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "HEAD /", "Accept-Encoding: gzip\r\n", NULL);
    assert_int_equal(web_read_head(f), 200);
    assert_str(web_header(f, "Content-Length"), "9");
    assert_str(web_header(f, "Content-Encoding"), "gzip");
    assert_page(f, "GET /"); /* nothing stands between */
}

static void only_get_and_head_are_known(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "POST /", "", "a"), 405);
    assert_str(web_header(f, "Allow"), "GET, HEAD");
    assert_int_equal(web_ask(f, "DELETE /r/general", "", NULL), 405);
    assert_int_equal(web_ask(f, "BREW /", "", NULL), 405);
    assert_page(f, "GET /");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, web_fixture_setup, web_fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_page_is_there_and_asked_for_anew_each_time),
        TEST(a_hashed_file_may_be_kept_for_ever),
        TEST(the_page_has_a_policy_and_a_file_does_not_need_one),
        TEST(the_smallest_form_that_is_accepted_comes),
        TEST(a_form_of_weight_zero_is_not_accepted),
        TEST(each_form_has_a_tag_of_its_own),
        TEST(who_has_it_gets_304),
        TEST(who_has_another_gets_the_new_one),
        TEST(a_place_within_the_app_gets_the_page),
        TEST(an_unknown_file_is_nothing),
        TEST(what_is_tried_on_a_file_system_is_nothing),
        TEST(head_has_the_head_alone),
        TEST(only_get_and_head_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
