/* chat_command.c: from an act to the functions that decide and answer it.
 *
 * A command of the protocol passes three gates before its own function sees it: is it implemented, who asks (his session),
 * is he too fast. The table of deciders is expanded from the generated list, so that a command that becomes implemented in the
 * schema fails to link until its chat_on_<name> is written.
 *
 * The outcome grows in the caller's arena. A refusal takes back whatever facts and signals were added before it: a command
 * that fails changes nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/thread.h"
#include "base/token.h"
#include "chat/chat_internal.h"

#include <assert.h>

#define OUTCOME_CAP_MIN 4

/* Facts and signals */

static void *grow(struct arena *arena, const void *old, size_t count, size_t *cap, size_t size) {
    *cap = *cap == 0 ? OUTCOME_CAP_MIN : *cap * 2;
    void *items = arena_alloc(arena, *cap * size);
    if (count > 0)
        memcpy(items, old, count * size);
    return items;
}

struct chat_fact *chat_outcome_fact(struct chat_outcome *outcome, enum chat_fact_kind kind,
                                    int64_t at_ms) {
    if (outcome->fact_count == outcome->fact_cap)
        outcome->facts = grow(outcome->arena, outcome->facts, outcome->fact_count,
                              &outcome->fact_cap, sizeof *outcome->facts);
    struct chat_fact *fact = &outcome->facts[outcome->fact_count++];
    *fact = (struct chat_fact){.kind = kind, .at_ms = at_ms};
    return fact;
}

struct chat_signal *chat_outcome_signal(struct chat_outcome *outcome, enum chat_signal_kind kind) {
    if (outcome->signal_count == outcome->signal_cap)
        outcome->signals = grow(outcome->arena, outcome->signals, outcome->signal_count,
                                &outcome->signal_cap, sizeof *outcome->signals);
    struct chat_signal *signal = &outcome->signals[outcome->signal_count++];
    *signal = (struct chat_signal){.kind = kind};
    return signal;
}

const struct chat_fact *chat_turn_decided(const struct chat_turn *turn, enum chat_fact_kind kind) {
    const struct chat_outcome *outcome = turn->outcome;
    size_t i = 0;
    while (i < outcome->fact_count && outcome->facts[i].kind != kind)
        i++;
    ASSERT(i < outcome->fact_count);
    return &outcome->facts[i];
}

/* Refusals */

enum proto_error chat_refuse(struct chat_turn *turn, enum proto_error code, struct str sentence) {
    ASSERT(code > PROTO_OK && code < PROTO_ERROR_COUNT);
    struct chat_outcome *outcome = turn->outcome;
    outcome->fact_count = 0;
    outcome->signal_count = 0;
    outcome->read = (struct chat_read){.kind = CHAT_READ_NONE};
    outcome->hashing = (struct chat_hashing){.is_wanted = false};
    outcome->error = (struct proto_error_body){
        .code = code,
        .message = sentence.len > 0 ? sentence : proto_errors[code].text,
    };
    return code;
}

enum proto_error chat_refuse_field(struct chat_turn *turn, enum proto_error code, const char *field,
                                   struct str sentence) {
    (void)chat_refuse(turn, code, sentence);
    turn->outcome->error.field = str_of_c(field);
    return code;
}

enum proto_error chat_refuse_wait(struct chat_turn *turn, int64_t wait_ms, struct str sentence) {
    ASSERT(wait_ms > 0);
    (void)chat_refuse(turn, PROTO_RATE_LIMITED, sentence);
    turn->outcome->error.retry_after_ms = wait_ms;
    return PROTO_RATE_LIMITED;
}

/* The tables */

static const chat_decide_fn deciders[PROTO_COMMAND_COUNT] = {
#define X(NAME, name) [PROTO_COMMAND_##NAME] = chat_on_##name,
    PROTO_COMMAND_IMPLEMENTED_MAP(X)
#undef X
};

/* Commands that are not here answer {}. */
static const chat_answer_fn answers[PROTO_COMMAND_COUNT] = {
    [PROTO_COMMAND_SYNC] = chat_answer_sync,
    [PROTO_COMMAND_SESSION_LIST] = chat_answer_session_list,
    [PROTO_COMMAND_USER_RENAME] = chat_answer_user_rename,
    [PROTO_COMMAND_USER_STATUS] = chat_answer_user_status,
    [PROTO_COMMAND_USER_LIST] = chat_answer_user_list,
    [PROTO_COMMAND_ROOM_LIST] = chat_answer_room_list,
    [PROTO_COMMAND_ROOM_MINE] = chat_answer_room_mine,
    [PROTO_COMMAND_ROOM_CREATE] = chat_answer_room_create,
    [PROTO_COMMAND_ROOM_JOIN] = chat_answer_room_join,
    [PROTO_COMMAND_ROOM_UPDATE] = chat_answer_room_update,
    [PROTO_COMMAND_ROOM_MEMBERS] = chat_answer_room_members,
    [PROTO_COMMAND_ROOM_READ] = chat_answer_room_me,
    [PROTO_COMMAND_ROOM_PREFS] = chat_answer_room_me,
    [PROTO_COMMAND_ROOM_INVITE] = chat_answer_room_member,
    [PROTO_COMMAND_ROOM_BANS] = chat_answer_room_bans,
    [PROTO_COMMAND_ROOM_MUTE] = chat_answer_room_member,
    [PROTO_COMMAND_ROOM_ROLE] = chat_answer_room_member,
    [PROTO_COMMAND_ROOM_ARCHIVE] = chat_answer_room_update,
    [PROTO_COMMAND_ROOM_READ_ALL] = chat_answer_room_read_all,
    [PROTO_COMMAND_DM_OPEN] = chat_answer_dm_open,
    [PROTO_COMMAND_USER_BLOCKS] = chat_answer_user_blocks,
    [PROTO_COMMAND_REPORT_LIST] = chat_answer_report_list,
    [PROTO_COMMAND_AUDIT_LIST] = chat_answer_audit_list,
    [PROTO_COMMAND_MESSAGE_SEND] = chat_answer_message_send,
    [PROTO_COMMAND_MESSAGE_HISTORY] = chat_answer_message_history,
    [PROTO_COMMAND_MESSAGE_GET] = chat_answer_message,
    [PROTO_COMMAND_MESSAGE_EDIT] = chat_answer_message,
    [PROTO_COMMAND_MESSAGE_DELETE] = chat_answer_message,
    [PROTO_COMMAND_MESSAGE_SAVED] = chat_answer_message_saved,
    [PROTO_COMMAND_DRAFT_LIST] = chat_answer_draft_list,
    [PROTO_COMMAND_THREAD_FOLLOW] = chat_answer_thread_me,
    [PROTO_COMMAND_THREAD_READ] = chat_answer_thread_me,
    [PROTO_COMMAND_THREAD_LIST] = chat_answer_thread_list,
    [PROTO_COMMAND_MESSAGE_REACT] = chat_answer_message,
    [PROTO_COMMAND_MESSAGE_PIN] = chat_answer_message,
    [PROTO_COMMAND_MESSAGE_PINS] = chat_answer_message_pins,
    [PROTO_COMMAND_MESSAGE_VERSIONS] = chat_answer_message_versions,
    [PROTO_COMMAND_MESSAGE_SEARCH] = chat_answer_message_search,
    [PROTO_COMMAND_PRESENCE_WATCH] = chat_answer_presence_watch,
    [PROTO_COMMAND_SERVER_UPDATE] = chat_answer_server_update,
    [PROTO_COMMAND_SERVER_ROLE] = chat_answer_server_role,
    [PROTO_COMMAND_SERVER_BANS] = chat_answer_server_bans,
    [PROTO_COMMAND_INVITE_CREATE] = chat_answer_invite_create,
    [PROTO_COMMAND_INVITE_LIST] = chat_answer_invite_list,
    [PROTO_COMMAND_INVITE_USE] = chat_answer_invite_use,
};

#define ACT(name) [CHAT_ACT_##name - CHAT_ACT_ATTACH]
static const struct act_row {
    chat_decide_fn decide;
    chat_answer_fn answer; /* NULL: nothing */
    const struct proto_struct *shape;
} own_acts[] = {
    ACT(ATTACH) = {chat_on_attach, chat_answer_attach, NULL},
    ACT(DETACH) = {chat_on_detach, NULL, NULL},
    ACT(LOGIN) = {chat_on_login, chat_answer_user, &proto_user_shape},
    ACT(WHOAMI) = {chat_on_whoami, chat_answer_user, &proto_user_shape},
    ACT(LOGOUT) = {chat_on_logout, NULL, NULL},
    ACT(REGISTER) = {chat_on_register, chat_answer_user, &proto_user_shape},
    ACT(PASSWORD) = {chat_on_password, NULL, NULL},
    ACT(SERVER) = {chat_on_server, chat_answer_server, &proto_server_info_shape},
    ACT(INVITE_LOOK) = {chat_on_invite_look, chat_answer_invite_look, &proto_invite_preview_shape},
    ACT(OPERATE) = {chat_on_operate, chat_answer_operate, &proto_user_list_result_shape},
    ACT(UPLOAD) = {chat_on_upload, NULL, NULL},
    ACT(FILE_ADD) = {chat_on_file_add, chat_answer_file_add, &proto_uploaded_shape},
    ACT(FILE_LOOK) = {chat_on_file_look, chat_answer_file_look, NULL},
};
#undef ACT
static_assert(sizeof own_acts / sizeof own_acts[0] == CHAT_ACT_END - CHAT_ACT_ATTACH,
              "every act has a row");
static_assert((int)CHAT_ACT_ATTACH >= (int)PROTO_COMMAND_COUNT, "acts and commands do not meet");

static const struct act_row *own_act(int act) {
    ASSERT(act >= CHAT_ACT_ATTACH && act < CHAT_ACT_END);
    return &own_acts[act - CHAT_ACT_ATTACH];
}

static bool is_command(int act) {
    return act > PROTO_COMMAND_NONE && act < PROTO_COMMAND_COUNT;
}

const struct proto_struct *chat_act_shape(int act) {
    return is_command(act) ? proto_commands[act].result : own_act(act)->shape;
}

const char *chat_act_wants_secret(int act) {
    return act == PROTO_COMMAND_INVITE_CREATE ? TOKEN_INVITE_PREFIX : NULL;
}

/* Deciding */

static enum proto_error check_pace(struct chat_turn *turn, const struct proto_command_row *row) {
    struct chat_rate_key key = chat_rate_key_id('u', turn->user->id);
    int64_t wait_ms =
        chat_rate_take(&turn->chat->rates, &key, (int)row->bucket, row->cost, turn->chat->mono_ms);
    return wait_ms > 0 ? chat_refuse_wait(turn, wait_ms, STR("")) : PROTO_OK;
}

static enum proto_error decide_command(struct chat_turn *turn) {
    const struct proto_command_row *row = &proto_commands[turn->command->act];
    enum proto_error error = chat_session_resolve(turn);
    if (error != PROTO_OK)
        return error;
    if (!row->implemented)
        return chat_refuse(turn, PROTO_UNAVAILABLE, STR("This server cannot do that yet."));
    if (turn->user->role > row->who)
        return chat_refuse(turn, PROTO_FORBIDDEN, STR(""));
    error = check_pace(turn, row);
    return error == PROTO_OK ? deciders[turn->command->act](turn) : error;
}

/* Time, as the state knows it. The monotonic clock of the caller may be read on several threads: it never goes back here. */
static void stamp(struct chat *chat, int64_t now_ms, int64_t mono_ms) {
    chat->now_ms = now_ms;
    if (mono_ms > chat->mono_ms)
        chat->mono_ms = mono_ms;
}

enum proto_error chat_decide(struct chat *chat, const struct chat_command *command,
                             struct chat_outcome *outcome) {
    ASSERT_THREAD(CORE);
    ASSERT(outcome->arena != NULL && outcome->fact_count == 0);
    stamp(chat, command->now_ms, command->mono_ms);
    struct chat_turn turn = {chat, command, outcome, outcome->arena, NULL, NULL};
    if (is_command(command->act))
        return decide_command(&turn);
    return own_act(command->act)->decide(&turn);
}

const void *chat_answer(struct chat *chat, const struct chat_command *command,
                        struct chat_outcome *outcome) {
    ASSERT_THREAD(CORE);
    struct chat_turn turn = {chat, command, outcome, outcome->arena, NULL, NULL};
    turn.user = chat_user_find(chat, outcome->note.user);
    turn.session = chat_session_find(chat, outcome->note.session);
    ASSERT(!outcome->hashing.is_wanted);
    chat_answer_fn answer =
        is_command(command->act) ? answers[command->act] : own_act(command->act)->answer;
    ASSERT(!is_command(command->act) ||
           (answer == NULL) == (proto_commands[command->act].result == NULL));
    return answer != NULL ? answer(&turn) : NULL;
}
