/* test_chat_change.c: editing and deleting: who may, what is left, and how mentions are counted anew.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_internal.h"
#include "chat_world.h"

static struct world *w;
static struct person ada, ben, eve;
static int64_t room;

/* Ada owns the room, Ben and Eve are in it. */
static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    world_join(w, &eve, room);
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static int64_t say(const struct person *person, const char *body) {
    assert_int_equal(world_send(w, person, room, body), PROTO_OK);
    return world_sent(w)->id;
}

static enum proto_error edit(const struct person *person, int64_t message, const char *body) {
    struct proto_message_edit payload = {message, str_of_c(body)};
    return world_do(w, person, PROTO_COMMAND_MESSAGE_EDIT, &payload);
}

static enum proto_error delete (const struct person *person, int64_t message) {
    struct proto_message_delete payload = {message};
    return world_do(w, person, PROTO_COMMAND_MESSAGE_DELETE, &payload);
}

static const struct proto_message *answered(void) {
    return ((const struct proto_message_get_result *)w->answer)->message;
}

static int64_t mentions(const struct person *person) {
    return chat_member_get(w->chat, room, person->user)->mentions;
}

static const struct proto_event_message_changed *heard(const struct person *person) {
    return world_heard(w, person, PROTO_EVENT_MESSAGE_CHANGED);
}

/* Editing */

static void an_edit_is_told_to_the_members_and_answered(void **state) {
    (void)state;
    struct person out = world_guest(w, "Out");
    int64_t id = say(&ada, "helo");
    w->mono_ms += 5;
    assert_int_equal(edit(&ada, id, " hello \r\n"), PROTO_OK);
    assert_str(answered()->body, "hello");
    assert_int_equal(answered()->edited_at, world_wall_ms(w));
    assert_int_equal(answered()->seq, 1);
    assert_int_equal(heard(&ben)->change, PROTO_CHANGE_EDIT);
    assert_str(heard(&ben)->message->body, "hello");
    assert_int_equal(heard(&ben)->pos, chat_pos(w->chat));
    assert_non_null(heard(&ada));
    assert_null(heard(&out));
}

static void the_same_text_again_is_no_edit(void **state) {
    (void)state;
    int64_t id = say(&ada, "hello");
    assert_int_equal(edit(&ada, id, "hello "), PROTO_OK);
    assert_int_equal(answered()->edited_at, 0);
    assert_int_equal(w->outcome.fact_count, 0);
}

static void only_the_author_edits_and_only_good_texts(void **state) {
    (void)state;
    int64_t id = say(&ben, "mine");
    assert_int_equal(edit(&ada, id, "hers"), PROTO_FORBIDDEN); /* the owner, too */
    assert_int_equal(edit(&ben, id, "  "), PROTO_BAD_REQUEST);
    assert_str(w->outcome.error.field, "body");
    assert_int_equal(edit(&ben, id + 100, "x"), PROTO_NOT_FOUND);
    assert_int_equal(edit(&ben, id, "yours"), PROTO_OK);
}

static void what_is_not_to_be_seen_is_not_found(void **state) {
    (void)state;
    int64_t secret = world_room(w, &ada, "Secret", true);
    assert_int_equal(world_send(w, &ada, secret, "hidden"), PROTO_OK);
    int64_t id = world_sent(w)->id;
    struct proto_message_versions versions = {id};
    struct str there[3];
    assert_int_equal(edit(&ben, id, "x"), PROTO_NOT_FOUND);
    there[0] = w->outcome.error.message;
    assert_int_equal(delete (&ben, id), PROTO_NOT_FOUND);
    there[1] = w->outcome.error.message;
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_VERSIONS, &versions), PROTO_NOT_FOUND);
    there[2] = w->outcome.error.message;
    assert_int_equal(delete (&ben, 9999), PROTO_NOT_FOUND);
    for (size_t i = 0; i < TEST_COUNT(there); i++)
        assert_str_same(there[i], w->outcome.error.message);
}

static void who_left_changes_nothing_any_more(void **state) {
    (void)state;
    int64_t id = say(&ben, "mine");
    struct proto_room_leave leave = {world_id(room)};
    world_do(w, &ben, PROTO_COMMAND_ROOM_LEAVE, &leave);
    assert_int_equal(edit(&ben, id, "x"), PROTO_FORBIDDEN);
    assert_int_equal(delete (&ben, id), PROTO_FORBIDDEN);
}

static void an_archived_room_stays_as_it_is(void **state) {
    (void)state;
    int64_t id = say(&ben, "mine");
    struct chat_room_fact fact = world_room_fact(w, room);
    fact.archived = true;
    world_set_room(w, fact);
    assert_int_equal(edit(&ben, id, "x"), PROTO_FORBIDDEN);
    assert_int_equal(delete (&ben, id), PROTO_FORBIDDEN);
    assert_int_equal(delete (&ada, id), PROTO_FORBIDDEN);
}

/* Deleting */

static void a_tombstone_has_no_text(void **state) {
    (void)state;
    int64_t first = say(&ada, "first @ben");
    struct proto_message_send send = {.room = world_id(room),
                                      .body = STR("@room"),
                                      .nonce = STR("nonce-reply"),
                                      .reply_to = first};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_SEND, &send), PROTO_OK);
    int64_t id = world_sent(w)->id;
    edit(&ben, id, "@room edited");
    assert_int_equal(delete (&ben, id), PROTO_OK);
    const struct proto_message *tombstone = answered();
    assert_true(tombstone->deleted);
    assert_int_equal(tombstone->body.len, 0);
    assert_int_equal(tombstone->edited_at, 0);
    assert_int_equal(tombstone->mentions_count, 0);
    assert_int_equal(tombstone->mentions_all, PROTO_MENTIONS_ALL_NONE);
    assert_null(tombstone->reply_to);
    assert_int_equal(tombstone->seq, 2);
    assert_int_equal(tombstone->author->id, ben.user);
    assert_int_equal(heard(&eve)->change, PROTO_CHANGE_DELETE);
    assert_true(heard(&eve)->message->deleted);
}

static void a_second_deletion_does_nothing(void **state) {
    (void)state;
    int64_t id = say(&ada, "x");
    delete (&ada, id);
    assert_int_equal(delete (&ada, id), PROTO_OK);
    assert_true(answered()->deleted);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(edit(&ada, id, "again"), PROTO_FORBIDDEN);
}

static void moderators_and_the_owner_delete_for_others(void **state) {
    (void)state;
    int64_t id = say(&ben, "bad");
    assert_int_equal(delete (&eve, id), PROTO_FORBIDDEN);
    world_put(w, &eve, room, PROTO_MEMBER_ROLE_MODERATOR);
    assert_int_equal(delete (&eve, id), PROTO_OK);
    assert_int_equal(delete (&ada, say(&eve, "worse")), PROTO_OK);
}

static void in_a_direct_message_everybody_deletes_only_his_own(void **state) {
    (void)state;
    int64_t dm = world_dm(w, &ada, &ben);
    assert_int_equal(world_send(w, &ada, dm, "private"), PROTO_OK);
    int64_t id = world_sent(w)->id;
    assert_int_equal(delete (&ben, id), PROTO_FORBIDDEN);
    assert_int_equal(delete (&ada, id), PROTO_OK);
}

static void a_nonce_of_a_deleted_message_gives_its_tombstone(void **state) {
    (void)state;
    world_send_as(w, &ada, world_id(room), STR("text"), "nonce-01");
    delete (&ada, world_sent(w)->id);
    assert_int_equal(world_send_as(w, &ada, world_id(room), STR("text"), "nonce-01"), PROTO_OK);
    assert_true(world_sent(w)->deleted);
}

static void a_reply_forgets_what_it_answered(void **state) {
    (void)state;
    int64_t first = say(&ada, "secret");
    struct proto_message_send send = {
        .room = world_id(room), .body = STR("yes"), .nonce = STR("nonce-reply"), .reply_to = first};
    world_do(w, &ben, PROTO_COMMAND_MESSAGE_SEND, &send);
    int64_t reply = world_sent(w)->id;
    delete (&ada, first);
    assert_int_equal(edit(&ben, reply, "no"), PROTO_OK); /* the event shows it */
    assert_int_equal(heard(&eve)->message->reply_to->excerpt.len, 0);
}

/* Mentions */

static void an_edit_counts_whom_it_newly_mentions(void **state) {
    (void)state;
    int64_t id = say(&ada, "@ben look");
    assert_int_equal(mentions(&ben), 1);
    edit(&ada, id, "@eve look");
    assert_int_equal(answered()->mentions_count, 1);
    assert_int_equal(answered()->mentions[0], eve.user);
    assert_int_equal(mentions(&ben), 0);
    assert_int_equal(mentions(&eve), 1);
    edit(&ada, id, "@eve, do look");
    assert_int_equal(mentions(&eve), 1);
    edit(&ada, id, "@room look");
    assert_int_equal(mentions(&ben), 1);
    assert_int_equal(mentions(&eve), 1);
    assert_int_equal(mentions(&ada), 0); /* her own */
    edit(&ada, id, "@eve look");
    assert_int_equal(mentions(&ben), 0);
    assert_int_equal(mentions(&eve), 1);
    delete (&ada, id);
    assert_int_equal(mentions(&eve), 0);
}

static void who_has_read_it_is_not_counted_again(void **state) {
    (void)state;
    int64_t id = say(&ada, "@ben look");
    struct proto_room_read read = {world_id(room), 1};
    world_do(w, &ben, PROTO_COMMAND_ROOM_READ, &read);
    assert_int_equal(mentions(&ben), 0);
    say(&ada, "@ben and this");
    assert_int_equal(mentions(&ben), 1);
    delete (&ada, id);
    assert_int_equal(mentions(&ben), 1);
    edit(&ada, say(&ada, "x"), "@ben");
    assert_int_equal(mentions(&ben), 2);
}

/* Read in part: two of three are unread, and both may be counted although one of them mentions nobody. */
static void nobody_has_more_mentions_than_unread_messages(void **state) {
    (void)state;
    say(&ada, "@ben 1");
    say(&ada, "@ben 2");
    int64_t id = say(&ada, "3");
    struct proto_room_read read = {world_id(room), 1};
    world_do(w, &ben, PROTO_COMMAND_ROOM_READ, &read);
    assert_int_equal(mentions(&ben), 2);
    edit(&ada, id, "@ben 3");
    assert_int_equal(mentions(&ben), 2);
    assert_int_equal(fake_find_member(w->store, room, ben.user)->mentions, 2);
}

/* Batches: each fact is in the store before the next command is decided. */
static void changes_of_one_message_follow_one_another(void **state) {
    (void)state;
    int64_t id = say(&ada, "1 @ben");
    edit(&ada, id, "2 @eve");
    edit(&ada, id, "3 @ben @eve");
    assert_int_equal(w->outcome.facts[0].change.old_mention_count, 1);
    delete (&ada, id);
    assert_int_equal(w->outcome.facts[0].change.old_mention_count, 2);
    assert_int_equal(mentions(&ben) + mentions(&eve), 0);
    assert_int_equal(w->store->version_count, 0);
}

/* Versions and the store */

static void versions_are_for_members(void **state) {
    (void)state;
    struct person out = world_guest(w, "Out");
    struct proto_message_versions versions = {say(&ada, "x")};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_VERSIONS, &versions), PROTO_OK);
    assert_int_equal(w->outcome.read.kind, CHAT_READ_VERSIONS);
    assert_int_equal(w->outcome.read.message, versions.message);
    assert_non_null(w->answer);
    assert_int_equal(world_do(w, &out, PROTO_COMMAND_MESSAGE_VERSIONS, &versions), PROTO_FORBIDDEN);
}

static void a_store_that_refuses_changes_nothing(void **state) {
    (void)state;
    int64_t id = say(&ada, "x");
    w->store->fails = ERR_IO;
    assert_int_equal(edit(&ada, id, "y"), PROTO_UNAVAILABLE);
    assert_int_equal(delete (&ada, id), PROTO_UNAVAILABLE);
    w->store->fails = ERR_OK;
    assert_int_equal(edit(&ada, id, "y"), PROTO_OK);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(an_edit_is_told_to_the_members_and_answered),
        TEST(the_same_text_again_is_no_edit),
        TEST(only_the_author_edits_and_only_good_texts),
        TEST(what_is_not_to_be_seen_is_not_found),
        TEST(who_left_changes_nothing_any_more),
        TEST(an_archived_room_stays_as_it_is),
        TEST(a_tombstone_has_no_text),
        TEST(a_second_deletion_does_nothing),
        TEST(moderators_and_the_owner_delete_for_others),
        TEST(in_a_direct_message_everybody_deletes_only_his_own),
        TEST(a_nonce_of_a_deleted_message_gives_its_tombstone),
        TEST(a_reply_forgets_what_it_answered),
        TEST(an_edit_counts_whom_it_newly_mentions),
        TEST(who_has_read_it_is_not_counted_again),
        TEST(nobody_has_more_mentions_than_unread_messages),
        TEST(changes_of_one_message_follow_one_another),
        TEST(versions_are_for_members),
        TEST(a_store_that_refuses_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
