/* test_listener.c: addresses that cannot be had, and a process without descriptors.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net_fixture.h"

#include "net/census.h"

#include <fcntl.h>
#include <sys/resource.h>

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    (void)context;
    struct str address = conn_address(conn);
    (void)request;
    http_respond(conn, &(struct http_response){.status = 200, .body = address});
}

/* GET /vouch says that the server knows who asks. */
static void on_vouching_request(struct conn *conn, const struct http_request *request,
                                void *context) {
    if (str_equal(request->path, STR("/vouch")))
        conn_vouch(conn);
    on_request(conn, request, context);
}

static const struct http_handler handler = {on_request};
static const struct loop_options options = {.http = &handler};

static enum err try_listen(const char *host, uint16_t port) {
    struct loop *loop = loop_new(&options);
    enum err error = loop_listen(loop, host, port);
    loop_free(loop);
    return error;
}

static void an_address_that_cannot_be_had_is_refused(void **state) {
    (void)state;
    assert_int_equal(try_listen("no address", 0), ERR_INVALID);
    assert_int_equal(try_listen("", 0), ERR_INVALID);
    assert_int_equal(try_listen("192.0.2.1", 0), ERR_INVALID); /* for documentation: not ours */
    assert_int_equal(try_listen("127.0.0.1", 0), ERR_OK);
}

static void a_port_in_use_is_refused_to_the_first_worker_and_shared_with_the_others(void **state) {
    (void)state;
    struct loop *first = loop_new(&options);
    assert_int_equal(loop_listen(first, "127.0.0.1", 0), ERR_OK);
    assert_int_equal(try_listen("127.0.0.1", loop_port(first)), ERR_BUSY);
    struct loop *second = loop_new(&(struct loop_options){.index = 1, .http = &handler});
    assert_int_equal(loop_listen(second, "127.0.0.1", loop_port(first)), ERR_OK);
    assert_int_equal(loop_port(second), loop_port(first));
    loop_free(first);
    loop_free(second);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); /* somebody who does not share */
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(to);
    assert_int_equal(bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&to, &size), 0);
    assert_int_equal(try_listen("127.0.0.1", ntohs(to.sin_port)), ERR_BUSY);
    close(fd);
}

static void one_listener_serves_both_families(void **state) {
    (void)state;
    struct fixture f;
    struct buf got = BUF_EMPTY;
    struct str body;
    f.loop = loop_new(&options);
    if (loop_listen(f.loop, "::", 0) != ERR_OK) { /* a machine without IPv6 */
        loop_free(f.loop);
        skip();
    }
    fixture_run(&f);
    int fd = client_connect(fixture_port(&f)); /* by IPv4 */
    client_send_c(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(client_read_answer(fd, &got, &body), 200);
    assert_str(body, "127.0.0.1");
    close(fd);
    fixture_stop(&f);
    buf_deinit(&got);
}

/* With no descriptor left, who connects is closed at once, who is here is served, the loop does not spin, and when there
 * are descriptors again all goes on. */
static void without_descriptors_the_new_are_refused_and_the_old_served(void **state) {
    (void)state;
    struct fixture f;
    struct buf got = BUF_EMPTY;
    struct str body;
    struct rlimit before, little;
    const char *ask = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    log_set_level(LOG_ERROR); /* the warning is expected */
    fixture_start(&f, &options);
    int old = client_connect(fixture_port(&f));
    client_send_c(old, ask);
    assert_int_equal(client_read_answer(old, &got, &body), 200);
    int clients[3];
    for (int i = 0; i < 3; i++)
        clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    little = before;
    little.rlim_cur = (rlim_t)clients[2] + 1;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &little), 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(fixture_port(&f)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < 3; i++) {
        struct timeval limit = {.tv_sec = 5};
        setsockopt(clients[i], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
        assert_int_equal(connect(clients[i], (struct sockaddr *)&to, sizeof(to)), 0);
        buf_clear(&got);
        client_read_end(clients[i], &got);
        assert_int_equal(got.len, 0);
    }
    FIXTURE_WAIT(fixture_stats(&f).accepts_refused == 3);
    client_send_c(old, ask);
    assert_int_equal(client_read_answer(old, &got, &body), 200);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    for (int i = 0; i < 3; i++)
        close(clients[i]);
    int fresh = client_connect(fixture_port(&f));
    buf_clear(&got);
    client_send_c(fresh, ask);
    assert_int_equal(client_read_answer(fresh, &got, &body), 200);
    close(fresh);
    close(old);
    fixture_stop(&f);
    buf_deinit(&got);
    log_set_level(LOG_INFO);
}

static const struct http_handler vouching_handler = {on_vouching_request};
#define ASK(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static int ask(int fd, const char *request) {
    struct buf got = BUF_EMPTY;
    struct str body;
    client_send_c(fd, request);
    int status = client_read_answer(fd, &got, &body);
    buf_deinit(&got);
    return status;
}

static void assert_turned_away(uint16_t port) {
    struct buf got = BUF_EMPTY;
    int fd = client_connect(port);
    client_send_c(fd, ASK("/"));
    client_read_end(fd, &got);
    assert_true(str_starts_with(buf_str(&got), STR("HTTP/1.1 503 ")));
    assert_non_null(strstr(buf_c(&got), "\r\nRetry-After: "));
    close(fd);
    buf_deinit(&got);
}

static void an_address_with_too_many_connections_is_turned_away(void **state) {
    (void)state;
    struct fixture f;
    struct census *census = census_new(2);
    struct loop_options bounded = {.http = &handler, .census = census, .bounds_loopback = true};
    fixture_start(&f, &bounded);
    int one = client_connect(fixture_port(&f)), two = client_connect(fixture_port(&f));
    assert_int_equal(ask(one, ASK("/")), 200);
    for (int i = 0; i < 3; i++)
        assert_turned_away(fixture_port(&f));
    assert_int_equal(fixture_stats(&f).refused_address, 3);
    close(two);
    FIXTURE_WAIT(fixture_stats(&f).conns == 1);
    int three = client_connect(fixture_port(&f));
    assert_int_equal(ask(three, ASK("/")), 200);
    close(one);
    close(three);
    fixture_stop(&f);
    census_free(census); /* and nobody is counted any more, or leaving would have crashed */
}

static void loopback_and_trusted_proxies_are_not_counted(void **state) {
    (void)state;
    struct address_range here;
    struct census *census = census_new(1);
    assert_true(address_range_parse(STR("127.0.0.1"), &here));
    const struct loop_options free_of_it[] = {
        {.http = &handler, .census = census},
        {.http = &handler, .census = census, .bounds_loopback = true, .proxies = {&here, 1}},
    };
    for (size_t i = 0; i < TEST_COUNT(free_of_it); i++) {
        struct fixture f;
        int fds[3];
        fixture_start(&f, &free_of_it[i]);
        for (size_t k = 0; k < TEST_COUNT(fds); k++)
            assert_int_equal(ask(fds[k] = client_connect(fixture_port(&f)), ASK("/")), 200);
        for (size_t k = 0; k < TEST_COUNT(fds); k++)
            close(fds[k]);
        fixture_stop(&f);
    }
    census_free(census);
}

static void strangers_leave_room_and_those_who_are_known_do_not_count(void **state) {
    (void)state;
    struct fixture f;
    struct loop_options bounded = {
        .http = &vouching_handler, .strangers_max = 2, .bounds_loopback = true};
    fixture_start(&f, &bounded);
    int known[3];
    for (size_t i = 0; i < TEST_COUNT(known); i++)
        assert_int_equal(ask(known[i] = client_connect(fixture_port(&f)), ASK("/vouch")), 200);
    int one = client_connect(fixture_port(&f)), two = client_connect(fixture_port(&f));
    FIXTURE_WAIT(fixture_stats(&f).conns == 5);
    assert_turned_away(fixture_port(&f));
    assert_int_equal(fixture_stats(&f).refused_strangers, 1);
    assert_int_equal(ask(known[0], ASK("/")), 200);
    assert_int_equal(ask(one, ASK("/vouch")), 200); /* it was not cut, and gives its place now */
    int three = client_connect(fixture_port(&f));
    assert_int_equal(ask(three, ASK("/")), 200);
    for (size_t i = 0; i < TEST_COUNT(known); i++)
        close(known[i]);
    close(one);
    close(two);
    close(three);
    fixture_stop(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_that_cannot_be_had_is_refused),
        cmocka_unit_test(a_port_in_use_is_refused_to_the_first_worker_and_shared_with_the_others),
        cmocka_unit_test(one_listener_serves_both_families),
        cmocka_unit_test(an_address_with_too_many_connections_is_turned_away),
        cmocka_unit_test(loopback_and_trusted_proxies_are_not_counted),
        cmocka_unit_test(strangers_leave_room_and_those_who_are_known_do_not_count),
        cmocka_unit_test(without_descriptors_the_new_are_refused_and_the_old_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
