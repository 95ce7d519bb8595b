/* cli_backup.c: parley backup FILE: a copy of the database, also of a running server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli/cli.h"
#include "cli/cli_data.h"
#include "store/store_backup.h"

static const char usage[] =
    "parley backup FILE [--data DIR]\n\n"
    "Copies the database into the new file FILE, while the server runs or not. Every message\n"
    "that was acknowledged before is in it, and it is checked before it gets its name.\n";

int cli_backup(int argc, char **argv) {
    struct cli_data data;
    struct store_summary summary;
    const char *message = NULL;
    int code = 0;
    if (cli_data_read(&data, argc, argv, true, usage, &code)) {
        if (store_backup(data.config.data, data.file, cli_data_step_back, &summary, &message) ==
            ERR_OK)
            cli_data_print(data.file, &summary);
        else
            code = cli_data_fail(message);
    }
    cli_data_deinit(&data);
    return code;
}
