/* cli_restore.c: parley restore FILE: a backup becomes the database.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli/cli.h"
#include "cli/cli_data.h"
#include "store/store_backup.h"

#include <stdio.h>

static const char usage[] =
    "parley restore FILE [--data DIR]\n\n"
    "Puts the backup FILE in the place of the database. The server must not run. The database\n"
    "that is there is kept, in a directory before-restore-... beside it.\n";

int cli_restore(int argc, char **argv) {
    struct cli_data data;
    struct store_summary summary;
    const char *message = NULL, *kept = NULL;
    int code = 0;
    if (cli_data_read(&data, argc, argv, true, usage, &code)) {
        if (store_restore(data.config.data, data.file, &summary, &kept, &message) == ERR_OK) {
            cli_data_print(data.config.data, &summary);
            if (kept != NULL)
                (void)printf("The database before it is in %s\n", kept);
        } else {
            code = cli_data_fail(message);
        }
    }
    cli_data_deinit(&data);
    return code;
}
