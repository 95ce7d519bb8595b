/* chat_account.c: registering, and changing one's password.
 *
 * A new account, and a guest who becomes a member: the guest keeps his id, and with it his messages and rooms; all his sessions
 * end, and the new token is for what follows.
 *
 * Who may register, in this order: on a server without an owner whoever has the set-up secret or sits at its machine, and nobody
 * else; then by the server's setting.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_account.h"

#include "base/token.h"
#include "chat/chat_name.h"
#include "chat/chat_password.h"
#include "chat/chat_text.h"
#include "chat/chat_view.h"

/* What passwords and proofs have in common */

enum proto_error chat_account_refuse_wrong(struct chat_turn *turn) {
    return chat_refuse(turn, PROTO_UNAUTHORIZED, STR("That name and that password do not fit."));
}

bool chat_account_hash_of(struct chat_turn *turn, const struct chat_user *user, struct str *hash) {
    const struct chat_port *port = &turn->chat->port;
    *hash = STR("");
    enum err error = user != NULL ? port->find_password(port->context, user->id, turn->arena, hash)
                                  : ERR_NOT_FOUND;
    if (error == ERR_OK || error == ERR_NOT_FOUND)
        return true;
    (void)chat_refuse(turn, PROTO_UNAVAILABLE, STR(""));
    return false;
}

enum proto_error chat_account_check_password(struct chat_turn *turn, struct str password,
                                             struct str folded, const char *field) {
    enum chat_password_fault fault = chat_password_check(turn->arena, password, folded);
    return fault == CHAT_PASSWORD_FINE
               ? PROTO_OK
               : chat_refuse_field(turn, PROTO_BAD_REQUEST, field, chat_password_fault_text(fault));
}

enum proto_error chat_account_ask_hash(struct chat_turn *turn, struct str password) {
    turn->outcome->fact_count = 0;
    turn->outcome->hashing = (struct chat_hashing){.is_wanted = true, .fresh = password};
    return PROTO_OK;
}

enum proto_error chat_account_ask_check(struct chat_turn *turn, struct str password,
                                        struct str known, struct str fresh) {
    turn->outcome->fact_count = 0;
    turn->outcome->hashing = (struct chat_hashing){
        .is_wanted = true,
        .checks = true,
        .password = password,
        .known = known,
        .fresh = fresh,
    };
    return PROTO_OK;
}

enum proto_error chat_account_check_proof(struct chat_turn *turn) {
    return turn->command->proof->failed ? chat_refuse(turn, PROTO_UNAVAILABLE, STR("")) : PROTO_OK;
}

enum proto_error chat_account_check_name(struct chat_turn *turn, struct str wanted,
                                         const struct chat_user *own, struct str *name,
                                         struct str *folded) {
    enum chat_name_fault fault = chat_name_parse(turn->arena, wanted, name, folded);
    if (fault != CHAT_NAME_FINE)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "name", chat_name_fault_text(fault));
    return chat_name_is_free(turn->chat, *folded, own != NULL ? own->id : 0)
               ? PROTO_OK
               : chat_user_refuse_name(turn, *name);
}

void chat_account_set_password(struct chat_turn *turn, chat_user_id user, struct str hash) {
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_PASSWORD_SET);
    ASSERT(hash.len > 0);
    fact->password = (struct chat_password_fact){.user = user, .hash = hash};
}

void chat_account_make(struct chat_turn *turn, chat_user_id id, struct str name,
                       struct str display_name, enum proto_user_role role) {
    const struct chat_room *general = chat_room_find_slug(turn->chat, STR("general"));
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_USER_NEW);
    fact->user = (struct chat_user_fact){
        .id = id,
        .name = name,
        .display_name = display_name,
        .kind = PROTO_USER_KIND_MEMBER,
        .role = role,
        .status = PROTO_STATUS_ONLINE,
        .created_at_ms = turn->command->now_ms,
        .last_seen_ms = turn->command->now_ms,
    };
    chat_account_set_password(turn, id, turn->command->proof->fresh);
    if (general != NULL)
        chat_member_join(turn, general, general->id, id, PROTO_MEMBER_ROLE_MEMBER);
}

/* Neither password nor set-up changes anything in the state */

void chat_apply_password_set(struct chat *chat, const struct chat_fact *fact) {
    ASSERT(chat_user_find(chat, fact->password.user) != NULL);
}

/* Registering */

/* What is found out about a registration, anew each time. */
struct registration {
    const struct chat_register *payload;
    const struct chat_user *guest;    /* who becomes a member; NULL: somebody new */
    const struct chat_invite *invite; /* NULL: none */
    enum proto_user_role role;
    struct str name, folded, display_name;
};

/* Whoever has an account signs out before he makes another one. */
static enum proto_error check_actor(struct chat_turn *turn, struct registration *r) {
    const struct chat_actor *actor = &turn->command->actor;
    const struct chat_session *session =
        actor->has_token ? chat_session_of_token(turn->chat, actor->token_hash) : NULL;
    if (session == NULL)
        return actor->has_token && !r->payload->token_is_cookie
                   ? chat_refuse(turn, PROTO_UNAUTHORIZED, STR(""))
                   : PROTO_OK;
    if (session->user->kind != PROTO_USER_KIND_GUEST)
        return chat_refuse(turn, PROTO_CONFLICT,
                           STR("You have an account already. Sign out to make another one."));
    r->guest = session->user;
    return PROTO_OK;
}

static bool has_setup_secret(const struct chat *chat, struct str secret) {
    unsigned char hash[CHAT_TOKEN_HASH_BYTES];
    return chat->options.has_setup && token_hash_of(TOKEN_SETUP_PREFIX, secret, hash) &&
           str_equal_secret(str_of((const char *)hash, sizeof hash),
                            str_of((const char *)chat->options.setup_hash, sizeof hash));
}

/* The first account. */
static enum proto_error check_setup(struct chat_turn *turn, struct registration *r) {
    r->role = PROTO_USER_ROLE_OWNER;
    if (r->payload->is_local || has_setup_secret(turn->chat, r->payload->setup))
        return PROTO_OK;
    return chat_refuse_field(
        turn, PROTO_FORBIDDEN, "setup",
        STR("This server is not set up yet. Open the link that it printed when it started."));
}

static enum proto_error check_invite(struct chat_turn *turn, struct registration *r) {
    enum proto_error error = chat_invite_find(turn, r->payload->invite, &r->invite);
    if (error == PROTO_OK)
        r->role = r->invite->role;
    return error;
}

static enum proto_error check_door(struct chat_turn *turn, struct registration *r) {
    const struct chat *chat = turn->chat;
    r->role = PROTO_USER_ROLE_MEMBER;
    if (chat->owner_count == 0)
        return check_setup(turn, r);
    if (!str_is_none(r->payload->setup))
        return chat_refuse_field(turn, PROTO_CONFLICT, "setup",
                                 STR("This server has been set up already."));
    if (chat->registration == PROTO_REGISTRATION_MODE_CLOSED)
        return chat_refuse(turn, PROTO_FORBIDDEN, STR("This server takes no new accounts."));
    if (!str_is_none(r->payload->invite))
        return check_invite(turn, r);
    if (chat->registration == PROTO_REGISTRATION_MODE_INVITE)
        return chat_refuse_field(turn, PROTO_FORBIDDEN, "invite",
                                 STR("An account on this server takes an invitation."));
    return PROTO_OK;
}

static enum proto_error check_display_name(struct chat_turn *turn, struct registration *r) {
    if (str_is_none(r->payload->display_name)) {
        bool keeps =
            r->guest != NULL && !str_equal(chat_user_text(r->guest, CHAT_USER_NAME),
                                           chat_user_text(r->guest, CHAT_USER_DISPLAY_NAME));
        r->display_name = keeps ? chat_user_text(r->guest, CHAT_USER_DISPLAY_NAME) : r->name;
        return PROTO_OK;
    }
    if (chat_text_line(r->payload->display_name, PROTO_LIMIT_DISPLAY_NAME_CHARS, &r->display_name))
        return PROTO_OK;
    return chat_refuse_field(turn, PROTO_BAD_REQUEST, "display_name",
                             STR("A display name is one line of 1 to 64 characters."));
}

static enum proto_error registration_check(struct chat_turn *turn, struct registration *r) {
    enum proto_error error = check_actor(turn, r);
    if (error == PROTO_OK)
        error = check_door(turn, r);
    if (error == PROTO_OK)
        error = chat_account_check_name(turn, r->payload->name, r->guest, &r->name, &r->folded);
    if (error == PROTO_OK)
        error = check_display_name(turn, r);
    if (error == PROTO_OK)
        error = chat_account_check_password(turn, r->payload->password, r->folded, "password");
    return error;
}

static enum proto_error check_pace(struct chat_turn *turn, struct str address) {
    bool is_local;
    struct chat_rate_key key = chat_rate_key_address(address, &is_local);
    int64_t wait_ms = is_local ? 0
                               : chat_rate_take(&turn->chat->rates, &key, CHAT_RATE_REGISTER, 1,
                                                turn->chat->mono_ms);
    if (wait_ms == 0)
        return PROTO_OK;
    return chat_refuse_wait(
        turn, wait_ms, STR("Too many new accounts from your network. Please try again later."));
}

static void guest_becomes_member(struct chat_turn *turn, const struct registration *r) {
    turn->user = chat_user_get(turn->chat, r->guest->id);
    chat_name_hold(turn, turn->user, r->folded);
    struct chat_fact *fact = chat_user_fact_of(turn, CHAT_FACT_USER_CHANGED);
    fact->user.name = r->name;
    fact->user.display_name = arena_copy(turn->arena, r->display_name);
    fact->user.kind = PROTO_USER_KIND_MEMBER;
    fact->user.role = r->role;
    chat_account_set_password(turn, r->guest->id, turn->command->proof->fresh);
    chat_session_end_all(turn, r->guest, NULL);
}

static void registration_facts(struct chat_turn *turn, const struct registration *r) {
    const struct chat *chat = turn->chat;
    chat_user_id user = r->guest != NULL ? r->guest->id : chat->last_user + 1;
    chat_session_id session = chat->last_session + 1;
    size_t room_count = r->guest != NULL ? r->guest->rooms.count : 1;
    if (r->guest != NULL)
        guest_becomes_member(turn, r);
    else
        chat_account_make(turn, user, r->name, arena_copy(turn->arena, r->display_name), r->role);
    chat_session_open(turn, session, user, r->payload->fresh_token_hash, r->payload->agent,
                      r->payload->address);
    if (r->invite != NULL) {
        (void)chat_invite_join(turn, r->invite, r->guest, user, room_count);
        chat_invite_use(turn, r->invite);
    }
    turn->outcome->note.user = user;
    turn->outcome->note.session = session;
}

enum proto_error chat_on_register(struct chat_turn *turn) {
    struct registration r = {.payload = turn->command->payload};
    enum proto_error error = registration_check(turn, &r);
    if (error != PROTO_OK)
        return error;
    if (turn->command->proof == NULL) {
        error = check_pace(turn, r.payload->address);
        return error == PROTO_OK ? chat_account_ask_hash(turn, r.payload->password) : error;
    }
    error = chat_account_check_proof(turn);
    if (error == PROTO_OK)
        registration_facts(turn, &r);
    return error;
}

/* A new password */

enum proto_error chat_on_password(struct chat_turn *turn) {
    const struct chat_password *payload = turn->command->payload;
    const struct chat_proof *proof = turn->command->proof;
    struct str known;
    enum proto_error error = chat_session_resolve(turn);
    if (error != PROTO_OK)
        return error;
    if (!chat_account_hash_of(turn, turn->user, &known))
        return PROTO_UNAVAILABLE;
    if (known.len == 0)
        return chat_refuse(turn, PROTO_FORBIDDEN,
                           STR("You have no password yet. Register, and you have."));
    error = chat_account_check_password(
        turn, payload->new_password, chat_user_text(turn->user, CHAT_USER_FOLDED), "new_password");
    if (error == PROTO_OK && proof == NULL)
        error = chat_login_take(turn, chat_user_text(turn->user, CHAT_USER_FOLDED),
                                payload->address, turn->user);
    if (error != PROTO_OK)
        return error;
    if (proof == NULL)
        return chat_account_ask_check(turn, payload->password, known, payload->new_password);
    if (chat_account_check_proof(turn) != PROTO_OK)
        return PROTO_UNAVAILABLE;
    if (!proof->is_right || !str_equal(proof->known, known))
        return chat_refuse_field(turn, PROTO_FORBIDDEN, "password",
                                 STR("That is not your present password."));
    chat_login_give(turn, chat_user_text(turn->user, CHAT_USER_FOLDED), payload->address);
    chat_account_set_password(turn, turn->user->id, proof->fresh);
    chat_session_end_all(turn, turn->user, turn->session);
    if (payload->rotates)
        chat_session_rotate(turn->outcome, turn->session, payload->fresh_token_hash,
                            turn->command->now_ms);
    return PROTO_OK;
}
