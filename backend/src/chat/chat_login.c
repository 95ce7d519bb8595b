/* chat_login.c: signing in: as a new guest, or by name and password.
 *
 * A name that nobody has and a wrong password give the same answer after the same time: nobody's password is checked as well, and
 * every question that is asked about an account is asked about a name that is none.
 *
 * Attempts are counted by address, by name and address, and by name alone, so that neither one address that tries many names nor
 * many addresses that try one name get far. The last count would let anybody shut somebody out, so whoever has a living
 * session from his address passes it. What succeeds is given back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "chat/chat_account.h"
#include "chat/chat_text.h"

/* Pace */

struct attempt {
    struct chat_rate_key address, pair, name;
};

static struct attempt attempt_of(struct str folded, struct str address) {
    bool is_local;
    struct attempt attempt = {.address = chat_rate_key_address(address, &is_local)};
    int64_t name = (int64_t)map_hash_str(folded);
    struct str from = str_of((const char *)attempt.address.bytes, sizeof attempt.address.bytes);
    attempt.pair = chat_rate_key_pair('p', name, (int64_t)map_hash_str(from));
    attempt.name = chat_rate_key_id('n', name);
    return attempt;
}

static bool is_known_from(const struct chat *chat, const struct chat_user *user,
                          struct str address) {
    if (user == NULL)
        return false;
    LIST_EACH (&user->sessions, node) {
        const struct chat_session *session = LIST_ITEM(node, struct chat_session, of_user);
        if (chat_session_is_alive(chat, session) &&
            str_equal(chat_session_text(session, CHAT_SESSION_ADDRESS), address))
            return true;
    }
    return false;
}

enum proto_error chat_login_take(struct chat_turn *turn, struct str folded, struct str address,
                                 const struct chat_user *user) {
    struct chat *chat = turn->chat;
    struct attempt attempt = attempt_of(folded, address);
    int64_t now_ms = chat->mono_ms;
    int64_t wait_ms =
        chat_rate_take(&chat->rates, &attempt.address, CHAT_RATE_LOGIN_ADDRESS, 1, now_ms);
    if (wait_ms == 0)
        wait_ms = chat_rate_take(&chat->rates, &attempt.pair, CHAT_RATE_LOGIN_PAIR, 1, now_ms);
    if (wait_ms == 0 && !is_known_from(chat, user, address))
        wait_ms = chat_rate_take(&chat->rates, &attempt.name, CHAT_RATE_LOGIN_NAME, 1, now_ms);
    return wait_ms == 0
               ? PROTO_OK
               : chat_refuse_wait(turn, wait_ms, STR("Too many attempts. Please try again later."));
}

void chat_login_give(struct chat_turn *turn, struct str folded, struct str address) {
    struct chat_rates *rates = &turn->chat->rates;
    struct attempt attempt = attempt_of(folded, address);
    chat_rate_give(rates, &attempt.address, CHAT_RATE_LOGIN_ADDRESS, 1);
    chat_rate_give(rates, &attempt.pair, CHAT_RATE_LOGIN_PAIR, 1);
    chat_rate_give(rates, &attempt.name, CHAT_RATE_LOGIN_NAME, 1);
}

/* By password */

static struct chat_user *user_of_name(const struct chat_turn *turn, struct str folded) {
    return folded.len > 0 ? chat_user_find_name(turn->chat, folded) : NULL;
}

static enum proto_error login_begin(struct chat_turn *turn, const struct chat_login *login,
                                    struct str folded) {
    const struct chat_user *user = user_of_name(turn, folded);
    struct str known;
    enum proto_error error = chat_login_take(turn, folded, login->address, user);
    if (error != PROTO_OK)
        return error;
    if (!chat_account_hash_of(turn, user, &known))
        return PROTO_UNAVAILABLE;
    return chat_account_ask_check(turn, login->password, known, STR_NONE);
}

/* A person signs in here and there; the session that was not used for longest makes room. */
static void make_room(struct chat_turn *turn, const struct chat_user *user) {
    const struct chat_session *oldest = NULL;
    size_t count = 0;
    LIST_EACH (&user->sessions, node) {
        const struct chat_session *session = LIST_ITEM(node, struct chat_session, of_user);
        if (oldest == NULL || session->used_at_ms < oldest->used_at_ms)
            oldest = session;
        count++;
    }
    if (count >= CHAT_SESSIONS_PER_USER_MAX)
        chat_session_end(turn->outcome, oldest, turn->command->now_ms);
}

static enum proto_error login_finish(struct chat_turn *turn, const struct chat_login *login,
                                     struct str folded) {
    const struct chat_proof *proof = turn->command->proof;
    const struct chat_user *user = user_of_name(turn, folded);
    struct str known;
    if (chat_account_check_proof(turn) != PROTO_OK || !chat_account_hash_of(turn, user, &known))
        return PROTO_UNAVAILABLE;
    if (!proof->is_right || known.len == 0 || !str_equal(proof->known, known))
        return chat_account_refuse_wrong(turn);
    if (user->is_shut)
        return chat_refuse(turn, PROTO_FORBIDDEN, STR("An administrator has shut this account."));
    chat_session_id session = turn->chat->last_session + 1;
    chat_login_give(turn, folded, login->address);
    make_room(turn, user);
    chat_session_open(turn, session, user->id, login->fresh_token_hash, login->agent,
                      login->address);
    if (!str_is_none(proof->fresh))
        chat_account_set_password(turn, user->id, proof->fresh);
    turn->outcome->note.user = user->id;
    turn->outcome->note.session = session;
    return PROTO_OK;
}

enum proto_error chat_on_login(struct chat_turn *turn) {
    const struct chat_login *login = turn->command->payload;
    if (str_is_none(login->password))
        return chat_guest_make(turn, login);
    if (login->password.len > PROTO_LIMIT_PASSWORD_BYTES)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "password",
                                 STR("A password has at most 256 bytes."));
    struct str folded = chat_text_fold(turn->arena, login->name);
    return turn->command->proof == NULL ? login_begin(turn, login, folded)
                                        : login_finish(turn, login, folded);
}
