/* cli_data.c: what the verbs that work on a data directory share.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli/cli_data.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICE                                                                                       \
    5 /* a quarter of what the server gets: with a tenth a busy one is backed up for minutes */

static bool is_option(const char *word) {
    return word[0] == '-';
}

static bool wants_help(int argc, char **argv) {
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

static bool refuse(const char *message, const char *usage, int *code) {
    (void)fprintf(stderr, "parley: %s\n\n%s", message, usage);
    *code = 2;
    return false;
}

bool cli_data_read(struct cli_data *data, int argc, char **argv, bool needs_file, const char *usage,
                   int *code) {
    char *message = NULL;
    *data = (struct cli_data){0};
    log_set_level(LOG_ERROR);
    if (wants_help(argc, argv)) {
        (void)fputs(usage, stdout);
        *code = 0;
        return false;
    }
    if (argc > 0 && !is_option(argv[0])) {
        data->file = argv[0];
        argc--;
        argv++;
    }
    if (needs_file && data->file == NULL)
        return refuse("Which file?", usage, code);
    if (config_read(&data->config, argc, argv, &message))
        return true;
    (void)refuse(message, usage, code);
    free(message);
    return false;
}

void cli_data_deinit(struct cli_data *data) {
    config_deinit(&data->config);
}

/* linux/ioprio.h, which older headers lack: who is this process, the usual class, its last level. */
#define IO_WHO_PROCESS 1
#define IO_LAST        (2 << 13 | 7)

void cli_data_step_back(void) {
    (void)!nice(NICE);                                         /* its result may be -1 either way */
    (void)syscall(SYS_ioprio_set, IO_WHO_PROCESS, 0, IO_LAST); /* not every disk knows it */
}

void cli_data_print(const char *what, const struct store_summary *summary) {
    (void)printf("%s: %lld people, %lld rooms, %lld messages\n", what, (long long)summary->users,
                 (long long)summary->rooms, (long long)summary->messages);
}

int cli_data_fail(const char *message) {
    (void)fprintf(stderr, "parley: %s.\n", message);
    return 1;
}
