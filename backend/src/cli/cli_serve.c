/* cli_serve.c: parley serve, and parley alone: run the server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/serve.h"
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>

int cli_serve(int argc, char **argv) {
    struct config config;
    char *message = NULL;
    int code = 2;
    if (config_read(&config, argc, argv, &message))
        code = app_serve(&config);
    else
        (void)fprintf(stderr, "parley: %s\n", message);
    free(message);
    config_deinit(&config);
    return code;
}
