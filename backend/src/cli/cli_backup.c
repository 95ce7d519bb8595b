/* cli_backup.c: parley backup FILE: a copy of the database, also of a running server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli/cli.h"
#include "cli/cli_data.h"
#include "cli/cli_files.h"
#include "store/store_backup.h"

#include <stdio.h>

static const char usage[] =
    "parley backup FILE [--data DIR]\n\n"
    "Copies the database into the new file FILE, while the server runs or not. Every message\n"
    "that was acknowledged before is in it, and it is checked before it gets its name. What was\n"
    "uploaded goes into the directory FILE.files, where what is there already stays.\n";

/* What people have uploaded; a file that is damaged is named, and the others are copied. */
static int back_up_files(const struct cli_data *data) {
    struct cli_files files;
    enum err error = cli_files_backup(data->config.data, data->file, &files);
    if (error != ERR_OK)
        return cli_data_fail(err_text(error));
    (void)printf("%lld files, %lld bytes\n", (long long)files.count, (long long)files.bytes);
    return files.faults == 0 ? 0 : cli_data_fail("some files are damaged, and are not in it");
}

static int back_up(const struct cli_data *data) {
    struct store_summary summary;
    const char *message = NULL;
    if (store_backup(data->config.data, data->file, cli_data_step_back, &summary, &message) !=
        ERR_OK)
        return cli_data_fail(message);
    cli_data_print(data->file, &summary);
    return back_up_files(data);
}

int cli_backup(int argc, char **argv) {
    struct cli_data data;
    int code = 0;
    if (cli_data_read(&data, argc, argv, true, usage, &code)) {
        int held = cli_files_hold(data.config.data);
        code = back_up(&data);
        cli_files_release(held);
    }
    cli_data_deinit(&data);
    return code;
}
