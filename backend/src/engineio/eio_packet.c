/* eio_packet.c: one character of type, 0x1e between packets, base64 for bytes.
 *
 * Thread    any; nothing is kept.
 *
 * Decoding is strict where the reference server is lenient: rubbish inside base64 is refused, not skipped, so that
 * what arrives is what was sent.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engineio/eio_packet.h"

#include "base/crypt.h"

/* A binary message in text: no type digit, it is always a message. */
static bool binary_decode(struct str base64, struct buf *scratch, struct eio_packet *out) {
    buf_clear(scratch);
    if (!crypt_base64_decode(base64, scratch))
        return false;
    *out = (struct eio_packet){.type = EIO_MESSAGE, .binary = true, .data = buf_str(scratch)};
    return true;
}

bool eio_packet_decode(struct str text, struct buf *scratch, struct eio_packet *out) {
    if (text.len == 0)
        return false;
    struct str data = str_from(text, 1);
    if (text.at[0] == 'b')
        return binary_decode(data, scratch, out);
    if (text.at[0] < '0' || text.at[0] > '6')
        return false;
    *out = (struct eio_packet){.type = (enum eio_packet_type)(text.at[0] - '0'), .data = data};
    return true;
}

bool eio_payload_next(struct str *payload, struct str *packet) {
    if (str_is_none(*payload))
        return false;
    *packet = str_cut(payload, EIO_PAYLOAD_SEPARATOR);
    return true;
}

void eio_payload_append(struct buf *payload, const struct frame *packet) {
    if (payload->len > 0)
        buf_append_byte(payload, EIO_PAYLOAD_SEPARATOR);
    if (frame_kind(packet) == FRAME_BINARY) {
        buf_append_byte(payload, 'b');
        crypt_base64_append(payload, frame_payload(packet));
    } else {
        buf_append_str(payload, frame_payload(packet));
    }
}
