/* chat_session.c: where a person is signed in.
 *
 * Owns      struct chat_session and its two indexes (by id, by token hash).
 *
 * A session ends by being revoked, by its age, or by idleness; one with a connection is not idle. Whether it has ended is asked
 * at every use, so nothing depends on the sweep, which only clears away: each session comes to the head of the queue every
 * ten minutes and is ended, or noted as used when it has been connected for long.
 *
 * Only the hash of a token is known here. It is looked up in a map with seeded hashes, so the time of a lookup says
 * nothing about a stored hash.
 *
 * The wall clock may jump. What this process has seen itself it measures by the monotonic clock; only of the time before it
 * knows by the wall clock alone, and then allows for a clock that was a day wrong.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "base/mem.h"
#include "chat/chat_account.h"
#include "chat/chat_server_policy.h"
#include "chat/chat_view.h"

#include <stdlib.h>

static struct str hash_key(const unsigned char hash[CHAT_TOKEN_HASH_BYTES]) {
    return str_of((const char *)hash, CHAT_TOKEN_HASH_BYTES);
}

/* Life and death */

static int64_t idle_max_ms(const struct chat *chat, const struct chat_session *session) {
    bool guest = session->user->kind == PROTO_USER_KIND_GUEST;
    return guest ? chat->options.guest_idle_ms : chat->options.session_idle_ms;
}

size_t chat_session_connections(const struct chat_session *session, size_t max) {
    const struct chat_presence *presence = session->user->presence;
    size_t count = 0;
    if (presence == NULL)
        return 0;
    LIST_EACH (&presence->connections, node) {
        if (count == max)
            break;
        count += LIST_ITEM(node, struct chat_connection, of_user)->session == session->id;
    }
    return count;
}

bool chat_session_is_connected(const struct chat_session *session) {
    return chat_session_connections(session, 1) > 0;
}

/* How long ago something was, at the least. */
static int64_t passed_ms(const struct chat *chat, int64_t at_ms, int64_t mono_ms) {
    if (mono_ms >= 0)
        return chat->mono_ms - mono_ms;
    return chat->now_ms - at_ms - CHAT_CLOCK_WRONG_MS;
}

static int64_t idle_ms(const struct chat *chat, const struct chat_session *session) {
    return passed_ms(chat, session->used_at_ms, session->used_mono_ms);
}

bool chat_session_is_alive(const struct chat *chat, const struct chat_session *session) {
    int64_t age_ms = passed_ms(chat, session->created_at_ms, session->created_mono_ms);
    if (age_ms > chat->options.session_age_ms)
        return false;
    return idle_ms(chat, session) <= idle_max_ms(chat, session) ||
           chat_session_is_connected(session);
}

struct chat_session *chat_session_of_token(const struct chat *chat,
                                           const unsigned char hash[CHAT_TOKEN_HASH_BYTES]) {
    struct chat_session *session = map_find_str(&chat->tokens, hash_key(hash));
    return session != NULL && chat_session_is_alive(chat, session) ? session : NULL;
}

static struct chat_session *session_of_actor(const struct chat *chat,
                                             const struct chat_actor *actor) {
    if (actor->session == 0)
        return actor->has_token ? chat_session_of_token(chat, actor->token_hash) : NULL;
    struct chat_session *session = chat_session_find(chat, actor->session);
    return session != NULL && chat_session_is_alive(chat, session) ? session : NULL;
}

enum proto_error chat_session_resolve(struct chat_turn *turn) {
    turn->session = session_of_actor(turn->chat, &turn->command->actor);
    if (turn->session == NULL)
        return chat_refuse(turn, PROTO_UNAUTHORIZED, STR(""));
    turn->user = turn->session->user;
    turn->outcome->note.user = turn->user->id;
    turn->outcome->note.session = turn->session->id;
    chat_session_use(turn->outcome, turn->session,
                     chat_session_text(turn->session, CHAT_SESSION_AGENT),
                     chat_session_text(turn->session, CHAT_SESSION_ADDRESS), turn->command->now_ms);
    return PROTO_OK;
}

/* Facts */

void chat_session_use(struct chat_outcome *outcome, const struct chat_session *session,
                      struct str agent, struct str address, int64_t now_ms) {
    int64_t passed_ms = now_ms - session->used_at_ms;
    if (passed_ms < CHAT_SESSION_USED_MS && passed_ms > -CHAT_SESSION_USED_MS)
        return;
    struct chat_fact *fact = chat_outcome_fact(outcome, CHAT_FACT_SESSION_USED, now_ms);
    fact->session = (struct chat_session_fact){
        .id = session->id,
        .used_at_ms = now_ms,
        .agent = arena_copy(outcome->arena, str_range(agent, 0, CHAT_AGENT_BYTES_MAX)),
        .address = arena_copy(outcome->arena, address),
    };
}

void chat_session_open(struct chat_turn *turn, chat_session_id id, chat_user_id user,
                       const unsigned char hash[CHAT_TOKEN_HASH_BYTES], struct str agent,
                       struct str address) {
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_SESSION_NEW);
    fact->session = (struct chat_session_fact){
        .id = id,
        .user = user,
        .created_at_ms = turn->command->now_ms,
        .used_at_ms = turn->command->now_ms,
        .agent = str_range(agent, 0, CHAT_AGENT_BYTES_MAX),
        .address = address,
    };
    memcpy(fact->session.token_hash, hash, CHAT_TOKEN_HASH_BYTES);
}

void chat_session_end(struct chat_outcome *outcome, const struct chat_session *session,
                      int64_t now_ms) {
    chat_outcome_fact(outcome, CHAT_FACT_SESSION_ENDED, now_ms)->session.id = session->id;
    chat_outcome_signal(outcome, CHAT_SIGNAL_END_SESSION)->session = session->id;
}

void chat_session_rotate(struct chat_outcome *outcome, const struct chat_session *session,
                         const unsigned char hash[CHAT_TOKEN_HASH_BYTES], int64_t now_ms) {
    struct chat_rotation *rotation = ARENA_NEW(outcome->arena, struct chat_rotation);
    memcpy(rotation->old_hash, session->token_hash, sizeof rotation->old_hash);
    memcpy(rotation->new_hash, hash, sizeof rotation->new_hash);
    struct chat_fact *fact = chat_outcome_fact(outcome, CHAT_FACT_SESSION_TOKEN, now_ms);
    fact->session.id = session->id;
    memcpy(fact->session.token_hash, hash, sizeof fact->session.token_hash);
    struct chat_signal *signal = chat_outcome_signal(outcome, CHAT_SIGNAL_TOKEN);
    signal->session = session->id;
    signal->rotation = rotation;
}

static void set_texts(struct chat_session *session, struct str agent, struct str address) {
    const struct str texts[CHAT_SESSION_TEXT_COUNT] = {
        [CHAT_SESSION_AGENT] = agent,
        [CHAT_SESSION_ADDRESS] = address,
    };
    chat_pack_set(&session->texts, session->text_lengths, texts, CHAT_SESSION_TEXT_COUNT);
}

void chat_apply_session_new(struct chat *chat, const struct chat_fact *fact) {
    const struct chat_session_fact *from = &fact->session;
    struct chat_session *session = MEM_NEW(struct chat_session);
    session->id = from->id;
    session->user = chat_user_get(chat, from->user);
    memcpy(session->token_hash, from->token_hash, CHAT_TOKEN_HASH_BYTES);
    session->created_at_ms = from->created_at_ms;
    session->used_at_ms = from->used_at_ms;
    session->created_mono_ms = session->used_mono_ms = fact->pos != 0 ? chat->mono_ms : -1;
    set_texts(session, from->agent, from->address);
    session->check_at_ms = chat->mono_ms + CHAT_SESSION_CHECK_MS;
    list_append(&session->user->sessions, &session->of_user);
    list_append(&chat->session_queue, &session->queue);
    void *twin = map_put(&chat->sessions, (uint64_t)session->id, session);
    ASSERT(twin == NULL);
    twin = map_put_str(&chat->tokens, hash_key(session->token_hash), session);
    ASSERT(twin == NULL);
    if (session->id > chat->last_session)
        chat->last_session = session->id;
}

void chat_apply_session_used(struct chat *chat, const struct chat_fact *fact) {
    struct chat_session *session = chat_session_find(chat, fact->session.id);
    ASSERT(session != NULL);
    session->used_at_ms = fact->session.used_at_ms;
    session->used_mono_ms = chat->mono_ms;
    set_texts(session, fact->session.agent, fact->session.address);
}

void chat_apply_session_token(struct chat *chat, const struct chat_fact *fact) {
    struct chat_session *session = chat_session_find(chat, fact->session.id);
    ASSERT(session != NULL);
    map_remove_str(&chat->tokens, hash_key(session->token_hash));
    memcpy(session->token_hash, fact->session.token_hash, CHAT_TOKEN_HASH_BYTES);
    void *twin = map_put_str(&chat->tokens, hash_key(session->token_hash), session);
    ASSERT(twin == NULL);
}

void chat_session_free(struct chat_session *session) {
    free(session->texts);
    free(session);
}

void chat_apply_session_ended(struct chat *chat, const struct chat_fact *fact) {
    struct chat_session *session = map_remove(&chat->sessions, (uint64_t)fact->session.id);
    ASSERT(session != NULL);
    map_remove_str(&chat->tokens, hash_key(session->token_hash));
    list_remove(&session->of_user);
    list_remove(&session->queue);
    chat_session_free(session);
}

/* Commands */

/* Somebody else's sessions are administrators' business. */
static enum proto_error find_other(struct chat_turn *turn, chat_user_id id,
                                   const struct chat_user **out) {
    enum proto_error error = chat_server_authorize(turn, NULL, CHAT_MAY_SIGN_OUT);
    if (error != PROTO_OK)
        return error;
    *out = chat_user_find(turn->chat, id);
    if (*out == NULL)
        return chat_refuse_field(turn, PROTO_NOT_FOUND, "user", STR("There is no such person."));
    return chat_server_authorize(turn, *out, CHAT_MAY_SIGN_OUT);
}

enum proto_error chat_on_session_list(struct chat_turn *turn) {
    const struct proto_session_list *payload = turn->command->payload;
    const struct chat_user *whose = turn->user;
    enum proto_error error = PROTO_OK;
    if (payload->user != 0 && payload->user != turn->user->id)
        error = find_other(turn, payload->user, &whose);
    turn->outcome->note.id = whose->id;
    return error;
}

static size_t count_sessions(const struct chat_user *user) {
    size_t count = 0;
    LIST_EACH (&user->sessions, node)
        count++;
    return count;
}

const void *chat_answer_session_list(struct chat_turn *turn) {
    struct proto_session_list_result *result =
        ARENA_NEW(turn->arena, struct proto_session_list_result);
    const struct chat_user *user = chat_user_get(turn->chat, turn->outcome->note.id);
    result->sessions = ARENA_NEW_N(turn->arena, struct proto_session, count_sessions(user));
    LIST_EACH (&user->sessions, node) {
        const struct chat_session *session = LIST_ITEM(node, struct chat_session, of_user);
        result->sessions[result->sessions_count++] = (struct proto_session){
            .id = session->id,
            .current = session == turn->session,
            .created_at = session->created_at_ms,
            .used_at = session->used_at_ms,
            .agent = chat_session_text(session, CHAT_SESSION_AGENT),
            .address = chat_session_text(session, CHAT_SESSION_ADDRESS),
        };
    }
    return result;
}

void chat_session_end_all(struct chat_turn *turn, const struct chat_user *user,
                          const struct chat_session *except) {
    LIST_EACH (&user->sessions, node) {
        const struct chat_session *session = LIST_ITEM(node, struct chat_session, of_user);
        if (session != except)
            chat_session_end(turn->outcome, session, turn->command->now_ms);
    }
}

/* All of somebody else's; of one's own none stays either. */
static enum proto_error revoke_all(struct chat_turn *turn, chat_user_id id) {
    const struct chat_user *whose = turn->user;
    enum proto_error error = PROTO_OK;
    if (id != turn->user->id)
        error = find_other(turn, id, &whose);
    if (error != PROTO_OK)
        return error;
    if (whose == turn->user)
        turn->outcome->fact_count = 0;
    else
        chat_audit(turn, STR("session:revoke"), 0, whose->id, STR(""));
    chat_session_end_all(turn, whose, NULL);
    return PROTO_OK;
}

/* One session, one's own or that of somebody of lower rank. For all others it does not exist. */
static enum proto_error revoke_one(struct chat_turn *turn, chat_session_id id) {
    const struct chat_session *session = chat_session_find(turn->chat, id);
    struct str why;
    bool is_own = session != NULL && session->user == turn->user;
    bool may = is_own ||
               (session != NULL && chat_server_policy_check(turn->user, session->user,
                                                            CHAT_MAY_SIGN_OUT, &why) == PROTO_OK);
    if (!may)
        return chat_refuse(turn, PROTO_NOT_FOUND, STR("There is no such session."));
    if (is_own)
        turn->outcome->fact_count = 0; /* the use of a session that ends is not worth a fact */
    else
        chat_audit(turn, STR("session:revoke"), 0, session->user->id, STR(""));
    chat_session_end(turn->outcome, session, turn->command->now_ms);
    return PROTO_OK;
}

enum proto_error chat_on_session_revoke(struct chat_turn *turn) {
    const struct proto_session_revoke *payload = turn->command->payload;
    if (payload->others)
        chat_session_end_all(turn, turn->user, turn->session);
    else if (payload->user != 0)
        return revoke_all(turn, payload->user);
    else
        return revoke_one(turn, payload->session);
    return PROTO_OK;
}

enum proto_error chat_on_whoami(struct chat_turn *turn) {
    return chat_session_resolve(turn);
}

enum proto_error chat_on_logout(struct chat_turn *turn) {
    enum proto_error error = chat_session_resolve(turn);
    if (error != PROTO_OK)
        return error;
    turn->outcome->fact_count = 0;
    chat_session_end(turn->outcome, turn->session, turn->command->now_ms);
    return PROTO_OK;
}

const void *chat_answer_user(struct chat_turn *turn) {
    return chat_view_user_new(turn->chat, turn->user, turn->arena);
}

/* The sweep */

int64_t chat_session_due_ms(const struct chat *chat) {
    const struct list *first = list_first(&chat->session_queue);
    return first != NULL ? LIST_ITEM(first, struct chat_session, queue)->check_at_ms : INT64_MAX;
}

static void session_check(struct chat *chat, struct chat_session *session,
                          struct chat_outcome *outcome) {
    if (!chat_session_is_alive(chat, session))
        chat_session_end(outcome, session, chat->now_ms);
    else if (chat_session_is_connected(session) &&
             idle_ms(chat, session) > idle_max_ms(chat, session) / 4)
        chat_session_use(outcome, session, chat_session_text(session, CHAT_SESSION_AGENT),
                         chat_session_text(session, CHAT_SESSION_ADDRESS), chat->now_ms);
}

void chat_session_tick(struct chat *chat, struct chat_outcome *outcome) {
    for (int i = 0; i < CHAT_SESSION_CHECKS_MAX && chat_session_due_ms(chat) <= chat->mono_ms;
         i++) {
        struct chat_session *session =
            LIST_ITEM(list_first(&chat->session_queue), struct chat_session, queue);
        list_remove(&session->queue);
        session->check_at_ms = chat->mono_ms + CHAT_SESSION_CHECK_MS;
        list_append(&chat->session_queue, &session->queue);
        session_check(chat, session, outcome);
    }
}
