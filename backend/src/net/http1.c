/* http1.c: the strict parser of request heads (RFC 9112 sections 2 to 6).
 *
 * Thread    any; pure.
 *
 * How it works: two passes, so that input gives the same result however it was chopped.
 *
 *   1. http1_scan looks at each byte once, in order, resuming where it stopped. It judges what needs no grammar: line
 *      ends (CRLF only), control bytes, and the bounds (target, head, number of lines). The first byte that breaks a
 *      rule decides the status, whether it came alone or with a whole head behind it. It ends at the empty line.
 *   2. The grammar is read when the head is complete, from slices; nothing is copied.
 *
 * What may not be understood in two ways by two servers is refused (request smuggling): two lengths, a length with a
 * transfer coding, any coding but chunked, space before a colon, folded lines, bare CR or LF, two Hosts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/http1.h"

#include "base/err.h"

#include <assert.h>

/* ---- Characters ---- */

enum {
    T = 1, /* token: RFC 9110 section 5.6.2 */
    G = 2, /* target: visible ASCII but "#", which is what paths and queries are made of in practice */
    H = 4, /* host: RFC 3986 section 3.2.2, with "[:]" and without "@" */
};

static const uint8_t char_bits[256] = {
    ['0' ... '9'] = T | G | H,
    ['A' ... 'Z'] = T | G | H,
    ['a' ... 'z'] = T | G | H,
    ['!'] = T | G | H,
    ['$'] = T | G | H,
    ['%'] = T | G | H,
    ['&'] = T | G | H,
    ['\''] = T | G | H,
    ['*'] = T | G | H,
    ['+'] = T | G | H,
    ['-'] = T | G | H,
    ['.'] = T | G | H,
    ['_'] = T | G | H,
    ['~'] = T | G | H,
    ['^'] = T | G,
    ['`'] = T | G,
    ['|'] = T | G,
    ['#'] = T,
    ['('] = G | H,
    [')'] = G | H,
    [','] = G | H,
    [';'] = G | H,
    ['='] = G | H,
    [':'] = G | H,
    ['['] = G | H,
    [']'] = G | H,
    ['"'] = G,
    ['/'] = G,
    ['<'] = G,
    ['>'] = G,
    ['?'] = G,
    ['@'] = G,
    ['\\'] = G,
    ['{'] = G,
    ['}'] = G,
};

static bool all_chars(struct str text, uint8_t bit) {
    for (size_t i = 0; i < text.len; i++)
        if ((char_bits[(unsigned char)text.at[i]] & bit) == 0)
            return false;
    return text.len > 0;
}

bool http1_is_token(struct str text) {
    return all_chars(text, T);
}

/* ---- Pass 1: lines ---- */

#define HTTP_REQUEST_LINE_BYTES_MAX (HTTP_TARGET_BYTES_MAX + 64) /* method and version besides */

/* *scanned holds two counters, so that the caller has to keep one number only. */
#define SCANNED_LINES_SHIFT 32
#define SCANNED_OFFSET_MASK 0xFFFFFFFFu

/* Judges the line feed at `i` that ends a line. DONE when it ends the head. */
static enum http1_result scan_line_end(const char *at, size_t i, size_t *lines, int *status) {
    *status = 400;
    if (i == 0 || at[i - 1] != '\r')
        return HTTP1_BAD;
    bool empty = i == 1 || at[i - 2] == '\n';
    if (empty)
        return *lines > 0 ? HTTP1_DONE : HTTP1_BAD;
    (*lines)++;
    *status = 431;
    return *lines > 1 + HTTP_HEADERS_MAX ? HTTP1_BAD : HTTP1_MORE;
}

/* Looks at bytes [*offset, len). DONE: *offset is the end of the head. */
static enum http1_result http1_scan(struct str input, size_t *offset, size_t *lines, int *status) {
    const char *at = input.at;
    for (size_t i = *offset; i < input.len; i++) {
        *status = *lines == 0 ? 414 : 431;
        if (i >= (*lines == 0 ? HTTP_REQUEST_LINE_BYTES_MAX : HTTP_HEAD_BYTES_MAX))
            return HTTP1_BAD;
        if (at[i] == '\n') {
            enum http1_result result = scan_line_end(at, i, lines, status);
            if (result == HTTP1_DONE)
                *offset = i + 1;
            if (result != HTTP1_MORE)
                return result;
            continue;
        }
        *status = 400;
        bool after_cr = i > 0 && at[i - 1] == '\r';
        unsigned char c = (unsigned char)at[i];
        bool control = (c < 32 && c != '\t' && c != '\r') || c == 127;
        if (after_cr || control)
            return HTTP1_BAD;
    }
    *offset = input.len;
    return HTTP1_MORE;
}

/* ---- Pass 2: grammar. Each returns 0 or the status to refuse with. ---- */

static struct str take_line(struct str *rest) {
    struct str line = str_cut(rest, '\n');
    return str_range(line, 0, line.len - 1); /* without the CR, which pass 1 has seen */
}

static enum http_method find_method(struct str text) {
    static const struct {
        struct str text;
        enum http_method method;
    } methods[] = {
        {{"GET", 3}, HTTP_GET},     {{"HEAD", 4}, HTTP_HEAD},     {{"POST", 4}, HTTP_POST},
        {{"PUT", 3}, HTTP_PUT},     {{"DELETE", 6}, HTTP_DELETE}, {{"OPTIONS", 7}, HTTP_OPTIONS},
        {{"PATCH", 5}, HTTP_PATCH},
    };
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (str_equal(text, methods[i].text))
            return methods[i].method;
    return HTTP_OTHER;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static int parse_version(struct str text, unsigned *minor) {
    bool shaped = text.len == 8 && str_starts_with(text, STR("HTTP/")) && is_digit(text.at[5]) &&
                  text.at[6] == '.' && is_digit(text.at[7]);
    if (!shaped)
        return 400;
    if (text.at[5] != '1' || text.at[7] > '1')
        return 505;
    *minor = (unsigned)(text.at[7] - '0');
    return 0;
}

/* Origin-form, or "*" for OPTIONS (section 3.2). */
static int parse_target(struct str target, struct http_request *request) {
    if (target.len > HTTP_TARGET_BYTES_MAX)
        return 414;
    if (!all_chars(target, G))
        return 400;
    bool asterisk = str_equal(target, STR("*")) && request->method == HTTP_OPTIONS;
    if (target.at[0] != '/' && !asterisk)
        return 400;
    request->target = target;
    request->query = target;
    request->path = str_cut(&request->query, '?');
    return 0;
}

static int parse_request_line(struct str line, struct http_request *request) {
    struct str rest = line;
    struct str method = str_cut(&rest, ' ');
    struct str target = str_cut(&rest, ' ');
    if (!http1_is_token(method) || str_is_none(rest))
        return 400;
    request->method = find_method(method);
    request->method_text = method;
    int refused = parse_version(rest, &request->minor);
    return refused != 0 ? refused : parse_target(target, request);
}

static int parse_header(struct str line, struct http_request *request) {
    size_t colon = str_find_byte(line, ':');
    struct str name = str_range(line, 0, colon);
    if (colon == line.len ||
        !http1_is_token(name)) /* a space before the colon or in front: no token */
        return 400;
    ASSERT(request->header_count < HTTP_HEADERS_MAX);
    request->headers[request->header_count++] =
        (struct http_header){name, str_trim(str_from(line, colon + 1))};
    return 0;
}

static int parse_lines(struct str head, struct http_request *request) {
    struct str rest = head;
    int refused = parse_request_line(take_line(&rest), request);
    while (refused == 0) {
        struct str line = take_line(&rest);
        if (line.len == 0)
            break;
        refused = parse_header(line, request);
    }
    return refused;
}

/* ---- What the headers mean ---- */

static int check_host(struct http_request *request) {
    unsigned count = http_request_header_count(request, "Host");
    request->host = http_request_header(request, "Host");
    if (count == 0)
        return request->minor == 0 ? 0 : 400;
    return count == 1 && all_chars(request->host, H) ? 0 : 400;
}

static int check_length(struct http_request *request) {
    unsigned count = http_request_header_count(request, "Content-Length");
    struct str length = http_request_header(request, "Content-Length");
    if (count == 0)
        return 0;
    if (count > 1 || !str_to_u64(length, INT64_MAX, &request->content_length))
        return 400;
    request->body = request->content_length > 0 ? HTTP_BODY_LENGTH : HTTP_BODY_NONE;
    return 0;
}

static int check_transfer_encoding(struct http_request *request) {
    unsigned count = http_request_header_count(request, "Transfer-Encoding");
    struct str coding = http_request_header(request, "Transfer-Encoding");
    if (count == 0)
        return 0;
    bool alone = count == 1 && http_request_header_count(request, "Content-Length") == 0;
    if (!alone || request->minor == 0)
        return 400;
    if (!str_equal(coding, STR("chunked")))
        return str_equal_nocase(coding, STR("chunked")) || !http1_is_token(coding) ? 400 : 501;
    request->body = HTTP_BODY_CHUNKED;
    return 0;
}

static int check_expect(struct http_request *request) {
    struct str expect = http_request_header(request, "Expect");
    if (str_is_none(expect) || request->minor == 0)
        return 0;
    if (!str_equal_nocase(expect, STR("100-continue")))
        return 417;
    request->expects_continue = request->body != HTTP_BODY_NONE;
    return 0;
}

/* True when any header of that name lists the token. */
static bool header_lists(const struct http_request *request, const char *name, struct str token) {
    for (unsigned i = 0; i < request->header_count; i++) {
        if (!str_equal_nocase(request->headers[i].name, str_of_c(name)))
            continue;
        struct str rest = request->headers[i].value;
        while (!str_is_none(rest))
            if (str_equal_nocase(str_trim(str_cut(&rest, ',')), token))
                return true;
    }
    return false;
}

static void read_connection(struct http_request *request) {
    bool close = header_lists(request, "Connection", STR("close"));
    bool keep = header_lists(request, "Connection", STR("keep-alive"));
    request->keep_alive = !close && (request->minor == 1 || keep);
    request->wants_upgrade = header_lists(request, "Connection", STR("upgrade")) &&
                             header_lists(request, "Upgrade", STR("websocket"));
}

static int check_meaning(struct http_request *request) {
    static int (*const checks[])(struct http_request *) = {check_host, check_length,
                                                           check_transfer_encoding, check_expect};
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
        int refused = checks[i](request);
        if (refused != 0)
            return refused;
    }
    read_connection(request);
    return 0;
}

/* Everything but the headers, which are valid up to header_count. */
static void clear_request(struct http_request *request) {
    request->query = STR_NONE;
    request->header_count = 0;
    request->body = HTTP_BODY_NONE;
    request->content_length = 0;
    request->keep_alive = false;
    request->expects_continue = false;
    request->wants_upgrade = false;
}

enum http1_result http1_parse_head(struct str input, size_t *scanned, struct http_request *request,
                                   size_t *consumed, int *status) {
    static_assert(sizeof(size_t) == 8, "two counters in one size_t");
    size_t offset = *scanned & SCANNED_OFFSET_MASK;
    size_t lines = *scanned >> SCANNED_LINES_SHIFT;
    enum http1_result result = http1_scan(input, &offset, &lines, status);
    *scanned = lines << SCANNED_LINES_SHIFT | offset;
    if (result != HTTP1_DONE)
        return result;
    clear_request(request);
    int refused = parse_lines(str_range(input, 0, offset), request);
    if (refused == 0)
        refused = check_meaning(request);
    *status = refused;
    *consumed = offset;
    return refused == 0 ? HTTP1_DONE : HTTP1_BAD;
}

/* ---- Lookup ---- */

struct str http_request_header(const struct http_request *request, const char *name) {
    struct str wanted = str_of_c(name);
    for (unsigned i = 0; i < request->header_count; i++)
        if (str_equal_nocase(request->headers[i].name, wanted))
            return request->headers[i].value;
    return STR_NONE;
}

unsigned http_request_header_count(const struct http_request *request, const char *name) {
    struct str wanted = str_of_c(name);
    unsigned count = 0;
    for (unsigned i = 0; i < request->header_count; i++)
        count += str_equal_nocase(request->headers[i].name, wanted) ? 1 : 0;
    return count;
}
