/* main.c: the table of verbs; without one the server runs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli/cli.h"

#include <string.h>

static const struct verb {
    const char *name;
    cli_verb_fn run;
} verbs[] = {
    {"serve", cli_serve},       {"backup", cli_backup},
    {"restore", cli_restore},   {"verify", cli_verify},
    {"user", cli_user},         {"options", cli_options},
    {"metrics", cli_metrics},   {"permissions", cli_permissions},
    {"help", cli_help},         {"--help", cli_help},
    {"-h", cli_help},           {"version", cli_version},
    {"--version", cli_version},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0)
            return verbs[i].run(argc - 2, argv + 2);
    }
    return cli_serve(argc - 1, argv + 1);
}
