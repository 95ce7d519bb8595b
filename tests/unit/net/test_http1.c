/* test_http1.c: which heads are accepted, which are refused and how, and that chopping changes nothing.
 *
 * Every row of both tables is also fed cut in two at each place and byte by byte: the result must be that of the whole,
 * and each proper prefix of an accepted head must be "more".
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "net/http1.h"
#include "test.h"

#define R "GET / HTTP/1.1\r\n"
#define H "Host: a\r\n"

struct row {
    const char *name;
    struct str head;
    int status; /* 0: accepted */
};

#define ROW(name, text, status)                                                                    \
    { name, {text, sizeof(text) - 1}, status }

static const struct row rows[] = {
    ROW("plain", R H "\r\n", 0),
    ROW("origin form with query", "GET /a/b?c=d&e HTTP/1.1\r\n" H "\r\n", 0),
    ROW("1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 0),
    ROW("asterisk for OPTIONS", "OPTIONS * HTTP/1.1\r\n" H "\r\n", 0),
    ROW("unknown method", "BREW /pot HTTP/1.1\r\n" H "\r\n", 0),
    ROW("white space round a value", R "Host: \t a \t\r\n\r\n", 0),
    ROW("empty value", R H "X:\r\n\r\n", 0),
    ROW("bytes above 127 in a value", R H "X: \xc3\xa4\xff\r\n\r\n", 0),
    ROW("tab in a value", R H "X: a\tb\r\n\r\n", 0),
    ROW("one length", "POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\n", 0),
    ROW("chunked", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n", 0),
    ROW("100-continue", "POST / HTTP/1.1\r\n" H "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\n",
        0),
    ROW("IPv6 Host", R "Host: [::1]:8080\r\n\r\n", 0),
    ROW("odd but visible target", "GET /a|b{c}\"<>\\^`?@[] HTTP/1.1\r\n" H "\r\n", 0),

    /* the request line */
    ROW("empty line first", "\r\n" R H "\r\n", 400),
    ROW("no version", "GET /\r\n" H "\r\n", 400),
    ROW("two spaces", "GET  / HTTP/1.1\r\n" H "\r\n", 400),
    ROW("two spaces before the version", "GET /  HTTP/1.1\r\n" H "\r\n", 400),
    ROW("space behind the version", "GET / HTTP/1.1 \r\n" H "\r\n", 400),
    ROW("tab for space", "GET\t/ HTTP/1.1\r\n" H "\r\n", 400),
    ROW("space first", " GET / HTTP/1.1\r\n" H "\r\n", 400),
    ROW("method with a separator", "G(T / HTTP/1.1\r\n" H "\r\n", 400),
    ROW("no method", " / HTTP/1.1\r\n" H "\r\n", 400),
    ROW("absolute form", "GET http://a/ HTTP/1.1\r\n" H "\r\n", 400),
    ROW("authority form", "CONNECT a:443 HTTP/1.1\r\n" H "\r\n", 400),
    ROW("asterisk for GET", "GET * HTTP/1.1\r\n" H "\r\n", 400),
    ROW("no slash", "GET a HTTP/1.1\r\n" H "\r\n", 400),
    ROW("fragment", "GET /#x HTTP/1.1\r\n" H "\r\n", 400),
    ROW("bytes above 127 in the target", "GET /\xc3\xa4 HTTP/1.1\r\n" H "\r\n", 400),
    ROW("HTTP/2.0", "GET / HTTP/2.0\r\n" H "\r\n", 505),
    ROW("HTTP/1.2", "GET / HTTP/1.2\r\n" H "\r\n", 505),
    ROW("HTTP/0.9", "GET / HTTP/0.9\r\n" H "\r\n", 505),
    ROW("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ROW("HTTP/1.10", "GET / HTTP/1.10\r\n" H "\r\n", 400),
    ROW("lower-case version", "GET / http/1.1\r\n" H "\r\n", 400),

    /* lines and characters */
    ROW("bare LF behind the request line", "GET / HTTP/1.1\n" H "\r\n", 400),
    ROW("bare LF behind a header", R "Host: a\n\r\n", 400),
    ROW("bare LF at the end", R H "\n", 400),
    ROW("bare CR in a value", R H "X: a\rb\r\n\r\n", 400),
    ROW("two CR", R "Host: a\r\r\n\r\n", 400),
    ROW("NUL in a value", R H "X: a\0b\r\n\r\n", 400),
    ROW("NUL in a name", R H "X\0: a\r\n\r\n", 400),
    ROW("NUL in the target", "GET /\0 HTTP/1.1\r\n" H "\r\n", 400),
    ROW("escape in a value", R H "X: \x1b[1m\r\n\r\n", 400),
    ROW("DEL in a value", R H "X: \x7f\r\n\r\n", 400),
    ROW("vertical tab before a value", R H "X:\vchunked\r\n\r\n", 400),
    ROW("space before the colon", R "Host : a\r\n\r\n", 400),
    ROW("tab before the colon", R "Host\t: a\r\n\r\n", 400),
    ROW("space in a name", R H "X Y: a\r\n\r\n", 400),
    ROW("no name", R H ": a\r\n\r\n", 400),
    ROW("no colon", R H "X\r\n\r\n", 400),
    ROW("folded by a space", R H "X: a\r\n b\r\n\r\n", 400),
    ROW("folded by a tab", R H "X: a\r\n\tb\r\n\r\n", 400),
    ROW("folded first header", R " Host: a\r\n\r\n", 400),

    /* Host */
    ROW("no Host", R "\r\n", 400),
    ROW("two Hosts", R H "Host: b\r\n\r\n", 400),
    ROW("two equal Hosts", R H H "\r\n", 400),
    ROW("two Hosts in 1.0", "GET / HTTP/1.0\r\n" H H "\r\n", 400),
    ROW("empty Host", R "Host:\r\n\r\n", 400),
    ROW("Host list", R "Host: a, b\r\n\r\n", 400),
    ROW("Host with user", R "Host: x@a\r\n\r\n", 400),
    ROW("Host with path", R "Host: a/b\r\n\r\n", 400),

    /* lengths */
    ROW("two lengths", R H "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
    ROW("two equal lengths", R H "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400),
    ROW("length list", R H "Content-Length: 5, 5\r\n\r\n", 400),
    ROW("length with plus", R H "Content-Length: +5\r\n\r\n", 400),
    ROW("length with minus", R H "Content-Length: -5\r\n\r\n", 400),
    ROW("hexadecimal length", R H "Content-Length: 0x5\r\n\r\n", 400),
    ROW("length with a space", R H "Content-Length: 5 5\r\n\r\n", 400),
    ROW("length with a fraction", R H "Content-Length: 5.0\r\n\r\n", 400),
    ROW("empty length", R H "Content-Length:\r\n\r\n", 400),
    ROW("length of 2^63", R H "Content-Length: 9223372036854775808\r\n\r\n", 400),
    ROW("length of 2^64", R H "Content-Length: 18446744073709551616\r\n\r\n", 400),
    ROW("length of 2^64 + 5", R H "Content-Length: 18446744073709551621\r\n\r\n", 400),

    /* transfer codings */
    ROW("length and chunked", R H "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ROW("chunked and length", R H "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400),
    ROW("chunked in 1.0", "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n", 400),
    ROW("chunked twice", R H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        400),
    ROW("chunked and identity", R H "Transfer-Encoding: chunked, identity\r\n\r\n", 400),
    ROW("gzip and chunked", R H "Transfer-Encoding: gzip, chunked\r\n\r\n", 400),
    ROW("chunked in quotes", R H "Transfer-Encoding: \"chunked\"\r\n\r\n", 400),
    ROW("chunked in capitals", R H "Transfer-Encoding: CHUNKED\r\n\r\n", 400),
    ROW("chunked with a parameter", R H "Transfer-Encoding: chunked;q=1\r\n\r\n", 400),
    ROW("empty coding", R H "Transfer-Encoding:\r\n\r\n", 400),
    ROW("xchunked", R H "Transfer-Encoding: xchunked\r\n\r\n", 501),
    ROW("gzip", R H "Transfer-Encoding: gzip\r\n\r\n", 501),
    ROW("identity", R H "Transfer-Encoding: identity\r\n\r\n", 501),

    ROW("another expectation", R H "Expect: 200-ok\r\n\r\n", 417),
};

/* The outcome of feeding all of `input` up to each cut in turn: result, status, consumed. */
struct outcome {
    enum http1_result result;
    int status;
    size_t consumed;
};

static struct outcome feed(struct str input, const size_t *cuts, size_t count) {
    struct outcome out = {HTTP1_MORE, 0, 0};
    static struct http_request request;
    size_t scanned = 0;
    for (size_t i = 0; i <= count && out.result == HTTP1_MORE; i++) {
        size_t end = i < count ? cuts[i] : input.len;
        /* a copy of the exact size, so that a sanitizer sees a read behind it */
        char *copy = malloc(end > 0 ? end : 1);
        memcpy(copy, input.at, end);
        out.result =
            http1_parse_head(str_of(copy, end), &scanned, &request, &out.consumed, &out.status);
        free(copy);
    }
    if (out.result != HTTP1_DONE)
        out.consumed = 0;
    if (out.result != HTTP1_BAD)
        out.status = 0;
    return out;
}

static bool outcome_equal(struct outcome a, struct outcome b) {
    return a.result == b.result && a.status == b.status && a.consumed == b.consumed;
}

static void each_head_is_accepted_or_refused_as_the_table_says(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct outcome whole = feed(rows[i].head, NULL, 0);
        enum http1_result wanted = rows[i].status == 0 ? HTTP1_DONE : HTTP1_BAD;
        if (whole.result != wanted || whole.status != rows[i].status)
            fail_msg("%s: result %d status %d", rows[i].name, whole.result, whole.status);
        if (whole.result == HTTP1_DONE)
            assert_int_equal(whole.consumed, rows[i].head.len);
    }
}

static void a_head_cut_anywhere_gives_the_same_result(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct str head = rows[i].head;
        struct outcome whole = feed(head, NULL, 0);
        size_t all[1024];
        for (size_t cut = 0; cut < head.len; cut++) {
            all[cut] = cut + 1;
            if (!outcome_equal(feed(head, &cut, 1), whole))
                fail_msg("%s: cut at %zu", rows[i].name, cut);
        }
        if (!outcome_equal(feed(head, all, head.len), whole))
            fail_msg("%s: byte by byte", rows[i].name);
    }
}

static void a_prefix_of_an_accepted_head_is_incomplete(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        for (size_t cut = 0; rows[i].status == 0 && cut < rows[i].head.len; cut++)
            if (feed(str_of(rows[i].head.at, cut), NULL, 0).result != HTTP1_MORE)
                fail_msg("%s: prefix of %zu", rows[i].name, cut);
}

static void what_follows_a_head_is_left_alone(void **state) {
    (void)state;
    struct str two = STR(R H "\r\nGET /next");
    assert_int_equal(feed(two, NULL, 0).consumed, strlen(R H "\r\n"));
}

/* ---- Bounds ---- */

static struct outcome feed_repeated(const char *before, const char *part, size_t count,
                                    const char *after) {
    struct buf text = BUF_EMPTY;
    buf_append_c(&text, before);
    for (size_t i = 0; i < count; i++)
        buf_append_c(&text, part);
    buf_append_c(&text, after);
    struct outcome whole = feed(buf_str(&text), NULL, 0);
    for (size_t cut = 1; cut < text.len; cut += 61)
        assert_true(outcome_equal(feed(buf_str(&text), &cut, 1), whole));
    buf_deinit(&text);
    return whole;
}

static void a_target_has_a_bound(void **state) {
    (void)state;
    const char *end = " HTTP/1.1\r\n" H "\r\n";
    assert_int_equal(feed_repeated("GET /", "a", HTTP_TARGET_BYTES_MAX - 1, end).result,
                     HTTP1_DONE);
    assert_int_equal(feed_repeated("GET /", "a", HTTP_TARGET_BYTES_MAX, end).status, 414);
    assert_int_equal(feed_repeated("GET /", "a", 100000, end).status, 414);
    assert_int_equal(feed_repeated("GET /", "a", 100000, "").status, 414); /* without an end, too */
}

static void headers_have_a_bound(void **state) {
    (void)state;
    assert_int_equal(feed_repeated(R H, "X: y\r\n", HTTP_HEADERS_MAX - 1, "\r\n").result,
                     HTTP1_DONE);
    assert_int_equal(feed_repeated(R H, "X: y\r\n", HTTP_HEADERS_MAX, "\r\n").status, 431);
    assert_int_equal(feed_repeated(R H, "X: y\r\n", 10000, "\r\n").status, 431);
    assert_int_equal(feed_repeated(R H "X: ", "y", 256000, "\r\n\r\n").status, 431);
    assert_int_equal(feed_repeated(R H "X: ", "y", 16300, "\r\n\r\n").result, HTTP1_DONE);
    assert_int_equal(feed_repeated(R H "X: ", "y", 16384, "").status, 431);
}

/* What was looked at is not looked at again: a bad byte that turns up there later goes unseen. */
static void a_head_that_comes_byte_by_byte_is_looked_at_once(void **state) {
    (void)state;
    struct http_request request;
    size_t scanned = 0, consumed = 0;
    int status = 0;
    char head[] = R H;
    size_t half = 10, all = strlen(head);
    assert_int_equal(http1_parse_head(str_of(head, half), &scanned, &request, &consumed, &status),
                     HTTP1_MORE);
    memset(head, 0, half);
    assert_int_equal(http1_parse_head(str_of(head, all), &scanned, &request, &consumed, &status),
                     HTTP1_MORE);
    scanned = 0;
    assert_int_equal(http1_parse_head(str_of(head, all), &scanned, &request, &consumed, &status),
                     HTTP1_BAD);
}

/* ---- Meaning ---- */

static struct http_request parsed; /* of the last parse() */

static const struct http_request *parse(const char *head) {
    size_t scanned = 0, consumed = 0;
    int status = 0;
    enum http1_result result =
        http1_parse_head(str_of_c(head), &scanned, &parsed, &consumed, &status);
    if (result != HTTP1_DONE)
        fail_msg("refused with %d: %s", status, head);
    return &parsed;
}

static void the_parts_of_a_request_are_found(void **state) {
    (void)state;
    const struct http_request *r =
        parse("POST /a/b?c=d?e HTTP/1.1\r\nhOST: ex.org:80\r\nX-One: 1\r\nx-one: 2\r\n"
              "content-length: 42\r\n\r\n");
    assert_int_equal(r->method, HTTP_POST);
    assert_str(r->method_text, "POST");
    assert_str(r->target, "/a/b?c=d?e");
    assert_str(r->path, "/a/b");
    assert_str(r->query, "c=d?e");
    assert_str(r->host, "ex.org:80");
    assert_int_equal(r->minor, 1);
    assert_int_equal(r->body, HTTP_BODY_LENGTH);
    assert_int_equal(r->content_length, 42);
    assert_str(http_request_header(r, "X-ONE"), "1");
    assert_int_equal(http_request_header_count(r, "X-One"), 2);
    assert_true(str_is_none(http_request_header(r, "X-Two")));
    assert_int_equal(http_request_header_count(r, "X-Two"), 0);
}

static void a_target_without_a_query_has_none(void **state) {
    (void)state;
    assert_true(str_is_none(parse(R H "\r\n")->query));
    const struct http_request *r = parse("GET /? HTTP/1.1\r\n" H "\r\n");
    assert_false(str_is_none(r->query));
    assert_int_equal(r->query.len, 0);
}

static void a_length_of_zero_is_no_body(void **state) {
    (void)state;
    assert_int_equal(parse(R H "Content-Length: 0\r\n\r\n")->body, HTTP_BODY_NONE);
    assert_int_equal(parse(R H "\r\n")->body, HTTP_BODY_NONE);
    assert_int_equal(parse(R H "Transfer-Encoding: chunked\r\n\r\n")->body, HTTP_BODY_CHUNKED);
}

static void keep_alive_follows_version_and_connection(void **state) {
    (void)state;
    assert_true(parse(R H "\r\n")->keep_alive);
    assert_false(parse(R H "Connection: close\r\n\r\n")->keep_alive);
    assert_false(parse(R H "Connection: foo, CLOSE\r\n\r\n")->keep_alive);
    assert_false(parse(R H "Connection: keep-alive\r\nConnection: close\r\n\r\n")->keep_alive);
    assert_false(parse("GET / HTTP/1.0\r\n\r\n")->keep_alive);
    assert_true(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")->keep_alive);
}

static void an_upgrade_is_wanted_when_both_headers_say_so(void **state) {
    (void)state;
    assert_true(
        parse(R H "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n")->wants_upgrade);
    assert_false(parse(R H "Connection: keep-alive\r\nUpgrade: websocket\r\n\r\n")->wants_upgrade);
    assert_false(parse(R H "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n")->wants_upgrade);
    assert_false(parse(R H "Connection: Upgrade\r\n\r\n")->wants_upgrade);
}

static void only_a_body_can_be_continued(void **state) {
    (void)state;
    assert_true(parse(R H "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n")->expects_continue);
    assert_false(parse(R H "Expect: 100-continue\r\n\r\n")->expects_continue);
    assert_false(parse("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
                     ->expects_continue);
}

static void methods_are_known_by_their_exact_name(void **state) {
    (void)state;
    assert_int_equal(parse("DELETE / HTTP/1.1\r\n" H "\r\n")->method, HTTP_DELETE);
    assert_int_equal(parse("PATCH / HTTP/1.1\r\n" H "\r\n")->method, HTTP_PATCH);
    assert_int_equal(parse("get / HTTP/1.1\r\n" H "\r\n")->method, HTTP_OTHER);
}

static void a_request_leaves_nothing_for_the_next(void **state) {
    (void)state;
    parse("POST / HTTP/1.1\r\n" H "X: y\r\nExpect: 100-continue\r\nContent-Length: 9\r\n"
          "Connection: close, upgrade\r\nUpgrade: websocket\r\n\r\n");
    const struct http_request *r = parse("GET /b HTTP/1.0\r\n\r\n");
    assert_int_equal(r->header_count, 0);
    assert_int_equal(r->body, HTTP_BODY_NONE);
    assert_int_equal(r->content_length, 0);
    assert_false(r->expects_continue || r->wants_upgrade);
    assert_true(str_is_none(r->host) && str_is_none(r->query));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_head_is_accepted_or_refused_as_the_table_says),
        cmocka_unit_test(a_head_cut_anywhere_gives_the_same_result),
        cmocka_unit_test(a_prefix_of_an_accepted_head_is_incomplete),
        cmocka_unit_test(what_follows_a_head_is_left_alone),
        cmocka_unit_test(a_target_has_a_bound),
        cmocka_unit_test(headers_have_a_bound),
        cmocka_unit_test(a_head_that_comes_byte_by_byte_is_looked_at_once),
        cmocka_unit_test(the_parts_of_a_request_are_found),
        cmocka_unit_test(a_target_without_a_query_has_none),
        cmocka_unit_test(a_length_of_zero_is_no_body),
        cmocka_unit_test(keep_alive_follows_version_and_connection),
        cmocka_unit_test(an_upgrade_is_wanted_when_both_headers_say_so),
        cmocka_unit_test(only_a_body_can_be_continued),
        cmocka_unit_test(methods_are_known_by_their_exact_name),
        cmocka_unit_test(a_request_leaves_nothing_for_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
