/* config.c: every option of the program, from one table.
 *
 * Owns      the table of options.
 * Thread    main.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/config.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"

#include <math.h>
#include <stddef.h>

enum option_kind {
    OPTION_INT,
    OPTION_NUMBER,
    OPTION_TEXT,
    OPTION_FILE,           /* or empty */
    OPTION_USER,           /* or empty */
    OPTION_SECRET,         /* or empty */
    OPTION_URL,            /* one origin, or empty */
    OPTION_ORIGINS,        /* a list of them */
    OPTION_ORIGINS_OR_ANY, /* or with "*" */
    OPTION_NETWORKS,       /* a list of addresses and networks */
    OPTION_SWITCH,
    OPTION_REGISTRATION, /* enum proto_registration_mode */
    OPTION_LEVEL
};

struct option {
    const char *name;  /* --name */
    const char *value; /* what stands for the value in the help */
    enum option_kind kind;
    size_t offset;        /* of the member in struct config */
    const char *standard; /* the default, as text */
    double min, max;      /* of numbers */
    const char *env[2];   /* the first that is set counts */
    const char *help;
};

#define AT(member) offsetof(struct config, member)

/* clang-format off */
static const struct option options[] = {
    {"port", "PORT", OPTION_INT, AT(port), "8080", 0, 65535, {"PARLEY_PORT", "PORT"},
     "TCP port to listen on; 0 takes a free one and prints it"},
    {"host", "ADDRESS", OPTION_TEXT, AT(host), "0.0.0.0", 0, 0, {"PARLEY_HOST"},
     "address to listen on; :: is IPv6 and IPv4"},
    {"data", "DIR", OPTION_TEXT, AT(data), "./data", 0, 0, {"PARLEY_DATA"},
     "directory of the database; made when missing"},
    {"workers", "N", OPTION_INT, AT(workers), "0", 0, WORKERS_MAX, {"PARLEY_WORKERS"},
     "threads that serve connections; 0: one less than the machine's cores, at least 1"},
    {"tls-cert", "FILE", OPTION_FILE, AT(tls_cert), "", 0, 0, {"PARLEY_TLS_CERT"},
     "certificate and its chain (PEM): the port speaks https; SIGHUP reads it again"},
    {"tls-key", "FILE", OPTION_FILE, AT(tls_key), "", 0, 0, {"PARLEY_TLS_KEY"},
     "key of the certificate (PEM, without a password)"},
    {"user", "NAME", OPTION_USER, AT(user), "", 0, 0, {"PARLEY_USER"},
     "whom a server that root starts becomes before it opens its files"},
    {"sandbox", "on|off", OPTION_SWITCH, AT(sandbox), "on", 0, 0, {"PARLEY_SANDBOX"},
     "whether the process gives up what it does not need: files, programs, system calls; off: to debug it"},
    {"public-url", "URL", OPTION_URL, AT(public_url), "", 0, 0, {"PARLEY_PUBLIC_URL"},
     "where people reach the server, as https://chat.example; requests for another host are refused; empty: whatever name they use"},
    {"trusted-proxies", "LIST", OPTION_NETWORKS, AT(trusted_proxies), "", 0, 0, {"PARLEY_TRUSTED_PROXIES"},
     "addresses and networks (10.0.0.0/8) of proxies whose X-Forwarded-For is believed, separated by commas"},
    {"allow-origin", "LIST", OPTION_ORIGINS, AT(allow_origin), "", 0, 0, {"PARLEY_ALLOW_ORIGIN"},
     "further origins whose pages may use the session cookie, separated by commas"},
    {"cors-origin", "LIST", OPTION_ORIGINS_OR_ANY, AT(cors_origin), "", 0, 0, {"PARLEY_CORS_ORIGIN"},
     "origins whose pages may connect by long polling (CORS), separated by commas; * is any"},
    {"guests", "on|off", OPTION_SWITCH, AT(guests), "on", 0, 0, {"PARLEY_GUESTS"},
     "whether a name alone is enough to come in, until an administrator sets it otherwise"},
    {"registration", "open|invite|closed", OPTION_REGISTRATION, AT(registration), "open", 0, 0, {"PARLEY_REGISTRATION"},
     "who may make an account: everybody, who has an invitation, or nobody, until an administrator sets it otherwise"},
    {"rate-scale", "X", OPTION_NUMBER, AT(rate_scale), "1", 0, 1e9, {"PARLEY_RATE_SCALE"},
     "multiplies all rate limits, for load tests; 0 switches them off"},
    {"connections-per-address", "N", OPTION_INT, AT(connections_per_address), "0", 0, 1000000, {"PARLEY_CONNECTIONS_PER_ADDRESS"},
     "connections that one address (IPv6: one /64) may have; 0: 256, and loopback is free; trusted proxies always are"},
    {"upload-mib", "MIB", OPTION_INT, AT(upload_mib), "25", 1, 10240, {"PARLEY_UPLOAD_MIB"},
     "largest file that can be uploaded, in MiB"},
    {"files-user-mib", "MIB", OPTION_INT, AT(files_user_mib), "1024", 0, 1048576, {"PARLEY_FILES_USER_MIB"},
     "room for all files of one person, in MiB; 0: nobody uploads anything"},
    {"files-mib", "MIB", OPTION_INT, AT(files_mib), "20480", 0, 1073741824, {"PARLEY_FILES_MIB"},
     "room for the files of everybody, in MiB"},
    {"presence-grace-ms", "MS", OPTION_INT, AT(presence_grace_ms), "5000", 0, 600000, {"PARLEY_PRESENCE_GRACE_MS"},
     "how long a person stays online after the last connection went"},
    {"password-memory-kib", "KIB", OPTION_INT, AT(password_memory_kib), "19456", PASSWORD_MEMORY_KIB, PASSWORD_MEMORY_KIB_MAX, {"PARLEY_PASSWORD_MEMORY_KIB"},
     "memory that hashing one password takes: 19456 in two passes, from 47104 on in one, which is stronger; present hashes follow as people log in"},
    {"event-keep-days", "DAYS", OPTION_INT, AT(event_keep_days), "30", 1, 3650, {"PARLEY_EVENT_KEEP_DAYS"},
     "how far back a client can catch up event by event; messages are kept for ever"},
    {"ping-interval-ms", "MS", OPTION_INT, AT(ping_interval_ms), "25000", 100, 300000, {"PARLEY_PING_INTERVAL_MS"},
     "time between heartbeats of a connection"},
    {"ping-timeout-ms", "MS", OPTION_INT, AT(ping_timeout_ms), "20000", 100, 300000, {"PARLEY_PING_TIMEOUT_MS"},
     "how long the answer to a heartbeat may take"},
    {"log-level", "LEVEL", OPTION_LEVEL, AT(log_level), "info", 0, 0, {"PARLEY_LOG_LEVEL"},
     "error, warn, info or debug"},
    {"metrics-token", "TOKEN", OPTION_SECRET, AT(metrics_token), "", 0, 0, {"PARLEY_METRICS_TOKEN"},
     "opens /metrics to whoever sends it as a bearer token; without one it is for this machine alone; better in the environment, where others do not see it"},
};
/* clang-format on */
#define OPTION_COUNT (sizeof options / sizeof options[0])

/* Setting one value. Each returns false for a text that does not fit. */

/* No option is ever below zero. */
static bool set_int(const struct option *option, const char *text, int64_t *out) {
    uint64_t value;
    if (!str_to_u64(str_of_c(text), (uint64_t)option->max, &value) || (double)value < option->min)
        return false;
    *out = (int64_t)value;
    return true;
}

static bool set_number(const struct option *option, const char *text, double *out) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(value) || value < option->min ||
        value > option->max)
        return false;
    *out = value;
    return true;
}

static bool set_switch(const char *text, bool *out) {
    struct str word = str_of_c(text);
    *out = str_equal(word, STR("on"));
    return *out || str_equal(word, STR("off"));
}

/* One origin, as a browser names it: scheme and authority, nothing behind. */
static bool origin_is_well_formed(struct str origin) {
    struct str rest = str_starts_with(origin, STR("https://"))  ? str_from(origin, 8)
                      : str_starts_with(origin, STR("http://")) ? str_from(origin, 7)
                                                                : STR_NONE;
    for (size_t i = 0; i < rest.len; i++) {
        bool is_letter = (rest.at[i] | 32) >= 'a' && (rest.at[i] | 32) <= 'z';
        bool is_digit = rest.at[i] >= '0' && rest.at[i] <= '9';
        if (!is_letter && !is_digit && str_find_byte(STR(".-_:[]"), rest.at[i]) == 6)
            return false;
    }
    return rest.len > 0;
}

static bool set_url(const char *text, const char **out) {
    *out = text;
    return text[0] == '\0' || origin_is_well_formed(str_of_c(text));
}

static bool set_origins(const struct option *option, const char *text, const char **out) {
    struct str list = str_of_c(text);
    while (!str_is_none(list) && list.len > 0) {
        struct str origin = str_trim(str_cut(&list, ','));
        bool is_any = option->kind == OPTION_ORIGINS_OR_ANY && str_equal(origin, STR("*"));
        if (!is_any && !origin_is_well_formed(origin))
            return false;
    }
    *out = text;
    return true;
}

static bool set_networks(const char *text, const char **out) {
    struct str list = str_of_c(text);
    struct address_range range;
    while (!str_is_none(list) && list.len > 0) {
        if (!address_range_parse(str_trim(str_cut(&list, ',')), &range))
            return false;
    }
    *out = text;
    return true;
}

/* What fits into a header, and is not guessed soon. */
static bool set_secret(const char *text, const char **out) {
    struct str secret = str_of_c(text);
    *out = text;
    for (size_t i = 0; i < secret.len; i++) {
        if (secret.at[i] <= ' ' || secret.at[i] > '~')
            return false;
    }
    return secret.len == 0 || secret.len >= CONFIG_SECRET_CHARS_MIN;
}

static bool set_registration(const char *text, enum proto_registration_mode *out) {
    const struct proto_enum *modes = &proto_registration_mode_enum;
    for (size_t i = 1; i < modes->count; i++) {
        if (str_equal(str_of_c(text), modes->texts[i])) {
            *out = (enum proto_registration_mode)i;
            return true;
        }
    }
    return false;
}

static bool set_level(const char *text, const char **out) {
    enum log_level level;
    *out = text;
    return log_level_find(str_of_c(text), &level);
}

static bool option_set(const struct option *option, const char *text, struct config *config) {
    void *at = (char *)config + option->offset;
    switch (option->kind) {
    case OPTION_INT:
        return set_int(option, text, at);
    case OPTION_NUMBER:
        return set_number(option, text, at);
    case OPTION_TEXT:
        *(const char **)at = text;
        return text[0] != '\0';
    case OPTION_FILE:
    case OPTION_USER:
        *(const char **)at = text;
        return true;
    case OPTION_SECRET:
        return set_secret(text, at);
    case OPTION_URL:
        return set_url(text, at);
    case OPTION_ORIGINS:
    case OPTION_ORIGINS_OR_ANY:
        return set_origins(option, text, at);
    case OPTION_NETWORKS:
        return set_networks(text, at);
    case OPTION_SWITCH:
        return set_switch(text, at);
    case OPTION_REGISTRATION:
        return set_registration(text, at);
    case OPTION_LEVEL:
        return set_level(text, at);
    }
    return false;
}

/* What a value must look like, for the sentence about a wrong one. */
static void option_describe(const struct option *option, struct buf *out) {
    switch (option->kind) {
    case OPTION_INT:
        buf_printf(out, "be a whole number from %.0f to %.0f", option->min, option->max);
        break;
    case OPTION_NUMBER:
        buf_printf(out, "be a number from %.0f to %.0f", option->min, option->max);
        break;
    case OPTION_TEXT:
        buf_append_c(out, "not be empty");
        break;
    case OPTION_FILE:
        buf_append_c(out, "name a file");
        break;
    case OPTION_USER:
        buf_append_c(out, "name a user");
        break;
    case OPTION_SECRET:
        buf_printf(out, "have at least %d characters, of ASCII and no space",
                   CONFIG_SECRET_CHARS_MIN);
        break;
    case OPTION_URL:
        buf_append_c(out, "be one origin such as https://chat.example, without a path");
        break;
    case OPTION_ORIGINS:
    case OPTION_ORIGINS_OR_ANY:
        buf_append_c(out, "be a list of origins such as https://chat.example, without a path");
        break;
    case OPTION_NETWORKS:
        buf_append_c(out, "be a list of addresses or networks such as 10.0.0.0/8");
        break;
    case OPTION_SWITCH:
        buf_append_c(out, "be on or off");
        break;
    case OPTION_REGISTRATION:
        buf_append_c(out, "be open, invite or closed");
        break;
    case OPTION_LEVEL:
        buf_append_c(out, "be error, warn, info or debug");
        break;
    }
}

/* Returns owned. */
static char *sentence(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *sentence(const char *format, ...) {
    struct buf out = BUF_EMPTY;
    size_t len;
    va_list args;
    va_start(args, format);
    buf_vprintf(&out, format, args);
    va_end(args);
    buf_append_byte(&out, '\0');
    return buf_take(&out, &len);
}

/* `source` is where the text came from: --port, or PARLEY_PORT. */
static char *sentence_of_bad_value(const struct option *option, const char *source,
                                   const char *text) {
    struct buf wanted = BUF_EMPTY;
    option_describe(option, &wanted);
    char *out = sentence("%s is \"%s\", but must %s.", source, text, buf_c(&wanted));
    buf_deinit(&wanted);
    return out;
}

/* Reading */

static const struct option *option_find(struct str name) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (str_equal(name, str_of_c(options[i].name)))
            return &options[i];
    }
    return NULL;
}

static bool read_environment(struct config *config, char **message) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        for (int e = 0; e < 2 && options[i].env[e] != NULL; e++) {
            const char *text = getenv(options[i].env[e]);
            if (text == NULL || text[0] == '\0')
                continue;
            if (!option_set(&options[i], text, config)) {
                *message = sentence_of_bad_value(&options[i], options[i].env[e], text);
                return false;
            }
            break;
        }
    }
    return true;
}

/* One option at argv[*at]: "--name value" or "--name=value"; moves *at to its last word. */
static bool read_argument(struct config *config, int argc, char **argv, int *at, char **message) {
    struct str word = str_of_c(argv[*at]);
    struct str name = str_from(word, 2);
    size_t equals = str_find_byte(name, '=');
    const struct option *option =
        str_starts_with(word, STR("--")) ? option_find(str_range(name, 0, equals)) : NULL;
    if (option == NULL) {
        *message = sentence("There is no option %s; see parley --help.", argv[*at]);
        return false;
    }
    const char *value = equals < name.len ? name.at + equals + 1
                        : *at + 1 < argc  ? argv[++*at]
                                          : NULL;
    if (value == NULL) {
        *message = sentence("Option --%s wants a value; see parley --help.", option->name);
        return false;
    }
    if (!option_set(option, value, config)) {
        char source[64];
        (void)snprintf(source, sizeof source, "--%s", option->name);
        *message = sentence_of_bad_value(option, source, value);
        return false;
    }
    return true;
}

/* Splits a comma-separated list into a NULL-terminated array. False: too many entries. */
static bool list_split(const char *text, const char **out, char **owned) {
    struct str list = str_of_c(text);
    size_t count = 0, at = 0;
    char *copy = mem_new(list.len + CONFIG_LIST_MAX + 1, 1);
    *owned = copy;
    while (!str_is_none(list) && list.len > 0) {
        struct str entry = str_trim(str_cut(&list, ','));
        if (count == CONFIG_LIST_MAX)
            return false;
        memcpy(copy + at, entry.at, entry.len);
        out[count++] = copy + at;
        at += entry.len + 1;
    }
    return true;
}

/* The networks of a list that set_networks has taken. False: too many. */
static bool networks_read(const char *text, struct address_range *out, size_t *count) {
    struct str list = str_of_c(text);
    while (!str_is_none(list) && list.len > 0) {
        if (*count == CONFIG_LIST_MAX)
            return false;
        ASSERT(address_range_parse(str_trim(str_cut(&list, ',')), &out[(*count)++]));
    }
    return true;
}

/* What one option alone cannot say. NULL: nothing to say. */
static const char *config_contradiction(const struct config *config) {
    if ((config->tls_cert[0] == '\0') != (config->tls_key[0] == '\0'))
        return "--tls-cert and --tls-key belong together; one of them is missing.";
    return NULL;
}

bool config_read(struct config *config, int argc, char **argv, char **message) {
    *config = (struct config){0};
    *message = NULL;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        ASSERT(option_set(&options[i], options[i].standard, config));
    if (!read_environment(config, message))
        return false;
    for (int at = 0; at < argc; at++) {
        if (!read_argument(config, argc, argv, &at, message))
            return false;
    }
    bool fits = list_split(config->allow_origin, config->allow_origins, &config->owned_lists[0]) &&
                list_split(config->cors_origin, config->cors_origins, &config->owned_lists[1]);
    const char *contradiction = config_contradiction(config);
    if (!fits)
        *message = sentence("A list of origins may have at most %d entries.", CONFIG_LIST_MAX);
    else if (!networks_read(config->trusted_proxies, config->proxies, &config->proxy_count))
        *message = sentence("A list of networks may have at most %d entries.", CONFIG_LIST_MAX);
    else if (contradiction != NULL)
        *message = sentence("%s", contradiction);
    return *message == NULL;
}

void config_deinit(struct config *config) {
    free(config->owned_lists[0]);
    free(config->owned_lists[1]);
}

/* Telling */

static void env_names(const struct option *option, const char *between, struct buf *out) {
    buf_append_c(out, option->env[0]);
    if (option->env[1] != NULL) {
        buf_append_c(out, between);
        buf_append_c(out, option->env[1]);
    }
}

void config_help(struct buf *out) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option *option = &options[i];
        size_t start = out->len;
        buf_printf(out, "  --%s %s", option->name, option->value);
        while (out->len - start < 28)
            buf_append_byte(out, ' ');
        buf_printf(out, " %s", option->help);
        buf_append_c(out, "\n                               ");
        if (option->standard[0] != '\0')
            buf_printf(out, "default %s; ", option->standard);
        buf_append_c(out, "environment ");
        env_names(option, " or ", out);
        buf_append_byte(out, '\n');
    }
}

/* A bar would end the cell, even within a code span. */
static void markdown_escape(const char *text, struct buf *out) {
    for (; *text != '\0'; text++) {
        if (*text == '|')
            buf_append_byte(out, '\\');
        buf_append_byte(out, *text);
    }
}

void config_markdown(struct buf *out) {
    buf_append_c(out,
                 "| option | default | environment | what it does |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option *option = &options[i];
        buf_printf(out, "| `--%s ", option->name);
        markdown_escape(option->value, out);
        buf_printf(out, option->standard[0] != '\0' ? "` | `%s` | `" : "` | %s | `",
                   option->standard);
        env_names(option, "`, `", out);
        buf_append_c(out, "` | ");
        markdown_escape(option->help, out);
        buf_append_c(out, " |\n");
    }
}
