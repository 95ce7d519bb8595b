/* test_chat_last.c: the preview of a room's newest message follows what becomes of it.
 *
 * Each case is looked at twice: as it came about, and after everything was loaded anew.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "base/limits.h"
#include "chat/chat_view.h"

static struct world *w;
static struct person ada;

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static const struct proto_message *shown(void) {
    const struct chat_user *user = chat_user_get(w->chat, ada.user);
    const struct chat_room *room = chat_room_get(w->chat, WORLD_GENERAL);
    return chat_view_room_new(w->chat, room, user, &w->arena)->last_message;
}

static int64_t say(const char *body, int64_t reply_to) {
    static int number;
    char nonce[32];
    snprintf(nonce, sizeof nonce, "nonce-%d", ++number);
    struct proto_message_send send = {.room = world_id(WORLD_GENERAL),
                                      .body = str_of_c(body),
                                      .nonce = str_of_c(nonce),
                                      .reply_to = reply_to};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_SEND, &send), PROTO_OK);
    return world_sent(w)->id;
}

static void edit(int64_t message, const char *body) {
    struct proto_message_edit payload = {message, str_of_c(body)};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_EDIT, &payload), PROTO_OK);
}

static void delete (int64_t message) {
    struct proto_message_delete payload = {message};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_DELETE, &payload), PROTO_OK);
}

static void an_edited_message_is_shown_edited(void **state) {
    (void)state;
    edit(say("helo", 0), "hello @ada");
    for (int round = 0; round < 2; round++) {
        assert_str(shown()->body, "hello @ada");
        assert_int_equal(shown()->edited_at, world_wall_ms(w));
        assert_int_equal(shown()->mentions_count, 1);
        world_reload(w);
    }
}

static void a_deleted_message_is_a_tombstone(void **state) {
    (void)state;
    delete (say("secret", say("first", 0)));
    for (int round = 0; round < 2; round++) {
        assert_true(shown()->deleted);
        assert_int_equal(shown()->body.len, 0);
        assert_null(shown()->reply_to);
        world_reload(w);
    }
}

static void what_it_answers_is_shown_as_it_is_now(void **state) {
    (void)state;
    int64_t first = say("first", 0);
    say("answer", first);
    edit(first, "second");
    for (int round = 0; round < 2; round++) {
        assert_str(shown()->body, "answer");
        assert_str(shown()->reply_to->excerpt, "second");
        world_reload(w);
    }
    delete (first);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(shown()->reply_to->id, first);
        assert_int_equal(shown()->reply_to->excerpt.len, 0);
        world_reload(w);
    }
}

static void other_messages_do_not_matter(void **state) {
    (void)state;
    int64_t first = say("first", 0);
    say("last", 0);
    delete (first);
    assert_str(shown()->body, "last");
}

static void it_is_short(void **state) {
    (void)state;
    static char text[2000];
    memset(text, 'x', sizeof text - 1);
    int64_t id = say("y", 0);
    edit(id, text);
    assert_int_equal(shown()->body.len, CHAT_LAST_BODY_CHARS_MAX);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(an_edited_message_is_shown_edited),
        TEST(a_deleted_message_is_a_tombstone),
        TEST(what_it_answers_is_shown_as_it_is_now),
        TEST(other_messages_do_not_matter),
        TEST(it_is_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
