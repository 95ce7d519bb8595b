/* test_web_routes.c: how a path finds its row.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/json.h"
#include "web/web_internal.h"

struct found {
    const struct web_route *route;
    json_t *parameters;
    struct buf allow;
};

static struct found find(enum http_method method, const char *path) {
    struct found f = {.parameters = json_object()};
    f.route = web_route_find(method, str_of_c(path), f.parameters, &f.allow);
    return f;
}

static void drop(struct found *f) {
    json_decref(f->parameters);
    buf_deinit(&f->allow);
}

static void assert_nowhere(enum http_method method, const char *path) {
    struct found f = find(method, path);
    if (f.route != NULL || f.allow.len > 0)
        fail_msg("%s is found, or allows %s", path, buf_c(&f.allow));
    drop(&f);
}

static void assert_allows(enum http_method method, const char *path, const char *methods) {
    struct found f = find(method, path);
    assert_null(f.route);
    assert_str(buf_str(&f.allow), methods);
    drop(&f);
}

static void assert_parameter(const char *path, const char *name, const char *value) {
    struct found f = find(HTTP_GET, path);
    assert_non_null(f.route);
    assert_str(json_str(json_object_get(f.parameters, name)), value);
    drop(&f);
}

static void every_row_is_found_by_its_method_and_path(void **state) {
    (void)state;
    static const struct {
        enum http_method method;
        const char *path;
        int act, status;
    } rows[] = {
        {HTTP_POST, "/api/session", CHAT_ACT_LOGIN, 200},
        {HTTP_GET, "/api/session", CHAT_ACT_WHOAMI, 200},
        {HTTP_DELETE, "/api/session", CHAT_ACT_LOGOUT, 204},
        {HTTP_POST, "/api/users", CHAT_ACT_REGISTER, 201},
        {HTTP_PUT, "/api/password", CHAT_ACT_PASSWORD, 204},
        {HTTP_GET, "/api/server", CHAT_ACT_SERVER, 200},
        {HTTP_POST, "/api/invite", CHAT_ACT_INVITE_LOOK, 200},
        {HTTP_GET, "/api/rooms", PROTO_COMMAND_ROOM_LIST, 200},
        {HTTP_GET, "/api/rooms/general/messages", PROTO_COMMAND_MESSAGE_HISTORY, 200},
        {HTTP_POST, "/api/rooms/general/messages", PROTO_COMMAND_MESSAGE_SEND, 201},
        {HTTP_GET, "/api/rooms/general/members", PROTO_COMMAND_ROOM_MEMBERS, 200},
        {HTTP_GET, "/api/search", PROTO_COMMAND_MESSAGE_SEARCH, 200},
        {HTTP_POST, "/api/uploads", CHAT_ACT_FILE_ADD, 201},
        {HTTP_GET, "/files/7/cat.png", CHAT_ACT_FILE_LOOK, 200},
        {HTTP_POST, "/hooks/abc", 0, 200},
        {HTTP_GET, "/healthz", 0, 200},
        {HTTP_GET, "/readyz", 0, 200},
    };
    assert_int_equal(TEST_COUNT(rows), web_route_count);
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct found f = find(rows[i].method, rows[i].path);
        assert_ptr_equal(f.route, &web_routes[i]);
        assert_int_equal(f.route->act, rows[i].act);
        assert_int_equal(f.route->status, rows[i].status);
        drop(&f);
    }
}

/* Nothing that a row says is contradicted by the command that it names. */
static void every_row_makes_sense(void **state) {
    (void)state;
    for (size_t i = 0; i < web_route_count; i++) {
        const struct web_route *route = &web_routes[i];
        bool is_command = route->act > 0 && route->act < PROTO_COMMAND_COUNT;
        assert_true(route->act != 0 || route->answer != NULL);
        assert_true(route->method != HTTP_GET || !route->wants_json);
        for (size_t q = 0; q < WEB_QUERY_MAX && route->query[q] != NULL; q++) {
            bool is_field = false;
            assert_true(is_command || route->answer != NULL);
            if (!is_command)
                continue;
            const struct proto_struct *shape = proto_commands[route->act].payload;
            for (size_t f = 0; f < shape->field_count; f++)
                is_field |= strcmp(shape->fields[f].name, route->query[q]) == 0;
            if (!is_field)
                fail_msg("%s has no field %s", shape->name, route->query[q]);
        }
    }
}

static void head_is_answered_wherever_get_is(void **state) {
    (void)state;
    struct found f = find(HTTP_HEAD, "/api/rooms/general/messages");
    assert_non_null(f.route);
    assert_int_equal(f.route->method, HTTP_GET);
    assert_str(json_str(json_object_get(f.parameters, "room")), "general");
    drop(&f);
    f = find(HTTP_HEAD, "/healthz");
    assert_non_null(f.route);
    drop(&f);
}

static void a_wrong_method_learns_the_right_ones(void **state) {
    (void)state;
    assert_allows(HTTP_PUT, "/api/session", "POST, GET, HEAD, DELETE");
    assert_allows(HTTP_OPTIONS, "/api/session", "POST, GET, HEAD, DELETE");
    assert_allows(HTTP_OTHER, "/api/session", "POST, GET, HEAD, DELETE");
    assert_allows(HTTP_DELETE, "/api/rooms/general/messages", "GET, HEAD, POST");
    assert_allows(HTTP_HEAD, "/api/users", "POST");
    assert_allows(HTTP_GET, "/api/password", "PUT");
    assert_allows(HTTP_POST, "/healthz", "GET, HEAD");
}

static void other_paths_are_nowhere(void **state) {
    (void)state;
    static const char *const paths[] = {
        "/",
        "/api",
        "/api/",
        "/api/session/",
        "/api/sessions",
        "/API/session",
        "/api//session",
        "//api/session",
        "/api/rooms/",
        "/api/rooms/general",
        "/api/rooms/general/",
        "/api/rooms/general/messages/",
        "/api/rooms/general/messages/7",
        "/files/7",
        "/files/7/",
        "/hooks/",
        "/hooks/a/b",
        "/healthz/",
        "/%68ealthz",
        "/api%2Fsession",
        "/metrics",
    };
    for (size_t i = 0; i < TEST_COUNT(paths); i++) {
        assert_nowhere(HTTP_GET, paths[i]);
        assert_nowhere(HTTP_POST, paths[i]);
    }
}

static void parameters_are_decoded_once(void **state) {
    (void)state;
    assert_parameter("/api/rooms/general/messages", "room", "general");
    assert_parameter("/api/rooms/caf%C3%A9/messages", "room", "café");
    assert_parameter("/api/rooms/caf\xC3\xA9/messages", "room", "café");
    assert_parameter("/api/rooms/a%2520b/messages", "room", "a%20b");
    assert_parameter("/api/rooms/a+b/messages", "room", "a+b");
    assert_parameter("/api/rooms/{room}/messages", "room", "{room}");
    assert_parameter("/files/7/..", "name", "..");
}

/* It is decoded behind the split into segments, so it can never become another path. */
static void an_encoded_slash_stays_within_its_segment(void **state) {
    (void)state;
    assert_parameter("/api/rooms/a%2Fmembers/messages", "room", "a/members");
    assert_nowhere(HTTP_GET, "/api/rooms%2Fgeneral/messages");
    assert_nowhere(HTTP_GET, "/api/rooms/general%2Fmessages");
}

static void a_parameter_that_is_no_text_is_nowhere(void **state) {
    (void)state;
    static const char *const paths[] = {
        "/api/rooms//messages",    "/api/rooms/%/messages",      "/api/rooms/%4/messages",
        "/api/rooms/%zz/messages", "/api/rooms/a%00b/messages",  "/api/rooms/%00/messages",
        "/api/rooms/%ff/messages", "/api/rooms/%c0%ae/messages", "/api/rooms/%ed%a0%80/messages",
    };
    for (size_t i = 0; i < TEST_COUNT(paths); i++) {
        assert_nowhere(HTTP_GET, paths[i]);
        assert_nowhere(HTTP_POST, paths[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_found_by_its_method_and_path),
        cmocka_unit_test(every_row_makes_sense),
        cmocka_unit_test(head_is_answered_wherever_get_is),
        cmocka_unit_test(a_wrong_method_learns_the_right_ones),
        cmocka_unit_test(other_paths_are_nowhere),
        cmocka_unit_test(parameters_are_decoded_once),
        cmocka_unit_test(an_encoded_slash_stays_within_its_segment),
        cmocka_unit_test(a_parameter_that_is_no_text_is_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
