/* sio_packet.h: the codec of Socket.IO packets in text.
 *
 *     <type>[<attachments>-][<namespace>,][<ack id>][JSON]           2["hi",1]    51-/chat,7["file",{"_placeholder":...}]
 *
 * Decoding has two steps, so that a namespace that nobody joined costs no JSON: sio_packet_decode reads the head,
 * sio_payload_parse the JSON and checks its shape for the type. Both are strict; what they refuse ends the connection.
 *
 * Source: Socket.IO protocol, revision 5. Pure. Thread: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "base/limits.h"

#include <jansson.h>

/* Types */
enum sio_packet_type {
    SIO_CONNECT,
    SIO_DISCONNECT,
    SIO_EVENT,
    SIO_ACK,
    SIO_CONNECT_ERROR,
    SIO_BINARY_EVENT,
    SIO_BINARY_ACK,
    SIO_PACKET_TYPES
};

/* A decoded head. Slices are borrowed from the text. */
struct sio_packet {
    enum sio_packet_type type;
    unsigned attachment_count; /* 1 to SIO_ATTACHMENTS_MAX for binary types, else 0 */
    struct str namespace_name; /* "/" when the packet names none */
    bool has_id;
    uint64_t id;
    struct str payload; /* STR_NONE when the packet ends before it */
};

/* Decoding */
/* Reads the head. False, and nothing changed: an unknown type, attachments that are not 1 to 10, a namespace or an id
 * beyond its bound. */
bool sio_packet_decode(struct str text, struct sio_packet *out);
/* Parses the payload and checks that it fits the type: CONNECT absent or an object; DISCONNECT absent; EVENT an array that
 * begins with a number or an event's name, never a reserved one; ACK an array. *out is an owned reference, or NULL
 * when there is no payload. False: it does not fit, is no JSON or nests deeper than depth_max. */
bool sio_payload_parse(const struct sio_packet *packet, unsigned depth_max, json_t **out);
/* Names that the protocol keeps for itself: "connect", "disconnect", ... */
bool sio_event_is_reserved(struct str name);
/* Two things are legal in JSON text, and JavaScript sends them, that the parser has no value for: a lone surrogate ("\ud83d"
 * without its half), which becomes U+FFFD, and an integer beyond 64 bits, which becomes a real number. Appends text with these
 * mended. False, and `out` is to be thrown away: there was nothing to mend. */
bool sio_text_mend(struct str text, struct buf *out);

/* Encoding */
/* Appends everything in front of the payload, the Engine.IO message type included: "42/chat,7". */
void sio_packet_append_head(struct buf *out, const struct sio_packet *packet);
