/* fake_chat_port.h: what the chat needs from outside, as plain arrays.
 *
 * It keeps what the store keeps, in the simplest way: facts are applied to arrays with linear searches and no indexes. So it
 * serves three ways: it answers the port's lookups, it hands everything back as facts with pos 0 (a reload), and it is the
 * model that the state is compared with.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "chat/chat.h"
#include "fake_accounts.h"
#include "fake_files.h"

#include <stdlib.h>

#define FAKE_ITEMS_MAX 8192

struct fake_message {
    struct chat_message_fact fact; /* reply_to: only whom it answers */
    int64_t at_ms;
    bool pinned;
    int64_t reply_count, last_reply_ms; /* of a thread's root */
};

struct fake_reaction {
    int64_t message, user;
    struct str emoji;
};

struct fake_follow {
    int64_t user, thread;
    struct chat_follow follow;
};

struct fake_draft {
    struct chat_draft_fact fact;
    int64_t at_ms;
};

struct fake_version {
    int64_t message;
    struct proto_version version;
};

struct fake_store {
    struct arena arena; /* all texts, for ever */
    struct chat_user_fact users[FAKE_ITEMS_MAX];
    struct chat_session_fact sessions[FAKE_ITEMS_MAX];
    struct chat_room_fact rooms[FAKE_ITEMS_MAX];
    struct chat_member_fact members[FAKE_ITEMS_MAX];
    struct fake_message messages[FAKE_ITEMS_MAX];
    struct fake_version versions[FAKE_ITEMS_MAX];
    struct fake_reaction reactions[FAKE_ITEMS_MAX];
    struct fake_follow follows[FAKE_ITEMS_MAX];
    struct chat_saved_fact saved[FAKE_ITEMS_MAX];
    struct fake_draft drafts[FAKE_ITEMS_MAX];
    struct chat_purge_fact purges[FAKE_ITEMS_MAX];
    struct chat_sanction_fact sanctions[FAKE_ITEMS_MAX];
    struct chat_block_fact blocks[FAKE_ITEMS_MAX];
    struct chat_report_fact reports[FAKE_ITEMS_MAX];
    size_t sanction_count, block_count, report_count;
    size_t user_count, session_count, room_count, member_count, message_count;
    size_t version_count, reaction_count, follow_count, saved_count, draft_count, purge_count;
    struct fake_accounts accounts;
    struct fake_files files;
    int64_t last_pos, last_session;
    enum err fails; /* what lookups answer, ERR_OK: the truth */
    size_t lookups;
};

/* Finding: NULL when there is none */

#define FAKE_FIND(name, type, array, counter)                                                      \
    static inline struct type *fake_find_##name(struct fake_store *store, int64_t id) {            \
        for (size_t i = 0; i < store->counter; i++)                                                \
            if (store->array[i].id == id)                                                          \
                return &store->array[i];                                                           \
        return NULL;                                                                               \
    }
FAKE_FIND(user, chat_user_fact, users, user_count)
FAKE_FIND(session, chat_session_fact, sessions, session_count)
FAKE_FIND(room, chat_room_fact, rooms, room_count)
#undef FAKE_FIND

static inline struct chat_member_fact *fake_find_member(struct fake_store *store, int64_t room,
                                                        int64_t user) {
    for (size_t i = 0; i < store->member_count; i++)
        if (store->members[i].room == room && store->members[i].user == user)
            return &store->members[i];
    return NULL;
}

static inline struct chat_sanction_fact *fake_find_sanction(struct fake_store *store, int64_t room,
                                                            int64_t user) {
    for (size_t i = 0; i < store->sanction_count; i++)
        if (store->sanctions[i].room == room && store->sanctions[i].user == user)
            return &store->sanctions[i];
    return NULL;
}

static inline struct chat_block_fact *fake_find_block(struct fake_store *store, int64_t user,
                                                      int64_t other) {
    for (size_t i = 0; i < store->block_count; i++)
        if (store->blocks[i].user == user && store->blocks[i].other == other)
            return &store->blocks[i];
    return NULL;
}

static inline struct fake_message *fake_find_message(struct fake_store *store, int64_t id) {
    for (size_t i = 0; i < store->message_count; i++)
        if (store->messages[i].fact.id == id)
            return &store->messages[i];
    return NULL;
}

/* Applying */

static inline void fake_keep(struct fake_store *store, struct str *text) {
    *text = arena_copy(&store->arena, *text);
}

static inline void fake_keep_user(struct fake_store *store, struct chat_user_fact *user) {
    fake_keep(store, &user->name);
    fake_keep(store, &user->display_name);
    fake_keep(store, &user->color);
    fake_keep(store, &user->status_text);
}

static inline void fake_keep_room(struct fake_store *store, struct chat_room_fact *room) {
    fake_keep(store, &room->slug);
    fake_keep(store, &room->name);
    fake_keep(store, &room->topic);
}

static inline void fake_mention(struct fake_store *store, int64_t room, int64_t user,
                                int64_t author) {
    struct chat_member_fact *member = fake_find_member(store, room, user);
    if (member != NULL && user != author && fake_find_block(store, user, author) == NULL)
        member->mentions++;
}

static inline struct fake_follow *fake_find_follow(struct fake_store *store, int64_t user,
                                                   int64_t thread) {
    for (size_t i = 0; i < store->follow_count; i++)
        if (store->follows[i].user == user && store->follows[i].thread == thread)
            return &store->follows[i];
    return NULL;
}

/* Unless it is there; then only with `again`. */
static inline void fake_follow(struct fake_store *store, int64_t user, int64_t thread,
                               struct chat_follow follow, bool again) {
    struct fake_follow *there = fake_find_follow(store, user, thread);
    if (there == NULL) {
        ASSERT(store->follow_count < FAKE_ITEMS_MAX);
        store->follows[store->follow_count++] = (struct fake_follow){user, thread, follow};
    } else if (again) {
        there->follow = follow;
    }
}

static inline void fake_begin_follow(struct fake_store *store, int64_t user,
                                     const struct chat_message_fact *message) {
    const struct chat_follow fresh = {true, message->seq - 1};
    if (fake_find_block(store, user, message->author) == NULL)
        fake_follow(store, user, message->thread, fresh, false);
}

static inline void fake_apply_reply(struct fake_store *store,
                                    const struct chat_message_fact *message) {
    ASSERT(message->seq == fake_find_message(store, message->thread)->reply_count + 1);
    fake_follow(store, message->author, message->thread, (struct chat_follow){true, message->seq},
                true);
    for (size_t i = 0; i < message->mention_count; i++)
        fake_begin_follow(store, message->mentions[i], message);
    fake_begin_follow(store, message->thread_author, message);
}

static inline void fake_apply_message(struct fake_store *store, const struct chat_fact *fact) {
    struct fake_message *message = &store->messages[store->message_count++];
    *message = (struct fake_message){.fact = fact->message, .at_ms = fact->at_ms};
    message->fact.created_at_ms = fact->at_ms;
    fake_keep(store, &message->fact.body);
    fake_keep(store, &message->fact.nonce);
    fake_files_use(&store->files, &fact->message);
    message->fact.attachments = NULL;
    size_t bytes = fact->message.mention_count * sizeof(int64_t);
    struct str ids = arena_copy(&store->arena, str_of((const char *)fact->message.mentions, bytes));
    message->fact.mentions = (const int64_t *)(const void *)ids.at;
    if (fact->message.reply_to != NULL) {
        struct proto_reply *reply = ARENA_NEW(&store->arena, struct proto_reply);
        *reply = *fact->message.reply_to;
        reply->author = ARENA_NEW(&store->arena, struct proto_author);
        reply->author->id = fact->message.reply_to->author->id;
        message->fact.reply_to = reply;
    }
    if (fact->message.thread != 0) {
        fake_apply_reply(store, &fact->message);
        return;
    }
    fake_find_room(store, fact->message.room)->last_seq = fact->message.seq;
    struct chat_member_fact *author =
        fake_find_member(store, fact->message.room, fact->message.author);
    author->read_seq = fact->message.seq;
    author->mentions = 0;
    if (fact->message.mentions_all == PROTO_MENTIONS_ALL_NONE)
        for (size_t i = 0; i < fact->message.mention_count; i++)
            fake_mention(store, fact->message.room, fact->message.mentions[i],
                         fact->message.author);
    else
        for (size_t i = 0; i < store->member_count; i++)
            if (store->members[i].room == fact->message.room)
                fake_mention(store, fact->message.room, store->members[i].user,
                             fact->message.author);
}

static inline const int64_t *fake_keep_ids(struct fake_store *store, const int64_t *ids,
                                           size_t count) {
    struct str bytes =
        arena_copy(&store->arena, str_of((const char *)ids, count * sizeof(int64_t)));
    return (const int64_t *)(const void *)bytes.at;
}

/* Does a message with these mentions count for that person? */
static inline bool fake_counts(const int64_t *ids, size_t count, enum proto_mentions_all all,
                               int64_t user) {
    bool found = all != PROTO_MENTIONS_ALL_NONE;
    for (size_t i = 0; i < count; i++)
        found = found || ids[i] == user;
    return found;
}

/* Mentions of those who have not read the message, by what it mentioned before and mentions now. */
static inline void fake_recount(struct fake_store *store, const struct chat_message_fact *was,
                                const struct proto_message *is) {
    for (size_t i = 0; i < store->member_count; i++) {
        struct chat_member_fact *member = &store->members[i];
        int64_t unread = fake_find_room(store, is->room)->last_seq - member->read_seq;
        if (member->room != is->room || member->user == was->author ||
            member->read_seq >= is->seq ||
            fake_find_block(store, member->user, was->author) != NULL)
            continue;
        bool counted =
            fake_counts(was->mentions, was->mention_count, was->mentions_all, member->user);
        bool counts = fake_counts(is->mentions, is->mentions_count, is->mentions_all, member->user);
        if (counted && !counts && member->mentions > 0)
            member->mentions--;
        if (counts && !counted && member->mentions < unread)
            member->mentions++;
    }
}

static inline void fake_drop_versions(struct fake_store *store, int64_t message) {
    size_t kept = 0;
    for (size_t i = 0; i < store->version_count; i++)
        if (store->versions[i].message != message)
            store->versions[kept++] = store->versions[i];
    store->version_count = kept;
}

static inline void fake_keep_version(struct fake_store *store, const struct fake_message *message) {
    int64_t edited_ms = message->fact.edited_at_ms;
    ASSERT(store->version_count < FAKE_ITEMS_MAX);
    store->versions[store->version_count++] = (struct fake_version){
        message->fact.id, {message->fact.body, edited_ms != 0 ? edited_ms : message->at_ms}};
}

/* Takes out one reaction, or with `user` 0 all of the message. */
static inline void fake_unreact(struct fake_store *store, int64_t message, int64_t user,
                                struct str emoji) {
    size_t kept = 0;
    for (size_t i = 0; i < store->reaction_count; i++) {
        const struct fake_reaction *reaction = &store->reactions[i];
        if (reaction->message != message ||
            (user != 0 && (reaction->user != user || !str_equal(reaction->emoji, emoji))))
            store->reactions[kept++] = *reaction;
    }
    ASSERT(user == 0 || kept == store->reaction_count - 1);
    store->reaction_count = kept;
}

static inline void fake_apply_reaction(struct fake_store *store, const struct chat_fact *fact) {
    const struct chat_change_fact *change = &fact->change;
    if (!change->on) {
        fake_unreact(store, change->message->id, change->user, change->emoji);
        return;
    }
    ASSERT(store->reaction_count < FAKE_ITEMS_MAX);
    store->reactions[store->reaction_count++] =
        (struct fake_reaction){change->message->id, change->user, change->emoji};
    fake_keep(store, &store->reactions[store->reaction_count - 1].emoji);
}

static inline struct chat_saved_fact *fake_find_saved(struct fake_store *store, int64_t user,
                                                      int64_t message) {
    for (size_t i = 0; i < store->saved_count; i++)
        if (store->saved[i].user == user && store->saved[i].message == message)
            return &store->saved[i];
    return NULL;
}

static inline void fake_apply_saved(struct fake_store *store, const struct chat_saved_fact *fact) {
    struct chat_saved_fact *saved = fake_find_saved(store, fact->user, fact->message);
    ASSERT((saved == NULL) == fact->on && store->saved_count < FAKE_ITEMS_MAX);
    if (fact->on)
        store->saved[store->saved_count++] = *fact;
    else
        *saved = store->saved[--store->saved_count];
}

static inline struct fake_draft *fake_find_draft(struct fake_store *store, int64_t user,
                                                 int64_t room, int64_t thread) {
    for (size_t i = 0; i < store->draft_count; i++)
        if (store->drafts[i].fact.user == user && store->drafts[i].fact.room == room &&
            store->drafts[i].fact.thread == thread)
            return &store->drafts[i];
    return NULL;
}

static inline void fake_apply_draft(struct fake_store *store, const struct chat_fact *fact) {
    const struct chat_draft_fact *from = &fact->draft;
    struct fake_draft *draft = fake_find_draft(store, from->user, from->room, from->thread);
    if (from->body.len == 0) {
        if (draft != NULL)
            *draft = store->drafts[--store->draft_count];
        return;
    }
    ASSERT(store->draft_count < FAKE_ITEMS_MAX);
    draft = draft != NULL ? draft : &store->drafts[store->draft_count++];
    *draft = (struct fake_draft){*from, fact->at_ms};
    fake_keep(store, &draft->fact.body);
}

static inline void fake_apply_change(struct fake_store *store, const struct chat_fact *fact) {
    const struct proto_message *from = fact->change.message;
    struct fake_message *message = fake_find_message(store, from->id);
    ASSERT(fact->change.last_seq == fake_find_room(store, from->room)->last_seq);
    if (from->thread == 0)
        fake_recount(store, &message->fact, from);
    if (from->deleted) {
        fake_drop_versions(store, from->id);
        fake_unreact(store, from->id, 0, STR(""));
        const struct fake_message *twin = fake_find_message(store, message->fact.twin);
        fake_files_end(&store->files, from->id,
                       twin != NULL && !twin->fact.deleted ? twin->fact.id : 0);
        message->pinned = false;
    } else
        fake_keep_version(store, message);
    message->fact.body = from->body;
    message->fact.edited_at_ms = from->edited_at;
    message->fact.deleted = from->deleted;
    message->fact.mentions = fake_keep_ids(store, from->mentions, from->mentions_count);
    message->fact.mention_count = from->mentions_count;
    message->fact.mentions_all = from->mentions_all;
    fake_keep(store, &message->fact.body);
    if (from->reply_to == NULL)
        message->fact.reply_to = NULL;
}

static inline void fake_apply_purge(struct fake_store *store, const struct chat_fact *fact) {
    size_t at = 0;
    while (at < store->purge_count && (store->purges[at].room != fact->purge.room ||
                                       store->purges[at].user != fact->purge.user))
        at++;
    if (fact->kind == CHAT_FACT_PURGE_ENDED) {
        ASSERT(at < store->purge_count);
        store->purges[at] = store->purges[--store->purge_count];
        return;
    }
    store->purges[at] = fact->purge;
    store->purge_count += at == store->purge_count;
}

static inline void fake_apply_member(struct fake_store *store, const struct chat_fact *fact) {
    struct chat_member_fact *member = fake_find_member(store, fact->member.room, fact->member.user);
    if (fact->kind == CHAT_FACT_MEMBER_JOINED) {
        store->members[store->member_count++] = fact->member;
    } else if (fact->kind == CHAT_FACT_MEMBER_LEFT) {
        *member = store->members[--store->member_count];
    } else if (fact->kind == CHAT_FACT_MEMBER_CHANGED) {
        member->role = fact->member.role;
    } else if (fact->kind == CHAT_FACT_MEMBER_ME) {
        member->read_seq = fact->member.read_seq;
        member->mentions = fact->member.mentions;
        member->level = fact->member.level;
        member->favorite = fact->member.favorite;
        member->position = fact->member.position;
    }
}

static inline void fake_apply_sanction(struct fake_store *store,
                                       const struct chat_sanction_fact *fact) {
    struct chat_sanction_fact *sanction = fake_find_sanction(store, fact->room, fact->user);
    bool is_over = !fact->banned && fact->muted_until_ms == 0;
    if (is_over) {
        *sanction = store->sanctions[--store->sanction_count];
        return;
    }
    if (sanction == NULL)
        sanction = &store->sanctions[store->sanction_count++];
    *sanction = *fact;
    fake_keep(store, &sanction->reason);
}

/* In order of id, as the store gives them. */
static inline void fake_apply_report(struct fake_store *store, const struct chat_fact *fact) {
    if (fact->kind == CHAT_FACT_REPORT_NEW) {
        store->reports[store->report_count] = fact->report;
        fake_keep(store, &store->reports[store->report_count++].reason);
        return;
    }
    size_t at = 0;
    while (store->reports[at].id != fact->report.id)
        at++;
    for (store->report_count--; at < store->report_count; at++)
        store->reports[at] = store->reports[at + 1];
}

static inline void fake_apply_block(struct fake_store *store, const struct chat_block_fact *fact) {
    struct chat_block_fact *block = fake_find_block(store, fact->user, fact->other);
    if (fact->on)
        store->blocks[store->block_count++] = *fact;
    else
        *block = store->blocks[--store->block_count];
}

static inline void fake_apply_session(struct fake_store *store, const struct chat_fact *fact) {
    struct chat_session_fact *session = fake_find_session(store, fact->session.id);
    if (fact->kind == CHAT_FACT_SESSION_ENDED) {
        *session = store->sessions[--store->session_count];
        return;
    }
    if (fact->kind == CHAT_FACT_SESSION_NEW) {
        session = &store->sessions[store->session_count++];
        *session = fact->session;
        store->last_session = session->id;
    }
    if (fact->kind == CHAT_FACT_SESSION_TOKEN) {
        memcpy(session->token_hash, fact->session.token_hash, sizeof session->token_hash);
        return;
    }
    session->used_at_ms = fact->session.used_at_ms;
    session->agent = fact->session.agent;
    session->address = fact->session.address;
    fake_keep(store, &session->agent);
    fake_keep(store, &session->address);
}

static inline void fake_apply(struct fake_store *store, const struct chat_fact *fact) {
    ASSERT(fact->pos == store->last_pos + 1);
    ASSERT(store->user_count < FAKE_ITEMS_MAX && store->message_count < FAKE_ITEMS_MAX);
    ASSERT(store->member_count < FAKE_ITEMS_MAX && store->session_count < FAKE_ITEMS_MAX);
    store->last_pos = fact->pos;
    struct chat_user_fact *user = fake_find_user(store, fact->user.id);
    switch (fact->kind) {
    case CHAT_FACT_USER_NEW:
        user = &store->users[store->user_count++];
        /* fall through */
    case CHAT_FACT_USER_CHANGED:
        *user = fact->user;
        fake_keep_user(store, user);
        break;
    case CHAT_FACT_USER_STATUS:
        user->status = fact->user.status;
        user->status_text = fact->user.status_text;
        fake_keep(store, &user->status_text);
        break;
    case CHAT_FACT_USER_SEEN:
        user->last_seen_ms = fact->user.last_seen_ms;
        break;
    case CHAT_FACT_SESSION_NEW:
    case CHAT_FACT_SESSION_USED:
    case CHAT_FACT_SESSION_TOKEN:
    case CHAT_FACT_SESSION_ENDED:
        fake_apply_session(store, fact);
        break;
    case CHAT_FACT_ROOM_NEW:
        store->rooms[store->room_count++] = fact->room;
        fake_keep_room(store, &store->rooms[store->room_count - 1]);
        break;
    case CHAT_FACT_ROOM_CHANGED: {
        struct chat_room_fact *room = fake_find_room(store, fact->room.id);
        int64_t last_seq = room->last_seq;
        *room = fact->room;
        room->last_seq = last_seq;
        fake_keep_room(store, room);
        break;
    }
    case CHAT_FACT_MESSAGE_NEW:
        fake_apply_message(store, fact);
        break;
    case CHAT_FACT_MESSAGE_EDITED:
    case CHAT_FACT_MESSAGE_DELETED:
        fake_apply_change(store, fact);
        break;
    case CHAT_FACT_MESSAGE_REACTED:
        fake_apply_reaction(store, fact);
        break;
    case CHAT_FACT_MESSAGE_PINNED:
        fake_find_message(store, fact->change.message->id)->pinned = fact->change.message->pinned;
        break;
    case CHAT_FACT_MESSAGE_THREADED: {
        struct fake_message *root = fake_find_message(store, fact->change.message->id);
        root->reply_count = fact->change.message->reply_count;
        root->last_reply_ms = fact->change.message->last_reply_at;
        break;
    }
    case CHAT_FACT_SAVED:
        fake_apply_saved(store, &fact->saved);
        break;
    case CHAT_FACT_DRAFT:
        fake_apply_draft(store, fact);
        break;
    case CHAT_FACT_THREAD_ME:
        fake_follow(store, fact->thread.user, fact->thread.thread,
                    (struct chat_follow){fact->thread.following, fact->thread.read_seq}, true);
        break;
    case CHAT_FACT_PURGE_BEGUN:
    case CHAT_FACT_PURGE_ENDED:
        fake_apply_purge(store, fact);
        break;
    case CHAT_FACT_SANCTION:
        fake_apply_sanction(store, &fact->sanction);
        break;
    case CHAT_FACT_BLOCK:
        fake_apply_block(store, &fact->block);
        break;
    case CHAT_FACT_REPORT_NEW:
    case CHAT_FACT_REPORT_DONE:
        fake_apply_report(store, fact);
        break;
    case CHAT_FACT_ROOM_SHOWN:
        break;
    case CHAT_FACT_FILE_NEW:
        fake_files_add(&store->files, &store->arena, &fact->file);
        break;
    case CHAT_FACT_AUDIT:
    case CHAT_FACT_PASSWORD_SET:
    case CHAT_FACT_ACCOUNT_SHUT:
    case CHAT_FACT_ACCOUNT_OPENED:
    case CHAT_FACT_INVITE_NEW:
    case CHAT_FACT_INVITE_USED:
    case CHAT_FACT_NAME_HELD:
    case CHAT_FACT_INVITE_ROOMS:
    case CHAT_FACT_INVITE_ENDED:
    case CHAT_FACT_SERVER_CHANGED:
        fake_accounts_apply(&store->accounts, &store->arena, fact);
        break;
    default:
        fake_apply_member(store, fact);
    }
}

/* Handing back */

static inline void fake_give(const struct chat_sink *sink, struct chat_fact fact) {
    sink->on_fact(sink->context, &fact);
}

/* The newest message of a room, or NULL. */
static inline struct fake_message *fake_newest(struct fake_store *store, int64_t room) {
    for (size_t i = store->message_count; i > 0; i--)
        if (store->messages[i - 1].fact.room == room && store->messages[i - 1].fact.thread == 0)
            return &store->messages[i - 1];
    return NULL;
}

/* A message as a load gives it: what it answers is shown as that is now. */
static inline struct chat_message_fact fake_shown(struct fake_store *store,
                                                  const struct fake_message *message,
                                                  struct proto_reply *reply) {
    struct chat_message_fact shown = message->fact;
    if (shown.reply_to != NULL) {
        *reply = *shown.reply_to;
        reply->excerpt =
            utf8_head(fake_find_message(store, reply->id)->fact.body, PROTO_LIMIT_EXCERPT_CHARS);
        shown.reply_to = reply;
    }
    return shown;
}

/* Everything, as a journal's load does; the log begins at first_pos. */
static inline void fake_walk(struct fake_store *store, int64_t first_pos,
                             const struct chat_sink *sink) {
    for (size_t i = 0; i < store->user_count; i++)
        fake_give(sink, (struct chat_fact){.kind = CHAT_FACT_USER_NEW, .user = store->users[i]});
    for (size_t i = 0; i < store->session_count; i++)
        fake_give(sink,
                  (struct chat_fact){.kind = CHAT_FACT_SESSION_NEW, .session = store->sessions[i]});
    for (size_t i = 0; i < store->room_count; i++)
        fake_give(sink, (struct chat_fact){.kind = CHAT_FACT_ROOM_NEW, .room = store->rooms[i]});
    for (size_t i = 0; i < store->member_count; i++)
        fake_give(sink,
                  (struct chat_fact){.kind = CHAT_FACT_MEMBER_JOINED, .member = store->members[i]});
    for (size_t i = 0; i < store->sanction_count; i++)
        fake_give(sink,
                  (struct chat_fact){.kind = CHAT_FACT_SANCTION, .sanction = store->sanctions[i]});
    for (size_t i = 0; i < store->block_count; i++)
        fake_give(sink, (struct chat_fact){.kind = CHAT_FACT_BLOCK, .block = store->blocks[i]});
    for (size_t i = 0; i < store->report_count; i++)
        fake_give(sink,
                  (struct chat_fact){.kind = CHAT_FACT_REPORT_NEW, .report = store->reports[i]});
    fake_accounts_walk(&store->accounts, sink);
    for (size_t i = 0; i < store->room_count; i++) {
        struct fake_message *newest = fake_newest(store, store->rooms[i].id);
        struct proto_reply reply;
        if (newest != NULL)
            fake_give(sink, (struct chat_fact){.kind = CHAT_FACT_MESSAGE_NEW,
                                               .at_ms = newest->at_ms,
                                               .message = fake_shown(store, newest, &reply)});
    }
    for (size_t i = 0; i < store->purge_count; i++)
        fake_give(sink,
                  (struct chat_fact){.kind = CHAT_FACT_PURGE_BEGUN, .purge = store->purges[i]});
    sink->on_log(sink->context, first_pos, store->last_pos);
    sink->on_ids(sink->context, (int64_t)store->user_count, (int64_t)store->room_count,
                 (int64_t)store->message_count, store->last_session);
}

static inline void fake_sink_fact(void *context, const struct chat_fact *fact) {
    chat_evolve(context, fact);
}

static inline void fake_sink_log(void *context, int64_t first_pos, int64_t last_pos) {
    chat_set_log(context, first_pos, last_pos);
}

static inline void fake_sink_ids(void *context, chat_user_id user, chat_room_id room,
                                 chat_message_id message, chat_session_id session) {
    chat_set_ids(context, user, room, message, session);
}

static inline void fake_load(struct fake_store *store, struct chat *chat) {
    const struct chat_sink sink = {chat, fake_sink_fact, fake_sink_log, fake_sink_ids};
    fake_walk(store, 1, &sink);
    chat_reloaded(chat);
}

/* The port */

static inline struct proto_author *fake_view_author(struct fake_store *store, int64_t user,
                                                    struct arena *arena) {
    const struct chat_user_fact *from = fake_find_user(store, user);
    struct proto_author *out = ARENA_NEW(arena, struct proto_author);
    *out = (struct proto_author){
        .id = from->id,
        .name = from->name,
        .display_name = from->display_name,
        .kind = from->kind,
    };
    return out;
}

static inline struct proto_reply *fake_view_reply(struct fake_store *store,
                                                  const struct chat_message_fact *from,
                                                  struct arena *arena) {
    if (from->reply_to == NULL)
        return NULL;
    const struct fake_message *answered = fake_find_message(store, from->reply_to->id);
    struct proto_reply *out = ARENA_NEW(arena, struct proto_reply);
    *out = (struct proto_reply){
        .id = answered->fact.id,
        .seq = answered->fact.seq,
        .author = fake_view_author(store, answered->fact.author, arena),
        .excerpt = utf8_head(answered->fact.body, PROTO_LIMIT_EXCERPT_CHARS),
    };
    return out;
}

static inline void fake_view_reactions(struct fake_store *store, int64_t message,
                                       struct arena *arena, struct proto_message *out) {
    out->reactions = ARENA_NEW_N(arena, struct proto_reaction, PROTO_LIMIT_REACTION_KINDS);
    for (size_t i = 0; i < store->reaction_count; i++) {
        const struct fake_reaction *from = &store->reactions[i];
        size_t at = 0;
        if (from->message != message)
            continue;
        while (at < out->reactions_count && !str_equal(out->reactions[at].emoji, from->emoji))
            at++;
        struct proto_reaction *kind = &out->reactions[at];
        if (at == out->reactions_count) {
            out->reactions_count++;
            kind->emoji = from->emoji;
            kind->users = ARENA_NEW_N(arena, int64_t, PROTO_LIMIT_REACTION_USERS);
        }
        if (kind->users_count < PROTO_LIMIT_REACTION_USERS)
            kind->users[kind->users_count++] = from->user;
        kind->count++;
    }
}

static inline void fake_view_message(struct fake_store *store, const struct fake_message *from,
                                     struct arena *arena, struct chat_stored_message *out) {
    *out = (struct chat_stored_message){.author = from->fact.author, .nonce = from->fact.nonce};
    out->message = (struct proto_message){
        .id = from->fact.id,
        .room = from->fact.room,
        .seq = from->fact.seq,
        .author = fake_view_author(store, from->fact.author, arena),
        .body = from->fact.body,
        .created_at = from->at_ms,
        .edited_at = from->fact.edited_at_ms,
        .deleted = from->fact.deleted,
        .reply_to = fake_view_reply(store, &from->fact, arena),
        .pinned = from->pinned,
        .thread = from->fact.thread,
        .twin = from->fact.deleted ? 0 : from->fact.twin,
        .reply_count = from->reply_count,
        .last_reply_at = from->last_reply_ms,
        .mentions_count = from->fact.mention_count,
        .mentions_all = from->fact.mentions_all,
    };
    fake_view_reactions(store, from->fact.id, arena, &out->message);
    fake_files_view(&store->files, arena, &out->message);
    out->message.mentions = ARENA_NEW_N(arena, int64_t, from->fact.mention_count);
    for (size_t i = 0; i < from->fact.mention_count; i++)
        out->message.mentions[i] = from->fact.mentions[i];
}

static inline enum err fake_port_find_nonce(void *context, chat_user_id author, struct str nonce,
                                            struct arena *arena, struct chat_stored_message *out) {
    struct fake_store *store = context;
    store->lookups++;
    if (store->fails != ERR_OK)
        return store->fails;
    for (size_t i = 0; i < store->message_count; i++) {
        const struct fake_message *message = &store->messages[i];
        if (message->fact.author != author || !str_equal(message->fact.nonce, nonce))
            continue;
        fake_view_message(store, message, arena, out);
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

static inline enum err fake_port_find_message(void *context, chat_message_id id,
                                              struct arena *arena,
                                              struct chat_stored_message *out) {
    struct fake_store *store = context;
    store->lookups++;
    if (store->fails != ERR_OK)
        return store->fails;
    const struct fake_message *message = fake_find_message(store, id);
    if (message == NULL)
        return ERR_NOT_FOUND;
    fake_view_message(store, message, arena, out);
    return ERR_OK;
}

static inline enum err fake_port_find_reaction(void *context, chat_message_id message,
                                               struct str emoji, chat_user_id user) {
    struct fake_store *store = context;
    store->lookups++;
    if (store->fails != ERR_OK)
        return store->fails;
    for (size_t i = 0; i < store->reaction_count; i++)
        if (store->reactions[i].message == message && store->reactions[i].user == user &&
            str_equal(store->reactions[i].emoji, emoji))
            return ERR_OK;
    return ERR_NOT_FOUND;
}

static inline enum err fake_port_find_saved(void *context, chat_user_id user,
                                            chat_message_id message, struct chat_kept *out) {
    struct fake_store *store = context;
    *out = (struct chat_kept){.is_saved = fake_find_saved(store, user, message) != NULL};
    store->lookups++;
    for (size_t i = 0; i < store->saved_count; i++)
        out->count += store->saved[i].user == user;
    return store->fails;
}

static inline enum err fake_port_find_follow(void *context, chat_user_id user,
                                             chat_message_id thread, struct chat_follow *out) {
    struct fake_store *store = context;
    store->lookups++;
    if (store->fails != ERR_OK)
        return store->fails;
    const struct fake_follow *found = fake_find_follow(store, user, thread);
    if (found == NULL)
        return ERR_NOT_FOUND;
    *out = found->follow;
    return ERR_OK;
}

/* Bytes, as SQLite compares them. */
static inline int fake_compare(struct str a, struct str b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common > 0 ? memcmp(a.at, b.at, common) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* In the order of nonces, as an index would give them; a few at a time, so that walks have steps. */
#define FAKE_SAID_LOOKS 4
static inline enum err fake_port_find_said(void *context, chat_user_id author, chat_room_id room,
                                           struct str after, struct arena *arena,
                                           struct chat_said *out) {
    struct fake_store *store = context;
    struct str last = after;
    *out = (struct chat_said){.ids = ARENA_NEW_N(arena, chat_message_id, FAKE_SAID_LOOKS)};
    store->lookups++;
    if (store->fails != ERR_OK)
        return store->fails;
    for (int looked = 0; looked < FAKE_SAID_LOOKS; looked++) {
        const struct fake_message *next = NULL;
        for (size_t i = 0; i < store->message_count; i++) {
            const struct chat_message_fact *fact = &store->messages[i].fact;
            if (fact->author == author && fake_compare(fact->nonce, last) > 0 &&
                (next == NULL || fake_compare(fact->nonce, next->fact.nonce) < 0))
                next = &store->messages[i];
        }
        if (next == NULL)
            return ERR_OK;
        last = next->fact.nonce;
        if (next->fact.room == room && !next->fact.deleted)
            out->ids[out->count++] = next->fact.id;
    }
    out->next = last;
    out->more = true;
    return ERR_OK;
}

static inline enum err fake_port_find_password(void *context, chat_user_id user,
                                               struct arena *arena, struct str *hash) {
    struct fake_store *store = context;
    if (store->fails != ERR_OK)
        return store->fails;
    return fake_accounts_find_password(&store->accounts, user, arena, hash);
}

static inline enum err fake_port_find_file(void *context, chat_file_id id, struct arena *arena,
                                           struct chat_stored_file *out) {
    struct fake_store *store = context;
    (void)arena;
    store->lookups++;
    return store->fails != ERR_OK ? store->fails : fake_files_find(&store->files, id, out);
}

static inline enum err fake_port_find_space(void *context, chat_user_id user,
                                            struct chat_space *out) {
    struct fake_store *store = context;
    *out = fake_files_space(&store->files, user);
    return store->fails;
}

static inline struct chat_port fake_port(struct fake_store *store) {
    return (struct chat_port){.context = store,
                              .find_nonce = fake_port_find_nonce,
                              .find_message = fake_port_find_message,
                              .find_reaction = fake_port_find_reaction,
                              .find_follow = fake_port_find_follow,
                              .find_saved = fake_port_find_saved,
                              .find_file = fake_port_find_file,
                              .find_space = fake_port_find_space,
                              .find_said = fake_port_find_said,
                              .find_password = fake_port_find_password};
}

/* Returns owned: fake_store_free. */
static inline struct fake_store *fake_store_new(void) {
    return MEM_NEW(struct fake_store);
}

static inline void fake_store_free(struct fake_store *store) {
    arena_deinit(&store->arena);
    free(store);
}
