/* sio_packet.c: heads of a few characters, payloads of JSON.
 *
 * Thread    any; nothing is kept.
 *
 * Every run of digits is bounded by its value, not by its length, and is read once: neither "5" and a million digits nor
 * an ack id of three hundred costs more than its own length.
 *
 * SPDX-License-Identifier: MIT
 */
#include "socketio/sio_packet.h"

#include "base/err.h"
#include "base/json.h"
#include "socketio/sio_server.h"

#include <assert.h>

/* Heads */

static bool type_is_binary(enum sio_packet_type type) {
    return type == SIO_BINARY_EVENT || type == SIO_BINARY_ACK;
}

static size_t digits_run(struct str text) {
    size_t run = 0;
    while (run < text.len && text.at[run] >= '0' && text.at[run] <= '9')
        run++;
    return run;
}

/* Takes "<count>-" off the front. */
static bool attachments_take(struct str *text, unsigned *count) {
    uint64_t value;
    size_t run = digits_run(*text);
    if (!str_to_u64(str_range(*text, 0, run), SIO_ATTACHMENTS_MAX, &value) || value == 0)
        return false;
    if (run == text->len || text->at[run] != '-')
        return false;
    *count = (unsigned)value;
    *text = str_from(*text, run + 1);
    return true;
}

/* Takes "/name," off the front; the comma may be missing at the end of the packet. */
static bool namespace_take(struct str *text, struct str *name) {
    *name = STR("/");
    if (text->len == 0 || text->at[0] != '/')
        return true;
    size_t end = str_find_byte(*text, ',');
    *name = str_range(*text, 0, end);
    *text = str_from(*text, end + 1);
    return name->len <= SIO_NAMESPACE_CHARS_MAX;
}

static bool id_take(struct str *text, struct sio_packet *packet) {
    size_t run = digits_run(*text);
    packet->has_id = run > 0;
    if (run > 0 && !str_to_u64(str_range(*text, 0, run), UINT64_MAX, &packet->id))
        return false;
    *text = str_from(*text, run);
    return true;
}

bool sio_packet_decode(struct str text, struct sio_packet *out) {
    if (text.len == 0 || text.at[0] < '0' || text.at[0] >= '0' + SIO_PACKET_TYPES)
        return false;
    struct sio_packet packet = {.type = (enum sio_packet_type)(text.at[0] - '0')};
    text = str_from(text, 1);
    if (type_is_binary(packet.type) && !attachments_take(&text, &packet.attachment_count))
        return false;
    if (!namespace_take(&text, &packet.namespace_name) || !id_take(&text, &packet))
        return false;
    packet.payload = text.len > 0 ? text : STR_NONE;
    *out = packet;
    return true;
}

/* Payloads */

bool sio_event_is_reserved(struct str name) {
    static const char *const reserved[] = {"connect",       "connect_error", "disconnect",
                                           "disconnecting", "newListener",   "removeListener"};
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if (str_equal(name, str_of_c(reserved[i])))
            return true;
    }
    return false;
}

static bool is_event(const json_t *payload) {
    const json_t *name = json_array_get(payload, 0); /* NULL when it is no array */
    return json_is_number(name) || (json_is_string(name) && !sio_event_is_reserved(json_str(name)));
}

static bool is_object(const json_t *payload) {
    return json_is_object(payload);
}

static bool is_array(const json_t *payload) {
    return json_is_array(payload);
}

static bool is_refused(const json_t *payload) {
    (void)payload;
    return false;
}

/* What a payload must be when there is one. CONNECT_ERROR never comes from a client; whoever sends one is
 * disconnected for that, whatever is in it. */
static bool (*const payload_fits[])(const json_t *payload) = {
    [SIO_CONNECT] = is_object,   [SIO_DISCONNECT] = is_refused,   [SIO_EVENT] = is_event,
    [SIO_ACK] = is_array,        [SIO_CONNECT_ERROR] = is_object, [SIO_BINARY_EVENT] = is_event,
    [SIO_BINARY_ACK] = is_array,
};
static_assert(sizeof payload_fits / sizeof payload_fits[0] == SIO_PACKET_TYPES,
              "every type has its rule");

bool sio_payload_parse(const struct sio_packet *packet, unsigned depth_max, json_t **out) {
    if (str_is_none(packet->payload)) {
        *out = NULL;
        return !type_is_binary(packet->type);
    }
    struct buf scratch = BUF_EMPTY;
    json_t *payload = json_parse(sio_text_mend(packet->payload, &scratch), depth_max);
    buf_deinit(&scratch);
    if (payload == NULL || !payload_fits[packet->type](payload)) {
        json_decref(payload);
        return false;
    }
    *out = payload;
    return true;
}

/* Lone surrogates */

/* The code unit of an escape "\uXXXX" at `at`, or -1. */
static int unit_at(struct str text, size_t at) {
    int unit = 0;
    if (at + 6 > text.len || text.at[at] != '\\' || text.at[at + 1] != 'u')
        return -1;
    for (size_t i = at + 2; i < at + 6; i++) {
        char c = text.at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static bool is_high(int unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(int unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

/* Index of the next lone surrogate from `from` on, or text.len. */
static size_t lone_surrogate_find(struct str text, size_t from) {
    while (from < text.len) {
        from += str_find_byte(str_from(text, from), '\\');
        int unit = unit_at(text, from);
        if (is_high(unit) && is_low(unit_at(text, from + 6)))
            from += 12;
        else if (is_high(unit) || is_low(unit))
            return from;
        else
            from += 2; /* also over an escaped backslash */
    }
    return text.len;
}

struct str sio_text_mend(struct str text, struct buf *scratch) {
    size_t at = lone_surrogate_find(text, 0);
    if (at == text.len)
        return text;
    buf_append_str(scratch, text);
    for (; at < text.len; at = lone_surrogate_find(text, at + 6))
        memcpy(scratch->data + at, "\\ufffd", 6);
    return buf_str(scratch);
}

/* Encoding */

void sio_packet_append_head(struct buf *out, const struct sio_packet *packet) {
    buf_append_byte(out, '4');
    buf_append_byte(out, (char)('0' + packet->type));
    if (type_is_binary(packet->type)) {
        buf_append_u64(out, packet->attachment_count);
        buf_append_byte(out, '-');
    }
    if (!str_equal(packet->namespace_name, STR("/"))) {
        buf_append_str(out, packet->namespace_name);
        buf_append_byte(out, ',');
    }
    if (packet->has_id)
        buf_append_u64(out, packet->id);
}
