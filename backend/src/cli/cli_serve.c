/* cli_serve.c: parley serve, and parley alone: run the server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/serve.h"
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>

/* "parley serve --help", and "parley --port 80 --help". */
static bool wants_help(int argc, char **argv) {
    for (int i = 0; i < argc; i++) {
        struct str word = str_of_c(argv[i]);
        if (str_equal(word, STR("--help")) || str_equal(word, STR("-h")))
            return true;
    }
    return false;
}

int cli_serve(int argc, char **argv) {
    struct config config;
    if (wants_help(argc, argv))
        return cli_help(0, NULL);
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
