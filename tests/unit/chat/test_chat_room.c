/* test_chat_room.c: rooms: made, changed, listed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

static struct world *w;
static struct person ada, ben;

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

/* Making */

static enum proto_error create(const char *name) {
    struct proto_room_create payload = {.name = str_of_c(name)};
    return world_do(w, &ada, PROTO_COMMAND_ROOM_CREATE, &payload);
}

static const struct proto_room *created(void) {
    return ((const struct proto_room_create_result *)w->answer)->room;
}

static void an_empty_store_gets_the_room_that_everybody_joins(void **state) {
    (void)state;
    const struct chat_room_fact *general = fake_find_room(w->store, WORLD_GENERAL);
    assert_str(general->slug, "general");
    assert_int_equal(general->kind, PROTO_ROOM_KIND_PUBLIC);
    assert_int_equal(general->owner, 0);
    assert_non_null(world_member(w, &ada, WORLD_GENERAL));
    assert_non_null(world_member(w, &ben, WORLD_GENERAL));
}

static void a_new_room_is_owned_and_joined_by_its_maker(void **state) {
    (void)state;
    struct proto_room_create payload = {
        .name = STR(" Caf\u00e9 & Bar "), .topic = STR(" drinks\r\n"), .announcement = true};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_CREATE, &payload), PROTO_OK);
    const struct proto_room *room = created();
    assert_str(room->name, "Caf\u00e9 & Bar");
    assert_str(room->slug, "caf\u00e9-bar");
    assert_str(room->topic, "drinks");
    assert_int_equal(room->kind, PROTO_ROOM_KIND_PUBLIC);
    assert_int_equal(room->owner, ada.user);
    assert_true(room->announcement);
    assert_int_equal(room->member_count, 1);
    assert_int_equal(room->me->role, PROTO_MEMBER_ROLE_OWNER);
    assert_int_equal(room->me->unread, 0);
    assert_null(room->last_message);
    const struct proto_event_room_new *heard = world_heard(w, &ben, PROTO_EVENT_ROOM_NEW);
    assert_int_equal(heard->room->id, room->id);
    assert_null(heard->room->me); /* the same bytes for everybody */
    assert_null(world_heard(w, &ben, PROTO_EVENT_MEMBER_JOINED));
    assert_non_null(world_heard(w, &ada, PROTO_EVENT_MEMBER_JOINED));
}

static void a_private_room_is_told_to_its_maker_alone(void **state) {
    (void)state;
    (void)world_room(w, &ada, "Secret", true);
    assert_null(world_heard(w, &ben, PROTO_EVENT_ROOM_NEW));
    assert_non_null(world_heard(w, &ada, PROTO_EVENT_ROOM_NEW));
}

static void slugs_are_unique_and_never_a_number(void **state) {
    (void)state;
    assert_int_equal(create("News"), PROTO_OK);
    assert_str(created()->slug, "news");
    assert_int_equal(create("NEWS!"), PROTO_OK);
    assert_str(created()->slug, "news-2");
    assert_int_equal(create("news 2"), PROTO_OK);
    assert_str(created()->slug, "news-2-2");
    assert_int_equal(create("General"), PROTO_OK);
    assert_str(created()->slug, "general-2");
    assert_int_equal(create("42"), PROTO_OK);
    assert_str(created()->slug, "room-42");
    for (int i = 0; i < 40; i++)
        assert_int_equal(create("\U0001F389"), PROTO_OK);
}

static void a_bad_room_name_is_a_bad_request_with_its_field(void **state) {
    (void)state;
    static const char *const names[] = {
        "", "  ", "a\nb", "a\u202eb",
        "0123456789012345678901234567890123456789012345678901234567890123x"};
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        assert_int_equal(create(names[i]), PROTO_BAD_REQUEST);
        assert_str(w->outcome.error.field, "name");
    }
    assert_int_equal(chat_room_count(w->chat), 1);
}

static void a_person_is_in_a_thousand_rooms_at_most(void **state) {
    (void)state;
    char name[16];
    for (int i = 1; i < PROTO_LIMIT_ROOMS_PER_USER; i++) {
        snprintf(name, sizeof name, "r%d", i);
        assert_int_equal(create(name), PROTO_OK);
    }
    assert_int_equal(create("one more"), PROTO_CONFLICT);
    int64_t room = world_room(w, &ben, "Other", false);
    assert_int_equal(world_join(w, &ada, room), PROTO_CONFLICT);
    assert_int_equal(world_join(w, &ada, WORLD_GENERAL), PROTO_OK); /* is in already */
}

/* Changing */

static void an_update_changes_what_is_given_and_keeps_the_slug(void **state) {
    (void)state;
    int64_t id = world_room(w, &ada, "News", false);
    struct proto_room_update payload = {
        .room = world_id(id), .name = STR(" Olds "), .slow_mode_s = 30, .has_slow_mode_s = true};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_UPDATE, &payload), PROTO_OK);
    const struct proto_room *room = ((const struct proto_room_update_result *)w->answer)->room;
    assert_str(room->name, "Olds");
    assert_str(room->slug, "news");
    assert_str(room->topic, "");
    assert_int_equal(room->slow_mode_s, 30);
    assert_false(room->announcement);
    const struct proto_event_room_changed *heard = world_heard(w, &ben, PROTO_EVENT_ROOM_CHANGED);
    assert_str(heard->room->name, "Olds");
    assert_null(heard->room->me);
    assert_null(heard->room->last_message);
    payload = (struct proto_room_update){.room = world_slug("news"),
                                         .topic = STR("t"),
                                         .announcement = true,
                                         .has_announcement = true};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_UPDATE, &payload), PROTO_OK);
    room = ((const struct proto_room_update_result *)w->answer)->room;
    assert_str(room->name, "Olds");
    assert_str(room->topic, "t");
    assert_true(room->announcement);
    assert_int_equal(room->slow_mode_s, 30);
}

static void an_update_that_changes_nothing_is_no_fact(void **state) {
    (void)state;
    int64_t id = world_room(w, &ada, "News", false);
    struct proto_room_update payload = {.room = world_id(id), .name = STR("News ")};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_UPDATE, &payload), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_str(((const struct proto_room_update_result *)w->answer)->room->name, "News");
}

static void a_private_room_tells_changes_to_its_members(void **state) {
    (void)state;
    int64_t id = world_room(w, &ada, "Secret", true);
    struct proto_room_update payload = {.room = world_id(id), .name = STR("Open")};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_UPDATE, &payload), PROTO_OK);
    assert_non_null(world_heard(w, &ada, PROTO_EVENT_ROOM_CHANGED));
    assert_null(world_heard(w, &ben, PROTO_EVENT_ROOM_CHANGED));
}

static void members_may_not_update(void **state) {
    (void)state;
    int64_t id = world_room(w, &ada, "News", false);
    world_join(w, &ben, id);
    struct proto_room_update payload = {.room = world_id(id), .name = STR("Mine")};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_UPDATE, &payload), PROTO_FORBIDDEN);
    world_put(w, &ben, id, PROTO_MEMBER_ROLE_MODERATOR);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_UPDATE, &payload), PROTO_OK);
    payload.room = world_slug("general"); /* owned by nobody */
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_UPDATE, &payload), PROTO_FORBIDDEN);
}

/* The list */

static const struct proto_room_list_result *list(const struct person *person,
                                                 struct proto_room_list payload) {
    assert_int_equal(world_do(w, person, PROTO_COMMAND_ROOM_LIST, &payload), PROTO_OK);
    return w->answer;
}

static void the_list_shows_what_one_may_see(void **state) {
    (void)state;
    int64_t open = world_room(w, &ada, "Open", false), secret = world_room(w, &ada, "Secret", true);
    int64_t old = world_room(w, &ada, "Old", false);
    (void)world_dm(w, &ada, &ben);
    struct chat_room_fact fact = world_room_fact(w, old);
    fact.archived = true;
    world_set_room(w, fact);
    world_send(w, &ada, open, "hidden from Ben");
    const struct proto_room_list_result *shown = list(&ada, (struct proto_room_list){0});
    assert_int_equal(shown->rooms_count, 3);
    assert_int_equal(shown->rooms[1].id, open);
    assert_str(shown->rooms[1].last_message->body, "hidden from Ben");
    assert_int_equal(shown->rooms[2].id, secret);
    shown = list(&ben, (struct proto_room_list){0});
    assert_int_equal(shown->rooms_count, 2);
    assert_null(shown->rooms[1].me); /* not in it: nothing of what is said there */
    assert_null(shown->rooms[1].last_message);
    shown = list(&ben, (struct proto_room_list){.archived = true});
    assert_int_equal(shown->rooms_count, 3);
    assert_true(shown->rooms[2].archived);
}

static void the_list_comes_in_pages(void **state) {
    (void)state;
    char name[16];
    for (int i = 0; i < 9; i++) {
        snprintf(name, sizeof name, "r%d", i);
        (void)world_room(w, &ada, name, i % 3 == 0);
    }
    int64_t after = 0;
    size_t seen = 0;
    const struct proto_room_list_result *page;
    do {
        page = list(&ben, (struct proto_room_list){.after = after, .limit = 3});
        for (size_t i = 0; i < page->rooms_count; i++) {
            assert_true(page->rooms[i].id > after);
            after = page->rooms[i].id;
        }
        seen += page->rooms_count;
    } while (page->more);
    assert_int_equal(seen, 7); /* general and the six that are not private */
    assert_int_equal(list(&ben, (struct proto_room_list){.after = 999})->rooms_count, 0);
}

static void a_query_is_part_of_a_name_or_topic(void **state) {
    (void)state;
    struct proto_room_create payload = {.name = STR("\u00c9clairs"), .topic = STR("Sweet things")};
    world_do(w, &ada, PROTO_COMMAND_ROOM_CREATE, &payload);
    (void)world_room(w, &ada, "Salty", false);
    static const struct {
        const char *query;
        size_t count;
    } rows[] = {{"\u00e9CLAIR", 1}, {"lair", 1}, {"THINGS", 1}, {"s", 2},
                {"nothing", 0},     {"", 3},     {" salt ", 1}, {"s\ns", 0}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_int_equal(
            list(&ben, (struct proto_room_list){.query = str_of_c(rows[i].query)})->rooms_count,
            rows[i].count);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_empty_store_gets_the_room_that_everybody_joins),
        TEST(a_new_room_is_owned_and_joined_by_its_maker),
        TEST(a_private_room_is_told_to_its_maker_alone),
        TEST(slugs_are_unique_and_never_a_number),
        TEST(a_bad_room_name_is_a_bad_request_with_its_field),
        TEST(a_person_is_in_a_thousand_rooms_at_most),
        TEST(an_update_changes_what_is_given_and_keeps_the_slug),
        TEST(an_update_that_changes_nothing_is_no_fact),
        TEST(a_private_room_tells_changes_to_its_members),
        TEST(members_may_not_update),
        TEST(the_list_shows_what_one_may_see),
        TEST(the_list_comes_in_pages),
        TEST(a_query_is_part_of_a_name_or_topic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
