/* gw_pid.h: the private id by which a client recovers its connection.
 *
 * A pid names the session that it was given to and the Socket.IO id to keep, and is sealed with the database's secret:
 *
 *     base64url( session 8 bytes, big-endian | sid 20 characters | first 16 bytes of HMAC-SHA-256(secret, the rest) )
 *
 * so nothing about it is remembered, and it is good after hours and across restarts. Alone it gives nothing: the session's
 * token, cookie or guest name must come with it.
 *
 * Source: connection state recovery of the Socket.IO protocol; docs/protocol.md.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"

#define GW_SID_BYTES 20

/* Appends the pid. `sid` has GW_SID_BYTES characters. */
void gw_pid_append(struct buf *out, struct str secret, int64_t session, struct str sid);
/* Reads a pid; false when it is malformed or its seal is broken. */
bool gw_pid_read(struct str pid, struct str secret, int64_t *session, char sid[GW_SID_BYTES]);
/* Appends a new random Socket.IO id. */
void gw_sid_append_new(struct buf *out);
