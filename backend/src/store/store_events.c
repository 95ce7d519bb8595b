/* store_events.c: what a person missed, from the log.
 *
 * How it works: first only positions are gathered, each source by an index of its own that holds nothing else, so
 * that what happens in other rooms costs nothing; then the rows of those that are wanted are read.
 *
 *   everybody      event_all
 *   the person     event_user (user, scope 3)
 *   people         event_peers, those who share one of the person's rooms now
 *   his rooms      event_room, cut to the times he was in: his own member:joined and member:left in the window
 *                  (event_user, scope 2) say when; a room without any he was in all along
 *
 *         from_pos                                     to_pos
 *            |--- in ---| left          joined |--- in ---|      his own leaving he is told by room:gone
 *
 * Never more than twice limit + 1 positions are kept: then they are sorted, the first limit + 1 stay, and the window ends
 * at the last of them.
 *
 * The payload of a message event is made from the message as it is now: what was deleted comes as a tombstone.
 *
 * Thread    READER.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "base/thread.h"
#include "proto/proto_encode.h"
#include "store/store_internal.h"
#include "store/store_message.h"
#include "store/store_row.h"
#include "store/store_sum.h"

/* One call of store_read_events. */
struct gather {
    struct store_db *db;
    int64_t user;
    const int64_t *rooms; /* sorted */
    size_t room_count;
    int64_t first, last; /* the window, inclusive; last moves down from to_pos */
    int64_t to_pos;
    size_t wanted;      /* limit + 1 */
    int64_t *positions; /* room for twice wanted */
    size_t count;
};

/* The person came into a room or left it. */
struct move {
    int64_t room, pos;
    bool joined;
};

/* Positions */

static int compare_positions(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void sort_and_cut(struct gather *gather) {
    qsort(gather->positions, gather->count, sizeof(int64_t), compare_positions);
    if (gather->count >= gather->wanted) {
        gather->count = gather->wanted;
        gather->last = gather->positions[gather->count - 1];
    }
}

static void keep(struct gather *gather, int64_t pos) {
    if (gather->count == 2 * gather->wanted) {
        sort_and_cut(gather);
    }
    gather->positions[gather->count++] = pos;
}

/* Takes all positions that a statement gives (at most wanted). */
static enum err keep_all(struct gather *gather, sqlite3_stmt *statement) {
    bool row = true;
    enum err error;
    while ((error = store_sql_step(gather->db, statement, &row)) == ERR_OK && row) {
        keep(gather, sqlite3_column_int64(statement, 0));
    }
    return error;
}

/* Sources */

static enum err gather_all(struct gather *gather) {
    sqlite3_stmt *statement = store_sql_take(gather->db, STORE_SQL_EVENT_OF_ALL);
    store_sql_bind_int(statement, 1, gather->first);
    store_sql_bind_int(statement, 2, gather->last);
    store_sql_bind_int(statement, 3, (int64_t)gather->wanted);
    return keep_all(gather, statement);
}

static sqlite3_stmt *events_of_user(struct gather *gather, enum chat_scope scope, int64_t last,
                                    int64_t limit) {
    sqlite3_stmt *statement = store_sql_take(gather->db, STORE_SQL_EVENT_OF_USER);
    store_sql_bind_int(statement, 1, gather->user);
    store_sql_bind_int(statement, 2, scope);
    store_sql_bind_int(statement, 3, gather->first);
    store_sql_bind_int(statement, 4, last);
    store_sql_bind_int(statement, 5, limit);
    return statement;
}

static enum err gather_own(struct gather *gather) {
    return keep_all(gather,
                    events_of_user(gather, CHAT_SCOPE_USER, gather->last, (int64_t)gather->wanted));
}

static bool is_his_room(const struct gather *gather, int64_t room) {
    return gather->room_count > 0 && bsearch(&room, gather->rooms, gather->room_count,
                                             sizeof(int64_t), compare_positions) != NULL;
}

/* Does the other person share a room with him? */
static enum err find_shared(struct gather *gather, int64_t other, bool *shared) {
    sqlite3_stmt *statement = store_sql_take(gather->db, STORE_SQL_MEMBER_ROOMS);
    bool row = true;
    enum err error;
    *shared = other == gather->user;
    store_sql_bind_int(statement, 1, other);
    while (!*shared && (error = store_sql_step(gather->db, statement, &row)) == ERR_OK && row) {
        *shared = is_his_room(gather, sqlite3_column_int64(statement, 0));
    }
    store_sql_end(statement);
    return *shared ? ERR_OK : error;
}

static enum err gather_peers(struct gather *gather) {
    sqlite3_stmt *statement = store_sql_take(gather->db, STORE_SQL_EVENT_OF_PEERS);
    bool row = true, shared = false;
    enum err error = ERR_OK;
    store_sql_bind_int(statement, 1, gather->first);
    store_sql_bind_int(statement, 2, gather->last);
    while (error == ERR_OK && (error = store_sql_step(gather->db, statement, &row)) == ERR_OK &&
           row) {
        int64_t pos = sqlite3_column_int64(statement, 0);
        if (pos > gather->last) {
            break;
        }
        error = find_shared(gather, sqlite3_column_int64(statement, 1), &shared);
        if (error == ERR_OK && shared) {
            keep(gather, pos);
        }
    }
    store_sql_end(statement);
    return error;
}

/* Rooms */

static int compare_moves(const void *a, const void *b) {
    const struct move *left = a, *right = b;
    if (left->room != right->room) {
        return (left->room > right->room) - (left->room < right->room);
    }
    return (left->pos > right->pos) - (left->pos < right->pos);
}

/* Up to to_pos, wherever the window ends by now: one who joins later was not in before. */
static enum err find_moves(struct gather *gather, struct buf *moves) {
    sqlite3_stmt *statement = events_of_user(gather, CHAT_SCOPE_ROOM, gather->to_pos, -1);
    bool row = true;
    enum err error = ERR_OK;
    while (error == ERR_OK && (error = store_sql_step(gather->db, statement, &row)) == ERR_OK &&
           row) {
        enum proto_event event = store_event_find(store_sql_text(statement, 1));
        struct move move = {.room = sqlite3_column_int64(statement, 2),
                            .pos = sqlite3_column_int64(statement, 0),
                            .joined = event == PROTO_EVENT_MEMBER_JOINED};
        if (sqlite3_column_int(statement, 3) != 1 ||
            (!move.joined && event != PROTO_EVENT_MEMBER_LEFT)) {
            store_damaged(gather->db, "event", move.pos, 0);
            error = ERR_CORRUPT;
        }
        buf_append(moves, &move, sizeof(move));
    }
    store_sql_end(statement);
    if (moves->len > 0) {
        qsort(moves->data, moves->len / sizeof(struct move), sizeof(struct move), compare_moves);
    }
    return error;
}

static enum err gather_period(struct gather *gather, int64_t room, int64_t first, int64_t last) {
    last = last < gather->last ? last : gather->last;
    if (first > last) {
        return ERR_OK;
    }
    sqlite3_stmt *statement = store_sql_take(gather->db, STORE_SQL_EVENT_OF_ROOM);
    store_sql_bind_int(statement, 1, room);
    store_sql_bind_int(statement, 2, first);
    store_sql_bind_int(statement, 3, last);
    store_sql_bind_int(statement, 4, (int64_t)gather->wanted);
    return keep_all(gather, statement);
}

/* The periods of one room; moves[0, count) are the person's own in it, ascending. */
static enum err gather_room(struct gather *gather, int64_t room, const struct move *moves,
                            size_t count) {
    bool in = count == 0 || !moves[0].joined;
    int64_t since = gather->first;
    enum err error = ERR_OK;
    for (size_t i = 0; i < count && error == ERR_OK; i++) {
        if (moves[i].joined && !in) {
            since = moves[i].pos;
        } else if (!moves[i].joined && in) {
            error = gather_period(gather, room, since, moves[i].pos - 1);
        }
        in = moves[i].joined;
    }
    return error == ERR_OK && in ? gather_period(gather, room, since, gather->last) : error;
}

static enum err gather_rooms(struct gather *gather) {
    struct buf buffer = BUF_EMPTY;
    enum err error = find_moves(gather, &buffer);
    const struct move *moves = (const struct move *)(const void *)buffer.data;
    size_t count = buffer.len / sizeof(struct move), from = 0;
    for (size_t i = 0; i < gather->room_count && error == ERR_OK; i++) {
        while (from < count && moves[from].room < gather->rooms[i]) {
            from++; /* a room that he is not in any more */
        }
        size_t to = from;
        while (to < count && moves[to].room == gather->rooms[i]) {
            to++;
        }
        error = gather_room(gather, gather->rooms[i], count > 0 ? moves + from : NULL, to - from);
        from = to;
    }
    buf_deinit(&buffer);
    return error;
}

/* Payloads */

static void encode_message(struct chat_stored_message *found, const struct store_event *event,
                           enum proto_change change, struct buf *json) {
    if (event->event == PROTO_EVENT_MESSAGE_NEW) {
        const struct proto_event_message_new payload = {
            .pos = event->pos, .message = &found->message, .nonce = chat_nonce_shown(found->nonce)};
        proto_encode(proto_events[event->event].payload, &payload, json);
    } else {
        const struct proto_event_message_changed payload = {
            .pos = event->pos, .message = &found->message, .change = change};
        proto_encode(proto_events[event->event].payload, &payload, json);
    }
}

static enum err make_message_data(struct gather *gather, int64_t message, enum proto_change change,
                                  struct arena *arena, struct store_event *out) {
    struct chat_stored_message found;
    struct buf json = BUF_EMPTY;
    enum err error = store_message_get(gather->db, message, arena, &found);
    if (error != ERR_OK) {
        return error == ERR_NOT_FOUND ? ERR_CORRUPT : error;
    }
    encode_message(&found, out, change, &json);
    out->data = arena_copy(arena, buf_str(&json));
    buf_deinit(&json);
    return ERR_OK;
}

/* A message's event has only the way in which it changed, all others their payload. */
static bool has_its_data(const struct store_event *event, int64_t message,
                         enum proto_change change) {
    if (message == 0) {
        return event->data.len > 0;
    }
    return event->event == PROTO_EVENT_MESSAGE_NEW ||
           (event->event == PROTO_EVENT_MESSAGE_CHANGED && change != PROTO_CHANGE_NONE);
}

static enum err read_event(struct gather *gather, int64_t pos, struct arena *arena,
                           struct store_event *out) {
    sqlite3_stmt *statement = store_sql_take(gather->db, STORE_SQL_EVENT_GET);
    bool row;
    store_sql_bind_int(statement, 1, pos);
    enum err error = store_sql_step(gather->db, statement, &row);
    if (error != ERR_OK) {
        return error;
    }
    int64_t message = row ? sqlite3_column_int64(statement, 1) : 0;
    *out = (struct store_event){.pos = pos};
    if (row) {
        out->event = store_event_find(store_sql_text(statement, 0));
        out->data = arena_copy(arena, store_sql_text(statement, 2));
        row = sqlite3_column_int(statement, 3) == 1;
        store_sql_end(statement);
    }
    enum proto_change change =
        message != 0 ? (enum proto_change)store_enum_find(&proto_change_enum, out->data)
                     : PROTO_CHANGE_NONE;
    if (!row || out->event == PROTO_EVENT_NONE || !has_its_data(out, message, change)) {
        store_damaged(gather->db, "event", pos, 0);
        return ERR_CORRUPT;
    }
    return message != 0 ? make_message_data(gather, message, change, arena, out) : ERR_OK;
}

static enum err read_all(struct gather *gather, struct arena *arena, struct store_events *out) {
    size_t count = gather->count < gather->wanted ? gather->count : gather->wanted - 1;
    struct store_events found = {.count = count, .more = gather->count >= gather->wanted};
    enum err error = ERR_OK;
    found.events = ARENA_NEW_N(arena, struct store_event, count);
    for (size_t i = 0; i < count && error == ERR_OK; i++) {
        error = read_event(gather, gather->positions[i], arena, &found.events[i]);
    }
    if (error == ERR_OK) {
        *out = found;
    }
    return error;
}

/* The operation */

/* The log must hold everything behind from_pos. */
static enum err check_reach(struct gather *gather) {
    int64_t purged_pos = 0;
    sqlite3_stmt *statement = store_sql_take(gather->db, STORE_SQL_META_GET);
    store_sql_bind_str(statement, 1, STR("purged_pos"));
    enum err error = store_sql_number(gather->db, statement, &purged_pos);
    return error == ERR_OK && gather->first <= purged_pos ? ERR_NOT_FOUND : error;
}

static enum err gather_events(struct gather *gather) {
    static enum err (*const sources[])(struct gather *) = {check_reach, gather_all, gather_own,
                                                           gather_peers, gather_rooms};
    enum err error = ERR_OK;
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]) && error == ERR_OK; i++) {
        error = sources[i](gather);
    }
    return error;
}

enum err store_read_events(struct store_reader *reader, int64_t user, const int64_t *rooms,
                           size_t room_count, int64_t from_pos, int64_t to_pos, int64_t limit,
                           struct arena *arena, struct store_events *out) {
    ASSERT_THREAD(READER);
    ASSERT(limit >= 1 && from_pos >= 0 && from_pos <= to_pos);
    struct gather gather = {.db = &reader->db,
                            .user = user,
                            .rooms = rooms,
                            .room_count = room_count,
                            .first = from_pos + 1,
                            .last = to_pos,
                            .to_pos = to_pos,
                            .wanted = (size_t)limit + 1};
    gather.positions = ARENA_NEW_N(arena, int64_t, 2 * gather.wanted);
    enum err error = store_snapshot_begin(reader);
    if (error != ERR_OK) {
        return error;
    }
    error = gather_events(&gather);
    if (error == ERR_OK) {
        sort_and_cut(&gather);
        error = read_all(&gather, arena, out);
    }
    store_snapshot_end(reader);
    return error;
}
