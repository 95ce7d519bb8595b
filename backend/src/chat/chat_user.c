/* chat_user.c: people: new guests, names and looks, chosen status, the list of all.
 *
 * Owns      struct chat_user, the index of folded names.
 * Emits     user:changed (by its fact), presence (a chosen status, with the next gathering)
 *
 * People are never taken out, and their ids grow: the roll of all users is in the order of birth, and a page of
 * user:list is a stretch of it. A query looks at everybody, at worst; so that this does not mean a look into a hundred thousand
 * separate allocations, 64 bits for each say in one array which beginnings of words his names have (two bytes, hashed
 * to a bit), and only those whose bits fit are looked at.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "chat/chat_name.h"
#include "chat/chat_text.h"
#include "chat/chat_view.h"

#include <stdlib.h>

/* Facts */

struct chat_fact *chat_user_fact_of(struct chat_turn *turn, enum chat_fact_kind kind) {
    const struct chat_user *user = turn->user;
    struct chat_fact *fact = chat_turn_fact(turn, kind);
    fact->user = (struct chat_user_fact){
        .id = user->id,
        .name = chat_user_text(user, CHAT_USER_NAME),
        .display_name = chat_user_text(user, CHAT_USER_DISPLAY_NAME),
        .color = chat_user_text(user, CHAT_USER_COLOR),
        .status_text = chat_user_text(user, CHAT_USER_STATUS_TEXT),
        .kind = (enum proto_user_kind)user->kind,
        .role = (enum proto_user_role)user->role,
        .status = (enum proto_status)user->status,
        .created_at_ms = user->created_at_ms,
        .last_seen_ms = user->last_seen_ms,
    };
    /* The texts are the state's own, and the fact is about to replace them there. */
    fact->user.name = arena_copy(turn->arena, fact->user.name);
    fact->user.display_name = arena_copy(turn->arena, fact->user.display_name);
    fact->user.color = arena_copy(turn->arena, fact->user.color);
    fact->user.status_text = arena_copy(turn->arena, fact->user.status_text);
    return fact;
}

/* Sets all texts; the folded forms follow from the others. */
static void set_texts(struct chat_user *user, const struct chat_user_fact *from) {
    struct arena arena = {0};
    struct str folded = chat_text_fold(&arena, from->name);
    struct str display_folded = chat_text_fold(&arena, from->display_name);
    ASSERT(!str_is_none(folded) && !str_is_none(display_folded));
    const struct str texts[CHAT_USER_TEXT_COUNT] = {
        [CHAT_USER_NAME] = from->name,
        [CHAT_USER_FOLDED] = folded,
        [CHAT_USER_DISPLAY_NAME] = from->display_name,
        [CHAT_USER_DISPLAY_FOLDED] = str_equal(folded, display_folded) ? STR("") : display_folded,
        [CHAT_USER_COLOR] = from->color,
        [CHAT_USER_STATUS_TEXT] = from->status_text,
    };
    chat_pack_set(&user->texts, user->text_lengths, texts, CHAT_USER_TEXT_COUNT);
    arena_deinit(&arena);
}

static void set_all(struct chat *chat, struct chat_user *user, const struct chat_user_fact *from) {
    chat->owner_count -= user->role == PROTO_USER_ROLE_OWNER;
    chat->owner_count += from->role == PROTO_USER_ROLE_OWNER;
    user->kind = (uint8_t)from->kind;
    user->role = (uint8_t)from->role;
    user->status = (uint8_t)from->status;
    user->created_at_ms = from->created_at_ms;
    user->last_seen_ms = from->last_seen_ms;
    set_texts(user, from);
}

static void index_name(struct chat *chat, struct chat_user *user) {
    void *twin = map_put_str(&chat->names, chat_user_text(user, CHAT_USER_FOLDED), user);
    ASSERT(twin == NULL);
}

/* The bit of a word that begins with these two bytes; a word of one byte has 0 behind it. */
static uint64_t start_bit(unsigned char first, unsigned char second) {
    return 1ull << ((first * 31u + second * 7u) & 63);
}

static uint64_t starts_of(struct str text) {
    uint64_t starts = 0;
    for (size_t i = 0; i < text.len; i++)
        if (i == 0 || text.at[i - 1] == ' ')
            starts |= start_bit((unsigned char)text.at[i],
                                i + 1 < text.len ? (unsigned char)text.at[i + 1] : 0);
    return starts;
}

/* The bits that a person must have to be found; none for what is too short to say. */
static uint64_t starts_wanted(struct str query) {
    return query.len < 2 ? 0 : start_bit((unsigned char)query.at[0], (unsigned char)query.at[1]);
}

static void note_starts(struct chat *chat, const struct chat_user *user) {
    size_t at = chat_roll_seek(&chat->users, chat_user_id_of, user->id);
    chat->user_starts[at] = starts_of(chat_user_text(user, CHAT_USER_FOLDED)) |
                            starts_of(chat_user_text(user, CHAT_USER_DISPLAY_FOLDED));
}

/* Makes the place of a person who was just added to the roll. */
static void add_starts(struct chat *chat, const struct chat_user *user) {
    size_t at = chat_roll_seek(&chat->users, chat_user_id_of, user->id);
    if (chat->user_starts_cap < chat->users.cap) {
        chat->user_starts_cap = chat->users.cap;
        chat->user_starts =
            mem_resize(chat->user_starts, chat->user_starts_cap, sizeof *chat->user_starts);
    }
    memmove(chat->user_starts + at + 1, chat->user_starts + at,
            (chat->users.count - 1 - at) * sizeof *chat->user_starts);
    note_starts(chat, user);
}

void chat_apply_user_new(struct chat *chat, const struct chat_fact *fact) {
    ASSERT(fact->user.status >= PROTO_STATUS_ONLINE && fact->user.status <= PROTO_STATUS_DND);
    struct chat_user *user = MEM_NEW(struct chat_user);
    user->id = fact->user.id;
    list_init(&user->sessions);
    set_all(chat, user, &fact->user);
    index_name(chat, user);
    chat_roll_add(&chat->users, chat_user_id_of, user);
    add_starts(chat, user);
    if (user->id > chat->last_user)
        chat->last_user = user->id;
    chat_presence_adopt(chat, user);
}

void chat_apply_user_changed(struct chat *chat, const struct chat_fact *fact) {
    struct chat_user *user = chat_user_get(chat, fact->user.id);
    map_remove_str(&chat->names, chat_user_text(user, CHAT_USER_FOLDED));
    set_all(chat, user, &fact->user);
    index_name(chat, user);
    note_starts(chat, user);
}

void chat_apply_user_status(struct chat *chat, const struct chat_fact *fact) {
    struct chat_user *user = chat_user_get(chat, fact->user.id);
    struct str texts[CHAT_USER_TEXT_COUNT];
    ASSERT(fact->user.status >= PROTO_STATUS_ONLINE && fact->user.status <= PROTO_STATUS_DND);
    map_remove_str(&chat->names, chat_user_text(user, CHAT_USER_FOLDED));
    for (int i = 0; i < CHAT_USER_TEXT_COUNT; i++)
        texts[i] = chat_user_text(user, (enum chat_user_text)i);
    texts[CHAT_USER_STATUS_TEXT] = fact->user.status_text;
    chat_pack_set(&user->texts, user->text_lengths, texts, CHAT_USER_TEXT_COUNT);
    user->status = (uint8_t)fact->user.status;
    index_name(chat, user);
}

void chat_apply_user_seen(struct chat *chat, const struct chat_fact *fact) {
    chat_user_get(chat, fact->user.id)->last_seen_ms = fact->user.last_seen_ms;
}

void chat_user_free(struct chat_user *user) {
    chat_roll_deinit(&user->rooms);
    free(user->blocks);
    free(user->texts);
    free(user);
}

/* New guests */

/* A free name near the wanted one: a small number first, then the number of the person it would be. */
static struct str suggest_name(const struct chat *chat, struct arena *arena, struct str name) {
    for (uint64_t i = 2;; i++) {
        uint64_t number = i <= 20 ? i : (uint64_t)chat->last_user + i;
        struct str candidate = chat_name_numbered(arena, name, number);
        if (chat_name_is_free(chat, chat_text_fold(arena, candidate), 0))
            return candidate;
    }
}

enum proto_error chat_user_refuse_name(struct chat_turn *turn, struct str name) {
    (void)chat_refuse_field(turn, PROTO_CONFLICT, "name", STR("That name is taken."));
    turn->outcome->error.suggestion = suggest_name(turn->chat, turn->arena, name);
    return PROTO_CONFLICT;
}

static enum proto_error check_guest_name(struct chat_turn *turn, struct str wanted,
                                         struct str *name) {
    struct str folded;
    enum chat_name_fault fault = chat_name_parse(turn->arena, wanted, name, &folded);
    if (fault != CHAT_NAME_FINE)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "name", chat_name_fault_text(fault));
    return chat_name_is_free(turn->chat, folded, 0) ? PROTO_OK : chat_user_refuse_name(turn, *name);
}

static enum proto_error check_guest_pace(struct chat_turn *turn, struct str address) {
    bool is_local;
    struct chat_rate_key key = chat_rate_key_address(address, &is_local);
    if (is_local)
        return PROTO_OK;
    int64_t wait_ms =
        chat_rate_take(&turn->chat->rates, &key, CHAT_RATE_GUEST, 1, turn->chat->mono_ms);
    if (wait_ms == 0)
        return PROTO_OK;
    return chat_refuse_wait(turn, wait_ms,
                            STR("Too many new people from your network. Please try again later."));
}

static void guest_facts(struct chat_turn *turn, chat_user_id id, struct str name) {
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_USER_NEW);
    fact->user = (struct chat_user_fact){
        .id = id,
        .name = name,
        .display_name = name,
        .kind = PROTO_USER_KIND_GUEST,
        .role = PROTO_USER_ROLE_GUEST,
        .status = PROTO_STATUS_ONLINE,
        .created_at_ms = turn->command->now_ms,
        .last_seen_ms = turn->command->now_ms,
    };
}

enum proto_error chat_guest_make(struct chat_turn *turn, const struct chat_login *login) {
    struct chat *chat = turn->chat;
    struct str name;
    if (!chat->guests)
        return chat_refuse(turn, PROTO_UNAUTHORIZED, STR("This server takes no guests."));
    enum proto_error error = check_guest_name(turn, login->name, &name);
    if (error == PROTO_OK)
        error = check_guest_pace(turn, login->address);
    if (error != PROTO_OK)
        return error;
    chat_user_id user = chat->last_user + 1;
    chat_session_id session = chat->last_session + 1;
    const struct chat_room *general = chat_room_find_slug(chat, STR("general"));
    guest_facts(turn, user, name);
    chat_session_open(turn, session, user, login->fresh_token_hash, login->agent, login->address);
    if (general != NULL)
        chat_member_join(turn, general, general->id, user, PROTO_MEMBER_ROLE_MEMBER);
    turn->outcome->note.user = user;
    turn->outcome->note.session = session;
    return PROTO_OK;
}

/* Looks and status */

enum proto_error chat_on_user_rename(struct chat_turn *turn) {
    const struct proto_user_rename *payload = turn->command->payload;
    struct str display_name = chat_user_text(turn->user, CHAT_USER_DISPLAY_NAME);
    struct str color = chat_user_text(turn->user, CHAT_USER_COLOR);
    bool is_new = false;
    if (!str_is_none(payload->display_name)) {
        struct str wanted;
        if (!chat_text_line(payload->display_name, PROTO_LIMIT_DISPLAY_NAME_CHARS, &wanted))
            return chat_refuse_field(turn, PROTO_BAD_REQUEST, "display_name",
                                     STR("A display name is one line of 1 to 64 characters."));
        is_new = !str_equal(wanted, display_name);
        display_name = wanted;
    }
    if (!str_is_none(payload->color)) {
        is_new = is_new || !str_equal(payload->color, color);
        color = payload->color;
    }
    if (!is_new)
        return PROTO_OK;
    struct chat_fact *fact = chat_user_fact_of(turn, CHAT_FACT_USER_CHANGED);
    fact->user.display_name = arena_copy(turn->arena, display_name);
    fact->user.color = arena_copy(turn->arena, color);
    return PROTO_OK;
}

const void *chat_answer_user_rename(struct chat_turn *turn) {
    struct proto_user_rename_result *result =
        ARENA_NEW(turn->arena, struct proto_user_rename_result);
    result->user = chat_view_user_new(turn->chat, turn->user, turn->arena);
    return result;
}

enum proto_error chat_on_user_status(struct chat_turn *turn) {
    const struct proto_user_status *payload = turn->command->payload;
    struct str text = chat_user_text(turn->user, CHAT_USER_STATUS_TEXT);
    bool text_changed = false;
    if (payload->status < PROTO_STATUS_ONLINE || payload->status > PROTO_STATUS_DND)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "status",
                                 STR("Choose online, away or dnd."));
    if (!str_is_none(payload->text)) {
        struct str wanted = chat_text_body(turn->arena, payload->text);
        text_changed = !str_equal(wanted, text);
        text = wanted;
    }
    if (payload->status == turn->user->status && !text_changed)
        return PROTO_OK;
    /* The text is in the log, for those who were away; here or not is told by presence alone. */
    struct chat_fact *fact =
        chat_user_fact_of(turn, text_changed ? CHAT_FACT_USER_CHANGED : CHAT_FACT_USER_STATUS);
    fact->user.status = payload->status;
    fact->user.status_text = arena_copy(turn->arena, text);
    chat_presence_touch(turn->chat, turn->user);
    return PROTO_OK;
}

const void *chat_answer_user_status(struct chat_turn *turn) {
    struct proto_user_status_result *result =
        ARENA_NEW(turn->arena, struct proto_user_status_result);
    result->user = chat_view_user_new(turn->chat, turn->user, turn->arena);
    return result;
}

/* The list of all */

static bool matches(const struct chat_user *user, struct str folded_query) {
    return folded_query.len == 0 ||
           chat_text_has_word_start(chat_user_text(user, CHAT_USER_FOLDED), folded_query) ||
           chat_text_has_word_start(chat_user_text(user, CHAT_USER_DISPLAY_FOLDED), folded_query);
}

enum proto_error chat_on_user_list(struct chat_turn *turn) {
    (void)turn;
    return PROTO_OK;
}

const void *chat_answer_user_list(struct chat_turn *turn) {
    const struct proto_user_list *payload = turn->command->payload;
    const struct chat *chat = turn->chat;
    struct proto_user_list_result *result = ARENA_NEW(turn->arena, struct proto_user_list_result);
    struct str query = chat_text_trim(chat_text_fold(turn->arena, payload->query));
    uint64_t starts = starts_wanted(query);
    size_t limit = chat_page_limit(payload->limit);
    result->users = ARENA_NEW_N(turn->arena, struct proto_user, limit);
    for (size_t i = chat_roll_seek(&chat->users, chat_user_id_of, payload->after + 1);
         i < chat->users.count && !result->more; i++) {
        if ((chat->user_starts[i] & starts) != starts)
            continue;
        const struct chat_user *user = chat->users.items[i];
        if (!matches(user, query))
            continue;
        if (result->users_count == limit)
            result->more = true;
        else
            chat_view_user(chat, user, &result->users[result->users_count++]);
    }
    return result;
}
