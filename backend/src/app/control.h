/* control.h: the door for the operator: a socket in the data directory.
 *
 * A server writes its database alone, so `parley user` asks the one that runs: a line of JSON to parley.sock, a line back.
 *
 *     {"act":"add","name":"ada","password":"...","role":"admin"}   ->   {"ok":true,"data":{...}}
 *
 * Who can open the socket is the server's own user, or root: the directory is 0700 and the socket 0600, and that is all the
 * authority that is asked for. When no server runs, control_call carries the same line out itself, on the database.
 *
 * Thread: one of its own, which asks the core and waits; one caller at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_request.h"

struct control;

/* Server side */

/* Opens the door of the data directory, before the process is confined. The directory is locked, so what is left of an older
 * socket is removed. NULL: it cannot be opened, which the log says; the server goes without. */
struct control *control_open(const char *directory);
/* Answers until control_stop. `desk` is copied. */
void control_start(struct control *control, const struct chat_desk *desk);
/* Answers the caller that there is, and ends the thread. Before the workers drain. Harmless for NULL. */
void control_stop(struct control *control);
/* Harmless for NULL. */
void control_free(struct control *control);

/* What both sides share */

/* The request that a line asks for; NULL: *error is a sentence. on_answer must free it. */
struct chat_request *control_request(struct str line, chat_answer_cb on_answer, void *owner,
                                     const char **error);
/* Appends the answer of a request, as a line. */
void control_answer(const struct chat_request *request, struct buf *out);

/* Client side */

/* Has `line` carried out by the server of that directory, or without one on its database, which is made when `may_create`.
 * False: *message is one sentence, owned. */
bool control_call(const char *directory, bool may_create, struct str line, struct buf *answer,
                  char **message);
