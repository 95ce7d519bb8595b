/* test_eio_request.c: the query, and the order of the checks.
 *
 * Each row of the table breaks one rule and every rule behind it, so a check in the wrong place shows.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/buf.h"
#include "engineio/eio_request.h"
#include "engineio/eio_session.h"

#define SID "ABCDEFGHIJKLMNOPQRSTUVWX"

static struct eio_query query_of(const char *text) {
    struct http_request request = {.query = str_of_c(text)};
    struct eio_query query;
    eio_query_read(&request, &query);
    return query;
}

static void the_query_is_decoded_and_the_last_of_a_name_counts(void **state) {
    (void)state;
    struct eio_query query =
        query_of("t=x&transport=websocket&EIO=3&%45IO=4&transport=p%6flling&b64=1");
    assert_int_equal(query.transport, EIO_TRANSPORT_POLLING);
    assert_true(query.version_fits);
    assert_false(query.has_sid);
}

static void transports_are_two_words_and_no_others(void **state) {
    (void)state;
    static const char *const unknown[] = {
        "",
        "EIO=4",
        "transport=",
        "transport=Polling",
        "transport=POLLING",
        "transport",
        "transport=poll",
        "transport=webtransport",
        "transport=__proto__",
        "transport=constructor",
    };
    for (size_t i = 0; i < TEST_COUNT(unknown); i++)
        assert_int_equal(query_of(unknown[i]).transport, EIO_TRANSPORT_UNKNOWN);
    assert_int_equal(query_of("transport=websocket").transport, EIO_TRANSPORT_WEBSOCKET);
}

static void the_version_is_exactly_4(void **state) {
    (void)state;
    static const char *const wrong[] = {"",        "EIO=3",  "EIO=", "EIO=44",
                                        "EIO=4.0", "EIO=+4", "eio=4"};
    for (size_t i = 0; i < TEST_COUNT(wrong); i++)
        assert_false(query_of(wrong[i]).version_fits);
}

static void a_sid_of_another_length_is_one_that_nobody_has(void **state) {
    (void)state;
    struct eio_query query = query_of("sid=" SID);
    assert_str(eio_query_sid(&query), SID);
    query = query_of("sid=" SID "Y");
    assert_true(query.has_sid);
    assert_true(str_is_none(eio_query_sid(&query)));
    query = query_of("sid=");
    assert_false(query.has_sid);
}

/* The checks */

struct row {
    const char *query;
    enum http_method method;
    const char *origin;
    bool wants_upgrade;
    bool has_session, is_websocket;
    enum eio_refusal wanted;
};

static enum eio_refusal check(const struct row *row) {
    struct http_request request = {
        .method = row->method, .query = str_of_c(row->query), .wants_upgrade = row->wants_upgrade};
    if (row->origin != NULL)
        request.headers[request.header_count++] =
            (struct http_header){STR("Origin"), str_of_c(row->origin)};
    struct eio_session session = {
        .state = {row->is_websocket ? EIO_SESSION_WEBSOCKET : EIO_SESSION_POLLING}};
    struct eio_query query;
    eio_query_read(&request, &query);
    const struct eio_session *named = row->has_session ? &session : NULL;
    enum eio_refusal refusal = eio_request_check(&query, &request, named);
    return refusal != EIO_ADMIT ? refusal : eio_request_check_version(&query, named);
}

static void the_first_rule_that_is_broken_decides(void **state) {
    (void)state;
    static const struct row rows[] = {
        {.query = "sid=x&transport=x",
         .method = HTTP_POST,
         .origin = "\x01",
         .wanted = EIO_REFUSE_TRANSPORT},
        {.query = "sid=x&transport=polling",
         .method = HTTP_POST,
         .origin = "a\x7f",
         .wanted = EIO_REFUSE_REQUEST},
        {.query = "sid=x&transport=polling", .method = HTTP_POST, .wanted = EIO_REFUSE_SID},
        {.query = "transport=polling", .method = HTTP_POST, .wanted = EIO_REFUSE_METHOD},
        {.query = "transport=polling", .method = HTTP_OPTIONS, .wanted = EIO_REFUSE_METHOD},
        {.query = "transport=polling&EIO=4", .method = HTTP_HEAD, .wanted = EIO_REFUSE_METHOD},
        {.query = "transport=websocket", .method = HTTP_POST, .wanted = EIO_REFUSE_METHOD},
        {.query = "transport=websocket", .method = HTTP_GET, .wanted = EIO_REFUSE_REQUEST},
        {.query = "transport=polling",
         .method = HTTP_GET,
         .wants_upgrade = true,
         .wanted = EIO_REFUSE_REQUEST},
        {.query = "transport=polling&EIO=3", .method = HTTP_GET, .wanted = EIO_REFUSE_VERSION},
        {.query = "transport=polling", .method = HTTP_GET, .wanted = EIO_REFUSE_VERSION},
        {.query = "transport=websocket&EIO=3",
         .method = HTTP_GET,
         .wants_upgrade = true,
         .wanted = EIO_REFUSE_VERSION},
        {.query = "transport=polling&EIO=4&sid=", .method = HTTP_GET, .wanted = EIO_ADMIT},
        {.query = "transport=websocket&EIO=4",
         .method = HTTP_GET,
         .wants_upgrade = true,
         .wanted = EIO_ADMIT},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_int_equal(check(&rows[i]), rows[i].wanted);
}

static void a_session_is_reached_by_its_own_transport(void **state) {
    (void)state;
    static const char polling[] = "EIO=4&transport=polling&sid=" SID;
    static const char websocket[] = "EIO=4&transport=websocket&sid=" SID;
    static const struct row rows[] = {
        {.query = polling, .method = HTTP_GET, .has_session = true, .wanted = EIO_ADMIT},
        {.query = polling, .method = HTTP_PUT, .has_session = true, .wanted = EIO_ADMIT},
        {.query = polling, .has_session = true, .is_websocket = true, .wanted = EIO_REFUSE_REQUEST},
        {.query = websocket, .has_session = true, .wanted = EIO_REFUSE_REQUEST},
        {.query = websocket,
         .has_session = true,
         .is_websocket = true,
         .wanted = EIO_REFUSE_REQUEST},
        {.query = websocket, .has_session = true, .wants_upgrade = true, .wanted = EIO_ADMIT},
        {.query = websocket,
         .has_session = true,
         .is_websocket = true,
         .wants_upgrade = true,
         .wanted = EIO_ADMIT},
        {.query = polling,
         .has_session = true,
         .wants_upgrade = true,
         .wanted = EIO_REFUSE_REQUEST},
        {.query = "EIO=3&transport=polling&sid=" SID,
         .has_session = true,
         .wanted = EIO_REFUSE_REQUEST},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_int_equal(check(&rows[i]), rows[i].wanted);
}

static void refusals_have_the_texts_that_clients_know(void **state) {
    (void)state;
    static const struct {
        int status;
        const char *message;
    } wanted[] = {{400, "Transport unknown"},
                  {400, "Session ID unknown"},
                  {400, "Bad handshake method"},
                  {400, "Bad request"},
                  {403, "Forbidden"},
                  {400, "Unsupported protocol version"}};
    for (size_t i = 0; i < TEST_COUNT(wanted); i++) {
        assert_int_equal(eio_refusal_status((enum eio_refusal)i), wanted[i].status);
        assert_string_equal(eio_refusal_message((enum eio_refusal)i), wanted[i].message);
    }
}

static void a_sid_names_its_worker_first(void **state) {
    (void)state;
    assert_int_equal(eio_sid_worker(STR("Ax")), 0);
    assert_int_equal(eio_sid_worker(STR("b")), 27);
    assert_int_equal(eio_sid_worker(STR("_")), 63);
    assert_int_equal(eio_sid_worker(STR("!")), WORKERS_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_query_is_decoded_and_the_last_of_a_name_counts),
        cmocka_unit_test(transports_are_two_words_and_no_others),
        cmocka_unit_test(the_version_is_exactly_4),
        cmocka_unit_test(a_sid_of_another_length_is_one_that_nobody_has),
        cmocka_unit_test(the_first_rule_that_is_broken_decides),
        cmocka_unit_test(a_session_is_reached_by_its_own_transport),
        cmocka_unit_test(refusals_have_the_texts_that_clients_know),
        cmocka_unit_test(a_sid_names_its_worker_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
