/* options.h: the command line of the conformance server.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct options {
    const char *host; /* NULL: every address, IPv6 and IPv4 */
    const char **cors_origins;
    uint64_t port; /* 0: a free one */
    uint64_t workers;
    uint64_t ping_interval_ms, ping_timeout_ms;
    uint64_t connect_timeout_ms, upgrade_timeout_ms;
    uint64_t payload_bytes_max;
    bool has_recovery;
};

/* Reads the command line. False: something is wrong (said on stderr) or help was asked for. cors_origins is owned
 * (options_deinit). */
bool options_read(int argc, char **argv, struct options *out);
void options_deinit(struct options *options);
