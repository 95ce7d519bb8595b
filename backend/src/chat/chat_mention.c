/* chat_mention.c: a walk over the text from one @ to the next.
 *
 *     "hi @Bob.smith, "     run behind @:  Bob.smith      folded:  bob.smith
 *                           candidates, longest first:  bob.smith   bob
 *
 * The run is folded once and its candidates are slices of that: a candidate ends before one of _ . - or at the end, and no
 * normal form reaches across those three.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_mention.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "chat/chat_name.h"
#include "chat/chat_text.h"

#include <assert.h>

/* Longer than a name can be, with room for code points that a normal form joins. */
#define RUN_CHARS_MAX (PROTO_LIMIT_USER_NAME_CHARS * 4)

struct scan {
    struct arena *arena;
    chat_mention_find_fn find;
    void *context;
    struct chat_mentions *out;
};

/* Takes the characters of a name off the front of *rest. */
static struct str take_run(struct str *rest) {
    struct str run = *rest;
    for (size_t count = 0; rest->len > 0 && count < RUN_CHARS_MAX; count++) {
        struct str ahead = *rest;
        uint32_t c = utf8_next(&ahead);
        if (!chat_name_is_punctuation(c) && !chat_text_is_word(c))
            break;
        *rest = ahead;
    }
    run.len -= rest->len;
    return run;
}

static enum proto_mentions_all everybody(struct str folded) {
    if (str_equal(folded, STR("room")))
        return PROTO_MENTIONS_ALL_ROOM;
    return str_equal(folded, STR("here")) ? PROTO_MENTIONS_ALL_HERE : PROTO_MENTIONS_ALL_NONE;
}

static void add_person(struct chat_mentions *out, int64_t id) {
    for (size_t i = 0; i < out->count; i++)
        if (out->ids[i] == id)
            return;
    ASSERT(out->count < CHAT_MENTIONS_MAX);
    out->ids[out->count++] = id;
}

/* True when `folded` means somebody, who is then noted. */
static bool note_candidate(struct scan *scan, struct str folded) {
    enum proto_mentions_all all = everybody(folded);
    if (all != PROTO_MENTIONS_ALL_NONE) {
        if (all > scan->out->all)
            scan->out->all = all;
        return true;
    }
    int64_t id = scan->find(scan->context, folded);
    if (id != 0)
        add_person(scan->out, id);
    return id != 0;
}

/* Shortens a candidate to the next one: a punctuation character is cut off, then the word before it may end there. */
static struct str next_candidate(struct str candidate) {
    while (candidate.len > 0 &&
           !chat_name_is_punctuation((unsigned char)candidate.at[candidate.len - 1]))
        candidate.len--;
    if (candidate.len > 0)
        candidate.len--;
    return candidate;
}

static void note_run(struct scan *scan, struct str run) {
    struct str candidate = chat_text_fold(scan->arena, run);
    while (candidate.len > 0 && !note_candidate(scan, candidate))
        candidate = next_candidate(candidate);
}

/* May an @ behind this character begin a mention? */
static bool allows_mention(uint32_t before) {
    return before != '@' && !chat_name_is_punctuation(before) && !chat_text_is_word(before);
}

void chat_mention_scan(struct arena *arena, struct str body, chat_mention_find_fn find,
                       void *context, struct chat_mentions *out) {
    static_assert(PROTO_MENTIONS_ALL_ROOM > PROTO_MENTIONS_ALL_HERE, "the wider one is greater");
    *out = (struct chat_mentions){.all = PROTO_MENTIONS_ALL_NONE};
    if (str_find_byte(body, '@') == body.len)
        return;
    out->ids = ARENA_NEW_N(arena, int64_t, CHAT_MENTIONS_MAX);
    struct scan scan = {arena, find, context, out};
    uint32_t before = ' ';
    for (size_t looked = 0; body.len > 0 && looked < CHAT_MENTIONS_MAX;) {
        uint32_t c = utf8_next(&body);
        if (c == '@' && allows_mention(before)) {
            note_run(&scan, take_run(&body));
            looked++;
            before =
                'a'; /* the run's end, or the @ itself: what follows at once begins no mention */
            continue;
        }
        before = c;
    }
}
