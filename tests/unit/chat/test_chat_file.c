/* test_chat_file.c: files that are uploaded, who may read them, and what messages do with them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

static struct world *w;
static struct person ada, ben, eve;
static int64_t room;

/* Ada owns the room, Ben is in it, Eve is not. */
static int start(void **state) {
    (void)state;
    struct chat_options options = world_options();
    options.upload_bytes = 1000;
    options.files_user_bytes = 2500;
    options.files_bytes = 100000;
    w = world_new_with(options);
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error add(const struct person *person, int64_t bytes) {
    const struct chat_file_add payload = {.file = {.name = STR("cat.png"),
                                                   .type = STR("image/png"),
                                                   .size = bytes,
                                                   .width = 3,
                                                   .height = 2,
                                                   .file = STR("somewhere")}};
    return world_do(w, person, CHAT_ACT_FILE_ADD, &payload);
}

static int64_t add_well(const struct person *person, int64_t bytes) {
    assert_int_equal(add(person, bytes), PROTO_OK);
    return w->outcome.facts[0].file.id;
}

static enum proto_error ask(const struct person *person, int64_t bytes) {
    const struct chat_upload payload = {bytes};
    return world_do(w, person, CHAT_ACT_UPLOAD, &payload);
}

static enum proto_error look(const struct person *person, int64_t id) {
    const struct chat_file_look payload = {id};
    return world_do(w, person, CHAT_ACT_FILE_LOOK, &payload);
}

static int nonces;
static enum proto_error send_files(const struct person *person, int64_t to, const char *body,
                                   int64_t *files, size_t count) {
    static char nonce[32];
    snprintf(nonce, sizeof nonce, "file-nonce-%d", nonces++);
    struct proto_message_send send = {.room = world_id(to),
                                      .body = str_of_c(body),
                                      .nonce = str_of_c(nonce),
                                      .attachments = files,
                                      .attachments_count = count};
    return world_do(w, person, PROTO_COMMAND_MESSAGE_SEND, &send);
}

static enum proto_error send_file(const struct person *person, int64_t id) {
    return send_files(person, room, "", &id, 1);
}

static enum proto_error delete (const struct person *person, int64_t message) {
    struct proto_message_delete payload = {message};
    return world_do(w, person, PROTO_COMMAND_MESSAGE_DELETE, &payload);
}

static void a_file_is_its_owners_until_it_is_said(void **state) {
    (void)state;
    int64_t id = add_well(&ada, 100);
    assert_int_equal(id, chat_pos(w->chat));
    assert_int_equal(look(&ada, id), PROTO_OK);
    assert_int_equal(look(&ben, id), PROTO_NOT_FOUND);
    struct str there = arena_copy(&w->store->arena, w->outcome.error.message);
    assert_int_equal(look(&ben, 99999), PROTO_NOT_FOUND);
    assert_str_same(w->outcome.error.message, there);
    assert_int_equal(send_file(&ada, id), PROTO_OK);
    assert_int_equal(look(&ben, id), PROTO_OK);
}

/* threat 61: the file of a room that one is not in is as one that is not there. */
static void who_may_not_read_the_message_may_not_read_its_file(void **state) {
    (void)state;
    int64_t secret = world_room(w, &ada, "Secret", true), open = add_well(&ada, 10);
    int64_t hidden = add_well(&ada, 10);
    assert_int_equal(send_file(&ada, open), PROTO_OK);
    assert_int_equal(send_files(&ada, secret, "", &hidden, 1), PROTO_OK);
    assert_int_equal(look(&eve, open), PROTO_FORBIDDEN); /* of a public room */
    assert_int_equal(look(&eve, hidden), PROTO_NOT_FOUND);
    struct str there = arena_copy(&w->store->arena, w->outcome.error.message);
    assert_int_equal(look(&eve, 99999), PROTO_NOT_FOUND);
    assert_str_same(w->outcome.error.message, there);
    struct proto_room_leave leave = {world_id(room)};
    assert_int_equal(look(&ben, open), PROTO_OK);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_LEAVE, &leave), PROTO_OK);
    assert_int_equal(look(&ben, open), PROTO_FORBIDDEN);
}

static void a_message_may_be_files_alone(void **state) {
    (void)state;
    int64_t ids[] = {add_well(&ada, 1), add_well(&ada, 2)};
    assert_int_equal(send_files(&ada, room, "  ", ids, 2), PROTO_OK);
    const struct proto_event_message_new *heard = world_heard(w, &ben, PROTO_EVENT_MESSAGE_NEW);
    assert_int_equal(heard->message->attachments_count, 2);
    assert_int_equal(heard->message->attachments[1].id, ids[1]);
    assert_str(heard->message->body, "");
    int64_t message = heard->message->id;
    struct proto_message_edit edit = {message, STR("")};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_EDIT, &edit), PROTO_OK);
    edit.body = STR("two pictures");
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_EDIT, &edit), PROTO_OK);
    const struct proto_event_message_changed *changed =
        world_heard(w, &ben, PROTO_EVENT_MESSAGE_CHANGED);
    assert_int_equal(changed->message->attachments_count, 2);
    assert_int_equal(send_files(&ada, room, "", NULL, 0), PROTO_BAD_REQUEST);
}

static void a_file_is_in_one_message_and_of_its_owner(void **state) {
    (void)state;
    int64_t id = add_well(&ada, 1), twice[] = {id, id};
    assert_int_equal(send_file(&ben, id), PROTO_NOT_FOUND);
    assert_str(w->outcome.error.field, "attachments");
    assert_int_equal(send_file(&ben, 99999), PROTO_NOT_FOUND);
    assert_int_equal(send_files(&ada, room, "x", twice, 2), PROTO_BAD_REQUEST);
    assert_int_equal(send_file(&ada, id), PROTO_OK);
    assert_int_equal(send_file(&ada, id), PROTO_CONFLICT);
    assert_str(w->outcome.error.field, "attachments");
    w->store->fails = ERR_IO;
    assert_int_equal(send_file(&ada, id), PROTO_UNAVAILABLE);
    w->store->fails = ERR_OK;
}

static void sending_twice_with_a_file_is_sending_once(void **state) {
    (void)state;
    int64_t id = add_well(&ada, 1);
    struct proto_message_send send = {.room = world_id(room),
                                      .body = STR("x"),
                                      .nonce = STR("nonce-twice"),
                                      .attachments = &id,
                                      .attachments_count = 1};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_SEND, &send), PROTO_OK);
    int64_t message = world_sent(w)->id;
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_SEND, &send), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(world_sent(w)->id, message);
    assert_int_equal(world_sent(w)->attachments_count, 1);
}

static void files_go_with_the_message(void **state) {
    (void)state;
    int64_t id = add_well(&ada, 1);
    assert_int_equal(send_file(&ada, id), PROTO_OK);
    assert_int_equal(delete (&ada, world_sent(w)->id), PROTO_OK);
    assert_int_equal(look(&ada, id), PROTO_NOT_FOUND);
    assert_int_equal(w->store->files.count, 0);
}

static void two_places_of_a_message_show_the_same_files(void **state) {
    (void)state;
    int64_t id = add_well(&ada, 1);
    assert_int_equal(world_send(w, &ada, room, "root"), PROTO_OK);
    struct proto_message_send send = {.room = world_id(room),
                                      .body = STR("x"),
                                      .nonce = STR("nonce-place"),
                                      .thread = world_sent(w)->id,
                                      .also_room = true,
                                      .attachments = &id,
                                      .attachments_count = 1};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_SEND, &send), PROTO_OK);
    struct chat_stored_message reply = {0}, twin = {0};
    int64_t message = world_sent(w)->id;
    struct arena *arena = &w->store->arena;
    fake_port_find_message(w->store, message, arena, &reply);
    fake_port_find_message(w->store, reply.message.twin, arena, &twin);
    assert_int_equal(reply.message.attachments_count, 1);
    assert_int_equal(twin.message.attachments_count, 1);
    assert_int_equal(delete (&ada, message), PROTO_OK);
    assert_int_equal(look(&ada, id), PROTO_NOT_FOUND);
}

/* threat 41: room is asked for before the body, and looked at again when it is there. */
static void room_has_bounds_of_one_file_one_person_and_all(void **state) {
    (void)state;
    assert_int_equal(ask(&ada, 1000), PROTO_OK);
    assert_int_equal(ask(&ada, 1001), PROTO_TOO_LARGE);
    assert_int_equal(ask(&ada, 0), PROTO_OK); /* nobody knows yet */
    assert_int_equal(add(&ada, 1001), PROTO_TOO_LARGE);
    (void)add_well(&ada, 1000);
    (void)add_well(&ada, 1000);
    assert_int_equal(ask(&ada, 501), PROTO_TOO_LARGE);
    assert_int_equal(add(&ada, 501), PROTO_TOO_LARGE);
    assert_int_equal(ask(&ben, 501), PROTO_OK);
    assert_int_equal(ask(&ada, 500), PROTO_OK);
    w->store->files.taken = 100000 - 2000 - 499;
    assert_int_equal(ask(&ben, 500), PROTO_UNAVAILABLE);
    assert_int_equal(ask(&ben, 499), PROTO_OK);
}

static void a_deleted_file_gives_its_room_back(void **state) {
    (void)state;
    int64_t id = add_well(&ada, 1000);
    (void)add_well(&ada, 1000);
    assert_int_equal(ask(&ada, 1000), PROTO_TOO_LARGE);
    assert_int_equal(send_file(&ada, id), PROTO_OK);
    assert_int_equal(delete (&ada, world_sent(w)->id), PROTO_OK);
    assert_int_equal(ask(&ada, 1000), PROTO_OK);
}

static void uploads_have_a_rate(void **state) {
    (void)state;
    struct chat_options options = chat_options_default();
    world_free(w);
    w = world_new_with(options);
    ada = world_guest(w, "Ada");
    for (int i = 0; i < 10; i++)
        assert_int_equal(ask(&ada, 1), PROTO_OK);
    assert_int_equal(ask(&ada, 1), PROTO_RATE_LIMITED);
    assert_true(w->outcome.error.retry_after_ms > 0);
    world_pass(w, 6000);
    assert_int_equal(ask(&ada, 1), PROTO_OK);
}

static void nobody_uploads_without_a_session(void **state) {
    (void)state;
    const struct chat_upload payload = {1};
    const struct chat_file_look file = {1};
    struct chat_actor nobody = {.has_token = false};
    assert_int_equal(world_act(w, nobody, CHAT_ACT_UPLOAD, &payload), PROTO_UNAUTHORIZED);
    assert_int_equal(world_act(w, nobody, CHAT_ACT_FILE_LOOK, &file), PROTO_UNAUTHORIZED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_its_owners_until_it_is_said),
        TEST(who_may_not_read_the_message_may_not_read_its_file),
        TEST(a_message_may_be_files_alone),
        TEST(a_file_is_in_one_message_and_of_its_owner),
        TEST(sending_twice_with_a_file_is_sending_once),
        TEST(files_go_with_the_message),
        TEST(two_places_of_a_message_show_the_same_files),
        TEST(room_has_bounds_of_one_file_one_person_and_all),
        TEST(a_deleted_file_gives_its_room_back),
        TEST(uploads_have_a_rate),
        TEST(nobody_uploads_without_a_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
