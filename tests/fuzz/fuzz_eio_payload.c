/* fuzz_eio_payload.c: payloads of long polling and the packets in them (engineio/eio_packet.h).
 *
 * What must hold
 *
 *   - the packets joined by their separator are the payload again
 *   - a packet that was accepted and is written anew reads as the same packet
 *
 * SPDX-License-Identifier: MIT
 */
#include "engineio/eio_packet.h"
#include "fuzz.h"

/* As the server would send it: a payload of this one packet. */
static void write_anew(const struct eio_packet *packet, struct buf *out) {
    char type = (char)('0' + packet->type);
    struct frame *frame =
        packet->binary ? frame_new(FRAME_BINARY, packet->data)
                       : frame_new_joined(FRAME_TEXT, str_of(&type, 1), packet->data, STR_NONE);
    eio_payload_append(out, frame);
    frame_unref(frame);
}

static void check_packet(struct str text) {
    struct buf scratch = BUF_EMPTY, scratch_again = BUF_EMPTY, written = BUF_EMPTY;
    struct eio_packet packet, again;
    struct str copy = fuzz_copy(text);
    if (eio_packet_decode(copy, &scratch, &packet)) {
        ASSERT(packet.type <= EIO_NOOP && (!packet.binary || packet.type == EIO_MESSAGE));
        write_anew(&packet, &written);
        ASSERT(eio_packet_decode(buf_str(&written), &scratch_again, &again));
        ASSERT(again.type == packet.type && again.binary == packet.binary);
        ASSERT(str_equal(again.data, packet.data));
    }
    fuzz_free(copy);
    buf_deinit(&scratch);
    buf_deinit(&scratch_again);
    buf_deinit(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str input = fuzz_input(data, size), rest = input, packet;
    struct buf joined = BUF_EMPTY;
    bool first = true;
    while (eio_payload_next(&rest, &packet)) {
        if (!first)
            buf_append_byte(&joined, EIO_PAYLOAD_SEPARATOR);
        first = false;
        buf_append_str(&joined, packet);
        check_packet(packet);
    }
    ASSERT(str_equal(buf_str(&joined), input));
    buf_deinit(&joined);
    return 0;
}
