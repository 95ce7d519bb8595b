/* test_http1_chunked.c: chunked bodies, whole and chopped.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "net/http1.h"
#include "test.h"

struct row {
    const char *name;
    struct str input;
    const char *body; /* NULL: refused */
    size_t rest;      /* bytes behind the end */
    bool open;        /* more is wanted at the end */
};

#define GOOD(name, text, body, rest)                                                               \
    { name, {text, sizeof(text) - 1}, body, rest, false }
#define OPEN(name, text, body)                                                                     \
    { name, {text, sizeof(text) - 1}, body, 0, true }
#define BAD(name, text)                                                                            \
    { name, {text, sizeof(text) - 1}, NULL, 0, false }

static const struct row rows[] = {
    GOOD("empty", "0\r\n\r\n", "", 0),
    GOOD("two chunks", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde", 0),
    GOOD("hexadecimal, both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
         "01234567890123456789", 0),
    GOOD("leading zeros", "0003\r\nabc\r\n000\r\n\r\n", "abc", 0),
    GOOD("an extension", "3;a=b;c=\"d e\"\r\nabc\r\n0;x\r\n\r\n", "abc", 0),
    GOOD("a trailer", "0\r\nA: b\r\nC:\r\n\r\n", "", 0),
    GOOD("the next request", "1\r\na\r\n0\r\n\r\nGET", "a", 3),
    GOOD("line ends in the data", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n", 0),
    OPEN("unfinished data", "5\r\nab", "ab"),
    OPEN("unfinished end", "1\r\na\r\n0\r\n", "a"),
    BAD("no size", "\r\nabc\r\n"),
    BAD("hexadecimal prefix", "0x3\r\nabc\r\n0\r\n\r\n"),
    BAD("plus", "+3\r\nabc\r\n0\r\n\r\n"),
    BAD("minus", "-3\r\nabc\r\n0\r\n\r\n"),
    BAD("space before the size", " 3\r\nabc\r\n0\r\n\r\n"),
    BAD("space behind the size", "3 \r\nabc\r\n0\r\n\r\n"),
    BAD("space before the extension", "3 ;x\r\nabc\r\n0\r\n\r\n"),
    BAD("underscore", "1_0\r\n0123456789abcdef\r\n0\r\n\r\n"),
    BAD("no digit", "g\r\n\r\n"),
    BAD("nine digits", "000000003\r\nabc\r\n0\r\n\r\n"),
    BAD("2^64 + 3", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
    BAD("bare LF behind the size", "3\nabc\r\n0\r\n\r\n"),
    BAD("bare CR behind the size", "3\rabc\r\n0\r\n\r\n"),
    BAD("bare LF in an extension", "3;a\nabc\r\n0\r\n\r\n"),
    BAD("NUL in an extension", "3;\0\r\nabc\r\n0\r\n\r\n"),
    BAD("CR in an extension", "3;a\rb\r\nabc\r\n0\r\n\r\n"),
    BAD("no line end behind the data", "3\r\nabcd\r\n0\r\n\r\n"),
    BAD("bare LF behind the data", "3\r\nabc\n0\r\n\r\n"),
    BAD("bare LF at the end", "0\r\n\n"),
    BAD("folded trailer", "0\r\nA: b\r\n c\r\n\r\n"),
    BAD("trailer with a space before the colon", "0\r\nA : b\r\n\r\n"),
    BAD("trailer without a name", "0\r\n: b\r\n\r\n"),
    BAD("trailer without a colon", "0\r\nA\r\n\r\n"),
    BAD("trailer with a control byte", "0\r\nA: \x01\r\n\r\n"),
};

struct outcome {
    enum http1_result result;
    struct buf body;
    size_t rest;
};

/* Feeds [0, cut) and then the rest, or pieces of `step` bytes. */
static struct outcome feed(struct str input, size_t cut, size_t step) {
    struct outcome out = {HTTP1_MORE, BUF_EMPTY, 0};
    struct http1_chunked chunked = {.left = 0};
    size_t from = 0;
    while (from < input.len && out.result == HTTP1_MORE) {
        size_t to = from < cut                            ? cut
                    : step > 0 && from + step < input.len ? from + step
                                                          : input.len;
        struct str part = str_range(input, from, to);
        while (part.len > 0 && out.result == HTTP1_MORE) {
            struct str data;
            out.result = http1_chunked_feed(&chunked, &part, &data);
            if (out.result != HTTP1_BAD)
                buf_append_str(&out.body, data);
        }
        from = to;
        out.rest = part.len + (input.len - to);
    }
    return out;
}

static void check(const struct row *row, size_t cut, size_t step) {
    struct outcome out = feed(row->input, cut, step);
    enum http1_result wanted = row->body == NULL ? HTTP1_BAD : row->open ? HTTP1_MORE : HTTP1_DONE;
    bool good = out.result == wanted;
    if (good && row->body != NULL)
        good = str_equal(buf_str(&out.body), str_of_c(row->body)) && out.rest == row->rest;
    if (!good)
        fail_msg("%s: cut %zu step %zu: result %d, body %s", row->name, cut, step, out.result,
                 buf_c(&out.body));
    buf_deinit(&out.body);
}

static void each_body_comes_out_as_the_table_says_however_it_is_cut(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        for (size_t cut = 0; cut <= rows[i].input.len; cut++)
            check(&rows[i], cut, 0);
        check(&rows[i], 0, 1);
    }
}

static void extensions_and_trailers_have_a_bound(void **state) {
    (void)state;
    struct buf text = BUF_EMPTY;
    for (size_t i = 0; i < 8000; i++)
        buf_append_c(&text, "1;x\r\na\r\n");
    buf_append_c(&text, "0\r\n\r\n");
    struct outcome within = feed(buf_str(&text), 0, 0);
    assert_int_equal(within.result, HTTP1_DONE);
    assert_int_equal(within.body.len, 8000);
    buf_deinit(&within.body);

    buf_clear(&text);
    buf_append_c(&text, "1;");
    for (size_t i = 0; i < HTTP_HEAD_BYTES_MAX; i++)
        buf_append_byte(&text, 'x');
    assert_int_equal(feed(buf_str(&text), 0, 0).result, HTTP1_BAD);

    buf_clear(&text);
    buf_append_c(&text, "0\r\n");
    for (size_t i = 0; i < HTTP_HEAD_BYTES_MAX / 4; i++)
        buf_append_c(&text, "A:\r\n");
    assert_int_equal(feed(buf_str(&text), 0, 0).result, HTTP1_BAD);
    buf_deinit(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_body_comes_out_as_the_table_says_however_it_is_cut),
        cmocka_unit_test(extensions_and_trailers_have_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
