/* test_sink.h: a load, written down.
 *
 * Each fact is one line of text, so that a test compares what was loaded with what it wrote:
 *
 *     user 1 name=user1 ...
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "chat/chat_port.h"
#include "test.h"

struct test_sink {
    struct buf lines;
    size_t facts;
    int64_t first_pos, last_pos;
    int64_t user, room, message, session; /* the greatest ids */
    bool in_order;                        /* the log came after the facts, the ids after the log */
};

static inline void test_sink_fact_text(struct buf *out, const struct chat_fact *fact) {
    switch (fact->kind) {
    case CHAT_FACT_USER_NEW:
        buf_printf(out,
                   "user %lld name=%.*s display=%.*s kind=%d role=%d color=%.*s status=%d"
                   " text=%.*s created=%lld seen=%lld\n",
                   (long long)fact->user.id, STR_ARG(fact->user.name),
                   STR_ARG(fact->user.display_name), fact->user.kind, fact->user.role,
                   STR_ARG(fact->user.color), fact->user.status, STR_ARG(fact->user.status_text),
                   (long long)fact->user.created_at_ms, (long long)fact->user.last_seen_ms);
        break;
    case CHAT_FACT_SESSION_NEW:
        buf_printf(out,
                   "session %lld user=%lld hash=%02x created=%lld used=%lld agent=%.*s"
                   " address=%.*s\n",
                   (long long)fact->session.id, (long long)fact->session.user,
                   fact->session.token_hash[CHAT_TOKEN_HASH_BYTES - 1],
                   (long long)fact->session.created_at_ms, (long long)fact->session.used_at_ms,
                   STR_ARG(fact->session.agent), STR_ARG(fact->session.address));
        break;
    case CHAT_FACT_ROOM_NEW:
        buf_printf(out,
                   "room %lld slug=%.*s name=%.*s topic=%.*s kind=%d owner=%lld created=%lld"
                   " archived=%d announcement=%d slow=%lld last=%lld\n",
                   (long long)fact->room.id, STR_ARG(fact->room.slug), STR_ARG(fact->room.name),
                   STR_ARG(fact->room.topic), fact->room.kind, (long long)fact->room.owner,
                   (long long)fact->room.created_at_ms, fact->room.archived,
                   fact->room.announcement, (long long)fact->room.slow_mode_s,
                   (long long)fact->room.last_seq);
        break;
    case CHAT_FACT_MEMBER_JOINED:
        buf_printf(out,
                   "member %lld/%lld role=%d joined=%lld read=%lld mentions=%lld level=%d"
                   " favorite=%d position=%lld\n",
                   (long long)fact->member.room, (long long)fact->member.user, fact->member.role,
                   (long long)fact->member.joined_at_ms, (long long)fact->member.read_seq,
                   (long long)fact->member.mentions, fact->member.level, fact->member.favorite,
                   (long long)fact->member.position);
        break;
    case CHAT_FACT_MESSAGE_NEW:
        buf_printf(out,
                   "message %lld room=%lld seq=%lld author=%lld body=%.*s at=%lld created=%lld"
                   " reply=%lld mentions=%zu all=%d edited=%lld deleted=%d\n",
                   (long long)fact->message.id, (long long)fact->message.room,
                   (long long)fact->message.seq, (long long)fact->message.author,
                   STR_ARG(fact->message.body), (long long)fact->at_ms,
                   (long long)fact->message.created_at_ms,
                   (long long)(fact->message.reply_to != NULL ? fact->message.reply_to->id : 0),
                   fact->message.mention_count, fact->message.mentions_all,
                   (long long)fact->message.edited_at_ms, fact->message.deleted);
        break;
    case CHAT_FACT_PURGE_BEGUN:
        buf_printf(out, "purge %lld/%lld until=%lld\n", (long long)fact->purge.room,
                   (long long)fact->purge.user, (long long)fact->purge.until);
        break;
    case CHAT_FACT_SANCTION:
        buf_printf(out, "sanction %lld/%lld banned=%d by=%lld at=%lld reason=%.*s muted=%lld\n",
                   (long long)fact->sanction.room, (long long)fact->sanction.user,
                   fact->sanction.banned, (long long)fact->sanction.banned_by,
                   (long long)fact->sanction.banned_at_ms, STR_ARG(fact->sanction.reason),
                   (long long)fact->sanction.muted_until_ms);
        break;
    case CHAT_FACT_REPORT_NEW:
        buf_printf(out, "report %lld message=%lld room=%lld by=%lld author=%lld at=%lld %.*s\n",
                   (long long)fact->report.id, (long long)fact->report.message,
                   (long long)fact->report.room, (long long)fact->report.by,
                   (long long)fact->report.author, (long long)fact->at_ms,
                   STR_ARG(fact->report.reason));
        break;
    case CHAT_FACT_BLOCK:
        buf_printf(out, "block %lld/%lld\n", (long long)fact->block.user,
                   (long long)fact->block.other);
        break;
    case CHAT_FACT_ACCOUNT_SHUT:
        buf_printf(out, "shut %lld by=%lld at=%lld reason=%.*s\n", (long long)fact->ban.user,
                   (long long)fact->ban.by, (long long)fact->ban.banned_at_ms,
                   STR_ARG(fact->ban.reason));
        break;
    case CHAT_FACT_INVITE_NEW:
        buf_printf(out, "invite %lld by=%lld role=%d rooms=", (long long)fact->invite.id,
                   (long long)fact->invite.by, fact->invite.role);
        for (size_t i = 0; i < fact->invite.room_count; i++)
            buf_printf(out, i > 0 ? ",%lld" : "%lld", (long long)fact->invite.rooms[i]);
        buf_printf(out, " note=%.*s created=%lld expires=%lld uses=%lld/%lld\n",
                   STR_ARG(fact->invite.note), (long long)fact->invite.created_at_ms,
                   (long long)fact->invite.expires_at_ms, (long long)fact->invite.uses,
                   (long long)fact->invite.uses_max);
        break;
    case CHAT_FACT_NAME_HELD:
        buf_printf(out, "held %.*s user=%lld until=%lld\n", STR_ARG(fact->held.name),
                   (long long)fact->held.user, (long long)fact->held.until_ms);
        break;
    case CHAT_FACT_SERVER_CHANGED:
        buf_printf(out, "server name=%.*s registration=%d guests=%d\n", STR_ARG(fact->server.name),
                   fact->server.registration, fact->server.guests);
        break;
    default:
        fail_msg("a load gave a fact of kind %d", fact->kind);
    }
}

static inline void test_sink_on_fact(void *context, const struct chat_fact *fact) {
    struct test_sink *sink = context;
    assert_int_equal(fact->pos, 0);
    sink->facts++;
    test_sink_fact_text(&sink->lines, fact);
}

static inline void test_sink_on_log(void *context, int64_t first_pos, int64_t last_pos) {
    struct test_sink *sink = context;
    sink->first_pos = first_pos;
    sink->last_pos = last_pos;
}

static inline void test_sink_on_ids(void *context, chat_user_id user, chat_room_id room,
                                    chat_message_id message, chat_session_id session) {
    struct test_sink *sink = context;
    sink->in_order = sink->first_pos > 0;
    sink->user = user;
    sink->room = room;
    sink->message = message;
    sink->session = session;
}

static inline struct chat_sink test_sink_of(struct test_sink *sink) {
    return (struct chat_sink){sink, test_sink_on_fact, test_sink_on_log, test_sink_on_ids};
}

/* True when the line was loaded. */
static inline bool test_sink_has(struct test_sink *sink, const char *line) {
    return strstr(buf_c(&sink->lines), line) != NULL;
}

static inline void test_sink_deinit(struct test_sink *sink) {
    buf_deinit(&sink->lines);
}
