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

/* Mending costs a walk over the text, so it is tried only when the text does not parse as it is. */
static json_t *text_parse(struct str text, unsigned depth_max) {
    struct buf mended = BUF_EMPTY;
    json_t *value = json_parse(text, depth_max);
    if (value == NULL && sio_text_mend(text, &mended))
        value = json_parse(buf_str(&mended), depth_max);
    buf_deinit(&mended);
    return value;
}

bool sio_payload_parse(const struct sio_packet *packet, unsigned depth_max, json_t **out) {
    if (str_is_none(packet->payload)) {
        *out = NULL;
        return !type_is_binary(packet->type);
    }
    json_t *payload = text_parse(packet->payload, depth_max);
    if (payload == NULL || !payload_fits[packet->type](payload)) {
        json_decref(payload);
        return false;
    }
    *out = payload;
    return true;
}

/* Mending */

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

/* Takes an escape off the front of *text, both halves of a pair at once. True when it was mended. */
static bool escape_take(struct str *text, struct buf *out) {
    int unit = unit_at(*text, 0);
    bool is_pair = is_high(unit) && is_low(unit_at(*text, 6));
    bool is_lone = !is_pair && (is_high(unit) || is_low(unit));
    size_t len = is_pair ? 12 : is_lone ? 6 : 2;
    buf_append_str(out, is_lone ? STR("\\ufffd") : str_range(*text, 0, len));
    *text = str_from(*text, len);
    return is_lone;
}

/* Takes a string without its opening quote. */
static bool string_take(struct str *text, struct buf *out) {
    bool changed = false;
    while (text->len > 0) {
        size_t plain = 0;
        while (plain < text->len && text->at[plain] != '"' && text->at[plain] != '\\')
            plain++;
        bool is_end = plain < text->len && text->at[plain] == '"';
        buf_append_str(out, str_range(*text, 0, plain + (is_end ? 1 : 0)));
        *text = str_from(*text, plain + (is_end ? 1 : 0));
        if (is_end)
            break;
        if (text->len > 0)
            changed |= escape_take(text, out);
    }
    return changed;
}

/* Takes a run of digits; an exponent makes a real number of an integer that does not fit. */
static bool digits_take(struct str *text, struct buf *out) {
    size_t run = digits_run(*text);
    uint64_t value;
    bool fits = str_to_u64(str_range(*text, 0, run), INT64_MAX, &value);
    bool is_integer = run == text->len || strchr(".eE", text->at[run]) == NULL;
    bool is_fraction = out->len > 0 && out->data[out->len - 1] == '.';
    buf_append_str(out, str_range(*text, 0, run));
    if (!fits && is_integer && !is_fraction)
        buf_append_c(out, "e0");
    *text = str_from(*text, run);
    return !fits && is_integer && !is_fraction;
}

bool sio_text_mend(struct str text, struct buf *out) {
    bool changed = false;
    while (text.len > 0) {
        if (text.at[0] >= '0' && text.at[0] <= '9') {
            changed |= digits_take(&text, out);
            continue;
        }
        bool is_string = text.at[0] == '"';
        buf_append_byte(out, text.at[0]);
        text = str_from(text, 1);
        if (is_string)
            changed |= string_take(&text, out);
    }
    return changed;
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
