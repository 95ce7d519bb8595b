/* chat_admin.c: what administrators do with accounts: roles, and shutting them.
 *
 * Owns      struct chat_ban.
 * Emits     user:changed   (by its fact), notice (to the sessions that end)
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "base/mem.h"
#include "chat/chat_account.h"
#include "chat/chat_server_policy.h"
#include "chat/chat_text.h"
#include "chat/chat_view.h"

#include <stdlib.h>

/* The person that a command names. */
static enum proto_error find_other(struct chat_turn *turn, chat_user_id id,
                                   struct chat_user **out) {
    *out = chat_user_find(turn->chat, id);
    return *out != NULL
               ? PROTO_OK
               : chat_refuse_field(turn, PROTO_NOT_FOUND, "user", STR("There is no such person."));
}

/* Roles */

static struct str role_text(int role) {
    return proto_user_role_enum.texts[role];
}

enum proto_error chat_admin_check_role(struct chat_turn *turn, const struct chat_user *other,
                                       enum proto_user_role role) {
    bool was_owner = other->role == PROTO_USER_ROLE_OWNER;
    if (other->kind != PROTO_USER_KIND_MEMBER)
        return chat_refuse(turn, PROTO_CONFLICT,
                           STR("Only somebody with an account of his own has a role."));
    if (was_owner && role != PROTO_USER_ROLE_OWNER && turn->chat->owner_count == 1)
        return chat_refuse(turn, PROTO_CONFLICT,
                           STR("This is the server's only owner. Make somebody else owner first."));
    return PROTO_OK;
}

void chat_admin_give_role(struct chat_turn *turn, struct chat_user *other,
                          enum proto_user_role role, struct str act) {
    struct chat_user *actor = turn->user;
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "%.*s, before: %.*s", STR_ARG(role_text(role)),
               STR_ARG(role_text(other->role)));
    turn->user = other;
    chat_user_fact_of(turn, CHAT_FACT_USER_CHANGED)->user.role = role;
    turn->user = actor;
    chat_audit(turn, act, 0, other->id, buf_str(&text));
    buf_deinit(&text);
}

enum proto_error chat_on_server_role(struct chat_turn *turn) {
    const struct proto_server_role *payload = turn->command->payload;
    struct chat_user *other;
    bool is_self = payload->user == turn->user->id && payload->role >= turn->user->role;
    enum chat_server_right right = is_self ? CHAT_MAY_STEP_DOWN : CHAT_MAY_GIVE_ROLE;
    enum proto_error error = chat_server_authorize(turn, is_self ? turn->user : NULL, right);
    if (error == PROTO_OK)
        error = find_other(turn, payload->user, &other);
    if (error != PROTO_OK)
        return error;
    error = chat_server_authorize(turn, other, right);
    if (error == PROTO_OK)
        error = chat_admin_check_role(turn, other, payload->role);
    if (error != PROTO_OK)
        return error;
    turn->outcome->note.id = other->id;
    if (other->role != payload->role)
        chat_admin_give_role(turn, other, payload->role, STR("server:role"));
    return PROTO_OK;
}

const void *chat_answer_server_role(struct chat_turn *turn) {
    struct proto_server_role_result *result =
        ARENA_NEW(turn->arena, struct proto_server_role_result);
    result->user = chat_view_user_new(turn->chat, chat_user_get(turn->chat, turn->outcome->note.id),
                                      turn->arena);
    return result;
}

/* Accounts that are shut */

static int64_t ban_user_of(const void *ban) {
    return ((const struct chat_ban *)ban)->user;
}

void chat_ban_free(struct chat_ban *ban) {
    free(ban->reason);
    free(ban);
}

void chat_apply_account_shut(struct chat *chat, const struct chat_fact *fact) {
    struct chat_user *user = chat_user_get(chat, fact->ban.user);
    struct chat_ban *ban = MEM_NEW(struct chat_ban);
    ASSERT(!user->is_shut);
    *ban = (struct chat_ban){
        .user = fact->ban.user,
        .by = fact->ban.by,
        .banned_at_ms = fact->ban.banned_at_ms,
        .reason = str_dup_c(fact->ban.reason),
    };
    user->is_shut = true;
    chat_roll_add(&chat->bans, ban_user_of, ban);
}

void chat_apply_account_opened(struct chat *chat, const struct chat_fact *fact) {
    struct chat_ban *ban = chat_roll_find(&chat->bans, ban_user_of, fact->ban.user);
    ASSERT(ban != NULL);
    chat_user_get(chat, ban->user)->is_shut = false;
    chat_roll_remove(&chat->bans, ban_user_of, ban);
    chat_ban_free(ban);
}

static void shut(struct chat_turn *turn, const struct chat_user *other, struct str reason) {
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_ACCOUNT_SHUT);
    fact->ban = (struct chat_ban_fact){
        .user = other->id,
        .by = turn->user->id,
        .banned_at_ms = turn->command->now_ms,
        .reason = reason,
    };
    chat_session_end_all(turn, other, NULL);
}

enum proto_error chat_on_server_ban(struct chat_turn *turn) {
    const struct proto_server_ban *payload = turn->command->payload;
    struct chat_user *other;
    enum proto_error error = chat_server_authorize(turn, NULL, CHAT_MAY_SHUT);
    if (error == PROTO_OK)
        error = find_other(turn, payload->user, &other);
    if (error == PROTO_OK)
        error = chat_server_authorize(turn, other, CHAT_MAY_SHUT);
    if (error != PROTO_OK || payload->on == other->is_shut)
        return error;
    struct str reason = chat_text_body(turn->arena, payload->reason);
    if (payload->on)
        shut(turn, other, reason);
    else
        chat_turn_fact(turn, CHAT_FACT_ACCOUNT_OPENED)->ban.user = other->id;
    chat_audit(turn, payload->on ? STR("server:ban") : STR("server:ban off"), 0, other->id, reason);
    return PROTO_OK;
}

enum proto_error chat_on_server_bans(struct chat_turn *turn) {
    return chat_server_authorize(turn, NULL, CHAT_MAY_SEE_SHUT);
}

const void *chat_answer_server_bans(struct chat_turn *turn) {
    const struct proto_server_bans *payload = turn->command->payload;
    const struct chat_roll *bans = &turn->chat->bans;
    struct proto_server_bans_result *result =
        ARENA_NEW(turn->arena, struct proto_server_bans_result);
    size_t first = chat_roll_seek(bans, ban_user_of, payload->after + 1);
    size_t limit = chat_page_limit(payload->limit);
    size_t count = bans->count - first < limit ? bans->count - first : limit;
    result->bans = ARENA_NEW_N(turn->arena, struct proto_account_ban, count);
    for (size_t i = 0; i < count; i++) {
        const struct chat_ban *ban = bans->items[first + i];
        result->bans[i] = (struct proto_account_ban){
            .user =
                chat_view_user_new(turn->chat, chat_user_get(turn->chat, ban->user), turn->arena),
            .by = ban->by,
            .at = ban->banned_at_ms,
            .reason = ban->reason[0] != '\0' ? str_of_c(ban->reason) : STR_NONE,
        };
    }
    result->bans_count = count;
    result->more = first + count < bans->count;
    return result;
}
