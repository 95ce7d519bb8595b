/* ws_frame.h: WebSocket frames as a client sends them (RFC 6455 section 5), pure: bytes in, a header out.
 *
 * Everything that can be known is judged from the earliest byte that tells it: a wrong first byte needs no second one,
 * and a length is refused before anything is allocated for it.
 *
 * Invariant (the fuzzer's oracle): every proper prefix of an accepted header is WS_FRAME_MORE.
 *
 * Thread: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"
#include "net/ws.h"

enum ws_opcode {
    WS_CONTINUATION = 0,
    WS_TEXT = 1,
    WS_BINARY = 2,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10,
};

#define WS_CONTROL_BYTES_MAX 125 /* section 5.5 */
#define WS_HEADER_BYTES_MAX  14  /* 2 + 8 + 4 */

struct ws_frame {
    uint64_t payload_bytes;
    uint8_t header_bytes;
    uint8_t opcode; /* enum ws_opcode */
    bool fin;
    uint8_t mask[4];
};

enum ws_frame_result {
    WS_FRAME_DONE, /* the header is complete; the payload may not be */
    WS_FRAME_MORE, /* give the same bytes again with more behind them */
    WS_FRAME_BAD,  /* *code says how to close */
};

/* Parses a header from the front of `input`. in_message: a fragmented message is under way, so that only continuations and
 * control frames may come. bytes_max bounds the payload of a data frame (what the message may still grow by). */
enum ws_frame_result ws_frame_parse(struct str input, bool in_message, uint64_t bytes_max,
                                    struct ws_frame *frame, enum ws_close *code);

static inline bool ws_opcode_is_control(uint8_t opcode) {
    return (opcode & 8) != 0;
}

/* Unmasks in place. The mask is turned so that it fits the byte that comes next, for payloads that come in pieces. */
void ws_unmask(char *bytes, size_t count, uint8_t mask[4]);

/* Judges the payload of a close frame (section 5.5.1): true and *code (WS_CLOSE_NONE when it is empty) as the
 * peer gave it; false and *code to fail with: 1002, or 1007 for a reason that is not UTF-8. */
bool ws_close_payload_check(struct str payload, unsigned *code);
