/* test_chat_state.c: the life of the state: forgetting, loading, counting; and that it is as small and quick as said.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "base/clock.h"
#include "chat/chat_internal.h"

#include <malloc.h>

static struct world *w;

static int start(void **state) {
    (void)state;
    w = world_new();
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static void a_new_state_is_empty(void **state) {
    (void)state;
    struct chat_options options = chat_options_default();
    struct chat_port port = fake_port(w->store);
    struct chat *chat = chat_new(&options, &port);
    assert_int_equal(chat_pos(chat), 0);
    assert_int_equal(chat_user_count(chat), 0);
    assert_int_equal(chat_room_count(chat), 0);
    assert_int_equal(chat_connection_count(chat), 0);
    assert_int_equal(chat_due_ms(chat), INT64_MAX);
    chat_check(chat);
    chat_free(chat);
}

/* Nothing of what facts said before, everything that was loaded, and what facts do not say. */
static void a_state_takes_over_what_was_loaded_beside_it(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada");
    world_send(w, &ada, WORLD_GENERAL, "hello");
    struct chat *beside = chat_new_beside(w->chat);
    assert_int_equal(chat_pos(beside), 0);
    assert_int_equal(chat_user_count(beside), 0);
    assert_int_equal(chat_connection_count(beside), 0);
    fake_load(w->store, beside);
    assert_int_equal(chat_user_count(w->chat), 1); /* it serves on meanwhile */
    chat_adopt(w->chat, beside);
    assert_int_equal(chat_connection_count(w->chat), 1);
    assert_int_equal(chat_pos(w->chat), w->store->last_pos);
    assert_int_equal(chat_user_count(w->chat), 1);
    assert_int_equal(world_send(w, &ada, WORLD_GENERAL, "still here"), PROTO_OK);
    assert_int_equal(world_sent(w)->seq, 2);
}

/* What was evolved and not committed has never been: ids, positions and names are given again. */
static void a_failed_commit_leaves_no_trace(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada");
    int64_t pos = chat_pos(w->chat);
    struct proto_room_create payload = {.name = STR("News")};
    struct chat_command command = {.act = PROTO_COMMAND_ROOM_CREATE,
                                   .actor = {.session = ada.session},
                                   .payload = &payload,
                                   .now_ms = world_wall_ms(w),
                                   .mono_ms = w->mono_ms};
    world_begin(w);
    assert_int_equal(chat_decide(w->chat, &command, &w->outcome), PROTO_OK);
    for (size_t i = 0; i < w->outcome.fact_count; i++) {
        w->outcome.facts[i].pos = chat_pos(w->chat) + 1;
        chat_evolve(w->chat, &w->outcome.facts[i]);
    }
    assert_non_null(chat_room_find_slug(w->chat, STR("news")));
    world_reload(w);
    assert_null(chat_room_find_slug(w->chat, STR("news")));
    assert_int_equal(chat_pos(w->chat), pos);
    assert_int_equal(world_room(w, &ada, "News", false), 2);
}

static void ids_are_given_after_the_greatest_ever(void **state) {
    (void)state;
    chat_set_ids(w->chat, 100, 200, 300, 400);
    struct person ada = world_guest(w, "Ada");
    assert_int_equal(ada.user, 101);
    assert_int_equal(ada.session, 401);
    assert_int_equal(world_room(w, &ada, "News", false), 201);
    world_send(w, &ada, 201, "x");
    assert_int_equal(world_sent(w)->id, 301);
    chat_set_ids(w->chat, 1, 1, 1, 1); /* never back */
    struct person ben = world_guest(w, "Ben");
    assert_int_equal(ben.user, 102);
}

static void a_room_whose_newest_message_is_damaged_still_opens(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada");
    world_send(w, &ada, WORLD_GENERAL, "one");
    w->store->message_count = 0; /* nothing to hand back, but the room's last_seq is 1 */
    world_reload(w);
    assert_int_equal(world_join(w, &ada, WORLD_GENERAL), PROTO_OK);
    const struct proto_room_join_result *result = w->answer;
    assert_int_equal(result->room->last_seq, 1);
    assert_null(result->room->last_message);
}

/* Size and speed. Figures with room to breathe: they shall catch a change of order, not of a few percent. */

static void evolve(struct chat *chat, struct chat_fact fact) {
    fact.at_ms = WORLD_EPOCH_MS;
    chat_evolve(chat, &fact);
}

static void add_users(struct chat *chat, int64_t count) {
    char name[24];
    for (int64_t id = 1; id <= count; id++) {
        snprintf(name, sizeof name, "person%lld", (long long)id);
        evolve(chat, (struct chat_fact){.kind = CHAT_FACT_USER_NEW,
                                        .user = {.id = id,
                                                 .name = str_of_c(name),
                                                 .display_name = str_of_c(name),
                                                 .kind = PROTO_USER_KIND_GUEST,
                                                 .role = PROTO_USER_ROLE_GUEST,
                                                 .status = PROTO_STATUS_ONLINE}});
    }
}

static void add_members(struct chat *chat, int64_t room, int64_t count) {
    for (int64_t id = 1; id <= count; id++)
        evolve(chat, (struct chat_fact){.kind = CHAT_FACT_MEMBER_JOINED,
                                        .member = {.room = room,
                                                   .user = id,
                                                   .role = PROTO_MEMBER_ROLE_MEMBER,
                                                   .level = PROTO_LEVEL_ALL}});
}

static void add_rooms(struct chat *chat, int64_t count) {
    char slug[24];
    for (int64_t id = 1; id <= count; id++) {
        snprintf(slug, sizeof slug, "room-%lld", (long long)id);
        evolve(chat, (struct chat_fact){.kind = CHAT_FACT_ROOM_NEW,
                                        .room = {.id = id,
                                                 .slug = str_of_c(slug),
                                                 .name = str_of_c(slug),
                                                 .kind = PROTO_ROOM_KIND_PUBLIC}});
    }
}

static void people_and_memberships_are_small(void **state) {
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || (defined(__has_feature) && defined(PARLEY_SLOW_ASSERTS))
    skip(); /* the sanitizer's own memory would be measured */
#endif
    enum { USERS = 100000, ROOMS = 20 };
    struct chat_options options = world_options();
    struct chat_port port = fake_port(w->store);
    struct chat *chat = chat_new(&options, &port);
    add_rooms(chat, ROOMS);
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    add_users(chat, USERS);
    size_t users = mallinfo2().uordblks + mallinfo2().hblkhd - before;
    for (int64_t room = 1; room <= ROOMS; room++)
        add_members(chat, room, 50000);
    size_t members = mallinfo2().uordblks + mallinfo2().hblkhd - before - users;
    print_message("a user: %zu bytes, a membership: %zu bytes\n", users / USERS,
                  members / (ROOMS * 50000));
    assert_true(users / USERS <= 300);
    assert_true(members / (ROOMS * 50000) <= 72); /* 64 and what rolls keep free */
    chat_free(chat);
}

/* In a room of 50,000 members a message costs as much as in a small one; so does coming and going. */
static void cost_does_not_grow_with_people(void **state) {
    (void)state;
    enum { USERS = 50000, TURNS = 200 };
    add_users(w->chat, USERS);
    add_members(w->chat, WORLD_GENERAL, USERS);
    for (int64_t id = 1; id <= USERS; id++) /* the store knows only the author of the messages */
        if (id == 1)
            w->store->users[w->store->user_count++] =
                (struct chat_user_fact){.id = id, .name = STR("person1")};
    evolve(w->chat, (struct chat_fact){.kind = CHAT_FACT_SESSION_NEW,
                                       .session = {.id = 1,
                                                   .user = 1,
                                                   .created_at_ms = world_wall_ms(w),
                                                   .used_at_ms = world_wall_ms(w),
                                                   .token_hash = {7}}});
    struct chat_attach attach = {
        .has_token = true, .token_hash = {7}, .sid = STR("s"), .resume_pos = -1};
    uint64_t least_ns[] = {UINT64_MAX, UINT64_MAX, UINT64_MAX}; /* the machine may be busy */
    for (uint64_t i = 0; i < TURNS; i++) {
        struct proto_message_send payload = {.room = world_id(WORLD_GENERAL),
                                             .body = STR("hi @person77"),
                                             .nonce = STR("nonce-1234")};
        struct chat_detach detach = {i + 1};
        struct chat_command commands[] = {
            {.act = CHAT_ACT_ATTACH, .actor = {.connection = i + 1}, .payload = &attach},
            {.act = PROTO_COMMAND_MESSAGE_SEND, .actor = {.session = 1}, .payload = &payload},
            {.act = CHAT_ACT_DETACH, .actor = {.connection = i + 1}, .payload = &detach},
        };
        for (size_t j = 0; j < TEST_COUNT(commands); j++) {
            commands[j].now_ms = world_wall_ms(w);
            commands[j].mono_ms = w->mono_ms;
            world_begin(w);
            uint64_t begin_ns = clock_mono_ns();
            assert_int_equal(chat_decide(w->chat, &commands[j], &w->outcome), PROTO_OK);
            for (size_t k = 0; k < w->outcome.fact_count; k++) {
                w->outcome.facts[k].pos = chat_pos(w->chat) + 1;
                chat_evolve(w->chat, &w->outcome.facts[k]);
            }
            (void)chat_answer(w->chat, &commands[j], &w->outcome);
            uint64_t took_ns = clock_mono_ns() - begin_ns;
            least_ns[j] = took_ns < least_ns[j] ? took_ns : least_ns[j];
        }
    }
    for (size_t j = 0; j < TEST_COUNT(least_ns); j++)
        assert_true(least_ns[j] < 100000); /* a walk over the members takes a millisecond */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_new_state_is_empty),
        TEST(a_state_takes_over_what_was_loaded_beside_it),
        TEST(a_failed_commit_leaves_no_trace),
        TEST(ids_are_given_after_the_greatest_ever),
        TEST(a_room_whose_newest_message_is_damaged_still_opens),
        TEST(people_and_memberships_are_small),
        TEST(cost_does_not_grow_with_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
