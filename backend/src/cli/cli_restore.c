/* cli_restore.c: parley restore FILE: a backup becomes the database.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli/cli.h"
#include "cli/cli_data.h"
#include "cli/cli_files.h"
#include "store/store_backup.h"

#include <stdio.h>
#include <unistd.h>

static const char usage[] =
    "parley restore FILE [--data DIR]\n\n"
    "Puts the backup FILE in the place of the database. The server must not run. The database\n"
    "that is there is kept, in a directory before-restore-... beside it.\n";

/* Its files first: a database never stands without them. */
static bool restore_files(const struct cli_data *data, int *code) {
    struct cli_files files;
    enum err error = cli_files_restore(data->config.data, data->file, &files);
    if (error == ERR_OK && files.faults == 0)
        return true;
    *code = cli_data_fail(error != ERR_OK ? err_text(error)
                                          : "some files of the backup are damaged or not there");
    return false;
}

static int restore(const struct cli_data *data) {
    struct store_summary summary;
    const char *message = NULL, *kept = NULL;
    int code = 0;
    if (access(data->file, F_OK) == 0 && !restore_files(data, &code))
        return code;
    if (store_restore(data->config.data, data->file, &summary, &kept, &message) != ERR_OK)
        return cli_data_fail(message);
    cli_data_print(data->config.data, &summary);
    if (kept == NULL)
        return 0;
    (void)printf("The database before it is in %s\n", kept);
    enum err error = cli_files_keep(data->config.data, kept);
    return error == ERR_OK ? 0 : cli_data_fail(err_text(error));
}

int cli_restore(int argc, char **argv) {
    struct cli_data data;
    int code = 0;
    if (cli_data_read(&data, argc, argv, true, usage, &code))
        code = restore(&data);
    cli_data_deinit(&data);
    return code;
}
