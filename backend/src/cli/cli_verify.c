/* cli_verify.c: parley verify [FILE]: is everything as it was written?
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli/cli.h"
#include "cli/cli_data.h"
#include "store/store_file.h"

#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
    "parley verify [FILE] [--data DIR]\n\n"
    "Looks at everything in the backup FILE, or in the database of the data directory, and\n"
    "prints what is wrong. Changes nothing. The exit code is 0 when nothing is.\n";

static void say(void *context, const char *line) {
    (void)context;
    (void)puts(line);
}

static int verify(const char *path) {
    static const struct store_listener listener = {NULL, say};
    struct store_summary summary;
    const char *message = NULL;
    if (store_verify(path, &listener, &summary, &message) != ERR_OK)
        return cli_data_fail(message);
    cli_data_print(path, &summary);
    (void)printf(summary.faults == 0 ? "Nothing is wrong.\n" : "%lld things are wrong.\n",
                 (long long)summary.faults);
    return summary.faults == 0 ? 0 : 1;
}

int cli_verify(int argc, char **argv) {
    struct cli_data data;
    int code = 0;
    if (cli_data_read(&data, argc, argv, false, usage, &code)) {
        char *own = store_file_in(data.config.data, STORE_FILE_DATABASE);
        if (data.file != NULL) /* of a running server it holds a snapshot */
            cli_data_step_back();
        code = verify(data.file != NULL ? data.file : own);
        free(own);
    }
    cli_data_deinit(&data);
    return code;
}
