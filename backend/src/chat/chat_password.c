/* chat_password.c: the commonest passwords, by rule.
 *
 * A list of the thousand commonest passwords of at least ten bytes is some hundred words with a number behind them, runs along the
 * keyboard, and repetitions. So that is what is looked for:
 *
 *   - the password is undressed: lower case, digits and signs that stand for letters (p@ssw0rd) become these, and digits and
 *     signs at both ends go ("Password123!", "1qaz...", "!!summer2024"). What remains is a common word, a few of them in
 *     a row ("adminpassword"), or hardly anything;
 *   - the whole of it is a short piece again and again ("abcabcabcabc", "1111111111"), or a stretch of a row of keys or of the
 *     alphabet, forwards or backwards ("1234567890", "qwertyuiop", "0987654321"), or several of them.
 *
 * It is a filter against guessing, not a judge of strength.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_password.h"

#include "base/err.h"
#include "proto/gen/proto_gen.h"

#include <string.h>

#define PIECE_BYTES_MAX 4 /* of what is said again and again */
#define RUN_BYTES_MIN   3 /* of a stretch of a row */
#define REST_BYTES_MAX  2 /* as little as that is left: nothing was there but the dress */

/* Words that the lists of stolen passwords begin with, without their numbers. Sorted by nothing but the eye. */
static const char *const words[] = {
    "password",     "passwort",      "passwd",
    "passord",      "contrasena",    "motdepasse",
    "parola",       "senha",         "haslo",
    "geheim",       "secret",        "letmein",
    "welcome",      "willkommen",    "bienvenue",
    "admin",        "administrator", "root",
    "user",         "guest",         "test",
    "testing",      "tester",        "demo",
    "default",      "changeme",      "change",
    "login",        "master",        "access",
    "server",       "system",        "computer",
    "internet",     "samsung",       "google",
    "facebook",     "instagram",     "youtube",
    "twitter",      "microsoft",     "windows",
    "apple",        "android",       "linux",
    "pokemon",      "minecraft",     "fortnite",
    "starwars",     "superman",      "batman",
    "spiderman",    "ironman",       "naruto",
    "dragon",       "dragonball",    "monkey",
    "tiger",        "lion",          "eagle",
    "phoenix",      "shadow",        "killer",
    "hunter",       "ninja",         "pirate",
    "ranger",       "soldier",       "warrior",
    "knight",       "football",      "fussball",
    "soccer",       "baseball",      "basketball",
    "hockey",       "volleyball",    "liverpool",
    "arsenal",      "chelsea",       "barcelona",
    "realmadrid",   "juventus",      "manchester",
    "sunshine",     "rainbow",       "flower",
    "butterfly",    "princess",      "princesa",
    "queen",        "king",          "angel",
    "heaven",       "jesus",         "jesuschrist",
    "christ",       "god",           "blessed",
    "faith",        "hope",          "love",
    "lover",        "lovely",        "loveyou",
    "iloveyou",     "iloveu",        "iloveme",
    "iloveher",     "ilovehim",      "iloveyousomuch",
    "teamo",        "tequiero",      "jetaime",
    "ichliebedich", "amor",          "forever",
    "babygirl",     "babyboy",       "baby",
    "sweetheart",   "sweety",        "honey",
    "darling",      "beautiful",     "cutie",
    "family",       "mother",        "father",
    "brother",      "sister",        "friend",
    "friends",      "bestfriend",    "freedom",
    "liberty",      "america",       "england",
    "canada",       "australia",     "germany",
    "deutschland",  "france",        "espana",
    "mexico",       "brasil",        "italia",
    "london",       "paris",         "berlin",
    "newyork",      "chicago",       "dallas",
    "texas",        "summer",        "sommer",
    "winter",       "spring",        "autumn",
    "herbst",       "january",       "february",
    "march",        "april",         "may",
    "june",         "july",          "august",
    "september",    "october",       "november",
    "december",     "monday",        "tuesday",
    "wednesday",    "thursday",      "friday",
    "saturday",     "sunday",        "michael",
    "michelle",     "jordan",        "jennifer",
    "jessica",      "ashley",        "amanda",
    "daniel",       "andrew",        "joshua",
    "matthew",      "anthony",       "christopher",
    "nicholas",     "alexander",     "thomas",
    "robert",       "charlie",       "george",
    "william",      "david",         "james",
    "john",         "maria",         "nicole",
    "natalie",      "samantha",      "elizabeth",
    "victoria",     "veronica",      "stephanie",
    "chocolate",    "cookie",        "coffee",
    "banana",       "orange",        "cheese",
    "pepper",       "ginger",        "cherry",
    "strawberry",   "purple",        "yellow",
    "silver",       "golden",        "diamond",
    "money",        "dollar",        "lucky",
    "winner",       "champion",      "legend",
    "trustno",      "nothing",       "whatever",
    "unknown",      "mustang",       "corvette",
    "ferrari",      "porsche",       "mercedes",
    "yamaha",       "harley",        "metallica",
    "nirvana",      "slipknot",      "music",
    "guitar",       "matrix",        "merlin",
    "hello",        "hallo",         "bonjour",
    "hola",         "hithere",       "abc",
    "abcd",         "abcde",         "abcdef",
    "asdf",         "asdfgh",        "asdfghjkl",
    "qwer",         "qwert",         "qwerty",
    "qwertyu",      "qwertyui",      "qwertyuiop",
    "qwertz",       "azerty",        "zxcvbn",
    "zxcvbnm",      "qazwsx",        "qazwsxedc",
    "qweasd",       "qweasdzxc",     "wasd",
    "parley",       "chat",          "support",
    "office",       "company",       "manager",
    "service",      "sales",         "info",
    "web",          "mysql",         "oracle",
    "postgres",     "database",      "backup",
    "public",       "private",       "the",
    "my",           "pass",          "word",
    "new",          "old",           "key",
    "you",
};

/* Rows of keys, and what else one runs along. */
static const char *const rows[] = {
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "qsdfghjklm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
};

/* Undressing */

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* The letter that a digit or sign stands for within a word; itself when for none. */
static char letter_of(char c) {
    static const char signs[] = "@43!10$57|", letters[] = "aaeilossti";
    const char *at = c != '\0' ? strchr(signs, c) : NULL;
    return at != NULL ? letters[at - signs] : c;
}

static struct str to_lower(struct arena *arena, struct str text) {
    char *out = arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        out[i] = lower(text.at[i]);
    return str_of(out, text.len);
}

/* Between the first and the last letter, signs read as letters, and whatever is none left out. */
static struct str undress(struct arena *arena, struct str text) {
    size_t first = 0, last = text.len, count = 0;
    while (first < last && !is_letter(text.at[first]) && letter_of(text.at[first]) != 'a')
        first++;
    while (last > first && !is_letter(text.at[last - 1]))
        last--;
    char *out = arena_alloc(arena, last - first + 1);
    for (size_t i = first; i < last; i++) {
        char c = letter_of(text.at[i]);
        if (is_letter(c))
            out[count++] = c;
    }
    return str_of(out, count);
}

/* Words */

static bool is_word(struct str text) {
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_equal(text, str_of_c(words[i])))
            return true;
    return false;
}

/* Words alone, one after the other. reached[i]: the text up to i is. */
static bool is_made_of_words(struct arena *arena, struct str text) {
    bool *reached = arena_alloc(arena, text.len + 1);
    reached[0] = true;
    for (size_t from = 0; from < text.len; from++)
        for (size_t i = 0; reached[from] && i < sizeof words / sizeof words[0]; i++) {
            struct str word = str_of_c(words[i]);
            if (str_starts_with(str_from(text, from), word))
                reached[from + word.len] = true;
        }
    return text.len > 0 && reached[text.len];
}

/* Repetitions and runs */

static bool repeats(struct str text, size_t piece) {
    for (size_t i = piece; i < text.len; i++)
        if (text.at[i] != text.at[i - piece])
            return false;
    return true;
}

static bool is_repetition(struct str text) {
    for (size_t piece = 1; piece <= PIECE_BYTES_MAX; piece++)
        if (text.len >= 2 * piece && repeats(text, piece))
            return true;
    return false;
}

/* How much of the text, from its front, runs along this row in this direction. */
static size_t run_along(struct str text, struct str row, size_t start, int step) {
    size_t count = 0, at = start;
    while (count < text.len && at < row.len && text.at[count] == row.at[at]) {
        count++;
        at += (size_t)step; /* wraps below zero: beyond the row */
    }
    return count;
}

static size_t longest_run(struct str text) {
    size_t longest = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str row = str_of_c(rows[i]);
        for (size_t start = 0; start < row.len; start++)
            for (int step = -1; step <= 1; step += 2) {
                size_t count = run_along(text, row, start, step);
                longest = count > longest ? count : longest;
            }
    }
    return longest;
}

static bool is_made_of_runs(struct str text) {
    while (text.len > 0) {
        size_t run = longest_run(text);
        if (run < RUN_BYTES_MIN)
            return text.len < RUN_BYTES_MIN;
        text = str_from(text, run);
    }
    return true;
}

/* The check */

static bool is_common(struct arena *arena, struct str text) {
    struct str core = undress(arena, text);
    size_t letters = 0;
    for (size_t i = 0; i < text.len; i++)
        letters += is_letter(text.at[i]);
    bool is_bare = letters > 0 && core.len <= REST_BYTES_MAX;
    return is_bare || is_repetition(text) || is_made_of_runs(text) || is_word(core) ||
           is_made_of_words(arena, core) || (core.len > REST_BYTES_MAX && is_repetition(core)) ||
           (core.len > REST_BYTES_MAX && is_made_of_runs(core));
}

/* The name alone, twice, or with numbers and signs around it. */
static bool is_own_name(struct arena *arena, struct str text, struct str folded_name) {
    struct str name = undress(arena, folded_name), core = undress(arena, text);
    if (folded_name.len == 0 || name.len <= REST_BYTES_MAX)
        return str_equal(text, folded_name);
    return str_equal(core, name) ||
           (core.len == 2 * name.len && str_starts_with(core, name) && str_ends_with(core, name));
}

enum chat_password_fault chat_password_check(struct arena *arena, struct str password,
                                             struct str folded_name) {
    if (password.len < PROTO_LIMIT_PASSWORD_BYTES_MIN)
        return CHAT_PASSWORD_SHORT;
    if (password.len > PROTO_LIMIT_PASSWORD_BYTES)
        return CHAT_PASSWORD_LONG;
    struct str text = to_lower(arena, password);
    if (is_common(arena, text))
        return CHAT_PASSWORD_COMMON;
    return is_own_name(arena, text, folded_name) ? CHAT_PASSWORD_NAME : CHAT_PASSWORD_FINE;
}

struct str chat_password_fault_text(enum chat_password_fault fault) {
    static const struct str texts[CHAT_PASSWORD_FAULT_COUNT] = {
        [CHAT_PASSWORD_SHORT] = STR("A password has at least 10 characters; a few words do well."),
        [CHAT_PASSWORD_LONG] = STR("A password has at most 256 bytes."),
        [CHAT_PASSWORD_COMMON] =
            STR("That password is among the first that others would try. Choose another one."),
        [CHAT_PASSWORD_NAME] = STR("That password is your own name. Choose another one."),
    };
    ASSERT(fault > CHAT_PASSWORD_FINE && fault < CHAT_PASSWORD_FAULT_COUNT);
    return texts[fault];
}
