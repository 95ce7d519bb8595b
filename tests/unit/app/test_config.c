/* test_config.c: every option of the program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "app/config.h"

#include <stdlib.h>

/* One reading. Words are borrowed until drop. */
struct reading {
    struct config config;
    char *message;
    bool is_good;
};

static struct reading read_words(int argc, const char *const *words) {
    struct reading r = {.message = NULL};
    char *argv[64];
    for (int i = 0; i < argc; i++)
        argv[i] = (char *)words[i];
    r.is_good = config_read(&r.config, argc, argv, &r.message);
    assert_int_equal(r.is_good, r.message == NULL);
    return r;
}

#define READ(...)                                                                                  \
    read_words(TEST_COUNT(((const char *[]){__VA_ARGS__})), (const char *[]){__VA_ARGS__})

static void drop(struct reading *r) {
    config_deinit(&r->config);
    free(r->message);
}

/* These words are refused with this sentence. */
#define assert_sentence(sentence, ...)                                                             \
    do {                                                                                           \
        struct reading r_ = READ(__VA_ARGS__);                                                     \
        assert_false(r_.is_good);                                                                  \
        assert_string_equal(r_.message, sentence);                                                 \
        drop(&r_);                                                                                 \
    } while (0)

static const char *const variables[] = {
    "PORT",
    "HOST",
    "PARLEY_PORT",
    "PARLEY_HOST",
    "PARLEY_DATA",
    "PARLEY_WORKERS",
    "PARLEY_TLS_CERT",
    "PARLEY_TLS_KEY",
    "PARLEY_USER",
    "PARLEY_SANDBOX",
    "PARLEY_PUBLIC_URL",
    "PARLEY_TRUSTED_PROXIES",
    "PARLEY_ALLOW_ORIGIN",
    "PARLEY_CORS_ORIGIN",
    "PARLEY_GUESTS",
    "PARLEY_REGISTRATION",
    "PARLEY_RATE_SCALE",
    "PARLEY_CONNECTIONS_PER_ADDRESS",
    "PARLEY_PRESENCE_GRACE_MS",
    "PARLEY_EVENT_KEEP_DAYS",
    "PARLEY_PING_INTERVAL_MS",
    "PARLEY_PING_TIMEOUT_MS",
    "PARLEY_LOG_LEVEL",
    "PARLEY_METRICS_TOKEN",
};

static int clear_environment(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(variables); i++)
        unsetenv(variables[i]);
    return 0;
}

static void without_a_word_everything_has_its_default(void **state) {
    (void)state;
    struct reading r = read_words(0, NULL);
    assert_true(r.is_good);
    assert_int_equal(r.config.port, 8080);
    assert_string_equal(r.config.host, "0.0.0.0");
    assert_string_equal(r.config.data, "./data");
    assert_int_equal(r.config.workers, 0);
    assert_string_equal(r.config.tls_cert, "");
    assert_string_equal(r.config.tls_key, "");
    assert_string_equal(r.config.user, "");
    assert_true(r.config.sandbox);
    assert_string_equal(r.config.public_url, "");
    assert_string_equal(r.config.trusted_proxies, "");
    assert_int_equal(r.config.proxy_count, 0);
    assert_string_equal(r.config.allow_origin, "");
    assert_string_equal(r.config.cors_origin, "");
    assert_null(r.config.allow_origins[0]);
    assert_null(r.config.cors_origins[0]);
    assert_true(r.config.guests);
    assert_true(r.config.rate_scale == 1);
    assert_int_equal(r.config.connections_per_address, 0);
    assert_int_equal(r.config.presence_grace_ms, 5000);
    assert_int_equal(r.config.event_keep_days, 30);
    assert_int_equal(r.config.ping_interval_ms, 25000);
    assert_int_equal(r.config.ping_timeout_ms, 20000);
    assert_string_equal(r.config.log_level, "info");
    assert_string_equal(r.config.metrics_token, "");
    drop(&r);
}

static void every_option_can_be_set(void **state) {
    (void)state;
    struct reading r = READ(
        "--port", "80", "--host", "::1", "--data", "/srv/chat", "--workers", "3", "--public-url",
        "https://chat.example", "--allow-origin", "https://a.example", "--cors-origin", "*",
        "--trusted-proxies", "127.0.0.1, 10.0.0.0/8", "--connections-per-address", "9",
        "--tls-cert", "a.crt", "--tls-key", "a.key", "--user", "parley", "--sandbox", "off",
        "--guests", "off", "--rate-scale", "2.5", "--presence-grace-ms", "0", "--event-keep-days",
        "1", "--ping-interval-ms", "300", "--ping-timeout-ms", "200", "--log-level", "debug",
        "--metrics-token", "0123456789abcdef");
    assert_string_equal(r.config.metrics_token, "0123456789abcdef");
    assert_true(r.is_good);
    assert_int_equal(r.config.port, 80);
    assert_string_equal(r.config.host, "::1");
    assert_string_equal(r.config.data, "/srv/chat");
    assert_int_equal(r.config.workers, 3);
    assert_int_equal(r.config.proxy_count, 2);
    assert_int_equal(r.config.proxies[1].bits, 104);
    assert_int_equal(r.config.connections_per_address, 9);
    assert_string_equal(r.config.tls_cert, "a.crt");
    assert_string_equal(r.config.tls_key, "a.key");
    assert_string_equal(r.config.user, "parley");
    assert_false(r.config.sandbox);
    assert_string_equal(r.config.public_url, "https://chat.example");
    assert_string_equal(r.config.allow_origins[0], "https://a.example");
    assert_string_equal(r.config.cors_origins[0], "*");
    assert_false(r.config.guests);
    assert_true(r.config.rate_scale == 2.5);
    assert_int_equal(r.config.presence_grace_ms, 0);
    assert_int_equal(r.config.event_keep_days, 1);
    assert_int_equal(r.config.ping_interval_ms, 300);
    assert_int_equal(r.config.ping_timeout_ms, 200);
    assert_string_equal(r.config.log_level, "debug");
    drop(&r);
}

struct option_values {
    const char *name;
    const char *good[8], *bad[20];
};

static const struct option_values values[] = {
    {"--port",
     {"0", "1", "65535"},
     {"", "-1", "65536", "8080x", " 80", "+80", "0x50", "1e3", "80.0"}},
    {"--host", {"127.0.0.1", "::", "::1"}, {""}},
    {"--data", {".", "/var/lib/parley", "a b"}, {""}},
    {"--workers", {"0", "1", "64"}, {"", "65", "-1", "two"}},
    {"--upload-mib", {"1", "25", "10240"}, {"", "0", "10241", "25m"}},
    {"--files-user-mib", {"0", "1024"}, {"", "-1", "1048577"}},
    {"--files-mib", {"0", "20480"}, {"", "-1", "1073741825"}},
    {"--tls-cert", {""}, {NULL}}, /* alone: see below */
    {"--tls-key", {""}, {NULL}},
    {"--user", {"", "parley", "1000"}, {NULL}},
    {"--sandbox", {"on", "off"}, {"", "yes", "On"}},
    {"--public-url",
     {"", "https://chat.example", "http://localhost:8080", "http://[::1]:8080"},
     {"chat.example", "https://", "https://chat.example/", "https://chat.example/chat", "*",
      "ftp://chat.example", "https://a.example,https://b.example", "https://a@chat.example",
      "https://chat.example?", "https://chat.example#", "https:// chat.example",
      "HTTPS://chat.example", "https://chat.example\n", "javascript://chat.example"}},
    {"--trusted-proxies",
     {"", "127.0.0.1", "10.0.0.0/8, ::1", "2001:db8::/32"},
     {"localhost", "*", "10.0.0.1/8", "10.0.0.0/33", ",", "1.2.3.4;5.6.7.8"}},
    {"--allow-origin",
     {"", "https://a.example", "https://a.example,http://b.example:81",
      "https://a.example , https://b.example"},
     {"*", "https://a.example,*", "null", "https://a.example,,https://b.example", ",",
      "https://a.example/x"}},
    {"--cors-origin",
     {"", "*", "https://a.example", "https://a.example,*"},
     {"**", "https://*.example", "https://a.example/", "null", "a.example"}},
    {"--guests", {"on", "off"}, {"", "yes", "true", "1", "ON", "on "}},
    {"--registration", {"open", "invite", "closed"}, {"", "on", "Open", "none"}},
    {"--rate-scale",
     {"0", "1", "0.5", "1000000000"},
     {"", "-1", "1000000001", "nan", "inf", "1x", "a"}},
    {"--connections-per-address", {"0", "1", "1000000"}, {"", "-1", "1000001", "many"}},
    {"--presence-grace-ms", {"0", "600000"}, {"", "600001", "-5", "5s"}},
    {"--event-keep-days", {"1", "3650"}, {"", "0", "3651"}},
    {"--password-memory-kib", {"19456", "1048576"}, {"", "19455", "1048577"}},
    {"--ping-interval-ms", {"100", "300000"}, {"", "99", "300001", "99999999999999999999"}},
    {"--ping-timeout-ms", {"100", "300000"}, {"", "99", "300001"}},
    {"--log-level", {"error", "warn", "info", "debug"}, {"", "INFO", "trace", "warning"}},
    {"--metrics-token",
     {"", "0123456789abcdef", "a-b_c.d~e+f/g=h!"},
     {"0123456789abcde", "0123456789 abcdef", "0123456789abcd\xC3\xA9", "0123456789abcdef\n"}},
};

static void good_values_are_taken_and_bad_ones_are_named(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(values); i++) {
        const char *name = values[i].name;
        for (size_t v = 0; v < TEST_COUNT(values[i].good) && values[i].good[v] != NULL; v++) {
            struct reading r = READ(name, values[i].good[v]);
            if (!r.is_good)
                fail_msg("%s %s: %s", name, values[i].good[v], r.message);
            drop(&r);
        }
        for (size_t v = 0; v < TEST_COUNT(values[i].bad) && values[i].bad[v] != NULL; v++) {
            struct reading r = READ(name, values[i].bad[v]);
            if (r.is_good)
                fail_msg("%s %s is taken", name, values[i].bad[v]);
            struct str message = str_of_c(r.message);
            assert_true(str_starts_with(message, str_of_c(name)));
            assert_non_null(strstr(r.message, values[i].bad[v]));
            assert_true(str_ends_with(message, STR(".")));
            drop(&r);
        }
    }
}

static void the_sentences_can_be_read_aloud(void **state) {
    (void)state;
    assert_sentence("--port is \"eighty\", but must be a whole number from 0 to 65535.", "--port",
                    "eighty");
    assert_sentence("--data is \"\", but must not be empty.", "--data", "");
    assert_sentence("--rate-scale is \"fast\", but must be a number from 0 to 1000000000.",
                    "--rate-scale", "fast");
    assert_sentence("--registration is \"maybe\", but must be open, invite or closed.",
                    "--registration", "maybe");
    assert_sentence("--guests is \"maybe\", but must be on or off.", "--guests", "maybe");
    assert_sentence("--log-level is \"loud\", but must be error, warn, info or debug.",
                    "--log-level", "loud");
    assert_sentence("--public-url is \"chat.example\", but must be one origin such as "
                    "https://chat.example, without a path.",
                    "--public-url", "chat.example");
    assert_sentence("--allow-origin is \"*\", but must be a list of origins such as "
                    "https://chat.example, without a path.",
                    "--allow-origin", "*");
    assert_sentence("--tls-cert and --tls-key belong together; one of them is missing.",
                    "--tls-cert", "a.crt");
    assert_sentence("--tls-cert and --tls-key belong together; one of them is missing.",
                    "--tls-key", "a.key");
    assert_sentence("There is no option --prot; see parley --help.", "--prot", "80");
    assert_sentence("There is no option -p; see parley --help.", "-p", "80");
    assert_sentence("There is no option start; see parley --help.", "start");
    assert_sentence("There is no option --; see parley --help.", "--");
    assert_sentence("There is no option --=80; see parley --help.", "--=80");
    assert_sentence("Option --port wants a value; see parley --help.", "--guests", "on", "--port");
}

static void a_value_may_stand_behind_an_equals_sign(void **state) {
    (void)state;
    struct reading r = READ("--port=81", "--data=a=b", "--public-url=");
    assert_true(r.is_good);
    assert_int_equal(r.config.port, 81);
    assert_string_equal(r.config.data, "a=b");
    assert_string_equal(r.config.public_url, "");
    drop(&r);
    assert_sentence("--port is \"\", but must be a whole number from 0 to 65535.", "--port=");
}

static void the_last_word_counts(void **state) {
    (void)state;
    struct reading r = READ("--port", "81", "--port=82", "--port", "83");
    assert_int_equal(r.config.port, 83);
    drop(&r);
}

static void the_environment_goes_before_the_default(void **state) {
    (void)state;
    setenv("PARLEY_DATA", "/srv/chat", 1);
    setenv("PARLEY_GUESTS", "off", 1);
    setenv("PARLEY_ALLOW_ORIGIN", "https://a.example", 1);
    struct reading r = read_words(0, NULL);
    assert_true(r.is_good);
    assert_string_equal(r.config.data, "/srv/chat");
    assert_false(r.config.guests);
    assert_string_equal(r.config.allow_origins[0], "https://a.example");
    drop(&r);
}

static void the_command_line_goes_before_the_environment(void **state) {
    (void)state;
    setenv("PARLEY_PORT", "81", 1);
    struct reading r = READ("--port", "82");
    assert_int_equal(r.config.port, 82);
    drop(&r);
}

static void the_programs_own_variable_goes_before_the_general_one(void **state) {
    (void)state;
    setenv("PORT", "81", 1);
    struct reading r = read_words(0, NULL);
    assert_int_equal(r.config.port, 81);
    drop(&r);
    setenv("PARLEY_PORT", "82", 1);
    r = read_words(0, NULL);
    assert_int_equal(r.config.port, 82);
    drop(&r);
}

static void an_empty_variable_is_none(void **state) {
    (void)state;
    setenv("PARLEY_PORT", "", 1);
    setenv("PORT", "81", 1);
    setenv("PARLEY_DATA", "", 1);
    struct reading r = read_words(0, NULL);
    assert_true(r.is_good);
    assert_int_equal(r.config.port, 81);
    assert_string_equal(r.config.data, "./data");
    drop(&r);
}

/* Shells and build tools keep the name of the machine there. */
static void the_variable_host_is_not_ours(void **state) {
    (void)state;
    setenv("HOST", "x86_64-linux-gnu", 1);
    struct reading r = read_words(0, NULL);
    assert_string_equal(r.config.host, "0.0.0.0");
    drop(&r);
}

static void a_bad_variable_is_named(void **state) {
    (void)state;
    setenv("PORT", "eighty", 1);
    struct reading r = READ("--guests", "on");
    assert_false(r.is_good);
    assert_string_equal(r.message,
                        "PORT is \"eighty\", but must be a whole number from 0 to 65535.");
    drop(&r);
}

static void a_list_is_split_at_commas_and_trimmed(void **state) {
    (void)state;
    struct reading r =
        READ("--allow-origin", "https://a.example, http://b.example:81 ,https://c.example,");
    assert_true(r.is_good);
    assert_string_equal(r.config.allow_origins[0], "https://a.example");
    assert_string_equal(r.config.allow_origins[1], "http://b.example:81");
    assert_string_equal(r.config.allow_origins[2], "https://c.example");
    assert_null(r.config.allow_origins[3]);
    drop(&r);
}

static void a_list_has_at_most_sixteen_entries(void **state) {
    (void)state;
    struct buf list = BUF_EMPTY;
    for (int i = 0; i < CONFIG_LIST_MAX; i++)
        buf_printf(&list, "https://%d.example,", i);
    struct reading r = READ("--cors-origin", buf_c(&list));
    assert_true(r.is_good);
    assert_string_equal(r.config.cors_origins[CONFIG_LIST_MAX - 1], "https://15.example");
    assert_null(r.config.cors_origins[CONFIG_LIST_MAX]);
    drop(&r);
    buf_append_c(&list, "https://16.example");
    assert_sentence("A list of origins may have at most 16 entries.", "--cors-origin",
                    buf_c(&list));
    assert_sentence("A list of origins may have at most 16 entries.", "--allow-origin",
                    buf_c(&list));
    buf_deinit(&list);
}

/* The names that values[] knows are all there are, so a new option cannot come without values here. */
static void help_and_documentation_show_every_option(void **state) {
    (void)state;
    struct buf help = BUF_EMPTY, table = BUF_EMPTY;
    size_t lines = 0, at = 0;
    config_help(&help);
    config_markdown(&table);
    for (size_t i = 0; i < TEST_COUNT(values); i++) {
        assert_non_null(strstr(buf_c(&help), values[i].name));
        assert_non_null(strstr(buf_c(&table), values[i].name));
    }
    for (; at < table.len; at++)
        lines += table.data[at] == '\n';
    assert_int_equal(lines, 2 + TEST_COUNT(values));
    assert_non_null(
        strstr(buf_c(&table), "| `--port PORT` | `8080` | `PARLEY_PORT`, `PORT` | TCP port"));
    assert_non_null(strstr(buf_c(&help), "default 8080; environment PARLEY_PORT or PORT\n"));
    buf_deinit(&help);
    buf_deinit(&table);
}

static void every_row_of_the_documentation_has_four_cells(void **state) {
    (void)state;
    struct buf table = BUF_EMPTY;
    config_markdown(&table);
    struct str rest = buf_str(&table);
    while (rest.len > 0) {
        struct str line = str_cut(&rest, '\n');
        size_t bars = 0;
        for (size_t i = 0; i < line.len; i++)
            bars += line.at[i] == '|' && (i == 0 || line.at[i - 1] != '\\');
        assert_int_equal(bars, 5);
    }
    buf_deinit(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_a_word_everything_has_its_default, clear_environment),
        cmocka_unit_test_setup(every_option_can_be_set, clear_environment),
        cmocka_unit_test_setup(good_values_are_taken_and_bad_ones_are_named, clear_environment),
        cmocka_unit_test_setup(the_sentences_can_be_read_aloud, clear_environment),
        cmocka_unit_test_setup(a_value_may_stand_behind_an_equals_sign, clear_environment),
        cmocka_unit_test_setup(the_last_word_counts, clear_environment),
        cmocka_unit_test_setup(the_environment_goes_before_the_default, clear_environment),
        cmocka_unit_test_setup(the_command_line_goes_before_the_environment, clear_environment),
        cmocka_unit_test_setup(the_programs_own_variable_goes_before_the_general_one,
                               clear_environment),
        cmocka_unit_test_setup(an_empty_variable_is_none, clear_environment),
        cmocka_unit_test_setup(the_variable_host_is_not_ours, clear_environment),
        cmocka_unit_test_setup(a_bad_variable_is_named, clear_environment),
        cmocka_unit_test_setup(a_list_is_split_at_commas_and_trimmed, clear_environment),
        cmocka_unit_test_setup(a_list_has_at_most_sixteen_entries, clear_environment),
        cmocka_unit_test_setup(help_and_documentation_show_every_option, clear_environment),
        cmocka_unit_test_setup(every_row_of_the_documentation_has_four_cells, clear_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
