/* test_reading.c: the part of an answer that comes from the store, with the test as the store.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "app/reading.h"
#include "base/limits.h"

/* A store that says what the test put there, and remembers what it was asked. */
struct fake_store {
    enum err error;
    struct store_page page;
    struct chat_stored_message message;
    struct store_versions versions;
    struct store_list list;
    struct store_audit audit;
    struct store_threads threads;
    struct store_drafts drafts;
    struct store_events events;
    struct chat_read asked;
};

static enum err fake_history(void *context, const struct chat_read *read, struct arena *arena,
                             struct store_page *out) {
    struct fake_store *store = context;
    (void)arena;
    store->asked = *read;
    if (store->error == ERR_OK)
        *out = store->page;
    return store->error;
}

static enum err fake_message(void *context, int64_t message, struct arena *arena,
                             struct chat_stored_message *out) {
    struct fake_store *store = context;
    (void)arena;
    store->asked = (struct chat_read){.message = message};
    if (store->error == ERR_OK)
        *out = store->message;
    return store->error;
}

static enum err fake_audit(void *context, int64_t user, int64_t room, int64_t before, int64_t limit,
                           struct arena *arena, struct store_audit *out) {
    struct fake_store *store = context;
    (void)arena;
    store->asked = (struct chat_read){.user = user, .room = room, .before = before, .limit = limit};
    if (store->error == ERR_OK)
        *out = store->audit;
    return store->error;
}

static enum err fake_versions(void *context, int64_t message, struct arena *arena,
                              struct store_versions *out) {
    struct fake_store *store = context;
    (void)arena;
    store->asked = (struct chat_read){.message = message};
    if (store->error == ERR_OK)
        *out = store->versions;
    return store->error;
}

static enum err fake_list(void *context, const struct chat_read *read, struct arena *arena,
                          struct store_list *out) {
    struct fake_store *store = context;
    (void)arena;
    store->asked = *read;
    if (store->error == ERR_OK)
        *out = store->list;
    return store->error;
}

static enum err fake_drafts(void *context, int64_t user, struct arena *arena,
                            struct store_drafts *out) {
    struct fake_store *store = context;
    (void)arena;
    store->asked = (struct chat_read){.user = user};
    if (store->error == ERR_OK)
        *out = store->drafts;
    return store->error;
}

static enum err fake_threads(void *context, const struct chat_read *read, struct arena *arena,
                             struct store_threads *out) {
    struct fake_store *store = context;
    (void)arena;
    store->asked = *read;
    if (store->error == ERR_OK)
        *out = store->threads;
    return store->error;
}

static enum err fake_events(void *context, int64_t user, const int64_t *rooms, size_t room_count,
                            int64_t from_pos, int64_t to_pos, int64_t limit, struct arena *arena,
                            struct store_events *out) {
    struct fake_store *store = context;
    (void)rooms;
    (void)arena;
    store->asked = (struct chat_read){.user = user,
                                      .room_count = room_count,
                                      .from_pos = from_pos,
                                      .to_pos = to_pos,
                                      .limit = limit};
    if (store->error == ERR_OK)
        *out = store->events;
    return store->error;
}

/* Completes a request of that act and reading; its result struct is of `size` bytes. */
static struct chat_request *complete(struct fake_store *store, int act, struct chat_read read,
                                     const void *payload, size_t size) {
    const struct reading_port port = {.context = store,
                                      .history = fake_history,
                                      .message = fake_message,
                                      .versions = fake_versions,
                                      .list = fake_list,
                                      .audit = fake_audit,
                                      .threads = fake_threads,
                                      .drafts = fake_drafts,
                                      .events = fake_events};
    struct chat_request *request = chat_request_new(act, 0, chat_request_free);
    request->read = read;
    request->command.payload = payload;
    request->result = arena_alloc(&request->arena, size);
    reading_complete(&port, request);
    return request;
}

static void assert_json(struct chat_request *request, const char *json) {
    assert_int_equal(request->error, PROTO_OK);
    assert_str(buf_str(&request->json), json);
    chat_request_free(request);
}

static const struct proto_message_history newest = {0};
static struct proto_author ada = {
    .id = 7, .name = STR("ada"), .display_name = STR("Ada"), .kind = PROTO_USER_KIND_GUEST};
static struct proto_message messages[] = {
    {.id = 1, .room = 2, .seq = 3, .author = &ada, .body = STR("a"), .created_at = 4},
};
#define MESSAGE                                                                                    \
    "{\"id\":1,\"room\":2,\"seq\":3,\"author\":{\"id\":7,\"name\":\"ada\",\"display_name\":"       \
    "\"Ada\",\"kind\":\"guest\"},\"body\":\"a\",\"created_at\":4,\"attachments\":[],"              \
    "\"reactions\":[],\"mentions\":[]}"

static void a_page_of_history_is_what_was_asked_for(void **state) {
    (void)state;
    struct fake_store store = {
        .page = {.messages = messages, .count = 1, .has_before = true, .has_after = false}};
    const struct chat_read read = {.kind = CHAT_READ_HISTORY, .room = 2, .before = 9, .limit = 50};
    assert_json(complete(&store, PROTO_COMMAND_MESSAGE_HISTORY, read, &newest,
                         sizeof(struct proto_message_history_result)),
                "{\"messages\":[" MESSAGE "],\"has_before\":true,\"has_after\":false}");
    assert_int_equal(store.asked.room, 2);
    assert_int_equal(store.asked.before, 9);
    assert_int_equal(store.asked.after, 0);
    assert_int_equal(store.asked.limit, 50);
}

static void a_single_message_comes_as_it_is(void **state) {
    (void)state;
    struct fake_store store = {.message = {.message = messages[0]}};
    const struct chat_read read = {.kind = CHAT_READ_MESSAGE, .message = 1};
    assert_json(complete(&store, PROTO_COMMAND_MESSAGE_GET, read, NULL,
                         sizeof(struct proto_message_get_result)),
                "{\"message\":" MESSAGE "}");
    assert_int_equal(store.asked.message, 1);
}

static void a_message_that_is_not_there_is_not_found(void **state) {
    (void)state;
    struct fake_store store = {.error = ERR_NOT_FOUND};
    const struct chat_read read = {.kind = CHAT_READ_MESSAGE, .message = 1};
    struct chat_request *request = complete(&store, PROTO_COMMAND_MESSAGE_GET, read, NULL,
                                            sizeof(struct proto_message_get_result));
    assert_int_equal(request->error, PROTO_NOT_FOUND);
    assert_true(str_starts_with(buf_str(&request->json), STR("{\"code\":\"not_found\"")));
    chat_request_free(request);
}

static void versions_come_as_they_are_and_the_oldest_go_first(void **state) {
    (void)state;
    static char text[READER_ANSWER_BYTES_MAX / 3];
    memset(text, 'x', sizeof text);
    struct proto_version few[] = {{STR("a"), 1}, {STR("b"), 2}};
    struct proto_version many[4];
    for (size_t i = 0; i < TEST_COUNT(many); i++)
        many[i] = (struct proto_version){str_of(text, sizeof text), (int64_t)i + 1};
    struct fake_store store = {.versions = {few, TEST_COUNT(few)}};
    const struct chat_read read = {.kind = CHAT_READ_VERSIONS, .message = 7};
    const size_t size = sizeof(struct proto_message_versions_result);
    assert_json(complete(&store, PROTO_COMMAND_MESSAGE_VERSIONS, read, NULL, size),
                "{\"versions\":[{\"body\":\"a\",\"at\":1},{\"body\":\"b\",\"at\":2}]}");
    assert_int_equal(store.asked.message, 7);
    store.versions = (struct store_versions){many, TEST_COUNT(many)};
    struct chat_request *request =
        complete(&store, PROTO_COMMAND_MESSAGE_VERSIONS, read, NULL, size);
    const struct proto_message_versions_result *result = request->result;
    assert_int_equal(result->versions_count, 2);
    assert_int_equal(result->versions[0].at, 3);
    assert_true(request->json.len <= READER_ANSWER_BYTES_MAX + 64);
    chat_request_free(request);
}

static void a_list_gives_what_fits_and_says_that_there_is_more(void **state) {
    (void)state;
    static char text[READER_ANSWER_BYTES_MAX / 2];
    memset(text, 'x', sizeof text);
    struct fake_store store = {.list = {messages, 1, false}};
    const struct chat_read read = {.kind = CHAT_READ_PINS, .room = 2, .after = 3, .limit = 4};
    const size_t size = sizeof(struct proto_message_pins_result);
    assert_json(complete(&store, PROTO_COMMAND_MESSAGE_PINS, read, NULL, size),
                "{\"messages\":[" MESSAGE "],\"more\":false}");
    assert_int_equal(store.asked.room, 2);
    assert_int_equal(store.asked.after, 3);
    struct proto_message long_ones[3];
    for (size_t i = 0; i < TEST_COUNT(long_ones); i++) {
        long_ones[i] = messages[0];
        long_ones[i].body = str_of(text, sizeof text);
    }
    store.list = (struct store_list){long_ones, TEST_COUNT(long_ones), false};
    struct chat_request *request = complete(&store, PROTO_COMMAND_MESSAGE_PINS, read, NULL, size);
    const struct proto_message_pins_result *result = request->result;
    assert_int_equal(result->messages_count, 1);
    assert_true(result->more);
    chat_request_free(request);
}

static void drafts_come_as_many_as_fit(void **state) {
    (void)state;
    static char text[READER_ANSWER_BYTES_MAX / 3];
    memset(text, 'x', sizeof text);
    struct proto_draft drafts[4] = {{.room = 1, .body = STR("a"), .at = 2}};
    struct fake_store store = {.drafts = {drafts, 1}};
    const struct chat_read read = {.kind = CHAT_READ_DRAFTS, .user = 7};
    const size_t size = sizeof(struct proto_draft_list_result);
    assert_json(complete(&store, PROTO_COMMAND_DRAFT_LIST, read, NULL, size),
                "{\"drafts\":[{\"room\":1,\"body\":\"a\",\"at\":2}]}");
    assert_int_equal(store.asked.user, 7);
    for (size_t i = 0; i < TEST_COUNT(drafts); i++)
        drafts[i] = (struct proto_draft){.room = 1, .body = str_of(text, sizeof text), .at = 2};
    store.drafts.count = TEST_COUNT(drafts);
    struct chat_request *request = complete(&store, PROTO_COMMAND_DRAFT_LIST, read, NULL, size);
    assert_int_equal(((const struct proto_draft_list_result *)request->result)->drafts_count, 2);
    chat_request_free(request);
}

static void followed_threads_come_as_many_as_fit(void **state) {
    (void)state;
    static char text[READER_ANSWER_BYTES_MAX / 3];
    memset(text, 'x', sizeof text);
    struct proto_thread_me me = {.thread = 1, .room = 2, .following = true, .read_seq = 3};
    struct proto_message root = messages[0];
    struct proto_followed_thread threads[4] = {
        {&root, &me}, {&root, &me}, {&root, &me}, {&root, &me}};
    struct fake_store store = {.threads = {threads, 1, true}};
    const struct chat_read read = {.kind = CHAT_READ_THREADS, .user = 2, .after = 3, .limit = 4};
    const size_t size = sizeof(struct proto_thread_list_result);
    assert_json(complete(&store, PROTO_COMMAND_THREAD_LIST, read, NULL, size),
                "{\"threads\":[{\"message\":" MESSAGE ",\"me\":{\"thread\":1,\"room\":2,"
                "\"following\":true,\"read_seq\":3,\"unread\":0}}],\"more\":true}");
    root.body = str_of(text, sizeof text);
    store.threads = (struct store_threads){threads, TEST_COUNT(threads), false};
    struct chat_request *request = complete(&store, PROTO_COMMAND_THREAD_LIST, read, NULL, size);
    const struct proto_thread_list_result *result = request->result;
    assert_int_equal(result->threads_count, 2);
    assert_true(result->more);
    chat_request_free(request);
}

static void a_store_that_fails_is_unavailable(void **state) {
    (void)state;
    static const enum chat_read_kind kinds[] = {CHAT_READ_HISTORY, CHAT_READ_EVENTS};
    static const int acts[] = {PROTO_COMMAND_MESSAGE_HISTORY, PROTO_COMMAND_SYNC};
    struct fake_store store = {.error = ERR_IO};
    for (size_t i = 0; i < TEST_COUNT(kinds); i++) {
        struct chat_request *request =
            complete(&store, acts[i], (struct chat_read){.kind = kinds[i]}, &newest, 256);
        assert_int_equal(request->error, PROTO_UNAVAILABLE);
        assert_true(str_starts_with(buf_str(&request->json), STR("{\"code\":\"unavailable\"")));
        chat_request_free(request);
    }
}

/* Events */

static struct store_event events[] = {
    {.pos = 42, .event = PROTO_EVENT_MESSAGE_NEW, .data = STR("{\"pos\":42}")},
    {.pos = 44, .event = PROTO_EVENT_ROOM_CHANGED, .data = STR("{\"pos\":44}")},
};
static const struct chat_read missed = {
    .kind = CHAT_READ_EVENTS, .user = 7, .from_pos = 41, .to_pos = 50, .limit = 500};

static struct chat_request *sync_with(struct fake_store *store) {
    return complete(store, PROTO_COMMAND_SYNC, missed, NULL, sizeof(struct proto_sync_result));
}

static void the_last_page_of_sync_ends_at_the_logs_end(void **state) {
    (void)state;
    struct fake_store store = {.events = {.events = events, .count = 2}};
    assert_json(sync_with(&store),
                "{\"events\":[{\"event\":\"message:new\",\"payload\":{\"pos\":42}},{\"event\":"
                "\"room:changed\",\"payload\":{\"pos\":44}}],\"pos\":50,\"more\":false}");
    assert_int_equal(store.asked.from_pos, 41);
    assert_int_equal(store.asked.to_pos, 50);
    store.events.count = 0;
    assert_json(sync_with(&store), "{\"events\":[],\"pos\":50,\"more\":false}");
}

static void another_page_of_sync_ends_at_its_last_event(void **state) {
    (void)state;
    struct fake_store store = {.events = {.events = events, .count = 1, .more = true}};
    assert_json(sync_with(&store),
                "{\"events\":[{\"event\":\"message:new\",\"payload\":{\"pos\":42}}],"
                "\"pos\":42,\"more\":true}");
}

/* Housekeeping may shorten the log between the core's look and the reader's. */
static void a_log_that_no_longer_reaches_back_is_a_reset(void **state) {
    (void)state;
    struct fake_store store = {.error = ERR_NOT_FOUND};
    assert_json(sync_with(&store), "{\"reset\":true}");
}

static void sync_gives_no_more_than_fits(void **state) {
    (void)state;
    static char large[READER_ANSWER_BYTES_MAX / 2 + 1];
    memset(large, '1', sizeof large);
    struct store_event two[] = {events[0], events[1]};
    two[0].data = two[1].data = str_of(large, sizeof large);
    struct fake_store store = {.events = {.events = two, .count = 2}};
    struct chat_request *request = sync_with(&store);
    assert_true(str_ends_with(buf_str(&request->json), STR("}],\"pos\":42,\"more\":true}")));
    chat_request_free(request);
}

/* Replays */

static struct chat_request *replay_of(struct fake_store *store) {
    struct chat_request *request = complete(store, CHAT_ACT_ATTACH, missed, NULL, 1);
    return request;
}

static void a_replay_is_complete_when_all_of_it_came(void **state) {
    (void)state;
    struct fake_store store = {.events = {.events = events, .count = 2}};
    struct chat_request *request = replay_of(&store);
    assert_int_equal(request->error, PROTO_OK);
    assert_int_equal(request->json.len, 0); /* `ready` is the core's, and stays as it was */
    assert_true(request->replay->complete && !request->replay->has_rest);
    assert_int_equal(request->replay->count, 2);
    assert_int_equal(request->replay->events[1].pos, 44);
    assert_int_equal(request->replay->events[1].event, PROTO_EVENT_ROOM_CHANGED);
    assert_str(request->replay->events[1].data, "{\"pos\":44}");
    chat_request_free(request);
}

static void nothing_missed_is_a_complete_replay_too(void **state) {
    (void)state;
    struct fake_store store = {0};
    struct chat_request *request = replay_of(&store);
    assert_true(request->replay->complete);
    assert_int_equal(request->replay->count, 0);
    chat_request_free(request);
}

/* The client comes back for the rest, from the last one that it got. */
static void a_replay_that_is_too_large_begins_with_what_fits(void **state) {
    (void)state;
    static char large[READER_ANSWER_BYTES_MAX + 1];
    memset(large, '1', sizeof large);
    struct store_event two[] = {events[0], events[1]};
    struct fake_store store = {.events = {.events = two, .count = 2}};
    for (size_t i = 0; i < 2;
         i++) { /* even one that does not fit alone is sent: nobody waits for ever */
        two[i].data = str_of(large, sizeof large);
        struct chat_request *request = replay_of(&store);
        assert_true(request->replay->complete && request->replay->has_rest);
        assert_int_equal(request->replay->count, 1);
        chat_request_free(request);
        two[i].data = events[i].data;
    }
}

static void what_cannot_be_replayed_is_a_fresh_start_and_no_error(void **state) {
    (void)state;
    struct fake_store stores[] = {
        {.events = {.events = events, .count = 2, .more = true}}, /* too many */
        {.error = ERR_NOT_FOUND},                                 /* too long ago */
    };
    for (size_t i = 0; i < TEST_COUNT(stores); i++) {
        struct chat_request *request = replay_of(&stores[i]);
        assert_int_equal(request->error, PROTO_OK);
        assert_false(request->replay->complete);
        chat_request_free(request);
    }
}

static void a_refusal_takes_the_place_of_the_answer(void **state) {
    (void)state;
    struct chat_request *request = chat_request_new(PROTO_COMMAND_SYNC, 0, chat_request_free);
    buf_append_c(&request->json, "{\"half\":");
    reading_refuse(request, PROTO_UNAVAILABLE, STR("Busy."));
    assert_int_equal(request->error, PROTO_UNAVAILABLE);
    assert_str(buf_str(&request->json), "{\"code\":\"unavailable\",\"message\":\"Busy.\"}");
    chat_request_free(request);
}

static void a_page_of_the_audit_log_is_what_was_asked_for(void **state) {
    (void)state;
    struct proto_audit_entry entry = {.id = 8, .at = 4, .by = &ada, .act = STR("room:kick")};
    struct fake_store store = {.audit = {&entry, 1, true}};
    const struct chat_read read = {
        .kind = CHAT_READ_AUDIT, .user = 7, .room = 2, .before = 9, .limit = 1};
    const struct proto_audit_list payload = {0};
    struct chat_request *request = complete(&store, PROTO_COMMAND_AUDIT_LIST, read, &payload,
                                            sizeof(struct proto_audit_list_result));
    assert_int_equal(store.asked.room, 2);
    assert_int_equal(store.asked.before, 9);
    assert_int_equal(store.asked.user, 7);
    assert_json(request, "{\"entries\":[{\"id\":8,\"at\":4,\"by\":{\"id\":7,\"name\":\"ada\","
                         "\"display_name\":\"Ada\",\"kind\":\"guest\"},\"act\":\"room:kick\"}],"
                         "\"more\":true}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_of_the_audit_log_is_what_was_asked_for),
        cmocka_unit_test(a_page_of_history_is_what_was_asked_for),
        cmocka_unit_test(a_single_message_comes_as_it_is),
        cmocka_unit_test(a_message_that_is_not_there_is_not_found),
        cmocka_unit_test(versions_come_as_they_are_and_the_oldest_go_first),
        cmocka_unit_test(a_list_gives_what_fits_and_says_that_there_is_more),
        cmocka_unit_test(drafts_come_as_many_as_fit),
        cmocka_unit_test(followed_threads_come_as_many_as_fit),
        cmocka_unit_test(a_store_that_fails_is_unavailable),
        cmocka_unit_test(the_last_page_of_sync_ends_at_the_logs_end),
        cmocka_unit_test(another_page_of_sync_ends_at_its_last_event),
        cmocka_unit_test(a_log_that_no_longer_reaches_back_is_a_reset),
        cmocka_unit_test(sync_gives_no_more_than_fits),
        cmocka_unit_test(a_replay_is_complete_when_all_of_it_came),
        cmocka_unit_test(nothing_missed_is_a_complete_replay_too),
        cmocka_unit_test(a_replay_that_is_too_large_begins_with_what_fits),
        cmocka_unit_test(what_cannot_be_replayed_is_a_fresh_start_and_no_error),
        cmocka_unit_test(a_refusal_takes_the_place_of_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
