/* chat_account.h: making accounts and proving that one is one's own: what the files about it share.
 *
 * Whatever needs a password is decided twice: first without a proof, then the decision says what to hash (chat_hashing) and nothing
 * else; then again, from the beginning, with what came of it (chat_proof). Nothing that was found out the first time is relied
 * upon the second time.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_internal.h"

/* The answer to a wrong name, a wrong password, a name without one: always the same. */
enum proto_error chat_account_refuse_wrong(struct chat_turn *turn);
/* The hash of the person's password; user NULL or without one: STR("") . False: the store refuses, the command is refused. */
bool chat_account_hash_of(struct chat_turn *turn, const struct chat_user *user, struct str *hash);
/* Is this name free for a new account, or the person's own? Fills the form to keep. */
enum proto_error chat_account_check_name(struct chat_turn *turn, struct str wanted,
                                         const struct chat_user *own, struct str *name,
                                         struct str *folded);
/* Is this a password that is taken, for that folded name? `field` is what it is called in the request. */
enum proto_error chat_account_check_password(struct chat_turn *turn, struct str password,
                                             struct str folded, const char *field);
/* Asks for a hash of `password`; the command comes again with it. Returns PROTO_OK. */
enum proto_error chat_account_ask_hash(struct chat_turn *turn, struct str password);
/* Asks whether `password` is that of `known`, and when it is for a hash of `fresh` (STR_NONE: none). Returns PROTO_OK. */
enum proto_error chat_account_ask_check(struct chat_turn *turn, struct str password,
                                        struct str known, struct str fresh);
/* Refuses when the proof failed for want of memory or time. */
enum proto_error chat_account_check_proof(struct chat_turn *turn);

/* Facts */

/* A new account in `general`, with its password. */
void chat_account_make(struct chat_turn *turn, chat_user_id id, struct str name,
                       struct str display_name, enum proto_user_role role);
/* The password of the proof's fresh hash. */
void chat_account_set_password(struct chat_turn *turn, chat_user_id user, struct str hash);
/* All sessions of a person end, but `except` (NULL: none). */
void chat_session_end_all(struct chat_turn *turn, const struct chat_user *user,
                          const struct chat_session *except);
