/* fuzz_sio_packet.c: Socket.IO packets in text (socketio/sio_packet.h, sio_binary.h).
 *
 * What must hold
 *
 *   - a head that was accepted and is written anew reads as the same head, and what is in it keeps its bounds
 *   - an event begins with a number or with a name that is not reserved; nesting keeps its bound
 *   - a payload that was accepted and is written anew is accepted again and writes the same bytes
 *   - placeholders that fit can be renumbered, and fit again
 *   - mended JSON needs no mending
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "fuzz.h"
#include "socketio/sio_binary.h"
#include "socketio/sio_packet.h"
#include "socketio/sio_server.h"

#define DEPTH_MAX 32

static void check_head(const struct sio_packet *packet) {
    bool binary = packet->type == SIO_BINARY_EVENT || packet->type == SIO_BINARY_ACK;
    struct buf written = BUF_EMPTY;
    struct sio_packet again;
    ASSERT(packet->namespace_name.len <= SIO_NAMESPACE_CHARS_MAX);
    ASSERT(packet->namespace_name.len > 0 && packet->namespace_name.at[0] == '/');
    ASSERT(binary == (packet->attachment_count > 0));
    ASSERT(packet->attachment_count <= SIO_ATTACHMENTS_MAX);
    sio_packet_append_head(&written, packet);
    buf_append_c(&written, "[]"); /* for the payload, which may be no JSON and begin like a head */
    ASSERT(sio_packet_decode(str_from(buf_str(&written), 1), &again));
    ASSERT(again.type == packet->type && again.attachment_count == packet->attachment_count);
    ASSERT(str_equal(again.namespace_name, packet->namespace_name));
    ASSERT(again.has_id == packet->has_id && (!again.has_id || again.id == packet->id));
    ASSERT(str_equal(again.payload, STR("[]")));
    buf_deinit(&written);
}

static void check_placeholders(const struct sio_packet *packet, const json_t *payload) {
    struct str parts[SIO_ATTACHMENTS_MAX], ordered[SIO_ATTACHMENTS_MAX];
    unsigned count = packet->attachment_count, ordered_count = 0;
    for (unsigned i = 0; i < count; i++)
        parts[i] = str_range(STR("0123456789"), i, i + 1);
    if (!sio_placeholders_fit(payload, count))
        return;
    json_t *renumbered = sio_placeholders_renumber(payload, parts, count, ordered, &ordered_count);
    ASSERT(ordered_count <= count);
    ASSERT(sio_placeholders_fit(renumbered, ordered_count));
    json_decref(renumbered);
}

static void check_written_anew(const struct sio_packet *packet, const json_t *payload) {
    struct buf once = BUF_EMPTY, twice = BUF_EMPTY;
    struct sio_packet rewritten = *packet;
    json_t *again;
    json_write_value(&once, payload);
    rewritten.payload = buf_str(&once);
    ASSERT(json_depth(rewritten.payload) <= DEPTH_MAX);
    ASSERT(sio_payload_parse(&rewritten, DEPTH_MAX, &again));
    json_write_value(&twice, again);
    ASSERT(str_equal(buf_str(&once), buf_str(&twice)));
    json_decref(again);
    buf_deinit(&once);
    buf_deinit(&twice);
}

static void check_payload(const struct sio_packet *packet) {
    json_t *payload;
    if (!sio_payload_parse(packet, DEPTH_MAX, &payload) || payload == NULL)
        return;
    ASSERT(packet->type != SIO_DISCONNECT);
    if (packet->type == SIO_EVENT || packet->type == SIO_BINARY_EVENT) {
        const json_t *name = json_array_get(payload, 0);
        ASSERT(json_is_number(name) || json_is_string(name));
        ASSERT(!json_is_string(name) || !sio_event_is_reserved(json_str(name)));
    }
    check_placeholders(packet, payload);
    check_written_anew(packet, payload);
    json_decref(payload);
}

static void check_mending(struct str text) {
    struct buf once = BUF_EMPTY, twice = BUF_EMPTY;
    if (sio_text_mend(text, &once)) {
        ASSERT(once.len <= 3 * text.len);
        ASSERT(!sio_text_mend(buf_str(&once), &twice));
    }
    buf_deinit(&once);
    buf_deinit(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct sio_packet packet;
    struct str input = fuzz_input(data, size);
    if (sio_packet_decode(input, &packet)) {
        check_head(&packet);
        check_payload(&packet);
    }
    check_mending(input);
    return 0;
}
