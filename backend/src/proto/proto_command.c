/* proto_command.c: a command by its name.
 *
 * Thirty rows whose names differ mostly in length: a walk that compares lengths first touches the bytes of two or
 * three of them. A hash table would cost more to explain than it saves.
 *
 * SPDX-License-Identifier: MIT
 */
#include "proto/gen/proto_gen.h"

const struct proto_command_row *proto_command_find(struct str name) {
    for (int i = PROTO_COMMAND_NONE + 1; i < PROTO_COMMAND_COUNT; i++)
        if (str_equal(proto_commands[i].name, name))
            return &proto_commands[i];
    return NULL;
}
