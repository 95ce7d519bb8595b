/* sio_binary.c: placeholders and the packets that wait for their bytes.
 *
 * Owns      struct sio_assembly.
 * Thread    WORKER.
 *
 * The walks recurse once per level of a JSON value that sio_payload_parse has let in, so their depth is bounded by
 * sio_options.json_depth_max, not by the peer. Nothing is allocated by a number that a peer announced: the parts'
 * table has the fixed size of the greatest count, and bytes are kept as they arrive, within a bound and a deadline.
 *
 * SPDX-License-Identifier: MIT
 */
#include "socketio/sio_binary.h"

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"

/* Placeholders */

static bool is_placeholder(const json_t *value) {
    return json_is_true(json_object_get(value, "_placeholder")); /* NULL when it is no object */
}

/* The number, or -1 when it is none of `count`. */
static int placeholder_number(const json_t *placeholder, unsigned count) {
    const json_t *number = json_object_get(placeholder, "num");
    json_int_t value = json_is_integer(number) ? json_integer_value(number) : -1;
    return value >= 0 && value < (json_int_t)count ? (int)value : -1;
}

/* Called for each placeholder in order of appearance; false ends the walk. */
typedef bool (*placeholder_fn)(json_t *placeholder, void *context);

static bool placeholders_walk(json_t *value, placeholder_fn visit, void *context) {
    size_t index;
    const char *key;
    json_t *item;
    if (is_placeholder(value))
        return visit(value, context);
    json_array_foreach(value, index, item) {
        if (!placeholders_walk(item, visit, context))
            return false;
    }
    json_object_foreach(value, key, item) {
        if (!placeholders_walk(item, visit, context))
            return false;
    }
    return true;
}

static bool visit_fit(json_t *placeholder, void *context) {
    const unsigned *count = context;
    return placeholder_number(placeholder, *count) >= 0;
}

bool sio_placeholders_fit(const json_t *payload, unsigned count) {
    /* jansson's iterators take a json_t that is not const, but this visitor does not change it */
    return placeholders_walk((json_t *)(uintptr_t)payload, visit_fit, &count);
}

struct renumbering {
    const struct str *attachments;
    unsigned count;
    struct str *ordered;
    unsigned ordered_count;
    int numbers[SIO_ATTACHMENTS_MAX]; /* new number + 1 by old number; 0: not met yet */
};

static bool visit_renumber(json_t *placeholder, void *context) {
    struct renumbering *r = context;
    int old = placeholder_number(placeholder, r->count);
    ASSERT(old >= 0);
    if (r->numbers[old] == 0) {
        r->ordered[r->ordered_count++] = r->attachments[old];
        r->numbers[old] = (int)r->ordered_count;
    }
    (void)json_object_set_new(placeholder, "num", json_integer(r->numbers[old] - 1));
    return true;
}

json_t *sio_placeholders_renumber(const json_t *payload, const struct str *attachments,
                                  unsigned count, struct str ordered[SIO_ATTACHMENTS_MAX],
                                  unsigned *ordered_count) {
    ASSERT(count <= SIO_ATTACHMENTS_MAX);
    struct renumbering r = {.attachments = attachments, .count = count, .ordered = ordered};
    json_t *copy = json_deep_copy(payload);
    ASSERT(copy != NULL);
    (void)placeholders_walk(copy, visit_renumber, &r); /* this visitor never ends the walk */
    *ordered_count = r.ordered_count;
    return copy;
}

/* Assembly */

struct sio_assembly *sio_assembly_new(struct loop *loop, const struct sio_packet *packet,
                                      struct str text, json_t *payload, timer_cb on_late,
                                      void *owner) {
    ASSERT(packet->attachment_count > 0 && packet->attachment_count <= SIO_ATTACHMENTS_MAX);
    struct sio_assembly *assembly = MEM_NEW(struct sio_assembly);
    buf_append_str(&assembly->text, text);
    bool decoded = sio_packet_decode(buf_str(&assembly->text), &assembly->packet);
    ASSERT(decoded); /* the same text gave `packet` */
    assembly->payload = payload;
    assembly->owner = owner;
    timer_init(&assembly->timer, loop, on_late);
    timer_start(&assembly->timer, SIO_ATTACHMENT_MS_MAX);
    return assembly;
}

void sio_assembly_free(struct sio_assembly *assembly) {
    timer_stop(&assembly->timer);
    for (unsigned i = 0; i < assembly->part_count; i++)
        free((void *)(uintptr_t)assembly->parts[i].at);
    json_decref(assembly->payload);
    buf_deinit(&assembly->text);
    free(assembly);
}

bool sio_assembly_add(struct sio_assembly *assembly, struct str part) {
    ASSERT(!sio_assembly_is_complete(assembly));
    if (assembly->part_bytes + part.len > SIO_ATTACHMENT_BYTES_MAX)
        return false;
    char *copy = mem_new(1, part.len + 1); /* an empty part is no missing one */
    memcpy(copy, part.at, part.len);
    assembly->parts[assembly->part_count++] = str_of(copy, part.len);
    assembly->part_bytes += part.len;
    return true;
}

bool sio_assembly_is_complete(const struct sio_assembly *assembly) {
    return assembly->part_count == assembly->packet.attachment_count;
}
