/* token.h: secrets that people and programs carry.
 *
 * A token is a kind prefix and 32 random bytes in base64url, so that secret scanners know it: "ply_s_" for sessions, "ply_i_" for
 * invitations, "ply_u_" for the link that sets a server up. Only its SHA-256 is ever stored or looked up.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/crypt.h"

#define TOKEN_SESSION_PREFIX "ply_s_"
#define TOKEN_INVITE_PREFIX  "ply_i_"
#define TOKEN_SETUP_PREFIX   "ply_u_"
#define TOKEN_TEXT_BYTES     49 /* 6 of prefix, 43 of base64url */

/* The cookie that carries a session token, for pages that came by https or not. Over https it has the prefix by which
 * browsers make sure that no other host and no plain page has set it; over plain http they would not take that name. */
struct str token_cookie_name(bool is_https);

/* Appends a new session token to out. */
void token_append_new(struct buf *out);
/* The hash under which a session token is kept. False (and no hash) when the text cannot be a token: an empty or short one is
 * refused before any look-up. */
bool token_hash(struct str text, unsigned char out[CRYPT_SHA256_BYTES]);

/* The same for a secret of another kind, named by its prefix. */
void token_append_of(const char *prefix, struct buf *out);
bool token_hash_of(const char *prefix, struct str text, unsigned char out[CRYPT_SHA256_BYTES]);
