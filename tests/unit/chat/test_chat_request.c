/* test_chat_request.c: what crosses from a worker to the core and back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "chat/chat_request.h"

static void on_answer(struct chat_request *request) {
    chat_request_free(request);
}

static void a_new_request_knows_whom_to_answer_and_nothing_else(void **state) {
    (void)state;
    struct chat_request *request = chat_request_new(CHAT_ACT_WHOAMI, 3, on_answer);
    assert_int_equal(request->command.act, CHAT_ACT_WHOAMI);
    assert_int_equal(request->worker, 3);
    assert_ptr_equal(request->on_answer, on_answer);
    assert_null(request->command.payload);
    assert_int_equal(request->error, PROTO_OK);
    assert_int_equal(request->read.kind, CHAT_READ_NONE);
    assert_int_equal(request->json.len, 0);
    request->on_answer(request);
}

/* Leaks show in builds with sanitizers. */
static void its_arena_and_its_answer_go_with_it(void **state) {
    (void)state;
    struct chat_request *request = chat_request_new(PROTO_COMMAND_ROOM_LIST, 0, on_answer);
    request->command.payload = ARENA_NEW(&request->arena, struct proto_room_list);
    buf_append_c(&request->json, "{}");
    chat_request_free(request);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_request_knows_whom_to_answer_and_nothing_else),
        cmocka_unit_test(its_arena_and_its_answer_go_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
