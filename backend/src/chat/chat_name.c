/* chat_name.c: the checks of names in the order of their cost, and numbering.
 *
 *     wanted --NFKC--> name --fold--> folded
 *                       |               +-- reserved?
 *                       +-- length, characters, something but punctuation, mixed scripts?
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_name.h"

#include "base/err.h"
#include "base/utf8.h"
#include "chat/chat_script.h"
#include "chat/chat_text.h"
#include "proto/gen/proto_gen.h"

#include <assert.h>
#include <inttypes.h>

#define NUMBER_CHARS_MAX    20 /* digits of 64 bits */
#define SLUG_STEM_CHARS_MAX 54 /* with "room-", a hyphen and a number it is at most a slug */

static_assert(SLUG_STEM_CHARS_MAX + 5 + 1 + NUMBER_CHARS_MAX <= PROTO_LIMIT_SLUG_CHARS,
              "every numbered slug fits");

/* Folded. They would be taken for the server's own voice, or are mentions of everybody. */
static const struct str reserved_names[] = {
    STR("admin"),    STR("administrator"), STR("system"), STR("server"), STR("parley"),
    STR("everyone"), STR("here"),          STR("room"),   STR("all"),
};

static const struct str fault_texts[CHAT_NAME_FAULT_COUNT] = {
    [CHAT_NAME_FINE] = STR(""),
    [CHAT_NAME_LENGTH] = STR("A name has 1 to 32 characters."),
    [CHAT_NAME_CHARACTER] =
        STR("A name is made of letters, digits, underscores, dots and hyphens."),
    [CHAT_NAME_EMPTY] =
        STR("A name needs at least one letter or digit, and begins with no accent."),
    [CHAT_NAME_RESERVED] = STR("That name is reserved. Please choose another."),
    [CHAT_NAME_MIXED] = STR("A name must not mix letters of different scripts that look alike."),
};

struct str chat_name_fault_text(enum chat_name_fault fault) {
    ASSERT(fault < CHAT_NAME_FAULT_COUNT);
    return fault_texts[fault];
}

/* People */

bool chat_name_is_punctuation(uint32_t c) {
    return c == '_' || c == '.' || c == '-';
}

static enum chat_name_fault check_characters(struct str name) {
    size_t count = 0;
    bool has_word = false;
    for (struct str rest = name; rest.len > 0; count++) {
        uint32_t c = utf8_next(&rest);
        if (!chat_name_is_punctuation(c) && !chat_text_is_word(c))
            return CHAT_NAME_CHARACTER;
        if (count == 0 && chat_text_is_mark(c))
            return CHAT_NAME_EMPTY;
        has_word = has_word || !chat_name_is_punctuation(c);
    }
    if (count == 0 || count > PROTO_LIMIT_USER_NAME_CHARS)
        return CHAT_NAME_LENGTH;
    return has_word ? CHAT_NAME_FINE : CHAT_NAME_EMPTY;
}

static bool is_reserved(struct str folded) {
    for (size_t i = 0; i < sizeof reserved_names / sizeof reserved_names[0]; i++)
        if (str_equal(reserved_names[i], folded))
            return true;
    return false;
}

enum chat_name_fault chat_name_parse(struct arena *arena, struct str wanted, struct str *name,
                                     struct str *folded) {
    /* No normal form is four times shorter than its text in code points, and none of that length is a name. */
    if (wanted.len == 0 || wanted.len > PROTO_LIMIT_USER_NAME_CHARS * 16)
        return CHAT_NAME_LENGTH;
    struct str composed = chat_text_compose(arena, wanted);
    struct str key = chat_text_fold(arena, wanted);
    if (str_is_none(composed) || str_is_none(key))
        return CHAT_NAME_CHARACTER;
    enum chat_name_fault fault = check_characters(composed);
    if (fault != CHAT_NAME_FINE)
        return fault;
    if (is_reserved(key))
        return CHAT_NAME_RESERVED;
    if (chat_script_is_mixed(composed))
        return CHAT_NAME_MIXED;
    *name = composed;
    *folded = key;
    return CHAT_NAME_FINE;
}

static struct str join_number(struct arena *arena, struct str stem, const char *between,
                              uint64_t number) {
    size_t size = stem.len + NUMBER_CHARS_MAX + 2;
    char *out = arena_alloc(arena, size);
    int len = snprintf(out, size, "%.*s%s%" PRIu64, STR_ARG(stem), between, number);
    ASSERT(len > 0 && (size_t)len < size);
    return str_of(out, (size_t)len);
}

static size_t count_digits(uint64_t number) {
    size_t count = 1;
    while (number >= 10) {
        number /= 10;
        count++;
    }
    return count;
}

struct str chat_name_numbered(struct arena *arena, struct str name, uint64_t number) {
    struct str stem = utf8_head(name, PROTO_LIMIT_USER_NAME_CHARS - 1 - count_digits(number));
    bool ends_in_digit =
        stem.len > 0 && stem.at[stem.len - 1] >= '0' && stem.at[stem.len - 1] <= '9';
    return join_number(arena, stem, ends_in_digit ? "-" : "", number);
}

/* Rooms */

static bool is_all_digits(struct str slug) {
    for (struct str rest = slug; rest.len > 0;) {
        if (!chat_text_is_digit(utf8_next(&rest)))
            return false;
    }
    return true;
}

/* Words of `folded` with one hyphen between, cut to the stem's length. */
static struct str hyphenate(struct arena *arena, struct str folded) {
    char *out = arena_alloc(arena, folded.len + 1);
    size_t len = 0, count = 0;
    bool between = false;
    while (folded.len > 0 && count < SLUG_STEM_CHARS_MAX) {
        struct str from = folded;
        uint32_t c = utf8_next(&folded);
        if (!chat_text_is_word(c) || (chat_text_is_mark(c) && (len == 0 || between))) {
            between = len > 0;
            continue;
        }
        if (between) {
            out[len++] = '-';
            count++;
        }
        between = false;
        size_t size = from.len - folded.len;
        memcpy(out + len, from.at, size);
        len += size;
        count++;
    }
    return str_of(out, len);
}

struct str chat_slug_make(struct arena *arena, struct str name) {
    struct str slug = hyphenate(arena, chat_text_fold(arena, name));
    if (slug.len == 0)
        return STR("room");
    if (!is_all_digits(slug))
        return slug;
    char *out = arena_alloc(arena, slug.len + sizeof "room-");
    memcpy(out, "room-", 5);
    memcpy(out + 5, slug.at, slug.len);
    return str_of(out, slug.len + 5);
}

struct str chat_slug_private(struct arena *arena, struct str slug, uint64_t number) {
    size_t chars = PROTO_LIMIT_SLUG_CHARS - 2 - count_digits(number);
    return join_number(arena, utf8_head(slug, chars), "--", number);
}

struct str chat_slug_numbered(struct arena *arena, struct str slug, uint64_t number) {
    return join_number(arena, slug, "-", number);
}
