/* cli_data.h: what the verbs that work on a data directory share.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "app/config.h"
#include "store/store_verify.h"

/* The words behind such a verb: [FILE] [--data DIR]. */
struct cli_data {
    struct config config;
    const char *file; /* NULL: not given */
};

/* Reads them; `usage` is what to print when they are wrong, or asked for. False: *code is the exit code. To be freed with
 * cli_data_deinit in any case. */
bool cli_data_read(struct cli_data *data, int argc, char **argv, bool needs_file, const char *usage,
                   int *code);
void cli_data_deinit(struct cli_data *data);

/* For what takes long beside a running server, which goes first: less of the processor and of the disk, where both want them. */
void cli_data_step_back(void);

/* Prints "WHAT: 3 people, 2 rooms, ..." */
void cli_data_print(const char *what, const struct store_summary *summary);
/* Prints the sentence on stderr; returns the exit code. */
int cli_data_fail(const char *message);
