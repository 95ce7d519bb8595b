/* http1_lookup.c: cookies, codings, query parameters and percent-decoding.
 *
 * Thread    any; pure.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "net/http1.h"

static struct str cookie_in(struct str header, struct str name) {
    while (!str_is_none(header)) {
        struct str value = str_trim(str_cut(&header, ';'));
        struct str key = str_cut(&value, '=');
        if (!str_is_none(value) && str_equal(key, name))
            return value;
    }
    return STR_NONE;
}

struct str http_request_cookie(const struct http_request *request, struct str name) {
    for (unsigned i = 0; i < request->header_count; i++) {
        if (!str_equal_nocase(request->headers[i].name, STR("Cookie")))
            continue;
        struct str value = cookie_in(request->headers[i].value, name);
        if (!str_is_none(value))
            return value;
    }
    return STR_NONE;
}

/* ---- Codings (RFC 9110 section 12.5.3) ---- */

/* "q=0", "q=0.000" */
static bool weight_is_zero(struct str weight) {
    for (size_t i = 2; i < weight.len; i++) {
        if (weight.at[i] != '0' && weight.at[i] != '.')
            return false;
    }
    return weight.len > 2 && str_equal_nocase(str_range(weight, 0, 2), STR("q="));
}

bool http_coding_is_accepted(struct str accept, struct str coding) {
    while (!str_is_none(accept)) {
        struct str weight = str_cut(&accept, ',');
        struct str name = str_trim(str_cut(&weight, ';'));
        if (str_equal_nocase(name, coding))
            return !weight_is_zero(str_trim(weight));
    }
    return false;
}

/* ---- Percent-encoding (RFC 3986 section 2.1) ---- */

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte of the escape at the front of `text`, -1 when there is none. */
static int escaped_byte(struct str text) {
    if (text.len < 3 || text.at[0] != '%')
        return -1;
    int high = hex_digit(text.at[1]);
    int low = hex_digit(text.at[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

bool http_percent_decode(struct str text, bool plus_is_space, struct buf *out) {
    size_t before = out->len;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '%') {
            int byte = escaped_byte(str_from(text, i));
            if (byte <= 0) {
                out->len = before;
                return false;
            }
            c = (char)byte;
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        buf_append_byte(out, c);
    }
    return true;
}

/* As http_percent_decode, but what is no escape stays as it is. */
static void decode_leniently(struct str text, bool plus_is_space, struct buf *out) {
    for (size_t i = 0; i < text.len; i++) {
        int byte = escaped_byte(str_from(text, i));
        bool space = plus_is_space && text.at[i] == '+';
        buf_append_byte(out, byte >= 0 ? (char)byte : space ? ' ' : text.at[i]);
        if (byte >= 0)
            i += 2;
    }
}

static bool needs_decoding(struct str text, bool plus_is_space) {
    return str_find_byte(text, '%') < text.len ||
           (plus_is_space && str_find_byte(text, '+') < text.len);
}

/* Is `key`, as sent, the parameter `name`? */
static bool is_parameter(struct str key, struct str name, bool plus_is_space, struct buf *scratch) {
    if (!needs_decoding(key, plus_is_space))
        return str_equal(key, name);
    size_t before = scratch->len;
    decode_leniently(key, plus_is_space, scratch);
    bool same = str_equal(str_from(buf_str(scratch), before), name);
    scratch->len = before;
    return same;
}

bool http_query_find(struct str query, struct str name, bool plus_is_space, struct buf *scratch,
                     struct str *value) {
    struct str found = STR_NONE;
    while (!str_is_none(query)) {
        struct str raw = str_cut(&query, '&');
        bool empty = raw.len == 0;
        struct str key = str_cut(&raw, '=');
        if (!empty && is_parameter(key, name, plus_is_space, scratch))
            found = str_is_none(raw) ? str_of(key.at + key.len, 0) : raw;
    }
    if (str_is_none(found))
        return false;
    if (needs_decoding(found, plus_is_space)) {
        size_t before = scratch->len;
        decode_leniently(found, plus_is_space, scratch);
        found = str_from(buf_str(scratch), before);
    }
    *value = found;
    return true;
}

bool http_etag_is_known(struct str list, struct str etag) {
    while (!str_is_none(list)) {
        struct str item = str_trim(str_cut(&list, ','));
        if (str_starts_with(item, STR("W/")))
            item = str_from(item, 2);
        if (str_equal(item, etag) || str_equal(item, STR("*")))
            return true;
    }
    return false;
}
