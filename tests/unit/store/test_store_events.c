/* test_store_events.c: what a person missed: all that was for him, nothing that was not.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "test_random.h"
#include "test_store.h"

static struct store_log_entry entry_of(enum proto_event event, enum chat_scope scope, int64_t id) {
    return (struct store_log_entry){.event = event,
                                    .scope = scope,
                                    .room = id,
                                    .user = id,
                                    .data = STR("{\"some\":\"payload\"}")};
}

/* Users 1 .. 4 and rooms 1 .. 3: user 1 and 2 are in room 1, user 1 in room 2, user 3 in room 3, user 4 nowhere. */
static int setup(void **state) {
    test_store_setup(state);
    struct test_store *t = *state;
    static const struct { int64_t room, user; } members[] = {{1, 1}, {1, 2}, {2, 1}, {3, 3}};
    for (int64_t id = 1; id <= 4; id++)
        test_store_silent(t, fact_user(id));
    for (int64_t id = 1; id <= 3; id++)
        test_store_silent(t, fact_room(id));
    for (size_t i = 0; i < TEST_COUNT(members); i++)
        test_store_silent(t, fact_joined(members[i].room, members[i].user));
    return 0;
}

static struct store_events read_events(struct test_store *t, int64_t user, const int64_t *rooms,
                                       size_t room_count, int64_t from, int64_t limit) {
    struct store_events events = {0};
    assert_int_equal(store_read_events(t->reader, user, rooms, room_count, from, t->pos, limit,
                                       &t->arena, &events),
                     ERR_OK);
    return events;
}

static void assert_positions(struct store_events events, const int64_t *wanted, size_t count) {
    assert_int_equal(events.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(events.events[i].pos, wanted[i]);
}

static void events_come_to_those_they_were_for(void **state) {
    struct test_store *t = *state;
    const int64_t rooms1[] = {1, 2}, rooms2[] = {1}, rooms3[] = {3}, from = t->pos;
    const int64_t all =
        test_store_add(t, fact_room(4), entry_of(PROTO_EVENT_ROOM_NEW, CHAT_SCOPE_ALL, 4));
    const int64_t message = test_store_send(t, fact_message(1, 1, 1, 2));
    struct chat_fact me = fact_joined(1, 2);
    me.kind = CHAT_FACT_MEMBER_ME;
    const int64_t own = test_store_add(t, me, entry_of(PROTO_EVENT_ROOM_ME, CHAT_SCOPE_USER, 2));
    struct chat_fact renamed = fact_user(2);
    renamed.kind = CHAT_FACT_USER_CHANGED;
    const int64_t peers =
        test_store_add(t, renamed, entry_of(PROTO_EVENT_USER_CHANGED, CHAT_SCOPE_PEERS, 2));
    const int64_t elsewhere = test_store_send(t, fact_message(2, 3, 1, 3));
    test_store_silent(t, fact_user(5));
    const int64_t for1[] = {all, message, peers}, for2[] = {all, message, own, peers};
    const int64_t for3[] = {all, elsewhere}, for4[] = {all};
    assert_positions(read_events(t, 1, rooms1, 2, from, 100), for1, 3);
    assert_positions(read_events(t, 2, rooms2, 1, from, 100), for2, 4);
    assert_positions(read_events(t, 3, rooms3, 1, from, 100), for3, 2);
    assert_positions(read_events(t, 4, NULL, 0, from, 100), for4, 1);
}

static void the_window_is_open_at_its_beginning_and_closed_at_its_end(void **state) {
    struct test_store *t = *state;
    const int64_t rooms[] = {1};
    struct store_events events;
    test_store_send(t, fact_message(1, 1, 1, 2));
    const int64_t second = test_store_send(t, fact_message(2, 1, 2, 2));
    test_store_send(t, fact_message(3, 1, 3, 2));
    assert_int_equal(
        store_read_events(t->reader, 2, rooms, 1, second - 1, second, 10, &t->arena, &events),
        ERR_OK);
    assert_positions(events, &second, 1);
    assert_false(events.more);
    assert_int_equal(
        store_read_events(t->reader, 2, rooms, 1, second, second, 10, &t->arena, &events), ERR_OK);
    assert_int_equal(events.count, 0);
}

static void a_message_event_is_made_from_the_message(void **state) {
    struct test_store *t = *state;
    const int64_t rooms[] = {1};
    char wanted[512];
    const int64_t pos = test_store_send(t, fact_message(1, 1, 1, 2));
    struct store_events events = read_events(t, 2, rooms, 1, pos - 1, 10);
    snprintf(wanted, sizeof(wanted),
             "{\"pos\":%lld,\"message\":{\"id\":1,\"room\":1,\"seq\":1,\"author\":{\"id\":2,"
             "\"name\":\"user2\",\"display_name\":\"User 2\",\"kind\":\"guest\"},"
             "\"body\":\"text 1\",\"created_at\":1764000000001,\"attachments\":[],\"reactions\":[],"
             "\"mentions\":[]},\"nonce\":\"nonce-1\"}",
             (long long)pos);
    assert_int_equal(events.count, 1);
    assert_int_equal(events.events[0].event, PROTO_EVENT_MESSAGE_NEW);
    assert_str(events.events[0].data, wanted);
}

static void other_events_come_as_they_were_sent(void **state) {
    struct test_store *t = *state;
    const int64_t pos =
        test_store_add(t, fact_room(4), entry_of(PROTO_EVENT_ROOM_NEW, CHAT_SCOPE_ALL, 4));
    struct store_events events = read_events(t, 4, NULL, 0, pos - 1, 10);
    assert_int_equal(events.events[0].event, PROTO_EVENT_ROOM_NEW);
    assert_str(events.events[0].data, "{\"some\":\"payload\"}");
}

static void only_the_times_in_a_room_count(void **state) {
    struct test_store *t = *state;
    const int64_t rooms[] = {1}, from = t->pos;
    const int64_t before = test_store_send(t, fact_message(1, 1, 1, 1));
    test_store_leave(t, 1, 2);
    test_store_send(t, fact_message(2, 1, 2, 1));
    const int64_t back = test_store_join(t, 1, 2);
    const int64_t after = test_store_send(t, fact_message(3, 1, 3, 1));
    const int64_t both[] = {before, back, after}, later[] = {back, after};
    assert_positions(read_events(t, 2, rooms, 1, from, 100), both, 3);
    assert_positions(read_events(t, 2, rooms, 1, before, 100), later, 2);
    assert_positions(read_events(t, 2, rooms, 1, back, 100), &after, 1);
}

static void one_who_joined_in_the_window_gets_nothing_from_before(void **state) {
    struct test_store *t = *state;
    const int64_t rooms[] = {3}, from = t->pos;
    test_store_send(t, fact_message(1, 3, 1, 3));
    const int64_t joined = test_store_join(t, 3, 4);
    const int64_t said = test_store_send(t, fact_message(2, 3, 2, 3));
    const int64_t wanted[] = {joined, said};
    assert_positions(read_events(t, 4, rooms, 1, from, 100), wanted, 2);
}

static void a_room_that_was_left_tells_nothing(void **state) {
    struct test_store *t = *state;
    const int64_t from = t->pos;
    test_store_send(t, fact_message(1, 1, 1, 1));
    test_store_leave(t, 1, 2);
    test_store_send(t, fact_message(2, 1, 2, 1));
    assert_int_equal(read_events(t, 2, NULL, 0, from, 100).count, 0);
}

static void a_limit_cuts_and_says_so(void **state) {
    struct test_store *t = *state;
    const int64_t rooms[] = {1, 2}, from = t->pos;
    for (int64_t id = 1; id <= 40; id++)
        test_store_send(t, fact_message(id, 1 + id % 2, (id + 1) / 2, 1));
    for (int64_t limit = 1; limit <= 41; limit++) {
        struct store_events events = read_events(t, 1, rooms, 2, from, limit);
        assert_int_equal(events.count, limit < 40 ? limit : 40);
        assert_int_equal(events.more, limit < 40);
        for (size_t i = 0; i < events.count; i++)
            assert_int_equal(events.events[i].pos, from + 1 + (int64_t)i);
    }
}

static void a_log_that_does_not_reach_back_says_so(void **state) {
    struct test_store *t = *state;
    struct store_events events;
    assert_int_equal(store_db_script(&t->store->db,
                                     "DELETE FROM event WHERE pos <= 3;"
                                     "UPDATE meta SET value = 3 WHERE key = 'purged_pos'"),
                     ERR_OK);
    assert_int_equal(store_read_events(t->reader, 1, NULL, 0, 2, t->pos, 10, &t->arena, &events),
                     ERR_NOT_FOUND);
    assert_int_equal(store_read_events(t->reader, 1, NULL, 0, 3, t->pos, 10, &t->arena, &events),
                     ERR_OK);
}

/* Goal: no event too many, none missing, whatever happened. Method: a random log, and a reader that looks at every event
 * and asks the plain questions. */
#define WORLD_USERS  6
#define WORLD_ROOMS  4
#define WORLD_EVENTS 400

struct world {
    bool in[WORLD_ROOMS + 1][WORLD_USERS + 1];
    int64_t said[WORLD_ROOMS + 1];
    bool got[WORLD_USERS + 1][WORLD_EVENTS + 100]; /* by position: was it live for him? */
    int64_t room_of[WORLD_EVENTS + 100];           /* 0: not of a room */
    int64_t about[WORLD_EVENTS + 100];             /* of PEERS: whom */
};

static void world_room_event(struct world *world, int64_t pos, int64_t room) {
    world->room_of[pos] = room;
    for (int64_t user = 1; user <= WORLD_USERS; user++)
        world->got[user][pos] = world->in[room][user];
}

static void world_step(struct test_store *t, struct world *world, struct test_random *r) {
    int64_t user = 1 + (int64_t)test_random_below(r, WORLD_USERS);
    int64_t room = 1 + (int64_t)test_random_below(r, WORLD_ROOMS);
    if (test_random_chance(r, 25)) {
        bool joins = !world->in[room][user];
        world->in[room][user] = joins;
        int64_t pos = joins ? test_store_join(t, room, user) : test_store_leave(t, room, user);
        world_room_event(world, pos, room);
    } else if (test_random_chance(r, 10)) {
        struct chat_fact fact = fact_user(user);
        fact.kind = CHAT_FACT_USER_CHANGED;
        int64_t pos =
            test_store_add(t, fact, entry_of(PROTO_EVENT_USER_CHANGED, CHAT_SCOPE_PEERS, user));
        world->about[pos] = user;
    } else if (world->in[room][user]) {
        int64_t id = t->pos;
        world_room_event(
            world, test_store_send(t, fact_message(id, room, ++world->said[room], user)), room);
    }
}

static bool world_share(const struct world *world, int64_t a, int64_t b) {
    for (int64_t room = 1; room <= WORLD_ROOMS; room++)
        if (world->in[room][a] && world->in[room][b])
            return true;
    return a == b;
}

static void world_check(struct test_store *t, const struct world *world, int64_t user,
                        int64_t from) {
    int64_t rooms[WORLD_ROOMS], wanted[WORLD_EVENTS + 100];
    size_t room_count = 0, count = 0;
    for (int64_t room = 1; room <= WORLD_ROOMS; room++)
        if (world->in[room][user])
            rooms[room_count++] = room;
    for (int64_t pos = from + 1; pos <= t->pos; pos++) {
        int64_t room = world->room_of[pos], about = world->about[pos];
        if ((room != 0 && world->got[user][pos] && world->in[room][user]) ||
            (about != 0 && world_share(world, user, about)))
            wanted[count++] = pos;
    }
    assert_positions(read_events(t, user, rooms, room_count, from, 1000), wanted, count);
    if (count > 3) {
        struct store_events cut = read_events(t, user, rooms, room_count, from, 3);
        assert_positions(cut, wanted, 3);
        assert_true(cut.more);
    }
}

static void a_random_log_gives_each_person_exactly_his_events(void **state) {
    struct test_store *t = *state;
    struct test_random r = test_random_stream(1);
    static struct world world;
    memset(&world, 0, sizeof(world));
    test_store_teardown(state);
    test_store_setup(state);
    t = *state;
    for (int64_t id = 1; id <= WORLD_USERS; id++)
        test_store_silent(t, fact_user(id));
    for (int64_t id = 1; id <= WORLD_ROOMS; id++)
        test_store_silent(t, fact_room(id));
    const int64_t start = t->pos;
    for (int i = 0; i < WORLD_EVENTS; i++)
        world_step(t, &world, &r);
    for (int64_t user = 1; user <= WORLD_USERS; user++)
        for (int i = 0; i < 20; i++) {
            int64_t span = t->pos - start;
            world_check(t, &world, user, start + (int64_t)test_random_below(&r, (size_t)span + 1));
            arena_reset(&t->arena);
        }
}

int main(void) {
#define EVENTS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        EVENTS_TEST(events_come_to_those_they_were_for),
        EVENTS_TEST(the_window_is_open_at_its_beginning_and_closed_at_its_end),
        EVENTS_TEST(a_message_event_is_made_from_the_message),
        EVENTS_TEST(other_events_come_as_they_were_sent),
        EVENTS_TEST(only_the_times_in_a_room_count),
        EVENTS_TEST(one_who_joined_in_the_window_gets_nothing_from_before),
        EVENTS_TEST(a_room_that_was_left_tells_nothing),
        EVENTS_TEST(a_limit_cuts_and_says_so),
        EVENTS_TEST(a_log_that_does_not_reach_back_says_so),
        EVENTS_TEST(a_random_log_gives_each_person_exactly_his_events),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
