/* options.c: one row per option.
 *
 * SPDX-License-Identifier: MIT
 */
#include "options.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "engineio/eio_server.h"
#include "socketio/sio_server.h"

#include <getopt.h>
#include <stddef.h>

static const struct {
    const char *name;
    size_t offset;
    uint64_t min, max, by_default;
} numbers[] = {
    {"port", offsetof(struct options, port), 0, 65535, 0},
    {"workers", offsetof(struct options, workers), 1, WORKERS_MAX, 1},
    {"ping-interval-ms", offsetof(struct options, ping_interval_ms), 1, 86400000,
     EIO_PING_INTERVAL_MS_DEFAULT},
    {"ping-timeout-ms", offsetof(struct options, ping_timeout_ms), 1, 86400000,
     EIO_PING_TIMEOUT_MS_DEFAULT},
    {"connect-timeout-ms", offsetof(struct options, connect_timeout_ms), 1, 86400000,
     SIO_CONNECT_TIMEOUT_MS_DEFAULT},
    {"upgrade-timeout-ms", offsetof(struct options, upgrade_timeout_ms), 1, 86400000,
     EIO_UPGRADE_TIMEOUT_MS_DEFAULT},
    {"max-payload-bytes", offsetof(struct options, payload_bytes_max), 1, 104857600,
     EIO_PAYLOAD_BYTES_DEFAULT},
};
#define NUMBERS (sizeof numbers / sizeof numbers[0])

enum { OPTION_HOST = NUMBERS, OPTION_CORS, OPTION_RECOVERY, OPTION_HELP, OPTION_COUNT };

static uint64_t *number_place(struct options *options, size_t row) {
    return (uint64_t *)(void *)((char *)options + numbers[row].offset);
}

static bool number_read(struct options *options, size_t row, const char *text) {
    uint64_t value;
    if (!str_to_u64(str_of_c(text), numbers[row].max, &value) || value < numbers[row].min) {
        fprintf(stderr, "conformance-server: --%s must be a number from %llu to %llu\n",
                numbers[row].name, (unsigned long long)numbers[row].min,
                (unsigned long long)numbers[row].max);
        return false;
    }
    *number_place(options, row) = value;
    return true;
}

/* "a,b" becomes {"a", "b", NULL}. */
static const char **origins_read(const char *text) {
    struct str rest = str_of_c(text);
    size_t count = 0;
    const char **origins = mem_new(rest.len + 2, sizeof *origins);
    while (!str_is_none(rest))
        origins[count++] = str_dup_c(str_trim(str_cut(&rest, ',')));
    return origins;
}

static void usage(void) {
    fputs("usage: conformance-server [--host ADDRESS] [--recovery] [--cors-origin ORIGIN,...]\n",
          stderr);
    for (size_t i = 0; i < NUMBERS; i++)
        fprintf(stderr, "    [--%s N]  (%llu)\n", numbers[i].name,
                (unsigned long long)numbers[i].by_default);
}

static bool option_read(struct options *options, int option, const char *value) {
    if (option >= 0 && option < (int)NUMBERS)
        return number_read(options, (size_t)option, value);
    switch (option) {
    case OPTION_HOST:
        options->host = value;
        return true;
    case OPTION_CORS:
        options_deinit(options);
        options->cors_origins = origins_read(value);
        return true;
    case OPTION_RECOVERY:
        options->has_recovery = true;
        return true;
    default:
        usage();
        return false;
    }
}

bool options_read(int argc, char **argv, struct options *out) {
    struct option table[OPTION_COUNT + 1] = {
        [OPTION_HOST] = {"host", required_argument, NULL, OPTION_HOST},
        [OPTION_CORS] = {"cors-origin", required_argument, NULL, OPTION_CORS},
        [OPTION_RECOVERY] = {"recovery", no_argument, NULL, OPTION_RECOVERY},
        [OPTION_HELP] = {"help", no_argument, NULL, OPTION_HELP},
    };
    *out = (struct options){0};
    for (size_t i = 0; i < NUMBERS; i++) {
        table[i] = (struct option){numbers[i].name, required_argument, NULL, (int)i};
        *number_place(out, i) = numbers[i].by_default;
    }
    int option;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (!option_read(out, option, optarg))
            return false;
    }
    if (optind < argc)
        usage();
    return optind == argc;
}

void options_deinit(struct options *options) {
    for (size_t i = 0; options->cors_origins != NULL && options->cors_origins[i] != NULL; i++)
        free((char *)(uintptr_t)options->cors_origins[i]);
    free(options->cors_origins);
    options->cors_origins = NULL;
}
