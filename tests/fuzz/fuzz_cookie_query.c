/* fuzz_cookie_query.c: what is looked up in a request that was accepted: cookies, the query, routes and their decoded
 * parameters, Accept-Encoding (net/http1.h, engineio/eio_request.h, web/web_internal.h).
 *
 * Each line of an input is one piece: a line with a `:` in front is a header's value (Cookie), with `~` one of
 * Accept-Encoding, with `/` a path, everything else a query.
 *
 * What must hold
 *
 *   - strict decoding gives no NUL and no more than it got; where it succeeds, lenient decoding gives the same
 *   - what is found is a part of what was sent, or its decoded form, and not longer
 *   - a route's parameters are texts that JSON can hold
 *
 * SPDX-License-Identifier: MIT
 */
#include "engineio/eio_request.h"
#include "fuzz.h"
#include "web/web_internal.h"

static void check_decoding(struct str text, bool plus_is_space) {
    struct buf strict = BUF_EMPTY, scratch = BUF_EMPTY, query = BUF_EMPTY;
    struct str value;
    if (http_percent_decode(text, plus_is_space, &strict)) {
        ASSERT(strict.len <= text.len);
        ASSERT(strict.len == 0 || memchr(strict.data, '\0', strict.len) == NULL ||
               memchr(text.at, '\0', text.len) != NULL);
        buf_append_c(&query, "k=");
        buf_append_str(&query, text);
        if (str_find_byte(text, '&') == text.len) {
            ASSERT(http_query_find(buf_str(&query), STR("k"), plus_is_space, &scratch, &value));
            ASSERT(str_equal(value, buf_str(&strict)));
        }
    }
    buf_deinit(&strict);
    buf_deinit(&scratch);
    buf_deinit(&query);
}

static void check_query(struct str query) {
    const struct http_request request = {.query = query, .method = HTTP_GET, .minor = 1};
    struct buf scratch = BUF_EMPTY;
    struct eio_query eio;
    struct str value;
    eio_query_read(&request, &eio);
    ASSERT(eio.sid_chars == 0 || (eio.sid_chars == EIO_SID_CHARS && eio.has_sid));
    if (http_query_find(query, STR("query"), true, &scratch, &value))
        ASSERT(value.len <= query.len);
    check_decoding(query, true);
    check_decoding(query, false);
    buf_deinit(&scratch);
}

static void check_cookies(struct str header) {
    struct http_request request = {.header_count = 2};
    request.headers[0] = (struct http_header){STR("cookie"), STR("a=first")};
    request.headers[1] = (struct http_header){STR("Cookie"), header};
    struct str token = http_request_cookie(&request, STR("parley_session"));
    if (!str_is_none(token)) {
        ASSERT(token.at >= header.at && token.at + token.len <= header.at + header.len);
        ASSERT(str_find_byte(token, ';') == token.len);
    }
    ASSERT(str_equal(http_request_cookie(&request, STR("a")), STR("first")));
}

/* `identity` and a coding that nobody named are never answered with. */
static void check_codings(struct str accept) {
    struct buf without = BUF_EMPTY;
    bool brotli = http_coding_is_accepted(accept, STR("br"));
    buf_append_c(&without, "br;q=0,");
    buf_append_str(&without, accept);
    ASSERT(!http_coding_is_accepted(buf_str(&without), STR("br")));
    ASSERT(!http_coding_is_accepted(STR_NONE, STR("br")));
    ASSERT(!brotli || accept.len >= 2);
    buf_deinit(&without);
}

static void check_path(struct str path) {
    struct buf allow = BUF_EMPTY;
    json_t *parameters = json_object();
    const struct web_route *route = web_route_find(HTTP_GET, path, parameters, &allow);
    const char *name;
    json_t *value;
    json_object_foreach(parameters, name, value) {
        ASSERT(json_is_string(value) && json_string_length(value) <= path.len);
    }
    ASSERT(route == NULL || allow.len == 0 || route->method == HTTP_GET);
    json_decref(parameters);
    buf_deinit(&allow);
}

static void check_line(struct str line) {
    switch (line.len > 0 ? line.at[0] : '\0') {
    case ':':
        check_cookies(str_from(line, 1));
        break;
    case '~':
        check_codings(str_from(line, 1));
        break;
    case '/':
        check_path(line);
        break;
    default:
        check_query(line);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str input = fuzz_input(data, size);
    while (!str_is_none(input)) {
        struct str copy = fuzz_copy(str_cut(&input, '\n'));
        check_line(copy);
        fuzz_free(copy);
    }
    return 0;
}
