/* test_chat_message.c: sending, sending twice, mentions, replies, and the permission to read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "base/limits.h"

static struct world *w;
static struct person ada, ben, eve;

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error send_text(const struct person *person, struct str body, const char *nonce) {
    return world_send_as(w, person, world_slug("general"), body, nonce);
}

/* Sending */

static void a_message_is_told_to_the_members_and_answered(void **state) {
    (void)state;
    int64_t room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    w->mono_ms += 5;
    assert_int_equal(world_send_as(w, &ada, world_slug("news"), STR(" hi \r\nyou\n"), "nonce-1!"),
                     PROTO_OK);
    const struct proto_message *message = world_sent(w);
    assert_int_equal(message->room, room);
    assert_int_equal(message->seq, 1);
    assert_str(message->body, "hi \nyou");
    assert_int_equal(message->author->id, ada.user);
    assert_str(message->author->name, "Ada");
    assert_int_equal(message->author->kind, PROTO_USER_KIND_GUEST);
    assert_int_equal(message->created_at, world_wall_ms(w));
    const struct proto_event_message_new *heard = world_heard(w, &ben, PROTO_EVENT_MESSAGE_NEW);
    assert_int_equal(heard->message->id, message->id);
    assert_str(heard->message->body, "hi \nyou");
    assert_str(heard->nonce, "nonce-1!");
    assert_int_equal(heard->pos, chat_pos(w->chat));
    assert_non_null(world_heard(w, &ada, PROTO_EVENT_MESSAGE_NEW));
    assert_null(world_heard(w, &eve, PROTO_EVENT_MESSAGE_NEW));
    assert_null(world_event(w, PROTO_EVENT_ROOM_ME, 0));
}

static void each_room_counts_for_itself_and_ids_grow(void **state) {
    (void)state;
    int64_t room = world_room(w, &ada, "News", false), last_id = 0;
    for (int64_t seq = 1; seq <= 5; seq++) {
        world_send(w, &ada, room, "a");
        assert_int_equal(world_sent(w)->seq, seq);
        assert_true(world_sent(w)->id > last_id);
        last_id = world_sent(w)->id;
        world_send(w, &ben, WORLD_GENERAL, "b");
        assert_int_equal(world_sent(w)->seq, seq);
        assert_true(world_sent(w)->id > last_id);
        last_id = world_sent(w)->id;
    }
}

static void the_body_has_its_bounds_after_normalisation(void **state) {
    (void)state;
    static char text[16384 + 64];
    memset(text, 'x', sizeof text);
    assert_int_equal(send_text(&ada, STR(""), "nonce-01"), PROTO_BAD_REQUEST);
    assert_str(w->outcome.error.field, "body");
    assert_int_equal(send_text(&ada, STR(" \n\x01\u3000"), "nonce-02"), PROTO_BAD_REQUEST);
    assert_int_equal(send_text(&ada, str_of(text, 16385), "nonce-03"), PROTO_TOO_LARGE);
    assert_str(w->outcome.error.field, "body");
    assert_int_equal(send_text(&ada, str_of(text, 16384), "nonce-04"), PROTO_OK);
    memset(text + 16384, ' ', 64);
    assert_int_equal(send_text(&ada, str_of(text, sizeof text), "nonce-05"), PROTO_OK);
    assert_int_equal(world_sent(w)->body.len, 16384);
    assert_int_equal(world_sent(w)->seq, 2); /* what was refused took no number */
}

static void only_members_send_and_read(void **state) {
    (void)state;
    int64_t room = world_room(w, &ada, "News", false);
    world_send(w, &ada, room, "hello");
    int64_t id = world_sent(w)->id;
    assert_int_equal(world_send(w, &eve, room, "x"), PROTO_FORBIDDEN);
    struct proto_message_history history = {.room = world_id(room)};
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_MESSAGE_HISTORY, &history), PROTO_FORBIDDEN);
    struct proto_message_get get = {id};
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_MESSAGE_GET, &get), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_GET, &get), PROTO_OK);
    assert_str(((const struct proto_message_get_result *)w->answer)->message->body, "hello");
}

static void a_message_of_an_invisible_room_is_no_message(void **state) {
    (void)state;
    int64_t room = world_room(w, &ada, "Secret", true);
    world_send(w, &ada, room, "hello");
    struct proto_message_get get = {world_sent(w)->id};
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_MESSAGE_GET, &get), PROTO_NOT_FOUND);
    struct str hidden = w->outcome.error.message;
    get.message = 999;
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_MESSAGE_GET, &get), PROTO_NOT_FOUND);
    assert_str_same(w->outcome.error.message, hidden);
}

/* Sending twice */

static void the_same_nonce_gives_the_same_message(void **state) {
    (void)state;
    send_text(&ada, STR("hello"), "nonce-01");
    int64_t id = world_sent(w)->id;
    send_text(&ben, STR("between"), "nonce-01"); /* another's nonce is another */
    assert_int_equal(world_sent(w)->seq, 2);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(send_text(&ada, STR(" hello\r\n"), "nonce-01"), PROTO_OK);
        assert_int_equal(world_sent(w)->id, id);
        assert_int_equal(world_sent(w)->seq, 1);
        assert_int_equal(w->outcome.fact_count, 0);
        assert_int_equal(w->event_count, 0);
        world_reload(w);
    }
}

static void a_nonce_used_for_something_else_is_a_conflict(void **state) {
    (void)state;
    int64_t room = world_room(w, &ada, "News", false);
    send_text(&ada, STR("hello"), "nonce-01");
    assert_int_equal(send_text(&ada, STR("hallo"), "nonce-01"), PROTO_CONFLICT);
    assert_str(w->outcome.error.field, "nonce");
    assert_int_equal(world_send_as(w, &ada, world_id(room), STR("hello"), "nonce-01"),
                     PROTO_CONFLICT);
}

static void a_repeated_nonce_is_answered_where_sending_is_no_longer_allowed(void **state) {
    (void)state;
    int64_t room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    struct chat_room_fact fact = world_room_fact(w, room);
    fact.slow_mode_s = 60;
    world_set_room(w, fact);
    assert_int_equal(world_send_as(w, &ben, world_id(room), STR("a"), "nonce-01"), PROTO_OK);
    assert_int_equal(world_send_as(w, &ben, world_id(room), STR("a"), "nonce-01"), PROTO_OK);
    fact = world_room_fact(w, room);
    fact.archived = true;
    world_set_room(w, fact);
    assert_int_equal(world_send_as(w, &ben, world_id(room), STR("a"), "nonce-01"), PROTO_OK);
    assert_int_equal(world_send_as(w, &ben, world_id(room), STR("b"), "nonce-02"), PROTO_FORBIDDEN);
}

static void a_store_that_refuses_makes_sending_unavailable(void **state) {
    (void)state;
    w->store->fails = ERR_IO;
    assert_int_equal(send_text(&ada, STR("x"), "nonce-01"), PROTO_UNAVAILABLE);
    struct proto_message_get get = {1};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_GET, &get), PROTO_UNAVAILABLE);
    w->store->fails = ERR_OK;
    assert_int_equal(send_text(&ada, STR("x"), "nonce-01"), PROTO_OK);
    assert_int_equal(world_sent(w)->seq, 1);
}

/* Replies */

static enum proto_error reply(const struct person *person, int64_t room, int64_t to) {
    static int number;
    char nonce[32];
    snprintf(nonce, sizeof nonce, "reply-%d-%d", (int)getpid(), ++number);
    struct proto_message_send send = {
        .room = world_id(room), .body = STR("yes"), .nonce = str_of_c(nonce), .reply_to = to};
    return world_do(w, person, PROTO_COMMAND_MESSAGE_SEND, &send);
}

static void a_reply_shows_what_it_answers(void **state) {
    (void)state;
    static char text[1000];
    memset(text, 'y', sizeof text);
    text[3] = '\n';
    send_text(&ada, str_of(text, sizeof text), "nonce-01");
    int64_t id = world_sent(w)->id;
    assert_int_equal(reply(&ben, WORLD_GENERAL, id), PROTO_OK);
    const struct proto_reply *shown = world_sent(w)->reply_to;
    assert_int_equal(shown->id, id);
    assert_int_equal(shown->seq, 1);
    assert_str(shown->author->name, "Ada");
    assert_int_equal(shown->excerpt.len, 140);
    assert_int_equal(shown->excerpt.at[3],
                     '\n'); /* the body's own beginning, as history shows it */
    const struct proto_event_message_new *heard = world_heard(w, &eve, PROTO_EVENT_MESSAGE_NEW);
    assert_str_same(heard->message->reply_to->excerpt, shown->excerpt);
}

static void a_reply_is_to_a_message_of_the_same_room(void **state) {
    (void)state;
    int64_t secret = world_room(w, &ada, "Secret", true);
    world_send(w, &ada, secret, "hidden");
    int64_t id = world_sent(w)->id;
    assert_int_equal(reply(&eve, WORLD_GENERAL, id), PROTO_NOT_FOUND);
    struct str hidden = w->outcome.error.message;
    assert_int_equal(reply(&eve, WORLD_GENERAL, 9999), PROTO_NOT_FOUND);
    assert_str_same(w->outcome.error.message, hidden);
    assert_str(w->outcome.error.field, "reply_to");
}

/* Mentions */

static int64_t mentions_of(const struct person *person) {
    return world_member(w, person, WORLD_GENERAL)->mentions;
}

static int64_t shown_mentions(const struct person *person, int64_t room) {
    struct proto_room_prefs prefs = {.room = world_id(room)};
    world_do(w, person, PROTO_COMMAND_ROOM_PREFS, &prefs);
    return ((const struct proto_room_prefs_result *)w->answer)->me->mentions;
}

static void mentions_are_listed_and_counted_for_members(void **state) {
    (void)state;
    int64_t room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    world_send(w, &ada, room, "@ben @EVE @ada @nobody");
    assert_int_equal(world_sent(w)->mentions_count, 2); /* Eve is not in the room */
    assert_int_equal(world_sent(w)->mentions[0], ben.user);
    assert_int_equal(world_sent(w)->mentions[1], ada.user);
    assert_int_equal(world_sent(w)->mentions_all, PROTO_MENTIONS_ALL_NONE);
    assert_int_equal(shown_mentions(&ben, room), 1);
    assert_int_equal(shown_mentions(&ada, room), 0); /* one's own do not count */
    world_send(w, &ada, room, "@ben again, @ben");
    assert_int_equal(shown_mentions(&ben, room), 2);
    world_send(w, &ben, room, "yes?"); /* sending reads */
    assert_int_equal(shown_mentions(&ben, room), 0);
}

static void everybody_may_be_called_in_a_small_room(void **state) {
    (void)state;
    world_send(w, &ben, WORLD_GENERAL, "@room hello");
    assert_int_equal(world_sent(w)->mentions_all, PROTO_MENTIONS_ALL_ROOM);
    assert_int_equal(mentions_of(&ada), 1);
    assert_int_equal(mentions_of(&eve), 1);
    assert_int_equal(mentions_of(&ben), 0);
    world_send(w, &eve, WORLD_GENERAL, "@here @ada");
    assert_int_equal(world_sent(w)->mentions_all, PROTO_MENTIONS_ALL_HERE);
    assert_int_equal(world_sent(w)->mentions_count, 1);
    assert_int_equal(mentions_of(&ada), 2); /* once a message */
    assert_int_equal(mentions_of(&eve), 0);
}

static void in_a_large_room_only_moderators_call_everybody(void **state) {
    (void)state;
    char name[16];
    for (int i = 0; i < 48; i++) {
        snprintf(name, sizeof name, "p%d", i);
        (void)world_guest(w, name);
    }
    world_send(w, &ben, WORLD_GENERAL, "@room"); /* 51 members */
    assert_int_equal(world_sent(w)->mentions_all, PROTO_MENTIONS_ALL_NONE);
    assert_int_equal(mentions_of(&ada), 0);
    world_put(w, &ben, WORLD_GENERAL, PROTO_MEMBER_ROLE_MODERATOR);
    world_send(w, &ben, WORLD_GENERAL, "@room");
    assert_int_equal(world_sent(w)->mentions_all, PROTO_MENTIONS_ALL_ROOM);
    assert_int_equal(mentions_of(&ada), 1);
}

/* Pace */

static void slow_mode_holds_members_back(void **state) {
    (void)state;
    int64_t room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    struct chat_room_fact fact = world_room_fact(w, room);
    fact.slow_mode_s = 10;
    world_set_room(w, fact);
    assert_int_equal(world_send(w, &ben, room, "1"), PROTO_OK);
    w->mono_ms += 4000;
    assert_int_equal(world_send(w, &ben, room, "2"), PROTO_RATE_LIMITED);
    assert_int_equal(w->outcome.error.retry_after_ms, 6000);
    assert_int_equal(world_send(w, &ben, WORLD_GENERAL, "elsewhere"), PROTO_OK);
    assert_int_equal(world_send(w, &ada, room, "owner"), PROTO_OK);
    assert_int_equal(world_send(w, &ada, room, "owner"), PROTO_OK);
    w->mono_ms += 6000;
    assert_int_equal(world_send(w, &ben, room, "3"), PROTO_OK);
}

static void a_person_and_a_room_have_their_pace(void **state) {
    (void)state;
    struct chat_options options = world_options();
    options.rate_scale = 1;
    struct world *slow = world_new_with(options);
    struct person person = world_guest(slow, "Ada");
    int sent = 0;
    while (world_send(slow, &person, WORLD_GENERAL, "x") == PROTO_OK)
        sent++;
    assert_int_equal(sent, 10);
    assert_int_equal(slow->error, PROTO_RATE_LIMITED);
    assert_int_equal(slow->outcome.error.retry_after_ms, 500);
    slow->mono_ms += 500;
    assert_int_equal(world_send(slow, &person, WORLD_GENERAL, "x"), PROTO_OK);
    char name[16];
    for (int i = 0; sent < 1000; i++) {
        snprintf(name, sizeof name, "p%d", i);
        struct person other = world_guest(slow, name);
        while (world_send(slow, &other, WORLD_GENERAL, "x") == PROTO_OK)
            sent++;
        if (slow->outcome.error.retry_after_ms == 20)
            break;
    }
    assert_in_range(sent, CHAT_ROOM_MESSAGES_BURST, CHAT_ROOM_MESSAGES_BURST + 30);
    world_free(slow);
}

/* Reading */

static struct chat_read history_read(struct proto_message_history history) {
    history.room = world_slug("general");
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_HISTORY, &history), PROTO_OK);
    assert_int_equal(w->outcome.read.kind, CHAT_READ_HISTORY);
    assert_int_equal(w->outcome.read.room, WORLD_GENERAL);
    assert_non_null(w->answer);
    return w->outcome.read;
}

static void history_says_what_to_read(void **state) {
    (void)state;
    struct chat_read read = history_read((struct proto_message_history){0});
    assert_int_equal(read.limit, 50);
    assert_int_equal(read.before + read.after + read.around, 0);
    read = history_read(
        (struct proto_message_history){.limit = 1000, .before = 7, .has_before = true});
    assert_int_equal(read.limit, 200);
    assert_int_equal(read.before, 7);
    read = history_read((struct proto_message_history){.after = 7, .has_after = true});
    assert_int_equal(read.after, 7);
    read = history_read((struct proto_message_history){.around = 7, .has_around = true});
    assert_int_equal(read.around, 7);
}

static void a_place_at_zero_is_the_beginning_and_not_nothing(void **state) {
    (void)state;
    struct chat_read read = history_read((struct proto_message_history){.has_before = true});
    assert_int_equal(read.before, 1); /* nothing is before the first */
    read = history_read((struct proto_message_history){.has_after = true, .limit = 20});
    assert_int_equal(read.after, 0);
    assert_int_equal(read.before, 21); /* 1 to 20 */
    read = history_read((struct proto_message_history){.has_around = true});
    assert_int_equal(read.around, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_message_is_told_to_the_members_and_answered),
        TEST(each_room_counts_for_itself_and_ids_grow),
        TEST(the_body_has_its_bounds_after_normalisation),
        TEST(only_members_send_and_read),
        TEST(a_message_of_an_invisible_room_is_no_message),
        TEST(the_same_nonce_gives_the_same_message),
        TEST(a_nonce_used_for_something_else_is_a_conflict),
        TEST(a_repeated_nonce_is_answered_where_sending_is_no_longer_allowed),
        TEST(a_store_that_refuses_makes_sending_unavailable),
        TEST(a_reply_shows_what_it_answers),
        TEST(a_reply_is_to_a_message_of_the_same_room),
        TEST(mentions_are_listed_and_counted_for_members),
        TEST(everybody_may_be_called_in_a_small_room),
        TEST(in_a_large_room_only_moderators_call_everybody),
        TEST(slow_mode_holds_members_back),
        TEST(a_person_and_a_room_have_their_pace),
        TEST(history_says_what_to_read),
        TEST(a_place_at_zero_is_the_beginning_and_not_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
