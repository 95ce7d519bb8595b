/* chat_invite_list.c: seeing invitations to the server, and revoking them.
 *
 * Administrators have all of them. A room's moderators and owner have those that lead into their room: they see who made them,
 * and take the room out of one; what else it opens is no business of theirs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_policy.h"
#include "chat/chat_server_policy.h"
#include "chat/chat_view.h"

/* Hidden rooms that an administrator is not in do not exist for him, here neither. */
static void view_rooms(const struct chat_turn *turn, const struct chat_invite *invite,
                       struct proto_invite *out) {
    out->rooms = ARENA_NEW_N(turn->arena, int64_t, invite->room_count);
    for (size_t i = 0; i < invite->room_count; i++) {
        const struct chat_room *room = chat_room_find(turn->chat, invite->rooms[i]);
        struct str why;
        if (room != NULL &&
            chat_policy_check(turn->chat, turn->user, room, CHAT_RIGHT_SEE, &why) == PROTO_OK)
            out->rooms[out->rooms_count++] = room->id;
    }
}

void chat_invite_view(const struct chat_turn *turn, const struct chat_invite *invite,
                      struct proto_invite *out) {
    struct str why;
    bool is_admins = chat_server_policy_check(turn->user, NULL, CHAT_MAY_INVITE, &why) == PROTO_OK;
    *out = (struct proto_invite){
        .id = invite->id,
        .by = invite->by,
        .role = invite->role,
        .note = is_admins && invite->note[0] != '\0' ? str_of_c(invite->note) : STR_NONE,
        .created_at = invite->created_at_ms,
        .expires_at = invite->expires_at_ms,
        .uses = invite->uses,
        .uses_max = invite->uses_max,
    };
    view_rooms(turn, invite, out);
}

/* Listing */

static bool names_room(struct proto_room_ref ref) {
    return ref.id != 0 || ref.slug.len > 0;
}

/* Whoever may have those of that room, or of all. *room NULL: of all. */
static enum proto_error authorize(struct chat_turn *turn, struct proto_room_ref ref,
                                  struct chat_room **room) {
    *room = NULL;
    return names_room(ref) ? chat_authorize(turn, ref, CHAT_RIGHT_INVITES, room)
                           : chat_server_authorize(turn, NULL, CHAT_MAY_INVITE);
}

static bool leads_into(const struct chat_invite *invite, chat_room_id room) {
    for (size_t i = 0; i < invite->room_count; i++)
        if (invite->rooms[i] == room)
            return true;
    return room == 0;
}

enum proto_error chat_on_invite_list(struct chat_turn *turn) {
    const struct proto_invite_list *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = authorize(turn, payload->room, &room);
    if (error == PROTO_OK)
        turn->outcome->note.id = room != NULL ? room->id : 0;
    return error;
}

const void *chat_answer_invite_list(struct chat_turn *turn) {
    const struct proto_invite_list *payload = turn->command->payload;
    const struct chat_roll *invites = &turn->chat->invites;
    struct proto_invite_list_result *result =
        ARENA_NEW(turn->arena, struct proto_invite_list_result);
    size_t limit = chat_page_limit(payload->limit);
    result->invites = ARENA_NEW_N(turn->arena, struct proto_invite, limit);
    for (size_t i = chat_roll_seek(invites, chat_invite_id_of, payload->after + 1);
         i < invites->count && !result->more; i++) {
        if (!leads_into(invites->items[i], turn->outcome->note.id))
            continue;
        if (result->invites_count == limit)
            result->more = true;
        else
            chat_invite_view(turn, invites->items[i], &result->invites[result->invites_count++]);
    }
    return result;
}

/* Revoking */

/* It leads into the room no more. */
static void close_room(struct chat_turn *turn, const struct chat_invite *invite,
                       const struct chat_room *room) {
    int64_t *rooms = ARENA_NEW_N(turn->arena, int64_t, invite->room_count);
    size_t count = 0;
    for (size_t i = 0; i < invite->room_count; i++)
        if (invite->rooms[i] != room->id)
            rooms[count++] = invite->rooms[i];
    struct chat_invite_fact *fact = &chat_turn_fact(turn, CHAT_FACT_INVITE_ROOMS)->invite;
    fact->id = invite->id;
    fact->rooms = rooms;
    fact->room_count = count;
    chat_audit(turn, STR("invite:revoke"), room->id, invite->by, STR(""));
}

enum proto_error chat_on_invite_revoke(struct chat_turn *turn) {
    const struct proto_invite_revoke *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = authorize(turn, payload->room, &room);
    if (error != PROTO_OK)
        return error;
    const struct chat_invite *invite =
        chat_roll_find(&turn->chat->invites, chat_invite_id_of, payload->invite);
    if (invite == NULL || (room != NULL && !leads_into(invite, room->id)))
        return chat_refuse(turn, PROTO_NOT_FOUND, STR("There is no such invitation."));
    if (room != NULL) {
        close_room(turn, invite, room);
        return PROTO_OK;
    }
    chat_turn_fact(turn, CHAT_FACT_INVITE_ENDED)->invite.id = invite->id;
    chat_audit(turn, STR("invite:revoke"), 0, 0, str_of_c(invite->note));
    return PROTO_OK;
}
