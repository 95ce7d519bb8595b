/* test_ws_handshake.c: which requests may become a WebSocket (RFC 6455 section 4.2.1).
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/ws.h"
#include "test.h"

#define START "GET / HTTP/1.1\r\nHost: a\r\n"
#define UP    "Connection: Upgrade\r\nUpgrade: websocket\r\n"
#define KEY   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define V13   "Sec-WebSocket-Version: 13\r\n"

static const struct {
    const char *name;
    const char *head;
    int status;
} rows[] = {
    {"plain", START UP KEY V13 "\r\n", 0},
    {"Firefox's Connection",
     START "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n" KEY V13 "\r\n", 0},
    {"other case", START "CONNECTION: upgrade\r\nUPGRADE: WebSocket\r\n" KEY V13 "\r\n", 0},
    {"no upgrade", START KEY V13 "\r\n", 400},
    {"another upgrade", START "Connection: Upgrade\r\nUpgrade: h2c\r\n" KEY V13 "\r\n", 400},
    {"no key", START UP V13 "\r\n", 400},
    {"two keys", START UP KEY KEY V13 "\r\n", 400},
    {"empty key", START UP "Sec-WebSocket-Key:\r\n" V13 "\r\n", 400},
    {"short key", START UP "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n" V13 "\r\n", 400},
    {"long key", START UP "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWFi\r\n" V13 "\r\n", 400},
    {"key is no base64", START UP "Sec-WebSocket-Key: !!!!IHNhbXBsZSBub25jZQ==\r\n" V13 "\r\n",
     400},
    {"no version", START UP KEY "\r\n", 400},
    {"two versions", START UP KEY V13 V13 "\r\n", 400},
    {"version 8", START UP KEY "Sec-WebSocket-Version: 8\r\n\r\n", 426},
    {"version list", START UP KEY "Sec-WebSocket-Version: 13, 8\r\n\r\n", 426},
    {"POST", "POST / HTTP/1.1\r\nHost: a\r\n" UP KEY V13 "\r\n", 405},
    {"HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\n" UP KEY V13 "\r\n", 400},
    {"with a body", START UP KEY V13 "Content-Length: 3\r\n\r\n", 400},
};

static void each_handshake_gets_its_status(void **state) {
    (void)state;
    static struct http_request request;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        size_t scanned = 0, consumed = 0;
        int status = 0;
        assert_int_equal(
            http1_parse_head(str_of_c(rows[i].head), &scanned, &request, &consumed, &status),
            HTTP1_DONE);
        int got = ws_handshake_check(&request);
        if (got != rows[i].status)
            fail_msg("%s: %d", rows[i].name, got);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_handshake_gets_its_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
