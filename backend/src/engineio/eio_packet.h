/* eio_packet.h: the codec of Engine.IO packets and of the payloads that long polling carries.
 *
 * A packet in text is one character of type and its data: "4hello". Bytes travel as a binary WebSocket frame without
 * a type, or in text as "b" and base64. A payload is packets joined by 0x1e, which cannot occur in JSON text.
 *
 * Source: Engine.IO protocol, revision 4, "Packet encoding". Pure. Thread: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "net/frame.h"

/* Types */
enum eio_packet_type {
    EIO_OPEN,
    EIO_CLOSE,
    EIO_PING,
    EIO_PONG,
    EIO_MESSAGE,
    EIO_UPGRADE,
    EIO_NOOP,
};

struct eio_packet {
    enum eio_packet_type type;
    bool binary;     /* a message of bytes */
    struct str data; /* behind the type, or the decoded bytes */
};

#define EIO_PAYLOAD_SEPARATOR '\x1e'

/* Packets */
/* Reads one packet of text. `scratch` receives the bytes of a "b" packet and must outlive `out`. False, and nothing
 * changed in `out`: empty, an unknown type, or base64 that is none. */
bool eio_packet_decode(struct str text, struct buf *scratch, struct eio_packet *out);

/* Payloads */
/* Takes the next packet off the front of *payload. False when none is left. An empty payload holds one (empty, thus
 * illegal) packet, and so does the place behind a trailing separator. */
bool eio_payload_next(struct str *payload, struct str *packet);
/* Appends a packet to a payload: a text frame as it is, a binary frame as "b" and base64. */
void eio_payload_append(struct buf *payload, const struct frame *packet);
