/* json.c: writing JSON as JSON.stringify does (but for whole numbers of 19 to 21 digits), reading it with bounds.
 *
 * Strings. Most text needs no escape, so runs are found eight bytes at a time and copied whole.
 *
 * Numbers. A double is printed with the fewest digits that read back as the same double (ECMA-262, Number::toString).
 * For a normal number, 15 digits without their trailing zeros are the shortest form whenever they read back, since
 * every decimal of 15 digits survives the way through a double; else 16 or 17 are needed. Subnormal numbers have fewer
 * good digits, so the search begins at one. At powers of two the gap below is half of the gap above: there the
 * nearest decimal may miss where the next one up still reads back, so that one is tried too.
 *
 * Depth. jansson's parser recurses once per bracket. The scan in front walks the bytes once with a counter, so that
 * nesting is refused before anything is allocated, at the caller's bound rather than at the stack's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/utf8.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* jansson would read its hash seed from a file at the first object, which the sandbox may forbid by then. */
__attribute__((constructor)) static void json_seed_randomly(void) {
    size_t seed = 0;
    while (seed == 0) /* zero would ask jansson for a seed of its own */
        crypt_random(&seed, sizeof seed);
    json_object_seed(seed);
}

/* Writing strings */

#define EACH_BYTE(byte) (0x0101010101010101u * (byte))
#define HIGH_BITS       EACH_BYTE(0x80)

/* Not 0 when one of the eight bytes of `word`, none of them above 0x7F, is `byte`. */
static inline uint64_t word_has(uint64_t word, unsigned char byte) {
    uint64_t zero_there = word ^ EACH_BYTE(byte);
    return (zero_there - EACH_BYTE(1)) & ~zero_there & HIGH_BITS;
}

/* True when all eight bytes stand for themselves in a JSON string and are ASCII. */
static inline bool word_is_plain(uint64_t word) {
    uint64_t below_space = (word - EACH_BYTE(0x20)) & ~word;
    return ((word | below_space | word_has(word, '"') | word_has(word, '\\')) & HIGH_BITS) == 0;
}

static inline bool byte_is_plain(unsigned char byte) {
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* Bytes in front that are plain ASCII. */
static size_t plain_run(struct str text) {
    size_t run = 0;
    uint64_t word;
    for (; text.len - run >= sizeof word; run += sizeof word) {
        memcpy(&word, text.at + run, sizeof word);
        if (!word_is_plain(word))
            break;
    }
    while (run < text.len && byte_is_plain((unsigned char)text.at[run]))
        run++;
    return run;
}

/* Bytes in front that are valid characters beyond ASCII. */
static size_t wide_run(struct str text) {
    size_t run = 0;
    while (run < text.len && (text.at[run] & 0x80) != 0) {
        size_t bytes = utf8_head_bytes(str_of(text.at + run, text.len - run));
        if (bytes == 0)
            break;
        run += bytes;
    }
    return run;
}

size_t json_clean_run(struct str text) {
    size_t run = 0;
    size_t more;
    do {
        more = plain_run(str_from(text, run));
        more += wide_run(str_from(text, run + more));
        run += more;
    } while (more > 0);
    return run;
}

/* The letter of a short escape, or 0. */
static char short_escape(char byte) {
    switch (byte) {
    case '"':
    case '\\':
        return byte;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

/* Writes one byte that cannot stand for itself. */
static void write_escaped(struct buf *out, char byte) {
    static const char hex[] = "0123456789abcdef";
    char letter = short_escape(byte);
    if ((byte & 0x80) != 0) {
        buf_append_str(out, STR("\xEF\xBF\xBD"));
    } else if (letter != 0) {
        buf_append(out, (char[]){'\\', letter}, 2);
    } else {
        buf_append(out, (char[]){'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]}, 6);
    }
}

void json_write_string(struct buf *out, struct str text) {
    buf_reserve(out, text.len + 2);
    buf_append_byte(out, '"');
    while (text.len > 0) {
        size_t run = json_clean_run(text);
        buf_append(out, text.at, run);
        if (run < text.len)
            write_escaped(out, text.at[run++]);
        text = str_from(text, run);
    }
    buf_append_byte(out, '"');
}

/* Writing numbers */

#define DOUBLE_DIGITS_SURE 15 /* DBL_DIG: so many always survive */
#define DOUBLE_DIGITS_MAX  17 /* so many always read back */

/* 0.DIGITS times ten to the power of `point`; digits without trailing zeros. */
struct decimal {
    char digits[DOUBLE_DIGITS_MAX + 1];
    int count;
    int point;
};

static void decimal_strip_zeros(struct decimal *d) {
    while (d->count > 1 && d->digits[d->count - 1] == '0')
        d->count--;
}

/* The decimal of `count` digits nearest to value. */
static struct decimal decimal_nearest(double value, int count) {
    struct decimal d = {.count = count};
    char text[32]; /* d.ddde-ddd */
    int len = snprintf(text, sizeof text, "%.*e", count - 1, value);
    ASSERT(len > 0 && (size_t)len < sizeof text);
    d.digits[0] = text[0];
    if (count > 1)
        memcpy(d.digits + 1, text + 2, (size_t)count - 1);
    d.point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
    return d;
}

/* The next decimal with as many digits. */
static struct decimal decimal_next(struct decimal d) {
    int at = d.count - 1;
    while (at >= 0 && d.digits[at] == '9')
        d.digits[at--] = '0';
    if (at >= 0) {
        d.digits[at]++;
    } else {
        d.digits[0] = '1';
        d.point++;
    }
    return d;
}

static bool decimal_reads_back(const struct decimal *d, double value) {
    char text[40];
    int len = snprintf(text, sizeof text, "0.%.*se%d", d->count, d->digits, d->point);
    ASSERT(len > 0 && (size_t)len < sizeof text);
    return strtod(text, NULL) == value;
}

/* The shortest decimal that reads back as value (finite, above 0). */
static struct decimal decimal_shortest(double value) {
    struct decimal d;
    for (int count = value < DBL_MIN ? 1 : DOUBLE_DIGITS_SURE; count < DOUBLE_DIGITS_MAX; count++) {
        d = decimal_nearest(value, count);
        if (!decimal_reads_back(&d, value))
            d = decimal_next(d);
        if (decimal_reads_back(&d, value)) {
            decimal_strip_zeros(&d);
            return d;
        }
    }
    d = decimal_nearest(value, DOUBLE_DIGITS_MAX);
    decimal_strip_zeros(&d);
    return d;
}

static void write_zeros(struct buf *out, int count) {
    while (count-- > 0)
        buf_append_byte(out, '0');
}

/* A whole number with more digits may not fit 64 bits, and then no reader that knows integers takes it. */
#define WHOLE_DIGITS_MAX 18

/* ECMA-262 Number::toString, steps 6 to 10, with 21 for WHOLE_DIGITS_MAX; n is the standard's name for `point`. */
static void write_decimal(struct buf *out, const struct decimal *d) {
    int n = d->point;
    if (n >= d->count && n <= WHOLE_DIGITS_MAX) {
        buf_append(out, d->digits, (size_t)d->count);
        write_zeros(out, n - d->count);
    } else if (n > 0 && n < d->count) {
        buf_append(out, d->digits, (size_t)n);
        buf_append_byte(out, '.');
        buf_append(out, d->digits + n, (size_t)(d->count - n));
    } else if (n > -6 && n <= 0) {
        buf_append_str(out, STR("0."));
        write_zeros(out, -n);
        buf_append(out, d->digits, (size_t)d->count);
    } else {
        buf_append_byte(out, d->digits[0]);
        if (d->count > 1)
            buf_append_byte(out, '.');
        buf_append(out, d->digits + 1, (size_t)(d->count - 1));
        buf_printf(out, "e%+d", n - 1);
    }
}

static void write_real(struct buf *out, double value) {
    ASSERT(isfinite(value)); /* jansson makes no other */
    if (value == 0) {
        buf_append_byte(out, '0'); /* also for -0 */
        return;
    }
    if (value < 0)
        buf_append_byte(out, '-');
    struct decimal d = decimal_shortest(fabs(value));
    write_decimal(out, &d);
}

/* Writing values */

static void write_array(struct buf *out, const json_t *array) {
    size_t index;
    const json_t *item;
    buf_append_byte(out, '[');
    json_array_foreach(array, index, item) {
        if (index > 0)
            buf_append_byte(out, ',');
        json_write_value(out, item);
    }
    buf_append_byte(out, ']');
}

static void write_object(struct buf *out, const json_t *object) {
    /* jansson's iterators take a json_t that is not const, but do not change it */
    json_t *walked = (json_t *)(uintptr_t)object;
    const char *key;
    json_t *value;
    bool first = true;
    buf_append_byte(out, '{');
    json_object_foreach(walked, key, value) {
        if (!first)
            buf_append_byte(out, ',');
        first = false;
        json_write_string(out, str_of_c(key));
        buf_append_byte(out, ':');
        json_write_value(out, value);
    }
    buf_append_byte(out, '}');
}

void json_write_value(struct buf *out, const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        write_object(out, value);
        break;
    case JSON_ARRAY:
        write_array(out, value);
        break;
    case JSON_STRING:
        json_write_string(out, json_str(value));
        break;
    case JSON_INTEGER:
        buf_append_i64(out, json_integer_value(value));
        break;
    case JSON_REAL:
        write_real(out, json_real_value(value));
        break;
    case JSON_TRUE:
        buf_append_str(out, STR("true"));
        break;
    case JSON_FALSE:
        buf_append_str(out, STR("false"));
        break;
    case JSON_NULL:
        buf_append_str(out, STR("null"));
        break;
    }
}

/* Reading */

/* Number of backslashes that end in front of `at`, not before `from`; an odd number escapes what stands at `at`. */
static size_t backslashes_before(struct str text, size_t from, size_t at) {
    size_t count = 0;
    while (at - count > from && text.at[at - count - 1] == '\\')
        count++;
    return count;
}

/* Index of the quote that ends the string whose content begins at `from`, or text.len. */
static size_t string_end(struct str text, size_t from) {
    size_t at = from;
    for (;;) {
        at += str_find_byte(str_from(text, at), '"');
        if (at >= text.len)
            return text.len;
        if (backslashes_before(text, from, at) % 2 == 0)
            return at;
        at++;
    }
}

unsigned json_depth(struct str text) {
    unsigned depth = 0;
    unsigned deepest = 0;
    for (size_t i = 0; i < text.len; i++) {
        switch (text.at[i]) {
        case '"':
            i = string_end(text, i + 1);
            break;
        case '[':
        case '{':
            depth++;
            if (depth > deepest)
                deepest = depth;
            break;
        case ']':
        case '}':
            depth -= depth > 0;
            break;
        default:
            break;
        }
    }
    return deepest;
}

json_t *json_parse(struct str text, unsigned depth_max) {
    if (text.len == 0 || json_depth(text) > depth_max)
        return NULL;
    return json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL,
                      NULL);
}

struct str json_str(const json_t *value) {
    if (!json_is_string(value))
        return STR_NONE;
    return str_of(json_string_value(value), json_string_length(value));
}
