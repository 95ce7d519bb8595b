/* cli.h: the program's verbs.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

/* A verb: gets what stands behind it on the command line; returns the exit code: 0, 1 (it failed), 2 (wrong use). */
typedef int (*cli_verb_fn)(int argc, char **argv);

int cli_serve(int argc, char **argv);
int cli_backup(int argc, char **argv);
int cli_restore(int argc, char **argv);
int cli_verify(int argc, char **argv);
int cli_user(int argc, char **argv);
int cli_help(int argc, char **argv);
int cli_options(int argc, char **argv);
int cli_metrics(int argc, char **argv);
int cli_permissions(int argc, char **argv);
int cli_version(int argc, char **argv);
