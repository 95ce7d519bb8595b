/* sio_binary.h: packets with bytes in them.
 *
 * Bytes travel as binary messages behind their packet; in its JSON a placeholder {"_placeholder":true,"num":n} stands for
 * each. Coming in, the packet waits in a struct sio_assembly until all of them are here; going out, the
 * placeholders are numbered anew in the order in which they appear, as the reference does.
 *
 * Source: Socket.IO protocol, revision 5, "Packet encoding". Thread: WORKER (the placeholders: any).
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "engineio/eio_server.h"
#include "socketio/sio_packet.h"
#include "socketio/sio_server.h"

/* Types */
/* A packet that waits for its attachments. Owned by its connection; exists only meanwhile. Thread: WORKER. */
struct sio_assembly {
    struct sio_packet packet; /* its slices point into `text` */
    struct buf text;
    json_t *payload; /* owned */
    struct str parts[SIO_ATTACHMENTS_MAX];
    unsigned part_count;
    size_t part_bytes; /* of all parts; at most SIO_ATTACHMENT_BYTES_MAX */
    struct timer timer;
    void *owner; /* for the timer's callback */
};

/* Placeholders */
/* Every placeholder in payload has a number below count. */
bool sio_placeholders_fit(const json_t *payload, unsigned count);
/* A copy of payload with its placeholders numbered 0, 1, ... in order of appearance. ordered[i] is the attachment that
 * number i stands for, *ordered_count how many are in use; an attachment that is referred to twice keeps one number.
 * Every placeholder fits. Returns an owned reference. */
json_t *sio_placeholders_renumber(const json_t *payload, const struct str *attachments,
                                  unsigned count, struct str ordered[SIO_ATTACHMENTS_MAX],
                                  unsigned *ordered_count);

/* Assembly */
/* Begins to wait: copies the packet's text, takes `payload`. `on_late` is called when the parts do not come in time. */
struct sio_assembly *sio_assembly_new(struct loop *loop, const struct sio_packet *packet,
                                      struct str text, json_t *payload, timer_cb on_late,
                                      void *owner);
void sio_assembly_free(struct sio_assembly *assembly);
/* Adds the next part, copied. False: too many bytes. */
bool sio_assembly_add(struct sio_assembly *assembly, struct str part);
bool sio_assembly_is_complete(const struct sio_assembly *assembly);
