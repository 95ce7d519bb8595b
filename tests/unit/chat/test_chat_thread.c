/* test_chat_thread.c: replies below a message, in two places, and who follows them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_internal.h"
#include "chat_world.h"

static struct world *w;
static struct person ada, ben, eve;
static int64_t room, root;

/* Ada owns the room and has begun a thread; Ben and Eve are in it. */
static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    world_join(w, &eve, room);
    assert_int_equal(world_send(w, &ada, room, "root"), PROTO_OK);
    root = world_sent(w)->id;
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error send(const struct person *person, struct proto_message_send payload,
                             const char *body) {
    static int number;
    char nonce[32];
    snprintf(nonce, sizeof nonce, "nonce-%d-x", ++number);
    payload.room = payload.room.id != 0 ? payload.room : world_id(room);
    payload.body = str_of_c(body);
    payload.nonce = str_of_c(nonce);
    return world_do(w, person, PROTO_COMMAND_MESSAGE_SEND, &payload);
}

static int64_t reply(const struct person *person, const char *body) {
    struct proto_message_send payload = {.thread = root};
    assert_int_equal(send(person, payload, body), PROTO_OK);
    return world_sent(w)->id;
}

static const struct chat_follow *follow_of(const struct person *person) {
    const struct fake_follow *found = fake_find_follow(w->store, person->user, root);
    return found != NULL ? &found->follow : NULL;
}

static const struct proto_thread_me *answered_me(void) {
    return ((const struct proto_thread_follow_result *)w->answer)->me;
}

static enum proto_error follow(const struct person *person, int64_t thread, bool on) {
    struct proto_thread_follow payload = {thread, on};
    return world_do(w, person, PROTO_COMMAND_THREAD_FOLLOW, &payload);
}

static enum proto_error read_to(const struct person *person, int64_t seq) {
    struct proto_thread_read payload = {root, seq};
    return world_do(w, person, PROTO_COMMAND_THREAD_READ, &payload);
}

/* Replies */

static void replies_number_themselves_and_leave_the_room_alone(void **state) {
    (void)state;
    int64_t last_seq = chat_room_get(w->chat, room)->last_seq;
    for (int64_t seq = 1; seq <= 3; seq++) {
        reply(seq % 2 != 0 ? &ben : &ada, "reply @eve");
        assert_int_equal(world_sent(w)->seq, seq);
        assert_int_equal(world_sent(w)->thread, root);
    }
    const struct chat_room *in = chat_room_get(w->chat, room);
    assert_int_equal(in->last_seq, last_seq);
    assert_int_equal(in->last->id, root);
    assert_int_equal(chat_member_get(w->chat, room, eve.user)->mentions, 0);
}

static void the_room_is_told_of_the_reply_and_of_its_root(void **state) {
    (void)state;
    struct person out = world_guest(w, "Out");
    reply(&ben, "one");
    w->mono_ms += 5;
    reply(&ben, "two");
    const struct proto_event_message_new *said = world_heard(w, &eve, PROTO_EVENT_MESSAGE_NEW);
    const struct proto_event_message_changed *grown =
        world_heard(w, &eve, PROTO_EVENT_MESSAGE_CHANGED);
    assert_int_equal(said->message->thread, root);
    assert_int_equal(grown->change, PROTO_CHANGE_THREAD);
    assert_int_equal(grown->message->id, root);
    assert_int_equal(grown->message->reply_count, 2);
    assert_int_equal(grown->message->last_reply_at, world_wall_ms(w));
    assert_int_equal(grown->pos, said->pos + 1);
    assert_null(world_heard(w, &out, PROTO_EVENT_MESSAGE_NEW));
}

static void a_reply_to_a_reply_stays_in_its_thread(void **state) {
    (void)state;
    int64_t first = reply(&ben, "one");
    struct proto_message_send answer = {.reply_to = first};
    assert_int_equal(send(&eve, answer, "to one"), PROTO_OK);
    assert_int_equal(world_sent(w)->thread, root);
    assert_int_equal(world_sent(w)->seq, 2);
    assert_int_equal(world_sent(w)->reply_to->id, first);
    struct proto_message_send below = {.thread = first}; /* a reply stands for its root */
    assert_int_equal(send(&eve, below, "below"), PROTO_OK);
    assert_int_equal(world_sent(w)->thread, root);
    assert_int_equal(world_sent(w)->seq, 3);
}

static void what_does_not_belong_together_is_refused(void **state) {
    (void)state;
    int64_t secret = world_room(w, &ada, "Secret", true);
    int64_t first = reply(&ben, "one");
    assert_int_equal(world_send(w, &ada, secret, "hidden"), PROTO_OK);
    int64_t hidden = world_sent(w)->id;
    assert_int_equal(world_send(w, &ada, room, "other root"), PROTO_OK);
    int64_t other = world_sent(w)->id;
    struct proto_message_send elsewhere = {.thread = hidden};
    assert_int_equal(send(&ada, elsewhere, "x"), PROTO_BAD_REQUEST);
    assert_str(w->outcome.error.field, "thread");
    assert_int_equal(send(&ben, elsewhere, "x"), PROTO_NOT_FOUND); /* as if it were not there */
    struct str there = w->outcome.error.message;
    elsewhere.thread = 9999;
    assert_int_equal(send(&ben, elsewhere, "x"), PROTO_NOT_FOUND);
    assert_str_same(w->outcome.error.message, there);
    struct proto_message_send mixed = {.thread = other, .reply_to = first};
    assert_int_equal(send(&ben, mixed, "x"), PROTO_BAD_REQUEST);
    assert_str(w->outcome.error.field, "reply_to");
}

static void a_deleted_reply_counts_and_a_deleted_root_keeps_its_thread(void **state) {
    (void)state;
    struct proto_message_delete payload = {reply(&ben, "one")};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_DELETE, &payload), PROTO_OK);
    payload.message = root;
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_DELETE, &payload), PROTO_OK);
    const struct proto_message *tombstone =
        ((const struct proto_message_get_result *)w->answer)->message;
    assert_int_equal(tombstone->reply_count, 1);
    reply(&eve, "two");
    assert_int_equal(world_sent(w)->seq, 2);
    const struct proto_event_message_changed *grown =
        world_heard(w, &ada, PROTO_EVENT_MESSAGE_CHANGED);
    assert_true(grown->message->deleted);
    assert_int_equal(grown->message->reply_count, 2);
}

static void in_an_announcement_room_only_moderators_reply(void **state) {
    (void)state;
    struct chat_room_fact fact = world_room_fact(w, room);
    fact.announcement = true;
    world_set_room(w, fact);
    struct proto_message_send payload = {.thread = root};
    assert_int_equal(send(&ben, payload, "x"), PROTO_FORBIDDEN);
    assert_int_equal(send(&ada, payload, "x"), PROTO_OK);
}

static void the_same_nonce_gives_the_same_reply(void **state) {
    (void)state;
    struct proto_message_send payload = {.room = world_id(room),
                                         .body = STR("once"),
                                         .nonce = STR("nonce-once"),
                                         .thread = root,
                                         .also_room = true};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_SEND, &payload), PROTO_OK);
    int64_t id = world_sent(w)->id;
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_SEND, &payload), PROTO_OK);
    assert_int_equal(world_sent(w)->id, id);
    assert_int_equal(w->outcome.fact_count, 0);
}

/* In two places */

static int64_t reply_twice(const struct person *person, const char *body) {
    struct proto_message_send payload = {.thread = root, .also_room = true};
    assert_int_equal(send(person, payload, body), PROTO_OK);
    return world_sent(w)->id;
}

static const struct proto_message *stored(int64_t id) {
    struct chat_stored_message *found = ARENA_NEW(&w->arena, struct chat_stored_message);
    assert_int_equal(fake_port_find_message(w->store, id, &w->arena, found), ERR_OK);
    return &found->message;
}

static void a_reply_to_the_room_as_well_is_two_messages(void **state) {
    (void)state;
    int64_t id = reply_twice(&ben, "both @eve");
    const struct proto_message *first = world_sent(w);
    assert_int_equal(first->thread, root);
    assert_int_equal(first->twin, id + 1);
    const struct world_event *second = world_event(w, PROTO_EVENT_MESSAGE_NEW, 1);
    const struct proto_event_message_new *in_room = second->payload;
    assert_int_equal(in_room->message->thread, 0);
    assert_int_equal(in_room->message->seq, 2);
    assert_int_equal(in_room->message->twin, id);
    assert_int_equal(in_room->message->reply_to->id, root);
    assert_str(in_room->message->body, "both @eve");
    assert_true(in_room->nonce.at[0] != CHAT_TWIN_MARK);
    assert_int_equal(chat_member_get(w->chat, room, eve.user)->mentions, 1);
    assert_int_equal(chat_room_get(w->chat, room)->last->id, id + 1);
}

static void who_edits_one_edits_both(void **state) {
    (void)state;
    int64_t id = reply_twice(&ben, "both @eve");
    struct proto_message_edit payload = {id + 1, STR("edited")};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_EDIT, &payload), PROTO_OK);
    assert_int_equal(((const struct proto_message_get_result *)w->answer)->message->id, id + 1);
    assert_str(stored(id)->body, "edited");
    assert_str(stored(id + 1)->body, "edited");
    assert_int_equal(chat_member_get(w->chat, room, eve.user)->mentions, 0);
    payload = (struct proto_message_edit){id, STR("again")};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_EDIT, &payload), PROTO_OK);
    assert_str(stored(id + 1)->body, "again");
}

static void who_deletes_one_deletes_both(void **state) {
    (void)state;
    int64_t id = reply_twice(&ben, "both");
    struct proto_message_delete payload = {id};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_DELETE, &payload), PROTO_OK);
    assert_true(stored(id)->deleted);
    assert_true(stored(id + 1)->deleted);
    assert_int_equal(stored(id)->twin + stored(id + 1)->twin, 0);
    assert_int_equal(w->outcome.fact_count, 2);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_DELETE, &payload), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
}

static void outside_of_threads_there_is_only_the_room(void **state) {
    (void)state;
    struct proto_message_send payload = {.also_room = true};
    assert_int_equal(send(&ben, payload, "x"), PROTO_OK);
    assert_int_equal(world_sent(w)->twin, 0);
    assert_int_equal(w->outcome.fact_count, 1);
}

/* Following */

static void who_takes_part_follows(void **state) {
    (void)state;
    assert_null(follow_of(&ada));
    reply(&ben, "one");
    assert_true(follow_of(&ben)->following);
    assert_int_equal(follow_of(&ben)->read_seq, 1);
    assert_true(follow_of(&ada)->following); /* has begun it */
    assert_int_equal(follow_of(&ada)->read_seq, 0);
    assert_null(follow_of(&eve));
    reply(&ben, "two @eve");
    assert_int_equal(follow_of(&eve)->read_seq, 1);
}

static void who_does_not_want_to_is_not_made_to(void **state) {
    (void)state;
    assert_int_equal(follow(&ada, root, false), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0); /* she did not */
    reply(&ben, "one");
    assert_int_equal(follow(&ada, root, false), PROTO_OK);
    assert_false(answered_me()->following);
    reply(&ben, "two @ada");
    assert_false(follow_of(&ada)->following);
    reply(&ada, "three");
    assert_true(follow_of(&ada)->following);
}

static void following_is_told_to_the_person_alone(void **state) {
    (void)state;
    int64_t first = reply(&ben, "one");
    assert_int_equal(follow(&eve, first, true), PROTO_OK); /* a reply stands for its root */
    const struct proto_event_thread_me *heard = world_heard(w, &eve, PROTO_EVENT_THREAD_ME);
    assert_int_equal(heard->me->thread, root);
    assert_int_equal(heard->me->room, room);
    assert_true(heard->me->following);
    assert_int_equal(heard->me->read_seq, 1); /* what is there is no news */
    assert_int_equal(heard->me->unread, 0);
    assert_int_equal(heard->pos, chat_pos(w->chat));
    assert_null(world_heard(w, &ben, PROTO_EVENT_THREAD_ME));
    assert_int_equal(follow(&eve, root, true), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
}

static void a_mark_moves_forward_only(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++)
        reply(&ben, "x");
    assert_int_equal(read_to(&ada, 2), PROTO_OK);
    assert_int_equal(answered_me()->read_seq, 2);
    assert_int_equal(answered_me()->unread, 1);
    assert_int_equal(read_to(&ada, 1), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(answered_me()->read_seq, 2);
    assert_int_equal(read_to(&ada, 99), PROTO_OK);
    assert_int_equal(follow_of(&ada)->read_seq, 3);
    assert_int_equal(read_to(&eve, 2), PROTO_OK); /* she does not follow it */
    assert_int_equal(w->outcome.fact_count, 0);
}

static void threads_of_rooms_that_are_not_to_be_seen_are_not_there(void **state) {
    (void)state;
    int64_t secret = world_room(w, &ada, "Secret", true);
    world_send(w, &ada, secret, "hidden");
    int64_t hidden = world_sent(w)->id;
    struct proto_message_history history = {.thread = hidden};
    assert_int_equal(follow(&ben, hidden, true), PROTO_NOT_FOUND);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_HISTORY, &history), PROTO_NOT_FOUND);
    struct person out = world_guest(w, "Out");
    assert_int_equal(follow(&out, root, true), PROTO_FORBIDDEN);
}

/* Reading */

static void the_history_of_a_thread_is_read_by_its_root(void **state) {
    (void)state;
    int64_t first = reply(&ben, "one");
    struct proto_message_history history = {.thread = first, .limit = 10};
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_MESSAGE_HISTORY, &history), PROTO_OK);
    assert_int_equal(w->outcome.read.kind, CHAT_READ_HISTORY);
    assert_int_equal(w->outcome.read.thread, root);
    assert_int_equal(w->outcome.read.room, room);
    history = (struct proto_message_history){.room = world_slug("news"), .thread = root};
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_MESSAGE_HISTORY, &history), PROTO_OK);
    history.room = world_slug("general");
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_MESSAGE_HISTORY, &history), PROTO_BAD_REQUEST);
    assert_str(w->outcome.error.field, "thread");
}

static void followed_threads_are_listed_by_a_reader(void **state) {
    (void)state;
    struct proto_thread_list payload = {.after = 7, .limit = 3};
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_THREAD_LIST, &payload), PROTO_OK);
    assert_int_equal(w->outcome.read.kind, CHAT_READ_THREADS);
    assert_int_equal(w->outcome.read.user, eve.user);
    assert_int_equal(w->outcome.read.after, 7);
    assert_int_equal(w->outcome.read.limit, 3);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(replies_number_themselves_and_leave_the_room_alone),
        TEST(the_room_is_told_of_the_reply_and_of_its_root),
        TEST(a_reply_to_a_reply_stays_in_its_thread),
        TEST(what_does_not_belong_together_is_refused),
        TEST(a_deleted_reply_counts_and_a_deleted_root_keeps_its_thread),
        TEST(in_an_announcement_room_only_moderators_reply),
        TEST(the_same_nonce_gives_the_same_reply),
        TEST(a_reply_to_the_room_as_well_is_two_messages),
        TEST(who_edits_one_edits_both),
        TEST(who_deletes_one_deletes_both),
        TEST(outside_of_threads_there_is_only_the_room),
        TEST(who_takes_part_follows),
        TEST(who_does_not_want_to_is_not_made_to),
        TEST(following_is_told_to_the_person_alone),
        TEST(a_mark_moves_forward_only),
        TEST(threads_of_rooms_that_are_not_to_be_seen_are_not_there),
        TEST(the_history_of_a_thread_is_read_by_its_root),
        TEST(followed_threads_are_listed_by_a_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
