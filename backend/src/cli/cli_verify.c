/* cli_verify.c: parley verify [FILE]: is everything as it was written?
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli/cli.h"
#include "cli/cli_data.h"
#include "cli/cli_files.h"
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

static int verify(const char *path, const char *files_directory) {
    static const struct store_listener listener = {NULL, say};
    struct store_summary summary;
    const char *message = NULL;
    if (store_verify(path, &listener, &summary, &message) != ERR_OK)
        return cli_data_fail(message);
    struct cli_files files;
    enum err error = cli_files_verify(path, files_directory, &files);
    if (error != ERR_OK)
        return cli_data_fail(err_text(error));
    summary.faults += files.faults;
    cli_data_print(path, &summary);
    (void)printf("%lld files, %lld bytes\n", (long long)files.count, (long long)files.bytes);
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
        char *files = data.file != NULL ? store_file_beside(data.file, ".files")
                                        : store_file_in(data.config.data, STORE_DIRECTORY_FILES);
        int held = data.file != NULL ? -1 : cli_files_hold(data.config.data);
        code = verify(data.file != NULL ? data.file : own, files);
        cli_files_release(held);
        free(files);
        free(own);
    }
    cli_data_deinit(&data);
    return code;
}
