/* frame.h: bytes that are sent to many and encoded once.
 *
 * A frame is immutable after creation and reference-counted with atomics, so that one broadcast is one
 * allocation however many outboxes on however many workers hold it. In front of the payload there is room
 * for a WebSocket header (RFC 6455 section 5.2, server to client: unmasked), filled in at creation: WebSocket
 * writes header and payload in one slice, long polling takes the payload alone.
 *
 *     | room 0..8 | 2, 4 or 10 bytes of header | payload ... |
 *
 * Who creates a frame owns one reference; sending it borrows (the outbox takes its own).
 * Thread: any; the content never changes.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdatomic.h>

enum frame_kind {
    FRAME_TEXT,   /* a WebSocket text message */
    FRAME_BINARY, /* a WebSocket binary message */
    FRAME_RAW,    /* bytes as they are: HTTP heads and bodies, WebSocket control frames */
};

/* Only the functions below look inside; they stand here because a delivery is little more than they are. */
struct frame {
    atomic_uint references;
    uint8_t kind; /* enum frame_kind */
    uint8_t header_bytes;
    const char *payload;
    size_t payload_bytes;
    char bytes[];
};

/* Copies payload. Returns owned (frame_unref). */
struct frame *frame_new(enum frame_kind kind, struct str payload);
/* The same from up to three parts, joined; for packets that wrap one shared text. */
struct frame *frame_new_joined(enum frame_kind kind, struct str a, struct str b, struct str c);
/* A raw frame over memory that lives as long as the program (embedded files); copies nothing. */
struct frame *frame_new_static(struct str bytes);
/* Takes one more reference and returns the frame. */
static inline struct frame *frame_ref(struct frame *frame) {
    unsigned before = atomic_fetch_add_explicit(&frame->references, 1, memory_order_relaxed);
    ASSERT(before > 0);
    return frame;
}
void frame_unref(struct frame *frame);

/* The payload alone. Borrowed while a reference is held. */
static inline struct str frame_payload(const struct frame *frame) {
    return str_of(frame->payload, frame->payload_bytes);
}
/* What goes on a WebSocket or a socket: header and payload for text and binary, the bytes for raw. */
static inline struct str frame_wire(const struct frame *frame) {
    return str_of(frame->payload - frame->header_bytes, frame->header_bytes + frame->payload_bytes);
}
static inline enum frame_kind frame_kind(const struct frame *frame) {
    return (enum frame_kind)frame->kind;
}
/* Number of frames alive in the process; for tests and metrics. */
size_t frame_count(void);
