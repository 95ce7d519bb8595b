/* fuzz_chat_text.c: what people type: names, bodies, room names and slugs, mentions (chat/chat_text.h, chat_name.h,
 * chat_mention.h).
 *
 * The chat gets valid UTF-8 only (the decoder has seen to that), so bytes that are none are left out of the input.
 *
 * What must hold
 *
 *   - every result is UTF-8, within its bound, and unchanged when it goes the same way again
 *   - a name has one form and one key, however its characters are spelled, and a key is its own key
 *   - a name or slug with a number behind it is still one
 *   - no person is mentioned twice, and none that the text does not name
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "chat/chat_mention.h"
#include "chat/chat_name.h"
#include "chat/chat_text.h"
#include "fuzz.h"

#include <utf8proc.h>

static bool is_same(struct str a, struct str b) {
    return str_is_none(a) == str_is_none(b) && str_equal(a, b);
}

static void check_fold(struct arena *arena, struct str text) {
    struct str composed = chat_text_compose(arena, text);
    struct str key = chat_text_fold(arena, text);
    if (!str_is_none(composed)) {
        ASSERT(utf8_is_valid(composed));
        ASSERT(is_same(chat_text_compose(arena, composed), composed));
    }
    if (!str_is_none(key)) {
        ASSERT(utf8_is_valid(key));
        ASSERT(is_same(chat_text_fold(arena, key), key));
    }
}

static void check_body(struct arena *arena, struct str text) {
    struct str body = chat_text_body(arena, text);
    ASSERT(utf8_is_valid(body) && body.len <= text.len);
    for (struct str rest = body; rest.len > 0;) {
        uint32_t c = utf8_next(&rest);
        ASSERT(!chat_text_is_control(c) || c == '\t' || c == '\n');
    }
    ASSERT(str_equal(chat_text_trim(body), body));
    ASSERT(str_equal(chat_text_body(arena, body), body));
}

static void check_line(struct str text) {
    struct str line, again;
    if (!chat_text_line(text, PROTO_LIMIT_ROOM_NAME_CHARS, &line))
        return;
    ASSERT(line.len > 0 && utf8_count(line) <= PROTO_LIMIT_ROOM_NAME_CHARS);
    ASSERT(chat_text_line(line, PROTO_LIMIT_ROOM_NAME_CHARS, &again) && str_equal(again, line));
}

static void check_letters(struct str name) {
    struct str first = name;
    bool has_word = false;
    ASSERT(!chat_text_is_mark(utf8_next(&first)));
    for (struct str rest = name; rest.len > 0;) {
        uint32_t c = utf8_next(&rest);
        ASSERT(chat_text_is_word(c) || chat_name_is_punctuation(c));
        has_word |= chat_text_is_word(c);
    }
    ASSERT(has_word);
}

static void check_fine_name(struct arena *arena, struct str name, struct str key) {
    struct str name_again, key_again;
    ASSERT(name.len > 0 && utf8_is_valid(name) && utf8_is_valid(key) && key.len > 0);
    ASSERT(utf8_count(name) <= PROTO_LIMIT_USER_NAME_CHARS);
    check_letters(name);
    ASSERT(chat_name_parse(arena, name, &name_again, &key_again) == CHAT_NAME_FINE);
    ASSERT(str_equal(name_again, name) && str_equal(key_again, key));
    ASSERT(is_same(chat_text_fold(arena, key), key));
}

/* The same characters as another keyboard sends them: taken apart (NFD). */
static void check_other_spelling(struct arena *arena, struct str text, struct str name,
                                 struct str key) {
    struct str apart_name, apart_key;
    utf8proc_uint8_t *apart = NULL;
    utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.len, &apart,
                     UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
    ASSERT(len > 0);
    struct str spelling = arena_copy(arena, str_of((const char *)apart, (size_t)len));
    free(apart);
    if (chat_name_parse(arena, spelling, &apart_name, &apart_key) == CHAT_NAME_LENGTH)
        return; /* a cap in bytes comes first */
    ASSERT(str_equal(apart_name, name) && str_equal(apart_key, key));
}

static void check_name(struct arena *arena, struct str text) {
    struct str name, key, numbered_name, numbered_key;
    enum chat_name_fault fault = chat_name_parse(arena, text, &name, &key);
    ASSERT(fault < CHAT_NAME_FAULT_COUNT);
    if (fault != CHAT_NAME_FINE)
        return;
    check_fine_name(arena, name, key);
    check_other_spelling(arena, text, name, key);
    struct str numbered = chat_name_numbered(arena, name, fuzz_hash(text) % 1000);
    ASSERT(chat_name_parse(arena, numbered, &numbered_name, &numbered_key) == CHAT_NAME_FINE);
    ASSERT(str_equal(numbered_name, numbered));
}

static void check_slug(struct arena *arena, struct str text) {
    if (str_is_none(chat_text_fold(arena, text)))
        return;
    struct str slug = chat_slug_make(arena, text);
    bool has_other_than_digits = false;
    ASSERT(slug.len > 0 && utf8_is_valid(slug));
    ASSERT(slug.at[0] != '-' && slug.at[slug.len - 1] != '-');
    for (struct str rest = slug; rest.len > 0;) {
        uint32_t c = utf8_next(&rest);
        ASSERT(c == '-' || chat_text_is_word(c));
        has_other_than_digits |= !chat_text_is_digit(c);
    }
    ASSERT(has_other_than_digits);
    struct str numbered = chat_slug_numbered(arena, slug, UINT64_MAX);
    ASSERT(utf8_count(numbered) <= PROTO_LIMIT_SLUG_CHARS);
}

/* Some names are somebody's. */
static int64_t find_person(void *body, struct str folded) {
    const struct str *text = body;
    ASSERT(folded.len > 0 && utf8_is_valid(folded) && text->len > 0);
    return (int64_t)(fuzz_hash(folded) % 4);
}

static void check_mentions(struct arena *arena, struct str text) {
    struct chat_mentions mentions;
    chat_mention_scan(arena, text, find_person, &text, &mentions);
    ASSERT(mentions.count <= 3);
    for (size_t i = 0; i < mentions.count; i++)
        for (size_t k = 0; k < i; k++)
            ASSERT(mentions.ids[i] != mentions.ids[k]);
    bool has_sign = str_find_byte(text, '@') < text.len;
    ASSERT(has_sign || (mentions.count == 0 && mentions.all == PROTO_MENTIONS_ALL_NONE));
}

static struct str valid_part(struct arena *arena, struct str input) {
    char *out = arena_alloc(arena, input.len + 1);
    size_t len = 0;
    while (input.len > 0) {
        size_t bytes = utf8_head_bytes(input);
        memcpy(out + len, input.at, bytes);
        len += bytes;
        input = str_from(input, bytes > 0 ? bytes : 1);
    }
    return str_of(out, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = {0};
    struct str text = fuzz_copy(valid_part(&arena, fuzz_input(data, size)));
    check_fold(&arena, text);
    check_body(&arena, text);
    check_line(text);
    check_name(&arena, text);
    check_slug(&arena, text);
    check_mentions(&arena, text);
    arena_deinit(&arena);
    fuzz_free(text);
    return 0;
}
