/* cli_help.c: what the program can do: --help, --version, and the tables for the documentation.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/metrics.h"
#include "app/permissions.h"
#include "app/serve.h"
#include "cli/cli.h"

#include <stdio.h>

static int print(struct buf *text) {
    (void)fwrite(text->data, 1, text->len, stdout);
    buf_deinit(text);
    return 0;
}

int cli_help(int argc, char **argv) {
    struct buf text = BUF_EMPTY;
    (void)argc;
    (void)argv;
    buf_append_c(
        &text,
        "Parley is a chat server: the server, its database and its web app in one program.\n\n"
        "  parley [serve] [OPTION]...   run the server\n"
        "  parley backup FILE           copy the database, also of a running server\n"
        "  parley restore FILE          put a backup in the place of the database\n"
        "  parley verify [FILE]         look for damage in the database, or in a backup\n"
        "  parley user VERB             add, list and change accounts, also of a running server\n"
        "  parley options               print the options as a Markdown table\n"
        "  parley metrics               print the metrics of /metrics as a Markdown table\n"
        "  parley permissions           print who may do what in a room as a Markdown table\n"
        "  parley --version             print the version\n"
        "  parley --help                print this text\n\n"
        "Options of the server, each also as an environment variable:\n\n");
    config_help(&text);
    return print(&text);
}

int cli_options(int argc, char **argv) {
    struct buf text = BUF_EMPTY;
    (void)argc;
    (void)argv;
    config_markdown(&text);
    return print(&text);
}

int cli_metrics(int argc, char **argv) {
    struct buf text = BUF_EMPTY;
    (void)argc;
    (void)argv;
    metrics_markdown(&text);
    return print(&text);
}

int cli_permissions(int argc, char **argv) {
    struct buf text = BUF_EMPTY;
    (void)argc;
    (void)argv;
    permissions_markdown(&text);
    return print(&text);
}

int cli_version(int argc, char **argv) {
    (void)argc;
    (void)argv;
    (void)puts("parley " PARLEY_VERSION);
    return 0;
}
