/* conn_outbox.c: what a connection has still to write: a ring of frame references.
 *
 * Owns      one reference per queued frame.
 * Thread    the loop's.
 *
 * How it works: frames are queued as pointers, never copied; the lowest bit of a pointer says that only the payload
 * goes out (an HTTP body whose frame also has a WebSocket header). The ring doubles when full and is freed when
 * empty, so an idle connection holds no memory here.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/err.h"
#include "base/mem.h"
#include "net/net_internal.h"

#define OUTBOX_CAPACITY_MIN 8
#define OUTBOX_PAYLOAD_ONLY ((uintptr_t)1)

/* A frame's own memory and its slot: with frames of a few bytes these are the true cost. */
#define OUTBOX_FRAME_COST_BYTES 64

static struct frame *slot_frame(uintptr_t slot) {
    return (struct frame *)(slot & ~OUTBOX_PAYLOAD_ONLY);
}

static struct str slot_bytes(uintptr_t slot) {
    struct frame *frame = slot_frame(slot);
    return (slot & OUTBOX_PAYLOAD_ONLY) != 0 ? frame_payload(frame) : frame_wire(frame);
}

static uintptr_t *outbox_slot(const struct outbox *outbox, uint32_t index) {
    return &outbox->slots[(outbox->head + index) & (outbox->capacity - 1)];
}

static void outbox_grow(struct outbox *outbox) {
    uint32_t capacity = outbox->capacity > 0 ? 2 * outbox->capacity : OUTBOX_CAPACITY_MIN;
    uintptr_t *slots = mem_new(capacity, sizeof(*slots));
    for (uint32_t i = 0; i < outbox->count; i++)
        slots[i] = *outbox_slot(outbox, i);
    free(outbox->slots);
    outbox->slots = slots;
    outbox->head = 0;
    outbox->capacity = capacity;
}

void outbox_push(struct outbox *outbox, struct frame *frame, bool payload_only) {
    uintptr_t slot = (uintptr_t)frame_ref(frame) | (payload_only ? OUTBOX_PAYLOAD_ONLY : 0);
    size_t bytes = slot_bytes(slot).len;
    if (bytes == 0) {
        frame_unref(frame);
        return;
    }
    if (outbox->count == outbox->capacity)
        outbox_grow(outbox);
    outbox->count++;
    *outbox_slot(outbox, outbox->count - 1) = slot;
    outbox->bytes += bytes;
}

size_t outbox_peek(const struct outbox *outbox, struct iovec *slices, size_t max) {
    size_t count = outbox->count < max ? outbox->count : max;
    for (uint32_t i = 0; i < count; i++) {
        struct str bytes = slot_bytes(*outbox_slot(outbox, i));
        size_t skip = i == 0 ? outbox->first_sent_bytes : 0;
        slices[i] = (struct iovec){(void *)(uintptr_t)(bytes.at + skip), bytes.len - skip};
    }
    return count;
}

static void outbox_pop(struct outbox *outbox) {
    frame_unref(slot_frame(*outbox_slot(outbox, 0)));
    outbox->head = (outbox->head + 1) & (outbox->capacity - 1);
    outbox->count--;
    outbox->first_sent_bytes = 0;
}

void outbox_advance(struct outbox *outbox, size_t count) {
    ASSERT(count <= outbox->bytes);
    outbox->bytes -= count;
    while (count > 0) {
        size_t left = slot_bytes(*outbox_slot(outbox, 0)).len - outbox->first_sent_bytes;
        if (count < left) {
            outbox->first_sent_bytes += (uint32_t)count;
            return;
        }
        count -= left;
        outbox_pop(outbox);
    }
    if (outbox->count == 0)
        outbox_clear(outbox);
}

void outbox_clear(struct outbox *outbox) {
    while (outbox->count > 0)
        outbox_pop(outbox);
    free(outbox->slots);
    *outbox = (struct outbox){.slots = NULL};
}

size_t outbox_cost_bytes(const struct outbox *outbox) {
    return outbox->bytes + (size_t)outbox->count * OUTBOX_FRAME_COST_BYTES;
}
