/* test_eio_cors.c: who may poll from another origin.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "engineio/eio_cors.h"

static const char *const any[] = {"*", NULL};
static const char *const two[] = {"https://a.example", "https://b.example", NULL};

static struct http_request request_from(const char *origin, const char *wanted_headers) {
    struct http_request request = {.method = HTTP_GET};
    if (origin != NULL)
        request.headers[request.header_count++] =
            (struct http_header){STR("Origin"), str_of_c(origin)};
    if (wanted_headers != NULL)
        request.headers[request.header_count++] =
            (struct http_header){STR("Access-Control-Request-Headers"), str_of_c(wanted_headers)};
    return request;
}

static void assert_headers(eio_cors_origins origins, const char *origin, const char *wanted) {
    struct http_request request = request_from(origin, NULL);
    struct buf headers = BUF_EMPTY;
    eio_cors_append(origins, eio_cors_match(origins, &request), &headers);
    assert_str(buf_str(&headers), wanted);
    buf_deinit(&headers);
}

static void without_a_list_nothing_is_said(void **state) {
    (void)state;
    assert_headers(NULL, "https://a.example", "");
}

static void a_star_admits_every_origin_alike(void **state) {
    (void)state;
    assert_headers(any, "https://evil.example", "Access-Control-Allow-Origin: *\r\n");
    assert_headers(any, NULL, "Access-Control-Allow-Origin: *\r\n");
}

static void a_list_admits_its_members_and_varies(void **state) {
    (void)state;
    assert_headers(two, "https://b.example",
                   "Access-Control-Allow-Origin: https://b.example\r\nVary: Origin\r\n");
}

static void others_are_not_told_but_caches_are(void **state) {
    (void)state;
    assert_headers(two, "https://b.example.evil", "Vary: Origin\r\n");
    assert_headers(two, "https://B.example", "Vary: Origin\r\n");
    assert_headers(two, "null", "Vary: Origin\r\n");
    assert_headers(two, "", "Vary: Origin\r\n");
    assert_headers(two, NULL, "Vary: Origin\r\n");
}

static void a_preflight_is_told_methods_and_its_headers(void **state) {
    (void)state;
    struct http_request request = request_from("https://a.example", "x-one, x-two");
    struct buf headers = BUF_EMPTY;
    eio_cors_append_preflight(two, &request, &headers);
    assert_str(buf_str(&headers),
               "Access-Control-Allow-Origin: https://a.example\r\nVary: Origin\r\n"
               "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\r\n"
               "Access-Control-Allow-Headers: x-one, x-two\r\n"
               "Vary: Access-Control-Request-Headers\r\n");
    buf_deinit(&headers);
}

static void a_preflight_without_headers_is_told_none(void **state) {
    (void)state;
    struct http_request request = request_from("https://c.example", NULL);
    struct buf headers = BUF_EMPTY;
    eio_cors_append_preflight(two, &request, &headers);
    assert_str(buf_str(&headers),
               "Vary: Origin\r\n"
               "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\r\n");
    buf_deinit(&headers);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_list_nothing_is_said),
        cmocka_unit_test(a_star_admits_every_origin_alike),
        cmocka_unit_test(a_list_admits_its_members_and_varies),
        cmocka_unit_test(others_are_not_told_but_caches_are),
        cmocka_unit_test(a_preflight_is_told_methods_and_its_headers),
        cmocka_unit_test(a_preflight_without_headers_is_told_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
