/* chat_operator.c: what the operator does with accounts, on the command line.
 *
 * Whoever holds the data directory may do anything: no rank is asked for. But the server keeps an owner, names stay unique,
 * passwords are held to the same rules, and it stands in the audit log, by nobody.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_account.h"
#include "chat/chat_text.h"
#include "chat/chat_view.h"

typedef enum proto_error (*operate_fn)(struct chat_turn *turn, const struct chat_operate *operate);

static enum proto_error find_named(struct chat_turn *turn, struct str name,
                                   struct chat_user **out) {
    struct str folded = chat_text_fold(turn->arena, name);
    *out = folded.len > 0 ? chat_user_find_name(turn->chat, folded) : NULL;
    return *out != NULL ? PROTO_OK
                        : chat_refuse_field(turn, PROTO_NOT_FOUND, "name",
                                            STR("There is nobody of that name."));
}

static enum proto_error add(struct chat_turn *turn, const struct chat_operate *operate) {
    struct str name, folded;
    enum proto_error error = chat_account_check_name(turn, operate->name, NULL, &name, &folded);
    if (error == PROTO_OK)
        error = chat_account_check_password(turn, operate->password, folded, "password");
    if (error != PROTO_OK)
        return error;
    if (turn->command->proof == NULL)
        return chat_account_ask_hash(turn, operate->password);
    if (chat_account_check_proof(turn) != PROTO_OK)
        return PROTO_UNAVAILABLE;
    chat_user_id id = turn->chat->last_user + 1;
    enum proto_user_role role = operate->role != 0 ? operate->role : PROTO_USER_ROLE_MEMBER;
    chat_account_make(turn, id, name, name, role);
    chat_audit(turn, STR("user add"), 0, id, proto_user_role_enum.texts[role]);
    turn->outcome->note.user = id;
    return PROTO_OK;
}

static enum proto_error role(struct chat_turn *turn, const struct chat_operate *operate) {
    struct chat_user *other;
    enum proto_error error = find_named(turn, operate->name, &other);
    if (error == PROTO_OK)
        error = chat_admin_check_role(turn, other, operate->role);
    if (error != PROTO_OK)
        return error;
    turn->outcome->note.user = other->id;
    if (other->role != operate->role)
        chat_admin_give_role(turn, other, operate->role, STR("user role"));
    return PROTO_OK;
}

/* A guest who is given a password has an account. */
static void make_member(struct chat_turn *turn, struct chat_user *other) {
    turn->user = other;
    struct chat_fact *fact = chat_user_fact_of(turn, CHAT_FACT_USER_CHANGED);
    fact->user.kind = PROTO_USER_KIND_MEMBER;
    fact->user.role = PROTO_USER_ROLE_MEMBER;
    turn->user = NULL;
}

static enum proto_error reset_password(struct chat_turn *turn, const struct chat_operate *operate) {
    struct chat_user *other;
    enum proto_error error = find_named(turn, operate->name, &other);
    if (error == PROTO_OK)
        error = chat_account_check_password(turn, operate->password,
                                            chat_user_text(other, CHAT_USER_FOLDED), "password");
    if (error != PROTO_OK)
        return error;
    if (turn->command->proof == NULL)
        return chat_account_ask_hash(turn, operate->password);
    if (chat_account_check_proof(turn) != PROTO_OK)
        return PROTO_UNAVAILABLE;
    if (other->kind == PROTO_USER_KIND_GUEST)
        make_member(turn, other);
    chat_account_set_password(turn, other->id, turn->command->proof->fresh);
    chat_session_end_all(turn, other, NULL);
    chat_audit(turn, STR("user reset-password"), 0, other->id, STR(""));
    turn->outcome->note.user = other->id;
    return PROTO_OK;
}

static enum proto_error list(struct chat_turn *turn, const struct chat_operate *operate) {
    (void)turn;
    (void)operate;
    return PROTO_OK;
}

static const operate_fn operations[CHAT_OPERATE_COUNT] = {
    [CHAT_OPERATE_ADD] = add,
    [CHAT_OPERATE_ROLE] = role,
    [CHAT_OPERATE_PASSWORD] = reset_password,
    [CHAT_OPERATE_LIST] = list,
};

enum proto_error chat_on_operate(struct chat_turn *turn) {
    const struct chat_operate *operate = turn->command->payload;
    ASSERT(operate->kind < CHAT_OPERATE_COUNT);
    return operations[operate->kind](turn, operate);
}

/* One person, or for the list a page of those with an account or a role. */
const void *chat_answer_operate(struct chat_turn *turn) {
    const struct chat_operate *operate = turn->command->payload;
    const struct chat *chat = turn->chat;
    struct proto_user_list_result *result = ARENA_NEW(turn->arena, struct proto_user_list_result);
    size_t max = operate->kind == CHAT_OPERATE_LIST ? PROTO_LIMIT_HISTORY : 1;
    result->users = ARENA_NEW_N(turn->arena, struct proto_user, max);
    if (operate->kind != CHAT_OPERATE_LIST) {
        chat_view_user(chat, turn->user, &result->users[result->users_count++]);
        return result;
    }
    for (size_t i = chat_roll_seek(&chat->users, chat_user_id_of, operate->after + 1);
         i < chat->users.count && !result->more; i++) {
        const struct chat_user *user = chat->users.items[i];
        if (user->kind == PROTO_USER_KIND_GUEST)
            continue;
        if (result->users_count == max)
            result->more = true;
        else
            chat_view_user(chat, user, &result->users[result->users_count++]);
    }
    return result;
}
