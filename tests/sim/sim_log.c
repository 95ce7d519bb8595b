/* sim_log.c: the truth.
 *
 * Owns      struct sim_log: copies of all facts and events, and the tracks that are made of them.
 *
 * A track is how one thing went: a list of states with the position since when each held. There is one for each room, and one for
 * each person in each room. Mentions are read off the text by a rule of its own (a word that begins with @ and ends with
 * a space or the text), which the texts of the simulated clients keep to.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_log.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "proto/proto_copy.h"

struct room_state {
    int64_t pos, last_seq, member_count;
};

/* A text of a message; the last one that is before a position counts there. */
struct text_state {
    int64_t pos;
    struct str body;
    bool is_deleted;
};

struct track {
    void *items;
    size_t count, cap;
};

struct room {
    int64_t founded_pos;
    struct track states;                /* struct room_state */
    struct track messages;              /* int64_t: the position of each seq */
    struct track places[SIM_USERS_MAX]; /* struct sim_place */
};

struct sim_log {
    struct arena arena;
    struct sim_log_entry **entries; /* entries[pos - 1] */
    size_t count, cap;
    struct room rooms[SIM_ROOMS_MAX];
    chat_room_id last_room;
    chat_user_id last_user;
    struct str names[SIM_USERS_MAX];
    enum proto_status statuses[SIM_USERS_MAX];
    bool blocks[SIM_USERS_MAX][SIM_USERS_MAX]; /* the first has blocked the second */
    struct map nonces;                         /* "author nonce" -> entry */
    struct map messages;                       /* id -> entry */
    struct map texts;                          /* id -> track of struct text_state */
    struct map threads;  /* id of the root -> track of int64_t: the position of each reply */
    struct map sessions; /* id -> the entry that ended it */
};

/* Tracks */

#define TRACK_ITEMS(track, type) ((type *)(track)->items)

static void *track_add(struct track *track, size_t size) {
    if (track->count == track->cap) {
        track->cap = track->cap == 0 ? 4 : track->cap * 2;
        track->items = mem_resize(track->items, track->cap, size);
    }
    return (char *)track->items + size * track->count++;
}

static const struct room_state *room_state_at(const struct room *room, int64_t pos) {
    const struct room_state *states = TRACK_ITEMS(&room->states, struct room_state);
    size_t i = room->states.count;
    while (i > 0 && states[i - 1].pos > pos)
        i--;
    return i > 0 ? &states[i - 1] : NULL;
}

static struct room_state room_state_now(const struct room *room) {
    const struct room_state *state = room_state_at(room, INT64_MAX);
    return state != NULL ? *state : (struct room_state){0};
}

static struct sim_place place_now(const struct room *room, chat_user_id user) {
    const struct track *track = &room->places[user];
    return track->count > 0 ? TRACK_ITEMS(track, struct sim_place)[track->count - 1]
                            : (struct sim_place){0};
}

static void place_set(struct room *room, chat_user_id user, struct sim_place place, int64_t pos) {
    place.pos = pos;
    *(struct sim_place *)track_add(&room->places[user], sizeof place) = place;
}

static void room_set(struct room *room, struct room_state state, int64_t pos) {
    state.pos = pos;
    *(struct room_state *)track_add(&room->states, sizeof state) = state;
}

/* Copies */

static const struct proto_reply *copy_reply(struct arena *arena, const struct proto_reply *from) {
    if (from == NULL)
        return NULL;
    struct proto_reply *reply = ARENA_NEW(arena, struct proto_reply);
    struct proto_author *author = ARENA_NEW(arena, struct proto_author);
    *reply = *from;
    *author = (struct proto_author){.id = from->author->id};
    reply->author = author;
    reply->excerpt = arena_copy(arena, from->excerpt);
    return reply;
}

static void copy_message(struct arena *arena, struct chat_message_fact *message) {
    size_t bytes = message->mention_count * sizeof(int64_t);
    message->body = arena_copy(arena, message->body);
    message->nonce = arena_copy(arena, message->nonce);
    message->reply_to = copy_reply(arena, message->reply_to);
    if (bytes > 0)
        message->mentions = (const int64_t *)(const void *)arena_copy(
                                arena, str_of((const char *)message->mentions, bytes))
                                .at;
}

static void keep(struct arena *arena, struct str *text) {
    *text = arena_copy(arena, *text);
}

static void copy_texts(struct arena *arena, struct chat_fact *fact) {
    switch (fact->kind) {
    case CHAT_FACT_USER_NEW:
    case CHAT_FACT_USER_CHANGED:
    case CHAT_FACT_USER_STATUS:
        keep(arena, &fact->user.name);
        keep(arena, &fact->user.display_name);
        keep(arena, &fact->user.color);
        keep(arena, &fact->user.status_text);
        break;
    case CHAT_FACT_SESSION_NEW:
    case CHAT_FACT_SESSION_USED:
        keep(arena, &fact->session.agent);
        keep(arena, &fact->session.address);
        break;
    case CHAT_FACT_ROOM_NEW:
    case CHAT_FACT_ROOM_CHANGED:
        keep(arena, &fact->room.slug);
        keep(arena, &fact->room.name);
        keep(arena, &fact->room.topic);
        break;
    case CHAT_FACT_SANCTION:
        keep(arena, &fact->sanction.reason);
        break;
    case CHAT_FACT_MEMBER_GONE:
        keep(arena, &fact->member.text);
        break;
    case CHAT_FACT_DRAFT:
        keep(arena, &fact->draft.body);
        break;
    case CHAT_FACT_AUDIT:
        keep(arena, &fact->audit.act);
        keep(arena, &fact->audit.text);
        break;
    case CHAT_FACT_PASSWORD_SET:
        keep(arena, &fact->password.hash);
        break;
    case CHAT_FACT_NAME_HELD:
        keep(arena, &fact->held.name);
        break;
    case CHAT_FACT_ACCOUNT_SHUT:
        keep(arena, &fact->ban.reason);
        break;
    case CHAT_FACT_SERVER_CHANGED:
        keep(arena, &fact->server.name);
        break;
    case CHAT_FACT_MESSAGE_NEW:
        copy_message(arena, &fact->message);
        break;
    case CHAT_FACT_MESSAGE_EDITED:
    case CHAT_FACT_MESSAGE_DELETED:
    case CHAT_FACT_MESSAGE_REACTED:
    case CHAT_FACT_MESSAGE_PINNED:
    case CHAT_FACT_MESSAGE_THREADED:
        fact->change.message = proto_copy(&proto_message_shape, fact->change.message, arena);
        fact->change.emoji = arena_copy(arena, fact->change.emoji);
        fact->change.old_mentions = NULL; /* not needed: what it was is known */
        fact->change.old_mention_count = 0;
        break;
    default:
        break;
    }
}

static struct sim_log_entry *copy_entry(struct arena *arena, const struct journal_entry *from) {
    struct sim_log_entry *entry = ARENA_NEW(arena, struct sim_log_entry);
    *entry = (struct sim_log_entry){.fact = *from->fact,
                                    .event = from->event,
                                    .scope = from->scope,
                                    .room = from->room,
                                    .user = from->user,
                                    .data = arena_copy(arena, from->data)};
    copy_texts(arena, &entry->fact);
    return entry;
}

/* Applying */

static struct room *room_get(struct sim_log *log, chat_room_id id) {
    SIM_CHECK(id > 0 && id < SIM_ROOMS_MAX, "room %" PRId64 " is beyond the simulation", id);
    return &log->rooms[id];
}

static void apply_user(struct sim_log *log, const struct sim_log_entry *entry) {
    chat_user_id id = entry->fact.user.id;
    SIM_CHECK(id > 0 && id < SIM_USERS_MAX, "user %" PRId64 " is beyond the simulation", id);
    SIM_CHECK(log->names[id].len == 0, "user %" PRId64 " is made twice", id);
    log->names[id] = entry->fact.user.name;
    log->statuses[id] = entry->fact.user.status;
    log->last_user = id;
}

static void apply_room(struct sim_log *log, const struct sim_log_entry *entry) {
    struct room *room = room_get(log, entry->fact.room.id);
    SIM_CHECK(room->founded_pos == 0, "room %" PRId64 " is made twice", entry->fact.room.id);
    room->founded_pos = entry->fact.pos;
    room_set(room, (struct room_state){0}, entry->fact.pos);
    log->last_room = entry->fact.room.id;
}

static void apply_joined(struct sim_log *log, const struct sim_log_entry *entry) {
    const struct chat_member_fact *member = &entry->fact.member;
    struct room *room = room_get(log, member->room);
    struct room_state state = room_state_now(room);
    SIM_CHECK(!place_now(room, member->user).is_in, "user %" PRId64 " joins where he is",
              member->user);
    SIM_CHECK(member->read_seq == state.last_seq && member->mentions == 0,
              "who joins has read everything");
    place_set(room, member->user, (struct sim_place){.is_in = true, .read_seq = state.last_seq},
              entry->fact.pos);
    state.member_count++;
    room_set(room, state, entry->fact.pos);
}

static void apply_left(struct sim_log *log, const struct sim_log_entry *entry) {
    const struct chat_member_fact *member = &entry->fact.member;
    struct room *room = room_get(log, member->room);
    struct room_state state = room_state_now(room);
    SIM_CHECK(place_now(room, member->user).is_in, "user %" PRId64 " leaves where he is not",
              member->user);
    place_set(room, member->user, (struct sim_place){0}, entry->fact.pos);
    state.member_count--;
    room_set(room, state, entry->fact.pos);
}

static int64_t lesser(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void apply_me(struct sim_log *log, const struct sim_log_entry *entry) {
    const struct chat_member_fact *member = &entry->fact.member;
    struct room *room = room_get(log, member->room);
    int64_t last_seq = room_state_now(room).last_seq;
    struct sim_place place = place_now(room, member->user);
    SIM_CHECK(place.is_in, "a mark of one who is not there");
    SIM_CHECK(member->read_seq >= place.read_seq && member->read_seq <= last_seq,
              "a read mark moves from %" PRId64 " to %" PRId64 " of %" PRId64, place.read_seq,
              member->read_seq, last_seq);
    place.read_seq = member->read_seq;
    place.mentions = lesser(place.mentions, last_seq - place.read_seq);
    SIM_CHECK(member->mentions == place.mentions, "%" PRId64 " mentions and not %" PRId64,
              member->mentions, place.mentions);
    place_set(room, member->user, place, entry->fact.pos);
}

/* Is "@word" one of the text's words? */
static bool mentions_word(struct str body, struct str word) {
    for (size_t i = 0; i < body.len; i++) {
        size_t end = i + 1 + word.len;
        bool begins = body.at[i] == '@' && (i == 0 || body.at[i - 1] == ' ');
        if (begins && end <= body.len && (end == body.len || body.at[end] == ' ') &&
            memcmp(body.at + i + 1, word.at, word.len) == 0)
            return true;
    }
    return false;
}

static bool is_mentioned(const struct sim_log *log, struct str body, chat_user_id user) {
    return mentions_word(body, log->names[user]) || mentions_word(body, STR("room")) ||
           mentions_word(body, STR("here"));
}

static void apply_to_readers(struct sim_log *log, struct room *room,
                             const struct sim_log_entry *entry) {
    const struct chat_message_fact *message = &entry->fact.message;
    for (chat_user_id user = 1; user <= log->last_user; user++) {
        struct sim_place place = place_now(room, user);
        if (!place.is_in)
            continue;
        if (user == message->author)
            place = (struct sim_place){.is_in = true, .read_seq = message->seq};
        else if (is_mentioned(log, message->body, user) && !log->blocks[user][message->author])
            place.mentions++;
        else
            continue;
        place_set(room, user, place, entry->fact.pos);
    }
}

/* Texts */

static struct track *texts_of(const struct sim_log *log, chat_message_id id) {
    return map_find(&log->texts, (uint64_t)id);
}

static struct track *track_in(struct map *map, int64_t id) {
    struct track *track = map_find(map, (uint64_t)id);
    if (track == NULL) {
        track = MEM_NEW(struct track);
        (void)map_put(map, (uint64_t)id, track);
    }
    return track;
}

static struct text_state text_now(const struct sim_log *log, chat_message_id id) {
    const struct track *track = texts_of(log, id);
    SIM_CHECK(track != NULL, "message %" PRId64 " changes, which is not there", id);
    return TRACK_ITEMS(track, struct text_state)[track->count - 1];
}

static void text_set(struct sim_log *log, chat_message_id id, struct text_state state) {
    *(struct text_state *)track_add(track_in(&log->texts, id), sizeof state) = state;
}

static void tracks_free(struct map *map) {
    size_t cursor = 0;
    for (struct track *track; (track = map_next(map, &cursor)) != NULL;) {
        free(track->items);
        free(track);
    }
    map_deinit(map);
}

bool sim_log_message_was(const struct sim_log *log, chat_message_id id, struct str body,
                         bool is_deleted, int64_t from) {
    const struct track *track = texts_of(log, id);
    const struct text_state *states = track != NULL ? TRACK_ITEMS(track, struct text_state) : NULL;
    for (size_t i = track != NULL ? track->count : 0; i > 0; i--) {
        const struct text_state *state = &states[i - 1];
        if (state->is_deleted == is_deleted && str_equal(state->body, body))
            return true;
        if (state->pos <= from)
            break;
    }
    return false;
}

/* Whom it mentions is counted anew where it is unread. */
static void apply_change(struct sim_log *log, const struct sim_log_entry *entry) {
    const struct proto_message *message = entry->fact.change.message;
    struct room *room = room_get(log, message->room);
    struct text_state was = text_now(log, message->id);
    SIM_CHECK(!was.is_deleted, "message %" PRId64 " changes behind its end", message->id);
    SIM_CHECK(!message->deleted || message->body.len == 0, "a tombstone with a text");
    text_set(log, message->id,
             (struct text_state){entry->fact.pos, message->body, message->deleted});
    if (message->thread != 0)
        return;
    for (chat_user_id user = 1; user <= log->last_user; user++) {
        struct sim_place place = place_now(room, user);
        bool counted = is_mentioned(log, was.body, user);
        bool counts = is_mentioned(log, message->body, user);
        int64_t unread = room_state_now(room).last_seq - place.read_seq;
        if (!place.is_in || user == message->author->id || place.read_seq >= message->seq ||
            counted == counts || log->blocks[user][message->author->id])
            continue;
        if (counted && place.mentions > 0)
            place.mentions--;
        else if (counts && place.mentions < unread)
            place.mentions++;
        else
            continue;
        place_set(room, user, place, entry->fact.pos);
    }
}

static struct str nonce_key(struct arena *arena, chat_user_id author, struct str nonce) {
    struct buf key = BUF_EMPTY;
    buf_printf(&key, "%" PRId64 " %.*s", author, STR_ARG(nonce));
    struct str copy = arena_copy(arena, buf_str(&key));
    buf_deinit(&key);
    return copy;
}

static void apply_to_thread(struct sim_log *log, const struct sim_log_entry *entry) {
    const struct chat_message_fact *message = &entry->fact.message;
    const struct sim_log_entry *root = map_find(&log->messages, (uint64_t)message->thread);
    struct track *replies = track_in(&log->threads, message->thread);
    SIM_CHECK(root != NULL && root->fact.message.room == message->room &&
                  root->fact.message.thread == 0,
              "a reply to what is no root in its room");
    SIM_CHECK(message->seq == (int64_t)replies->count + 1, "reply %" PRId64 " follows %zu",
              message->seq, replies->count);
    *(int64_t *)track_add(replies, sizeof(int64_t)) = entry->fact.pos;
}

/* The root counts its replies. */
static void apply_threaded(struct sim_log *log, const struct sim_log_entry *entry) {
    const struct proto_message *root = entry->fact.change.message;
    SIM_CHECK(root->reply_count == (int64_t)track_in(&log->threads, root->id)->count,
              "thread %" PRId64 " counts %" PRId64, root->id, root->reply_count);
}

static void apply_to_room(struct sim_log *log, const struct sim_log_entry *entry) {
    const struct chat_message_fact *message = &entry->fact.message;
    struct room *room = room_get(log, message->room);
    struct room_state state = room_state_now(room);
    SIM_CHECK(message->seq == state.last_seq + 1, "seq %" PRId64 " follows %" PRId64, message->seq,
              state.last_seq);
    *(int64_t *)track_add(&room->messages, sizeof(int64_t)) = entry->fact.pos;
    state.last_seq = message->seq;
    room_set(room, state, entry->fact.pos);
    apply_to_readers(log, room, entry);
}

static void apply_message(struct sim_log *log, struct sim_log_entry *entry) {
    const struct chat_message_fact *message = &entry->fact.message;
    const struct room *room = room_get(log, message->room);
    SIM_CHECK(place_now(room, message->author).is_in, "user %" PRId64 " writes where he is not",
              message->author);
    struct str key = nonce_key(&log->arena, message->author, message->nonce);
    SIM_CHECK(map_put_str(&log->nonces, key, entry) == NULL,
              "nonce %.*s of user %" PRId64 " is there twice", STR_ARG(message->nonce),
              message->author);
    SIM_CHECK(map_put(&log->messages, (uint64_t)message->id, entry) == NULL,
              "message %" PRId64 " is there twice", message->id);
    text_set(log, message->id, (struct text_state){entry->fact.pos, message->body, false});
    if (message->thread != 0)
        apply_to_thread(log, entry);
    else
        apply_to_room(log, entry);
}

static void apply(struct sim_log *log, struct sim_log_entry *entry) {
    switch (entry->fact.kind) {
    case CHAT_FACT_USER_NEW:
        apply_user(log, entry);
        break;
    case CHAT_FACT_USER_STATUS:
        log->statuses[entry->fact.user.id] = entry->fact.user.status;
        break;
    case CHAT_FACT_ROOM_NEW:
        apply_room(log, entry);
        break;
    case CHAT_FACT_MEMBER_JOINED:
        apply_joined(log, entry);
        break;
    case CHAT_FACT_MEMBER_LEFT:
        apply_left(log, entry);
        break;
    case CHAT_FACT_MEMBER_ME:
        apply_me(log, entry);
        break;
    case CHAT_FACT_MESSAGE_NEW:
        apply_message(log, entry);
        break;
    case CHAT_FACT_MESSAGE_EDITED:
    case CHAT_FACT_MESSAGE_DELETED:
        apply_change(log, entry);
        break;
    case CHAT_FACT_BLOCK:
        log->blocks[entry->fact.block.user][entry->fact.block.other] = entry->fact.block.on;
        break;
    case CHAT_FACT_MESSAGE_THREADED:
        apply_threaded(log, entry);
        break;
    case CHAT_FACT_SESSION_ENDED:
        (void)map_put(&log->sessions, (uint64_t)entry->fact.session.id, entry);
        break;
    default:
        break;
    }
}

/* Audiences */

static bool shares_room(const struct sim_log *log, chat_user_id a, chat_user_id b, int64_t pos) {
    for (chat_room_id room = 1; room <= log->last_room; room++)
        if (sim_log_is_in(log, room, a, pos) && sim_log_is_in(log, room, b, pos))
            return true;
    return false;
}

static bool is_for(const struct sim_log *log, const struct sim_log_entry *entry, chat_user_id user,
                   int64_t pos) {
    switch (entry->scope) {
    case CHAT_SCOPE_ALL:
        return true;
    case CHAT_SCOPE_ROOM:
        return sim_log_is_in(log, entry->room, user, pos);
    case CHAT_SCOPE_USER:
        return entry->user == user;
    case CHAT_SCOPE_PEERS:
        return entry->user == user || shares_room(log, entry->user, user, pos);
    case CHAT_SCOPE_NONE:
    case CHAT_SCOPE_WATCH:
        break;
    }
    return false;
}

static void fill_audience(const struct sim_log *log, struct sim_log_entry *entry) {
    for (chat_user_id user = 1; user <= log->last_user; user++)
        if (is_for(log, entry, user, entry->fact.pos))
            entry->audience[user / 64] |= 1ULL << (user % 64);
}

bool sim_log_is_live_for(const struct sim_log_entry *entry, chat_user_id user) {
    return entry->event != PROTO_EVENT_NONE && (entry->audience[user / 64] >> (user % 64) & 1) != 0;
}

/* Rooms that he is not in any more are left out; people are those that he shares a room with now. */
bool sim_log_is_missed_by(const struct sim_log *log, const struct sim_log_entry *entry,
                          chat_user_id user, int64_t at_pos) {
    if (entry->event == PROTO_EVENT_NONE)
        return false;
    if (entry->scope == CHAT_SCOPE_ROOM)
        return sim_log_is_live_for(entry, user) && is_for(log, entry, user, at_pos);
    return is_for(log, entry, user, at_pos);
}

/* Life */

struct sim_log *sim_log_new(void) {
    return MEM_NEW(struct sim_log);
}

static void reset(struct sim_log *log) {
    for (chat_room_id id = 0; id < SIM_ROOMS_MAX; id++) {
        free(log->rooms[id].states.items);
        free(log->rooms[id].messages.items);
        for (chat_user_id user = 0; user < SIM_USERS_MAX; user++)
            free(log->rooms[id].places[user].items);
    }
    memset(log->rooms, 0, sizeof log->rooms);
    memset(log->names, 0, sizeof log->names);
    memset(log->blocks, 0, sizeof log->blocks);
    log->last_room = log->last_user = 0;
    map_deinit(&log->nonces);
    map_deinit(&log->messages);
    tracks_free(&log->texts);
    tracks_free(&log->threads);
    map_deinit(&log->sessions);
}

void sim_log_free(struct sim_log *log) {
    reset(log);
    free(log->entries);
    arena_deinit(&log->arena);
    free(log);
}

void sim_log_append(struct sim_log *log, const struct journal_entry *from) {
    SIM_CHECK(from->fact->pos == (int64_t)log->count + 1, "position %" PRId64 " follows %zu",
              from->fact->pos, log->count);
    if (log->count == log->cap) {
        log->cap = log->cap == 0 ? 256 : log->cap * 2;
        log->entries = mem_resize(log->entries, log->cap, sizeof(struct sim_log_entry *));
    }
    struct sim_log_entry *entry = copy_entry(&log->arena, from);
    log->entries[log->count++] = entry;
    apply(log, entry);
    fill_audience(log, entry);
}

void sim_log_truncate(struct sim_log *log, int64_t pos) {
    if (pos == (int64_t)log->count)
        return;
    reset(log);
    log->count = (size_t)pos;
    for (size_t i = 0; i < log->count; i++)
        apply(log, log->entries[i]);
}

/* Inspection */

int64_t sim_log_pos(const struct sim_log *log) {
    return (int64_t)log->count;
}

const struct sim_log_entry *sim_log_get(const struct sim_log *log, int64_t pos) {
    ASSERT(pos >= 1 && pos <= (int64_t)log->count);
    return log->entries[pos - 1];
}

const struct sim_place *sim_log_place(const struct sim_log *log, chat_room_id room,
                                      chat_user_id user, int64_t pos) {
    ASSERT(room > 0 && room < SIM_ROOMS_MAX && user > 0 && user < SIM_USERS_MAX);
    const struct track *track = &log->rooms[room].places[user];
    const struct sim_place *places = TRACK_ITEMS(track, struct sim_place);
    size_t i = track->count;
    while (i > 0 && places[i - 1].pos > pos)
        i--;
    return i > 0 ? &places[i - 1] : NULL;
}

bool sim_log_is_in(const struct sim_log *log, chat_room_id room, chat_user_id user, int64_t pos) {
    const struct sim_place *place = sim_log_place(log, room, user, pos);
    return place != NULL && place->is_in;
}

bool sim_log_was_in(const struct sim_log *log, chat_room_id room, chat_user_id user, int64_t from,
                    int64_t to) {
    if (room <= 0 || room > log->last_room)
        return false;
    const struct track *track = &log->rooms[room].places[user];
    const struct sim_place *places = TRACK_ITEMS(track, struct sim_place);
    for (size_t i = track->count; i > 0 && places[i - 1].pos > from; i--)
        if (places[i - 1].pos <= to && places[i - 1].is_in)
            return true;
    return sim_log_is_in(log, room, user, from);
}

int64_t sim_log_last_seq(const struct sim_log *log, chat_room_id room, int64_t pos) {
    const struct room_state *state = room_state_at(&log->rooms[room], pos);
    return state != NULL ? state->last_seq : 0;
}

int64_t sim_log_member_count(const struct sim_log *log, chat_room_id room, int64_t pos) {
    const struct room_state *state = room_state_at(&log->rooms[room], pos);
    return state != NULL ? state->member_count : 0;
}

const struct sim_log_entry *sim_log_room(const struct sim_log *log, chat_room_id room) {
    if (room <= 0 || room >= SIM_ROOMS_MAX || log->rooms[room].founded_pos == 0)
        return NULL;
    return sim_log_get(log, log->rooms[room].founded_pos);
}

chat_room_id sim_log_last_room(const struct sim_log *log) {
    return log->last_room;
}

const char *sim_log_status(const struct sim_log *log, chat_user_id user) {
    static const char *const words[] = {
        [PROTO_STATUS_ONLINE] = "online", [PROTO_STATUS_AWAY] = "away", [PROTO_STATUS_DND] = "dnd"};
    return words[log->statuses[user]];
}

int64_t sim_log_session_end(const struct sim_log *log, chat_session_id session) {
    const struct sim_log_entry *entry = map_find(&log->sessions, (uint64_t)session);
    return entry != NULL ? entry->fact.pos : INT64_MAX;
}

const struct sim_log_entry *sim_log_message(const struct sim_log *log, chat_room_id room,
                                            int64_t seq) {
    if (room <= 0 || room > log->last_room || seq < 1 ||
        seq > (int64_t)log->rooms[room].messages.count)
        return NULL;
    return sim_log_get(log, TRACK_ITEMS(&log->rooms[room].messages, int64_t)[seq - 1]);
}

const struct sim_log_entry *sim_log_reply(const struct sim_log *log, chat_message_id thread,
                                          int64_t seq) {
    const struct track *replies = map_find(&log->threads, (uint64_t)thread);
    if (replies == NULL || seq < 1 || seq > (int64_t)replies->count)
        return NULL;
    return sim_log_get(log, TRACK_ITEMS(replies, int64_t)[seq - 1]);
}

const struct sim_log_entry *sim_log_nonce(const struct sim_log *log, chat_user_id author,
                                          struct str nonce) {
    struct arena arena = {0};
    const struct sim_log_entry *entry =
        map_find_str(&log->nonces, nonce_key(&arena, author, nonce));
    arena_deinit(&arena);
    return entry;
}

const struct sim_log_entry *sim_log_message_by_id(const struct sim_log *log, chat_message_id id) {
    return map_find(&log->messages, (uint64_t)id);
}
