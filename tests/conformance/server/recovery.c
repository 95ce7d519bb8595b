/* recovery.c: records of events by private id.
 *
 * Records without a holder stand in a list in the order in which they expire, so that dropping the old ones
 * looks at nothing else. A record whose events outgrow the bounds forgets the oldest: who comes back with
 * an offset from before that is not recovered, which is an ordinary new session and no error.
 *
 * SPDX-License-Identifier: MIT
 */
#include "recovery.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/err.h"
#include "base/json.h"
#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

#include <pthread.h>

#define RECOVERY_KEPT_MS          120000
#define RECOVERY_RECORDS_IDLE_MAX 10000
#define RECOVERY_EVENT_BYTES_MAX  262144 /* of one record */
#define RECOVERY_EVENTS_MAX       1000
#define RECOVERY_PARTS_MAX        10
#define RECOVERY_DEPTH_MAX        64 /* what was sent was parsed once already */

/* One event. Owned by its record; under the store's mutex. */
struct event {
    struct list node;
    uint64_t offset;
    struct buf args; /* JSON text of the array */
    struct buf parts[RECOVERY_PARTS_MAX];
    unsigned part_count;
};

/* Owned by the store; under its mutex. */
struct record {
    struct list idle;   /* in store.idle while nobody holds it */
    struct list events; /* of struct event, oldest first */
    struct recovery_ticket holder;
    char pid[RECOVERY_PID_CHARS];
    char sid[RECOVERY_SID_CHARS];
    struct buf namespace_name;
    size_t event_count, event_bytes;
    int64_t expires_ms;
};

struct recovery {
    pthread_mutex_t mutex;
    struct map records; /* by pid */
    struct list idle;
    size_t idle_count;
    uint64_t last_number; /* of tickets and offsets */
};

/* Records; all of this under the mutex. */

static size_t event_bytes(const struct event *event) {
    size_t bytes = event->args.len;
    for (unsigned i = 0; i < event->part_count; i++)
        bytes += event->parts[i].len;
    return bytes;
}

static void event_drop(struct record *record, struct event *event) {
    record->event_count--;
    record->event_bytes -= event_bytes(event);
    list_remove(&event->node);
    buf_deinit(&event->args);
    for (unsigned i = 0; i < event->part_count; i++)
        buf_deinit(&event->parts[i]);
    free(event);
}

static struct event *event_oldest(struct record *record) {
    struct list *node = list_first(&record->events);
    return node != NULL ? LIST_ITEM(node, struct event, node) : NULL;
}

static struct str record_pid(const struct record *record) {
    return str_of(record->pid, RECOVERY_PID_CHARS);
}

static void record_set_idle(struct recovery *store, struct record *record, bool idle) {
    if (idle == !list_is_empty(&record->idle))
        return;
    if (idle)
        list_append(&store->idle, &record->idle);
    else
        list_remove(&record->idle);
    store->idle_count += idle ? 1 : (size_t)-1;
}

static void record_drop(struct recovery *store, struct record *record) {
    struct event *event;
    record_set_idle(store, record, false);
    map_remove_str(&store->records, record_pid(record));
    while ((event = event_oldest(record)) != NULL)
        event_drop(record, event);
    buf_deinit(&record->namespace_name);
    free(record);
}

static void records_expire(struct recovery *store) {
    struct list *node;
    while ((node = list_first(&store->idle)) != NULL) {
        struct record *record = LIST_ITEM(node, struct record, idle);
        if (record->expires_ms > clock_mono_ms() && store->idle_count <= RECOVERY_RECORDS_IDLE_MAX)
            return;
        record_drop(store, record);
    }
}

static struct record *record_held(struct recovery *store, const struct recovery_ticket *ticket) {
    struct record *record = map_find_str(&store->records, str_of(ticket->pid, RECOVERY_PID_CHARS));
    return record != NULL && record->holder.number == ticket->number ? record : NULL;
}

static void record_hold(struct recovery *store, struct record *record, unsigned worker,
                        struct recovery_ticket *ticket) {
    ticket->number = ++store->last_number;
    ticket->worker = worker;
    memcpy(ticket->pid, record->pid, RECOVERY_PID_CHARS);
    record->holder = *ticket;
    record_set_idle(store, record, false);
}

/* Life cycle */

struct recovery *recovery_new(void) {
    struct recovery *store = MEM_NEW(struct recovery);
    pthread_mutex_init(&store->mutex, NULL);
    list_init(&store->idle);
    return store;
}

void recovery_free(struct recovery *store) {
    size_t cursor = 0;
    struct record *record;
    while ((record = map_next(&store->records, &cursor)) != NULL) {
        record_drop(store, record);
        cursor = 0;
    }
    map_deinit(&store->records);
    pthread_mutex_destroy(&store->mutex);
    free(store);
}

/* Operations */

void recovery_open(struct recovery *store, struct str namespace_name, unsigned worker,
                   struct recovery_ticket *ticket) {
    unsigned char random[RECOVERY_PID_CHARS / 4 * 3];
    struct buf pid = BUF_EMPTY;
    struct record *record = MEM_NEW(struct record);
    list_init(&record->idle);
    list_init(&record->events);
    crypt_random(random, sizeof random);
    crypt_base64url_append(&pid, str_of((const char *)random, sizeof random));
    memcpy(record->pid, pid.data, RECOVERY_PID_CHARS);
    buf_append_str(&record->namespace_name, namespace_name);
    pthread_mutex_lock(&store->mutex);
    records_expire(store);
    map_put_str(&store->records, record_pid(record), record);
    record_hold(store, record, worker, ticket);
    pthread_mutex_unlock(&store->mutex);
    buf_deinit(&pid);
}

void recovery_set_sid(struct recovery *store, const struct recovery_ticket *ticket,
                      struct str sid) {
    ASSERT(sid.len == RECOVERY_SID_CHARS);
    pthread_mutex_lock(&store->mutex);
    struct record *record = record_held(store, ticket);
    if (record != NULL)
        memcpy(record->sid, sid.at, RECOVERY_SID_CHARS);
    pthread_mutex_unlock(&store->mutex);
}

static void event_add(struct record *record, uint64_t offset, const json_t *args,
                      const struct str *parts, unsigned part_count) {
    struct event *event = MEM_NEW(struct event);
    event->offset = offset;
    event->part_count = part_count;
    json_write_value(&event->args, args);
    for (unsigned i = 0; i < part_count; i++)
        buf_append_str(&event->parts[i], parts[i]);
    list_append(&record->events, &event->node);
    record->event_count++;
    record->event_bytes += event_bytes(event);
    while (record->event_count > RECOVERY_EVENTS_MAX ||
           record->event_bytes > RECOVERY_EVENT_BYTES_MAX)
        event_drop(record, event_oldest(record));
}

void recovery_add(struct recovery *store, const struct recovery_ticket *ticket, json_t *args,
                  const struct str *parts, unsigned part_count) {
    char text[24];
    ASSERT(part_count <= RECOVERY_PARTS_MAX);
    pthread_mutex_lock(&store->mutex);
    uint64_t offset = ++store->last_number;
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)offset);
    json_array_append_new(args, json_string(text));
    struct record *record = record_held(store, ticket);
    if (record != NULL)
        event_add(record, offset, args, parts, part_count);
    pthread_mutex_unlock(&store->mutex);
}

static void event_replay(const struct event *event, recovery_replay_fn replay, void *context) {
    struct str parts[RECOVERY_PARTS_MAX];
    json_t *args = json_parse(buf_str(&event->args), RECOVERY_DEPTH_MAX);
    ASSERT(args != NULL);
    for (unsigned i = 0; i < event->part_count; i++)
        parts[i] = buf_str(&event->parts[i]);
    replay(args, parts, event->part_count, context);
    json_decref(args);
}

/* The event with that offset, or NULL. */
static struct event *event_find(struct record *record, struct str offset) {
    uint64_t number;
    if (!str_to_u64(offset, UINT64_MAX, &number))
        return NULL;
    LIST_EACH (&record->events, node) {
        struct event *event = LIST_ITEM(node, struct event, node);
        if (event->offset == number)
            return event;
    }
    return NULL;
}

static struct record *record_find(struct recovery *store, struct str namespace_name,
                                  struct str pid) {
    records_expire(store);
    struct record *record = map_find_str(&store->records, pid);
    return record != NULL && str_equal(buf_str(&record->namespace_name), namespace_name) ? record
                                                                                         : NULL;
}

bool recovery_take(struct recovery *store, struct str namespace_name, struct str pid,
                   struct str offset, unsigned worker, struct recovery_ticket *ticket,
                   struct recovery_ticket *before, char sid[RECOVERY_SID_CHARS],
                   recovery_replay_fn replay, void *context) {
    pthread_mutex_lock(&store->mutex);
    struct record *record = record_find(store, namespace_name, pid);
    struct event *last = record != NULL ? event_find(record, offset) : NULL;
    if (last != NULL) {
        *before = record->holder;
        record_hold(store, record, worker, ticket);
        memcpy(sid, record->sid, RECOVERY_SID_CHARS);
        for (struct list *node = last->node.next; node != &record->events; node = node->next)
            event_replay(LIST_ITEM(node, struct event, node), replay, context);
    }
    pthread_mutex_unlock(&store->mutex);
    return last != NULL;
}

void recovery_release(struct recovery *store, const struct recovery_ticket *ticket, bool keep) {
    pthread_mutex_lock(&store->mutex);
    struct record *record = record_held(store, ticket);
    if (record != NULL && keep) {
        record->holder = (struct recovery_ticket){.number = 0};
        record->expires_ms = clock_mono_ms() + RECOVERY_KEPT_MS;
        record_set_idle(store, record, true);
        records_expire(store);
    } else if (record != NULL) {
        record_drop(store, record);
    }
    pthread_mutex_unlock(&store->mutex);
}
