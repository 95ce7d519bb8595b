/* config.h: every option of the program, from one table.
 *
 * The table (config.c) holds name, type, bounds, default, environment variables and help of each option; --help, the
 * validation, and docs/options.md are made from it. The command line goes before the environment, that before
 * the default.
 *
 * Thread: main, before any other starts; read-only afterwards.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "net/address.h"
#include "proto/gen/proto_gen.h"

#include <stdbool.h>
#include <stdint.h>

#define CONFIG_LIST_MAX         16 /* entries of a comma-separated option */
#define CONFIG_SECRET_CHARS_MIN 16

struct config {
    int64_t port;
    const char *host;
    const char *data;
    int64_t workers;                /* 0: by the number of cores */
    const char *tls_cert, *tls_key; /* both or neither ("") */
    const char *user;               /* to become, "": stay who we are */
    bool sandbox;
    const char *public_url;
    const char *trusted_proxies;
    const char *allow_origin;
    const char *cors_origin;
    bool guests;
    enum proto_registration_mode registration;
    double rate_scale;
    int64_t connections_per_address; /* 0: CONN_PER_ADDRESS_MAX, and loopback is free */
    int64_t upload_mib, files_user_mib, files_mib;
    int64_t presence_grace_ms;
    int64_t event_keep_days;
    int64_t password_memory_kib;
    int64_t ping_interval_ms, ping_timeout_ms;
    const char *log_level;
    const char *metrics_token; /* "": none */
    /* Made of the above */
    const char *allow_origins[CONFIG_LIST_MAX + 1]; /* NULL-terminated */
    const char *cors_origins[CONFIG_LIST_MAX + 1];
    char *owned_lists[2];
    struct address_range proxies[CONFIG_LIST_MAX]; /* of trusted_proxies */
    size_t proxy_count;
};

/* Reads options from argv (behind the program's name and verb) and the environment. False: *message is one clear
 * sentence, owned by the caller (free). Strings of the config are borrowed from argv and the environment. */
bool config_read(struct config *config, int argc, char **argv, char **message);
void config_deinit(struct config *config);
/* The help text of all options, for --help. */
void config_help(struct buf *out);
/* The same as a Markdown table, for docs/options.md. */
void config_markdown(struct buf *out);
