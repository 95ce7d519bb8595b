/* cli_user.c: parley user ...: accounts, without a browser and whether the server runs or not.
 *
 * A password is never a word of the command line, where every process of the machine could read it: it is asked for at the
 * terminal without being shown, or is the first line of the input, or is made up here and printed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/config.h"
#include "app/control.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/cli.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const char usage[] =
    "parley user add NAME [--role owner|admin|member] [--generate] [--data DIR]\n"
    "parley user role NAME owner|admin|member [--data DIR]\n"
    "parley user reset-password NAME [--generate] [--data DIR]\n"
    "parley user list [--data DIR]\n\n"
    "Accounts of the server, which may be running. The password is asked for, or read from the\n"
    "input's first line; --generate makes one up and prints it. A new password ends all sessions\n"
    "of the person.\n";

#define PASSWORD_RANDOM_BYTES 12
#define ANSWER_DEPTH_MAX      16

struct words {
    const char *verb, *name, *role;
    bool generates, wants_help;
    struct config config;
};

/* What is wrong with them, or NULL. */
static const char *find_fault(const struct words *words, bool has_rest) {
    bool is_list = strcmp(words->verb, "list") == 0;
    bool is_role = strcmp(words->verb, "role") == 0;
    bool takes_role = is_role || strcmp(words->verb, "add") == 0;
    bool is_known = is_list || takes_role || strcmp(words->verb, "reset-password") == 0;
    if (!is_known)
        return "There is no such verb.";
    if (has_rest || (is_list && words->name != NULL) || (!takes_role && words->role != NULL))
        return "That is too much.";
    if (!is_list && words->name == NULL)
        return "Whose account?";
    return is_role && words->role == NULL ? "Which role?" : NULL;
}

static int refuse(const char *message) {
    (void)fprintf(stderr, "parley: %s\n\n%s", message, usage);
    return 2;
}

/* Takes our own words out of argv; the rest is for config_read. Returns how many are left. */
static int take_words(struct words *words, int argc, char **argv, bool *has_rest) {
    const char **places[] = {&words->verb, &words->name, &words->role};
    size_t place = 0;
    int left = 0;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            words->wants_help = true;
        } else if (strcmp(argv[i], "--generate") == 0) {
            words->generates = true;
        } else if (strcmp(argv[i], "--role") == 0 && i + 1 < argc) {
            words->role = argv[++i];
        } else if (argv[i][0] == '-') {
            argv[left++] = argv[i];
            if (strchr(argv[i], '=') == NULL && i + 1 < argc)
                argv[left++] = argv[++i];
        } else if (place < sizeof places / sizeof places[0]) {
            *places[place++] = argv[i];
        } else {
            *has_rest = true;
        }
    }
    return left;
}

/* Passwords */

/* The first line of the input, not shown when it is a terminal. */
static bool read_secret(const char *prompt, struct buf *out) {
    struct termios shown, hidden;
    bool is_terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
    int c;
    if (is_terminal) {
        (void)fputs(prompt, stderr);
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    while ((c = getchar()) != EOF && c != '\n')
        buf_append_byte(out, (char)c);
    if (is_terminal) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        (void)fputc('\n', stderr);
    }
    return out->len > 0;
}

static bool ask_twice(struct buf *out) {
    struct buf again = BUF_EMPTY;
    bool good = read_secret("Password: ", out) &&
                (!isatty(STDIN_FILENO) ||
                 (read_secret("Once more: ", &again) && str_equal(buf_str(out), buf_str(&again))));
    buf_deinit(&again);
    if (!good)
        (void)fputs("parley: No password, or not the same twice.\n", stderr);
    return good;
}

static void make_up(struct buf *out) {
    unsigned char bytes[PASSWORD_RANDOM_BYTES];
    crypt_random(bytes, sizeof bytes);
    crypt_base64url_append(out, str_of((const char *)bytes, sizeof bytes));
}

/* Answers */

static void print_user(const json_t *user) {
    (void)printf("%-24s %-8s %s\n", json_string_value(json_object_get(user, "name")),
                 json_string_value(json_object_get(user, "role")),
                 json_string_value(json_object_get(user, "display_name")));
}

/* Returns the exit code; *after is the last id of a page behind which there are more, else 0. */
static int print_answer(struct str text, json_int_t *after) {
    json_t *answer = json_parse(text, ANSWER_DEPTH_MAX);
    const json_t *data = json_object_get(answer, "data");
    const json_t *message = json_object_get(json_object_get(answer, "error"), "message");
    const json_t *users = json_object_get(data, "users");
    size_t count = json_array_size(users);
    for (size_t i = 0; i < count; i++)
        print_user(json_array_get(users, i));
    *after = json_is_true(json_object_get(data, "more"))
                 ? json_integer_value(json_object_get(json_array_get(users, count - 1), "id"))
                 : 0;
    bool ok = json_is_true(json_object_get(answer, "ok"));
    if (!ok)
        (void)fprintf(stderr, "parley: %s\n",
                      message != NULL ? json_string_value(message) : "The answer makes no sense.");
    json_decref(answer);
    return ok ? 0 : 1;
}

/* The line that asks for it. */
static void append_line(const struct words *words, struct str password, json_int_t after,
                        struct buf *out) {
    bool is_reset = strcmp(words->verb, "reset-password") == 0;
    json_t *line = json_object();
    (void)json_object_set_new(line, "act", json_string(is_reset ? "password" : words->verb));
    if (words->name != NULL)
        (void)json_object_set_new(line, "name", json_string(words->name));
    if (words->role != NULL)
        (void)json_object_set_new(line, "role", json_string(words->role));
    if (password.len > 0)
        (void)json_object_set_new(line, "password", json_stringn(password.at, password.len));
    (void)json_object_set_new(line, "after", json_integer(after));
    json_write_value(out, line);
    buf_append_byte(out, '\n');
    json_decref(line);
}

static int call(const struct words *words, struct str password) {
    json_int_t after = 0;
    int code = 1;
    do {
        struct buf line = BUF_EMPTY, answer = BUF_EMPTY;
        char *message = NULL;
        bool may_create = strcmp(words->verb, "add") == 0;
        append_line(words, password, after, &line);
        after = 0;
        if (control_call(words->config.data, may_create, buf_str(&line), &answer, &message))
            code = print_answer(buf_str(&answer), &after);
        else
            (void)fprintf(stderr, "parley: %s\n", message);
        free(message);
        buf_deinit(&line);
        buf_deinit(&answer);
    } while (after > 0);
    return code;
}

static int run(const struct words *words) {
    bool wants_password =
        strcmp(words->verb, "add") == 0 || strcmp(words->verb, "reset-password") == 0;
    struct buf password = BUF_EMPTY;
    int code = 1;
    if (wants_password && words->generates)
        make_up(&password);
    if (!wants_password || words->generates || ask_twice(&password))
        code = call(words, buf_str(&password));
    if (code == 0 && wants_password && words->generates)
        (void)printf("password: %.*s\n", STR_ARG(buf_str(&password)));
    buf_deinit(&password);
    return code;
}

int cli_user(int argc, char **argv) {
    struct words words = {0};
    bool has_rest = false;
    char *message = NULL;
    log_set_level(LOG_ERROR);
    int left = take_words(&words, argc, argv, &has_rest);
    if (words.wants_help || words.verb == NULL) {
        (void)fputs(usage, words.wants_help ? stdout : stderr);
        return words.wants_help ? 0 : 2;
    }
    const char *fault = find_fault(&words, has_rest);
    int code = 2;
    if (fault != NULL)
        code = refuse(fault);
    else if (config_read(&words.config, left, argv, &message))
        code = run(&words);
    else
        (void)refuse(message);
    free(message);
    config_deinit(&words.config);
    return code;
}
