/* frame.c: bytes that are sent to many and encoded once.
 *
 * Owns      nothing but the count of frames alive.
 * Thread    any: the content is immutable, the reference count atomic.
 *
 * How it works: one allocation holds the counter, room for the longest WebSocket header, and the payload. The
 * header is written right-aligned in front of the payload when the frame is made, so that "header and payload" and
 * "payload alone" are two slices of the same bytes:
 *
 *     struct frame | ........hh | payload          wire starts at the first h, payload behind the last
 *                   FRAME_HEADER_BYTES_MAX
 *
 * A static frame points at bytes of the program instead and has no header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/frame.h"

#include "base/mem.h"

#define FRAME_HEADER_BYTES_MAX 10 /* RFC 6455 section 5.2 without a mask: 2 + 8 */

static atomic_size_t frames_alive;

static struct frame *frame_alloc(enum frame_kind kind, size_t payload_bytes, size_t room_bytes) {
    struct frame *frame = mem_new(1, sizeof(*frame) + room_bytes);
    atomic_init(&frame->references, 1);
    frame->kind = (uint8_t)kind;
    frame->payload_bytes = payload_bytes;
    atomic_fetch_add_explicit(&frames_alive, 1, memory_order_relaxed);
    return frame;
}

/* Writes the header that ends just before `end`; returns its length. */
static uint8_t frame_write_header(unsigned char *end, enum frame_kind kind, uint64_t length) {
    unsigned char first = (unsigned char)(0x80 | (kind == FRAME_TEXT ? 1 : 2)); /* FIN, opcode */
    uint8_t bytes = length <= 125 ? 2 : length <= 0xFFFF ? 4 : 10;
    unsigned char *at = end - bytes;
    at[0] = first;
    at[1] = (unsigned char)(bytes == 2 ? length : bytes == 4 ? 126 : 127);
    for (unsigned i = 2; i < bytes; i++)
        at[i] = (unsigned char)(length >> (8 * (bytes - 1U - i)));
    return bytes;
}

static char *frame_append(char *at, struct str part) {
    if (part.len > 0)
        memcpy(at, part.at, part.len);
    return at + part.len;
}

struct frame *frame_new(enum frame_kind kind, struct str payload) {
    return frame_new_joined(kind, payload, STR_NONE, STR_NONE);
}

struct frame *frame_new_joined(enum frame_kind kind, struct str a, struct str b, struct str c) {
    size_t length = a.len + b.len + c.len;
    size_t header_room = kind == FRAME_RAW ? 0 : FRAME_HEADER_BYTES_MAX;
    struct frame *frame = frame_alloc(kind, length, header_room + length);
    char *payload = frame->bytes + header_room;
    frame->payload = payload;
    if (kind != FRAME_RAW)
        frame->header_bytes = frame_write_header((unsigned char *)payload, kind, length);
    frame_append(frame_append(frame_append(payload, a), b), c);
    return frame;
}

struct frame *frame_new_static(struct str bytes) {
    struct frame *frame = frame_alloc(FRAME_RAW, bytes.len, 0);
    frame->payload = bytes.at != NULL ? bytes.at : "";
    return frame;
}

void frame_unref(struct frame *frame) {
    if (frame == NULL)
        return;
    /* Release our reads before the count falls; acquire everybody's before the memory goes. */
    unsigned before = atomic_fetch_sub_explicit(&frame->references, 1, memory_order_acq_rel);
    ASSERT(before > 0);
    if (before > 1)
        return;
    atomic_fetch_sub_explicit(&frames_alive, 1, memory_order_relaxed);
    free(frame);
}

size_t frame_count(void) {
    return atomic_load_explicit(&frames_alive, memory_order_relaxed);
}
