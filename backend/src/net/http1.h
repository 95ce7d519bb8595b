/* http1.h: the strict HTTP/1.1 parser (RFC 9112), pure: bytes in, slices out.
 *
 * Accepts: CRLF only; origin-form targets; exactly one Host (HTTP/1.1); one Content-Length of digits only; or
 * `Transfer-Encoding: chunked` exactly, HTTP/1.1 only, never with a length; head within HTTP_HEAD_BYTES_MAX and
 * HTTP_HEADERS_MAX. Refuses everything ambiguous: two lengths, length lists, signs, space before a colon, bare LF or CR,
 * obs-fold, NUL, control characters in values, unknown transfer codings, absolute-form, asterisk-form (but for OPTIONS).
 *
 * Invariant (the fuzzer's oracle): every proper prefix of an accepted head is HTTP1_MORE, and input chopped anywhere
 * gives the same result as whole input.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/limits.h"
#include "base/str.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_PATCH,
    HTTP_OTHER, /* a valid token that we do not know: the application answers 405 or 501 */
};

struct http_header {
    struct str name;
    struct str value; /* trimmed */
};

enum http_body { HTTP_BODY_NONE, HTTP_BODY_LENGTH, HTTP_BODY_CHUNKED };

/* A parsed head; every slice points into the input. */
struct http_request {
    enum http_method method;
    struct str method_text;
    struct str target; /* as sent: "/a?b=c" */
    struct str path;   /* before the "?", not decoded */
    struct str query;  /* behind the "?"; STR_NONE when there is none */
    unsigned minor;    /* HTTP/1.minor: 0 or 1 */
    struct http_header headers[HTTP_HEADERS_MAX];
    unsigned header_count;
    struct str host;
    enum http_body body;
    uint64_t content_length; /* with HTTP_BODY_LENGTH */
    bool keep_alive;
    bool expects_continue;
    bool wants_upgrade; /* Connection names upgrade and Upgrade names websocket */
};

enum http1_result {
    HTTP1_DONE, /* *consumed bytes were the head */
    HTTP1_MORE, /* give the same bytes again with more behind them */
    HTTP1_BAD,  /* *status says how to answer before closing */
};

/* Parses a head from the front of `input`. `scanned` carries how far earlier calls have looked (0 at first), so
 * that a head that comes byte by byte is not quadratic. */
enum http1_result http1_parse_head(struct str input, size_t *scanned, struct http_request *request,
                                   size_t *consumed, int *status);

/* Chunked coding, incremental. Zeroed at the start of a body. */
struct http1_chunked {
    uint64_t left;
    uint32_t
        trailer_bytes; /* of extensions and trailers together, bounded by HTTP_HEAD_BYTES_MAX */
    uint8_t state;
    uint8_t digits;
};
/* Takes bytes off the front of *input; *data is the next piece of body (may be empty). DONE: body and trailer are
 * complete, *input is what follows. MORE: *input is used up, or *data holds a piece and more may follow. */
enum http1_result http1_chunked_feed(struct http1_chunked *chunked, struct str *input,
                                     struct str *data);

/* True for a token (RFC 9110 section 5.6.2): one character at least, no separators. */
bool http1_is_token(struct str text);

/* The value of the first header of that name (no case), STR_NONE when absent. */
struct str http_request_header(const struct http_request *request, const char *name);
/* How many headers have that name. */
unsigned http_request_header_count(const struct http_request *request, const char *name);
/* The named cookie's value from all Cookie headers (RFC 6265 section 4.2), STR_NONE when absent. */
struct str http_request_cookie(const struct http_request *request, struct str name);
/* True when the value of Accept-Encoding (STR_NONE: there is none) names the coding with a weight that is not zero (RFC 9110
 * section 12.5.3). */
bool http_coding_is_accepted(struct str accept, struct str coding);
/* True when the value of If-None-Match (STR_NONE: there is none) names the tag, quotes and all. The comparison is the weak one (RFC
 * 9110 section 13.1.2): a proxy that compresses weakens our tags. */
bool http_etag_is_known(struct str list, struct str etag);
/* A query parameter, percent-decoded into scratch (which must outlive the use): the last of that name wins.
 * Returns false when it is absent. Invalid escapes stay as they are. "+" is a space only with plus_is_space.
 * Scratch is appended to, which may move what an earlier lookup has put there: one scratch per value that is kept. */
struct buf;
bool http_query_find(struct str query, struct str name, bool plus_is_space, struct buf *scratch,
                     struct str *value);
/* Decodes %XX once into out (appends). False on a bad escape or a decoded NUL. */
bool http_percent_decode(struct str text, bool plus_is_space, struct buf *out);
