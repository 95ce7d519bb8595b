/* chat_attach.c: who a new connection is, and from where it goes on.
 *
 * Identity, the first that is there:
 *
 *     token ──────────── its session, or unauthorized
 *     cookie ─────────── its session; stale: passed over when there is a name
 *     name ── with a sealed pid of a guest of that name ── that guest's session
 *        └─── else ────── a new guest
 *
 * Going on: a client that was connected before names the position that it has seen, either with its pid (then it keeps its
 * Socket.IO id) or as auth.since. It is resumed when the pid is that of the very session it came with and the log reaches
 * back to that position; whatever is wrong with either is no error but a fresh start. Whether at most 1,000 events were missed, the
 * reader finds out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "chat/chat_name.h"
#include "chat/chat_text.h"
#include "chat/chat_view.h"

/* Identity */

/* The guest of a name who proves by his sealed pid that it is his. */
static struct chat_session *session_of_pid(const struct chat_turn *turn,
                                           const struct chat_attach *attach) {
    struct chat_session *session = chat_session_find(turn->chat, attach->resume_session);
    if (session == NULL || !chat_session_is_alive(turn->chat, session) ||
        session->user->kind != PROTO_USER_KIND_GUEST)
        return NULL;
    struct str folded = chat_text_fold(turn->arena, attach->name);
    return str_equal(folded, chat_user_text(session->user, CHAT_USER_FOLDED)) ? session : NULL;
}

/* The session that the connection proves, NULL when it proves none. */
static struct chat_session *session_of_attach(const struct chat_turn *turn,
                                              const struct chat_attach *attach) {
    const struct chat *chat = turn->chat;
    if (attach->has_token)
        return chat_session_of_token(chat, attach->token_hash);
    struct chat_session *session =
        attach->has_cookie ? chat_session_of_token(chat, attach->cookie_hash) : NULL;
    if (session == NULL && !str_is_none(attach->name))
        session = session_of_pid(turn, attach);
    return session;
}

static enum proto_error make_guest(struct chat_turn *turn, const struct chat_attach *attach) {
    struct chat_login login = {
        .name = attach->name, .agent = attach->agent, .address = attach->address};
    memcpy(login.fresh_token_hash, attach->fresh_token_hash, CHAT_TOKEN_HASH_BYTES);
    return chat_guest_make(turn, &login);
}

/* Going on */

static bool may_resume(const struct chat *chat, const struct chat_attach *attach,
                       const struct chat_session *session) {
    if (attach->resume_pos < 0)
        return false;
    if (!attach->resume_is_since && attach->resume_session != session->id)
        return false;
    return attach->resume_pos >= chat->first_pos - 1 && attach->resume_pos <= chat->last_pos;
}

/* The same client is back while its old connection still looks alive: that one goes without a word. */
static void cut_old(struct chat_turn *turn, const struct chat_attach *attach) {
    struct chat_connection *old =
        chat_connection_of_sid(turn->chat, turn->session, attach->resume_sid);
    if (old == NULL || old->key == turn->command->actor.connection)
        return;
    chat_outcome_signal(turn->outcome, CHAT_SIGNAL_CUT)->connection = old->key;
}

static void resume(struct chat_turn *turn, const struct chat_attach *attach,
                   struct chat_attached *attached) {
    attached->wants_replay = true;
    attached->resumed_sid = !attach->resume_is_since;
    if (attached->resumed_sid)
        cut_old(turn, attach);
    turn->outcome->read = (struct chat_read){
        .kind = CHAT_READ_EVENTS,
        .user = turn->user->id,
        .from_pos = attach->resume_pos,
        .limit = PROTO_LIMIT_RESUME_EVENTS,
    };
}

/* A connection that takes the place of its old one is never too many. */
static bool has_too_many(const struct chat *chat, const struct chat_attach *attach,
                         const struct chat_session *session) {
    double max = CHAT_SESSION_CONNECTIONS_MAX * chat->options.rate_scale;
    size_t bound = max < 1 ? 1 : max < 1e9 ? (size_t)max : (size_t)1e9;
    if (chat->options.rate_scale == 0 || chat_session_connections(session, bound) < bound)
        return false;
    bool takes_over = may_resume(chat, attach, session) && !attach->resume_is_since &&
                      chat_connection_of_sid(chat, session, attach->resume_sid) != NULL;
    return !takes_over;
}

static void come_back(struct chat_turn *turn, const struct chat_attach *attach,
                      struct chat_session *session, struct chat_attached *attached) {
    turn->session = session;
    turn->user = session->user;
    turn->outcome->note.user = session->user->id;
    turn->outcome->note.session = session->id;
    chat_session_use(turn->outcome, session, attach->agent, attach->address, turn->command->now_ms);
    if (may_resume(turn->chat, attach, session))
        resume(turn, attach, attached);
}

enum proto_error chat_on_attach(struct chat_turn *turn) {
    const struct chat_attach *attach = turn->command->payload;
    struct chat_attached *attached = ARENA_NEW(turn->arena, struct chat_attached);
    struct chat_session *session = session_of_attach(turn, attach);
    if (session != NULL && has_too_many(turn->chat, attach, session)) {
        return chat_refuse_wait(turn, CHAT_SESSION_CONNECTIONS_RETRY_MS,
                                STR("Too many open windows of this session. Close some."));
    } else if (session != NULL) {
        come_back(turn, attach, session, attached);
    } else if (attach->has_token || str_is_none(attach->name)) {
        return chat_refuse(turn, PROTO_UNAUTHORIZED, STR(""));
    } else {
        enum proto_error error = make_guest(turn, attach);
        if (error != PROTO_OK)
            return error;
        attached->made_guest = true;
    }
    const struct chat_note *note = &turn->outcome->note;
    (void)chat_presence_connect(turn->chat, turn->command->actor.connection, note->user,
                                note->session, attach->sid,
                                attached->resumed_sid ? attach->resume_sid : STR_NONE);
    turn->outcome->note.attached = attached;
    return PROTO_OK;
}

/* Catching up by hand */

enum proto_error chat_on_sync(struct chat_turn *turn) {
    const struct proto_sync *payload = turn->command->payload;
    const struct chat *chat = turn->chat;
    bool is_bounded = payload->limit > 0 && payload->limit < PROTO_LIMIT_SYNC_EVENTS;
    if (payload->pos > chat->last_pos || payload->pos < chat->first_pos - 1)
        return PROTO_OK; /* the answer says reset */
    turn->outcome->read = (struct chat_read){
        .kind = CHAT_READ_EVENTS,
        .user = turn->user->id,
        .from_pos = payload->pos,
        .limit = is_bounded ? payload->limit : PROTO_LIMIT_SYNC_EVENTS,
    };
    return PROTO_OK;
}

const void *chat_answer_sync(struct chat_turn *turn) {
    struct proto_sync_result *result = ARENA_NEW(turn->arena, struct proto_sync_result);
    struct chat_read *read = &turn->outcome->read;
    const struct chat_roll *rooms = &turn->user->rooms;
    result->reset = read->kind == CHAT_READ_NONE;
    if (result->reset)
        return result;
    int64_t *ids = ARENA_NEW_N(turn->arena, int64_t, rooms->count);
    for (size_t i = 0; i < rooms->count; i++)
        ids[i] = chat_member_room_of(rooms->items[i]);
    read->rooms = ids;
    read->room_count = rooms->count;
    read->to_pos = turn->chat->last_pos;
    result->has_pos = result->has_more = true;
    result->pos = read->to_pos;
    return result;
}
