/* log.c: one line per event.
 *
 * The line is made in two buffers on the stack: the caller's text as printf makes it, then the line with that text
 * escaped. Whatever does not fit is cut between two characters, never within one, and the newline always has room. A
 * line is one write(2), so that lines of several threads do not mix.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/log.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};

static const char *const category_names[] = {
#define X(name, text) [name] = text,
    LOG_CATEGORY_MAP(X)
#undef X
};

/* Written before threads start, read by all. */
static enum log_level log_level_max = LOG_INFO;
static int log_fd = STDERR_FILENO;

struct line {
    size_t len;
    char bytes[LOG_LINE_BYTES_MAX];
};

/* Appends all of `piece` or nothing; the last byte stays free for the newline. */
static bool line_append(struct line *line, struct str piece) {
    if (piece.len > sizeof line->bytes - 1 - line->len)
        return false;
    memcpy(line->bytes + line->len, piece.at, piece.len);
    line->len += piece.len;
    return true;
}

/* A character that may stand in a line: valid, and no control character (U+0000-1F, 7F, 80-9F). */
static bool is_printable(struct str c) {
    uint32_t point = utf8_next(&c);
    return point >= 0x20 && (point < 0x7F || point > 0x9F);
}

static bool line_append_escaped(struct line *line, struct str bytes) {
    for (size_t i = 0; i < bytes.len; i++) {
        char hex[5];
        snprintf(hex, sizeof hex, "\\x%02x", (unsigned char)bytes.at[i]);
        if (!line_append(line, str_of(hex, 4)))
            return false;
    }
    return true;
}

static void line_append_text(struct line *line, struct str text) {
    bool fits = true;
    while (text.len > 0 && fits) {
        size_t bytes = utf8_head_bytes(text);
        struct str head = str_range(text, 0, bytes > 0 ? bytes : 1);
        fits = bytes > 0 && is_printable(head) ? line_append(line, head)
                                               : line_append_escaped(line, head);
        text = str_from(text, head.len);
    }
}

static void line_append_prefix(struct line *line, enum log_level level, enum log_category category,
                               const char *event) {
    int64_t now_ms = clock_wall_ms();
    time_t now_s = (time_t)(now_ms / 1000);
    struct tm utc;
    char stamp[sizeof "2026-03-01T12:00:00"];
    char prefix[128];
    ASSERT(gmtime_r(&now_s, &utc) != NULL);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    int len = snprintf(prefix, sizeof prefix, "%s.%03dZ %s %s %s", stamp, (int)(now_ms % 1000),
                       level_names[level], category_names[category], event);
    ASSERT(len > 0 && (size_t)len < sizeof prefix);
    line_append(line, str_of(prefix, (size_t)len));
}

void log_set_level(enum log_level level) {
    log_level_max = level;
}

bool log_level_find(struct str name, enum log_level *out) {
    for (int level = LOG_ERROR; level <= LOG_DEBUG; level++) {
        if (str_equal(name, str_of_c(level_names[level]))) {
            *out = (enum log_level)level;
            return true;
        }
    }
    return false;
}

bool log_is_on(enum log_level level) {
    return level <= log_level_max;
}

void log_set_fd(int fd) {
    log_fd = fd;
}

void log_write(enum log_level level, enum log_category category, const char *event,
               const char *format, ...) {
    if (!log_is_on(level))
        return;
    /* room for one character more than fits, so that the cut falls within line_append_text */
    char text[LOG_LINE_BYTES_MAX + 4];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ASSERT(len >= 0);
    if ((size_t)len >= sizeof text)
        len = sizeof text - 1;

    struct line line;
    line.len = 0;
    line_append_prefix(&line, level, category, event);
    if (len > 0)
        line_append(&line, STR(" "));
    line_append_text(&line, str_of(text, (size_t)len));
    line.bytes[line.len++] = '\n';
    if (write(log_fd, line.bytes, line.len) < 0)
        return; /* there is no place left to complain to */
}
