/* chat_view.h: the state as clients see it.
 *
 * Every view goes into memory of the arena; texts point into the state and are valid until the next evolve.
 * What concerns only one person (`me`, and with it last_message) is filled in when the viewer is named.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_internal.h"

void chat_view_user(const struct chat *chat, const struct chat_user *user, struct proto_user *out);
struct proto_user *chat_view_user_new(const struct chat *chat, const struct chat_user *user,
                                      struct arena *arena);
struct proto_server_settings *chat_view_settings(const struct chat *chat, struct arena *arena);
struct proto_author *chat_view_author(const struct chat_user *user, struct arena *arena);
void chat_view_member(const struct chat *chat, const struct chat_member *member,
                      struct arena *arena, struct proto_member *out);
struct proto_room_me *chat_view_me(const struct chat *chat, const struct chat_member *member,
                                   struct arena *arena);
/* Everybody in the room, as many as it has members: of a direct message, where that is few. */
struct proto_user *chat_view_people(const struct chat *chat, const struct chat_room *room,
                                    struct arena *arena);
/* viewer NULL: for everybody who can see the room, as events want it. */
void chat_view_room(const struct chat *chat, const struct chat_room *room,
                    const struct chat_user *viewer, struct arena *arena, struct proto_room *out);
struct proto_room *chat_view_room_new(const struct chat *chat, const struct chat_room *room,
                                      const struct chat_user *viewer, struct arena *arena);
/* The message that a fact says; the body and the nonce stay the fact's. */
struct proto_message *chat_view_message(const struct chat *chat, const struct chat_fact *fact,
                                        struct arena *arena);
