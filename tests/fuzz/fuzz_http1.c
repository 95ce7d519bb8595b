/* fuzz_http1.c: request heads (net/http1.h).
 *
 * What must hold
 *
 *   - every proper prefix of an accepted head is MORE
 *   - a head that comes in pieces gives what it gives as a whole, refusals and their status included
 *   - nothing of an accepted head can be read in two ways: a second, naive reading finds CRLF line ends only, one Host, at
 *     most one length, and never a length beside a transfer coding
 *   - what was parsed points into the head
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "net/http1.h"
#include "net/ws.h"

#define FRESH_PREFIXES_MAX 256 /* of one input: parsing each anew is quadratic */

struct parsed {
    enum http1_result result;
    size_t consumed;
    int status;
    struct http_request request;
};

static void parse(struct str input, size_t *scanned, struct parsed *out) {
    out->consumed = 0;
    out->result = http1_parse_head(input, scanned, &out->request, &out->consumed, &out->status);
}

static void parse_anew(struct str input, struct parsed *out) {
    size_t scanned = 0;
    parse(input, &scanned, out);
}

/* The same answer, whatever memory the slices point into */

static void check_same_request(const struct http_request *a, const struct http_request *b) {
    ASSERT(a->method == b->method && str_equal(a->method_text, b->method_text));
    ASSERT(str_equal(a->target, b->target) && str_equal(a->path, b->path));
    ASSERT(str_is_none(a->query) == str_is_none(b->query) && str_equal(a->query, b->query));
    ASSERT(a->minor == b->minor && a->body == b->body && a->content_length == b->content_length);
    ASSERT(a->keep_alive == b->keep_alive && a->expects_continue == b->expects_continue);
    ASSERT(a->wants_upgrade == b->wants_upgrade && str_equal(a->host, b->host));
    ASSERT(a->header_count == b->header_count);
    for (unsigned i = 0; i < a->header_count; i++) {
        ASSERT(str_equal(a->headers[i].name, b->headers[i].name));
        ASSERT(str_equal(a->headers[i].value, b->headers[i].value));
    }
}

static void check_same(const struct parsed *a, const struct parsed *b) {
    ASSERT(a->result == b->result);
    if (a->result == HTTP1_BAD)
        ASSERT(a->status == b->status && a->status >= 400 && a->status < 600);
    if (a->result != HTTP1_DONE)
        return;
    ASSERT(a->consumed == b->consumed);
    check_same_request(&a->request, &b->request);
}

static void check_chopped(struct str input, const struct parsed *whole, size_t piece_max) {
    struct fuzz_chop chop = fuzz_chop_of(input, piece_max);
    struct parsed part = {.result = HTTP1_MORE};
    size_t scanned = 0, here = 0;
    for (struct str rest = input; rest.len > 0 && part.result == HTTP1_MORE;) {
        here += fuzz_chop_next(&chop, &rest).len;
        struct str copy = fuzz_copy(str_range(input, 0, here));
        parse(copy, &scanned, &part);
        if (part.result != HTTP1_MORE || rest.len == 0)
            check_same(&part, whole);
        fuzz_free(copy);
    }
}

static void check_prefixes(struct str head) {
    size_t step = 1 + head.len / FRESH_PREFIXES_MAX;
    struct parsed part;
    for (size_t len = 0; len < head.len; len += step) {
        struct str copy = fuzz_copy(str_range(head, 0, len));
        parse_anew(copy, &part);
        ASSERT(part.result == HTTP1_MORE);
        fuzz_free(copy);
    }
}

/* The naive reading */

static void check_bytes(struct str head) {
    ASSERT(head.len > 4 && str_ends_with(head, STR("\r\n\r\n")));
    for (size_t i = 0; i < head.len; i++) {
        char c = head.at[i];
        ASSERT(c != '\0');
        ASSERT(c != '\r' || head.at[i + 1] == '\n');
        ASSERT(c != '\n' || head.at[i - 1] == '\r');
        ASSERT(i + 4 >= head.len || memcmp(head.at + i, "\r\n\r\n", 4) != 0);
    }
}

/* Lines whose name is this one for anybody who is less strict than we are. */
static unsigned count_lines_named(struct str head, struct str name) {
    unsigned count = 0;
    (void)str_cut(&head, '\n');
    while (head.len > 0) {
        struct str line = str_cut(&head, '\n');
        count += str_equal_nocase(str_trim(str_cut(&line, ':')), name) ? 1 : 0;
    }
    return count;
}

static void check_unambiguous(struct str head, const struct http_request *request) {
    unsigned lengths = count_lines_named(head, STR("content-length"));
    unsigned codings = count_lines_named(head, STR("transfer-encoding"));
    unsigned hosts = count_lines_named(head, STR("host"));
    ASSERT(hosts == 1 || (hosts == 0 && request->minor == 0));
    ASSERT(lengths <= 1 && codings <= 1 && lengths + codings <= 1);
    ASSERT((request->body == HTTP_BODY_CHUNKED) == (codings == 1));
    ASSERT(request->body != HTTP_BODY_LENGTH || (lengths == 1 && request->content_length > 0));
    ASSERT(codings == 0 || request->minor == 1);
}

static void check_inside(struct str head, struct str slice) {
    ASSERT(slice.at >= head.at && slice.at + slice.len <= head.at + head.len);
}

static void check_accepted(struct str head, const struct http_request *request) {
    check_bytes(head);
    check_unambiguous(head, request);
    check_inside(head, request->method_text);
    check_inside(head, request->target);
    check_inside(head, request->path);
    ASSERT(request->header_count <= HTTP_HEADERS_MAX && head.len <= HTTP_HEAD_BYTES_MAX);
    for (unsigned i = 0; i < request->header_count; i++) {
        check_inside(head, request->headers[i].name);
        check_inside(head, request->headers[i].value);
        ASSERT(http1_is_token(request->headers[i].name));
    }
    int status = ws_handshake_check(request);
    ASSERT(status == 0 || status == 400 || status == 405 || status == 426);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str input = fuzz_input(data, size);
    struct parsed whole;
    parse_anew(input, &whole);
    if (size > 0) {
        check_chopped(input, &whole, 1);
        check_chopped(input, &whole, 64);
    }
    if (whole.result == HTTP1_DONE) {
        struct str head = str_range(input, 0, whole.consumed);
        check_accepted(head, &whole.request);
        check_prefixes(head);
    }
    return 0;
}
