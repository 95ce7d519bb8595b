/* chat_server.c: the server's settings, and what everybody may know of it.
 *
 * Owns      the settings in struct chat.
 * Emits     server:changed   (by its fact)
 *
 * What the operator said on the command line counts until an administrator sets something else; from then on that is kept.
 *
 * A server without an owner is not set up yet. The first account is made by whoever has the secret that the server
 * printed at its start, or sits at its machine; nobody else registers before.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "chat/chat_server_policy.h"
#include "chat/chat_text.h"
#include "chat/chat_view.h"

#include <stdlib.h>

void chat_server_init(struct chat *chat) {
    chat->server_name = str_dup_c(STR("Parley"));
    chat->registration = chat->options.registration;
    chat->guests = chat->options.guests;
}

void chat_server_deinit(struct chat *chat) {
    free(chat->server_name);
    chat->server_name = NULL;
}

void chat_apply_server_changed(struct chat *chat, const struct chat_fact *fact) {
    ASSERT(fact->server.registration != PROTO_REGISTRATION_MODE_NONE);
    free(chat->server_name);
    chat->server_name = str_dup_c(fact->server.name);
    chat->registration = fact->server.registration;
    chat->guests = fact->server.guests;
}

struct proto_server_settings *chat_view_settings(const struct chat *chat, struct arena *arena) {
    struct proto_server_settings *out = ARENA_NEW(arena, struct proto_server_settings);
    *out = (struct proto_server_settings){
        .name = str_of_c(chat->server_name),
        .registration = chat->registration,
        .guests = chat->guests,
    };
    return out;
}

/* Changing */

static const char *const registration_texts[] = {
    [PROTO_REGISTRATION_MODE_NONE] = "",
    [PROTO_REGISTRATION_MODE_OPEN] = "open",
    [PROTO_REGISTRATION_MODE_INVITE] = "invite",
    [PROTO_REGISTRATION_MODE_CLOSED] = "closed",
};

static void note_change(struct chat_turn *turn, const struct chat_server_fact *to) {
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "name \"%.*s\", registration %s, guests %s", STR_ARG(to->name),
               registration_texts[to->registration], to->guests ? "on" : "off");
    chat_audit(turn, STR("server:update"), 0, 0, buf_str(&text));
    buf_deinit(&text);
}

enum proto_error chat_on_server_update(struct chat_turn *turn) {
    const struct proto_server_update *payload = turn->command->payload;
    const struct chat *chat = turn->chat;
    if (chat_server_authorize(turn, NULL, CHAT_MAY_SETTLE) != PROTO_OK)
        return PROTO_FORBIDDEN;
    struct str name = str_of_c(chat->server_name);
    if (!str_is_none(payload->name) &&
        !chat_text_line(payload->name, PROTO_LIMIT_SERVER_NAME_CHARS, &name))
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "name",
                                 STR("The server's name is one line of 1 to 64 characters."));
    const struct chat_server_fact to = {
        .name = arena_copy(turn->arena, name),
        .registration = payload->registration != PROTO_REGISTRATION_MODE_NONE
                            ? payload->registration
                            : chat->registration,
        .guests = payload->has_guests ? payload->guests : chat->guests,
    };
    if (str_equal(to.name, str_of_c(chat->server_name)) && to.registration == chat->registration &&
        to.guests == chat->guests)
        return PROTO_OK;
    chat_turn_fact(turn, CHAT_FACT_SERVER_CHANGED)->server = to;
    note_change(turn, &to);
    return PROTO_OK;
}

const void *chat_answer_server_update(struct chat_turn *turn) {
    struct proto_server_update_result *result =
        ARENA_NEW(turn->arena, struct proto_server_update_result);
    result->settings = chat_view_settings(turn->chat, turn->arena);
    return result;
}

/* For everybody */

enum proto_error chat_on_server(struct chat_turn *turn) {
    (void)turn;
    return PROTO_OK;
}

const void *chat_answer_server(struct chat_turn *turn) {
    const struct chat_server_look *look = turn->command->payload;
    struct proto_server_info *info = ARENA_NEW(turn->arena, struct proto_server_info);
    info->version = str_of_c(turn->chat->options.version);
    info->settings = chat_view_settings(turn->chat, turn->arena);
    info->setup = turn->chat->owner_count == 0;
    info->setup_open = info->setup && look->is_local;
    return info;
}

bool chat_has_owner(const struct chat *chat) {
    return chat->owner_count > 0;
}
