/* log.h: one line per event.
 *
 *     2026-03-01T12:00:00.123Z info eio session.open sid=4f.. transport=polling
 *
 * A stable event name, then key=value. Control characters are escaped by log_write, so a name or a header can never
 * forge a line; it can forge a key, so what a peer chose stands last in its line. Message text, tokens and
 * addresses of mail are never logged.
 * Levels: error (a human must act), warn, info (life events), debug. Hot paths count instead of logging.
 *
 * Thread: any. One write(2) per line.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

/* enum name, text in the line */
#define LOG_CATEGORY_MAP(X)                                                                        \
    X(LOG_APP, "app")                                                                              \
    X(LOG_NET, "net")                                                                              \
    X(LOG_HTTP, "http")                                                                            \
    X(LOG_WS, "ws")                                                                                \
    X(LOG_EIO, "eio")                                                                              \
    X(LOG_SIO, "sio")                                                                              \
    X(LOG_CHAT, "chat")                                                                            \
    X(LOG_STORE, "store")                                                                          \
    X(LOG_JOURNAL, "journal")                                                                      \
    X(LOG_GATEWAY, "gateway")                                                                      \
    X(LOG_WEB, "web")

enum log_category {
#define X(name, text) name,
    LOG_CATEGORY_MAP(X)
#undef X
        LOG_CATEGORY_COUNT
};

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Lines above `level` are dropped. Call once before threads start; the default is LOG_INFO. */
void log_set_level(enum log_level level);
/* Finds a level by its name ("error", "warn", "info", "debug"). */
bool log_level_find(struct str name, enum log_level *out);
bool log_is_on(enum log_level level);
/* Where lines go; stderr by default. For tests. */
void log_set_fd(int fd);

/* `event` is a stable dotted name; `format` makes "key=value key=value". Control characters (U+0000-1F, 7F, 80-9F)
 * and invalid UTF-8 in the formatted text are written as \xNN, byte by byte. Lines are cut at LOG_LINE_BYTES_MAX. */
void log_write(enum log_level level, enum log_category category, const char *event,
               const char *format, ...) __attribute__((format(printf, 4, 5)));

#define log_error(category, event, ...) log_write(LOG_ERROR, category, event, __VA_ARGS__)
#define log_warn(category, event, ...)  log_write(LOG_WARN, category, event, __VA_ARGS__)
#define log_info(category, event, ...)  log_write(LOG_INFO, category, event, __VA_ARGS__)
#define log_debug(category, event, ...)                                                            \
    (log_is_on(LOG_DEBUG) ? log_write(LOG_DEBUG, category, event, __VA_ARGS__) : (void)0)
