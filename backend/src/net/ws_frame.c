/* ws_frame.c: WebSocket frame headers, masks and close payloads (RFC 6455 sections 5 and 7.4).
 *
 * Thread    any; nothing is kept.
 *
 *      0               1               2 ..            ..
 *     +-+-+-+-+-------+-+-------------+-----------------+--------+---------
 *     |F|R|R|R| opcode|M| length      | 0, 2 or 8 bytes | mask 4 | payload
 *     +-+-+-+-+-------+-+-------------+-----------------+--------+---------
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/ws_frame.h"

#include "base/utf8.h"

#define WS_FIN      0x80
#define WS_RESERVED 0x70
#define WS_OPCODE   0x0F
#define WS_MASKED   0x80
#define WS_LENGTH   0x7F

/* The first byte: reserved bits, known opcode, right place of the frame. */
static bool ws_first_is_good(uint8_t first, bool in_message) {
    uint8_t opcode = first & WS_OPCODE;
    if ((first & WS_RESERVED) != 0)
        return false;
    if (ws_opcode_is_control(opcode))
        return opcode <= WS_PONG && (first & WS_FIN) != 0;
    if (opcode == WS_CONTINUATION)
        return in_message;
    return opcode <= WS_BINARY && !in_message;
}

/* The second byte: masked, and short when it is a control frame. */
static bool ws_second_is_good(uint8_t second, uint8_t opcode) {
    if ((second & WS_MASKED) == 0)
        return false;
    return !ws_opcode_is_control(opcode) || (second & WS_LENGTH) <= WS_CONTROL_BYTES_MAX;
}

static uint64_t ws_read_length(const uint8_t *bytes, unsigned count) {
    uint64_t length = 0;
    for (unsigned i = 0; i < count; i++)
        length = length << 8 | bytes[i];
    return length;
}

/* Only the shortest form is right, and the highest bit must be 0 (section 5.2). */
static bool ws_length_is_good(uint64_t length, unsigned extra_bytes) {
    if (extra_bytes == 2)
        return length > 125;
    if (extra_bytes == 8)
        return length > 0xFFFF && length >> 63 == 0;
    return true;
}

static enum ws_frame_result ws_refuse(enum ws_close *code, enum ws_close reason) {
    *code = reason;
    return WS_FRAME_BAD;
}

enum ws_frame_result ws_frame_parse(struct str input, bool in_message, uint64_t bytes_max,
                                    struct ws_frame *frame, enum ws_close *code) {
    const uint8_t *at = (const uint8_t *)input.at;
    if (input.len < 1)
        return WS_FRAME_MORE;
    if (!ws_first_is_good(at[0], in_message))
        return ws_refuse(code, WS_CLOSE_PROTOCOL);
    frame->fin = (at[0] & WS_FIN) != 0;
    frame->opcode = at[0] & WS_OPCODE;
    if (input.len < 2)
        return WS_FRAME_MORE;
    if (!ws_second_is_good(at[1], frame->opcode))
        return ws_refuse(code, WS_CLOSE_PROTOCOL);
    unsigned length = at[1] & WS_LENGTH;
    unsigned extra_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (input.len < 2 + extra_bytes)
        return WS_FRAME_MORE;
    frame->payload_bytes = extra_bytes == 0 ? length : ws_read_length(at + 2, extra_bytes);
    if (!ws_length_is_good(frame->payload_bytes, extra_bytes))
        return ws_refuse(code, WS_CLOSE_PROTOCOL);
    if (!ws_opcode_is_control(frame->opcode) && frame->payload_bytes > bytes_max)
        return ws_refuse(code, WS_CLOSE_TOO_LARGE);
    frame->header_bytes = (uint8_t)(2 + extra_bytes + 4);
    if (input.len < frame->header_bytes)
        return WS_FRAME_MORE;
    memcpy(frame->mask, at + 2 + extra_bytes, 4);
    return WS_FRAME_DONE;
}

void ws_unmask(char *bytes, size_t count, uint8_t mask[4]) {
    uint32_t word;
    memcpy(&word, mask, 4);
    uint64_t wide = (uint64_t)word << 32 | word; /* eight bytes at a time, of any alignment */
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t chunk;
        memcpy(&chunk, bytes + i, 8);
        chunk ^= wide;
        memcpy(bytes + i, &chunk, 8);
    }
    for (; i < count; i++)
        bytes[i] = (char)(bytes[i] ^ mask[i & 3]);
    uint8_t old[4];
    memcpy(old, mask, 4);
    for (size_t k = 0; k < 4; k++)
        mask[k] = old[(count + k) & 3];
}

/* Codes that may stand in a frame: section 7.4.1, the registry's later entries, and 3000 to 4999. */
static bool ws_close_code_is_good(unsigned code) {
    if (code >= 3000)
        return code <= 4999;
    bool never_sent = code == 1004 || code == 1005 || code == 1006;
    return code >= 1000 && code <= 1014 && !never_sent;
}

bool ws_close_payload_check(struct str payload, unsigned *code) {
    *code = WS_CLOSE_NONE;
    if (payload.len == 0)
        return true;
    *code = WS_CLOSE_PROTOCOL;
    if (payload.len == 1)
        return false;
    unsigned given = (unsigned)ws_read_length((const uint8_t *)payload.at, 2);
    if (!ws_close_code_is_good(given))
        return false;
    *code = WS_CLOSE_BAD_DATA;
    if (!utf8_is_valid(str_from(payload, 2)))
        return false;
    *code = given;
    return true;
}
