/* test_chat_presence.c: who is here (chat_presence.c), who watches (chat_watch.c), who is told (chat_news.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "chat/chat_internal.h"

static struct world *w;
static struct person ada, ben, eve;

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    world_pass(w, 1000);
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

/* Lets time pass until the next presence event, at most that long; its payload, or NULL. */
static const struct proto_event_presence *next_presence(int64_t ms) {
    int64_t end_ms = w->mono_ms + ms;
    world_begin(w);
    while (chat_due_ms(w->chat) <= end_ms) {
        if (chat_due_ms(w->chat) > w->mono_ms)
            w->mono_ms = chat_due_ms(w->chat);
        world_tick(w);
        if (world_event(w, PROTO_EVENT_PRESENCE, 0) != NULL)
            return world_event(w, PROTO_EVENT_PRESENCE, 0)->payload;
    }
    w->mono_ms = end_ms;
    return NULL;
}

static const struct proto_presence_change *change_of(const struct proto_event_presence *event,
                                                     const struct person *person) {
    for (size_t i = 0; event != NULL && i < event->changes_count; i++)
        if (event->changes[i].user == person->user)
            return &event->changes[i];
    return NULL;
}

static enum proto_status status_of(const struct person *person) {
    return chat_presence_status(chat_user_get(w->chat, person->user));
}

static void set_status(const struct person *person, enum proto_status status, const char *text) {
    struct proto_user_status payload = {status, str_of_c(text)};
    assert_int_equal(world_do(w, person, PROTO_COMMAND_USER_STATUS, &payload), PROTO_OK);
}

/* Coming and going */

static void a_first_connection_is_told(void **state) {
    (void)state;
    struct person cid = world_guest(w, "Cid");
    assert_int_equal(status_of(&cid), PROTO_STATUS_ONLINE);
    const struct proto_event_presence *event = next_presence(500);
    assert_int_equal(event->changes_count, 1);
    assert_int_equal(change_of(event, &cid)->status, PROTO_STATUS_ONLINE);
    assert_int_equal(change_of(event, &cid)->last_seen, world_wall_ms(w));
    assert_non_null(world_heard(w, &ada, PROTO_EVENT_PRESENCE));
}

static void the_last_of_several_connections_counts(void **state) {
    (void)state;
    struct person tab = world_again(w, &ada);
    world_detach(w, &ada);
    assert_null(next_presence(10000));
    assert_int_equal(status_of(&ada), PROTO_STATUS_ONLINE);
    world_detach(w, &tab);
    int64_t gone_ms = world_wall_ms(w), mono_ms = w->mono_ms;
    const struct proto_event_presence *event = next_presence(10000);
    assert_int_equal(w->mono_ms - mono_ms, 5000); /* the grace */
    assert_int_equal(change_of(event, &ada)->status, PROTO_STATUS_OFFLINE);
    assert_int_equal(change_of(event, &ada)->last_seen, gone_ms);
    assert_int_equal(status_of(&ada), PROTO_STATUS_OFFLINE);
    assert_int_equal(fake_find_user(w->store, ada.user)->last_seen_ms, gone_ms);
}

static void a_reload_of_the_page_shows_nobody_leaving(void **state) {
    (void)state;
    world_detach(w, &ada);
    assert_null(next_presence(4999));
    ada = world_again(w, &ada);
    assert_null(next_presence(60000));
    assert_int_equal(status_of(&ada), PROTO_STATUS_ONLINE);
}

/* Who asked for a list in between has seen him offline. */
static void one_who_went_and_came_within_a_gathering_is_told_as_he_is(void **state) {
    (void)state;
    struct person cid = world_guest(w, "Cid");
    (void)next_presence(500); /* from now on, 500 ms of gathering */
    world_detach(w, &ada);
    world_detach(w, &cid);
    w->mono_ms += 5000 - 1;
    set_status(&ben, PROTO_STATUS_AWAY, NULL);
    (void)next_presence(0);
    w->mono_ms += 1;
    world_tick(w); /* their graces end; telling waits */
    assert_int_equal(status_of(&ada), PROTO_STATUS_OFFLINE);
    ada = world_again(w, &ada);
    const struct proto_event_presence *event = next_presence(1000);
    assert_int_equal(change_of(event, &ada)->status, PROTO_STATUS_ONLINE);
    assert_int_equal(change_of(event, &cid)->status, PROTO_STATUS_OFFLINE);
}

/* Gathering */

static void changes_are_gathered_to_two_events_a_second(void **state) {
    (void)state;
    char name[16];
    int events = 0;
    size_t changes = 0;
    int64_t last_ms = INT64_MIN;
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "p%d", i);
        (void)world_guest(w, name);
        int64_t next_ms = w->mono_ms + 20;
        const struct proto_event_presence *event = next_presence(20);
        if (event != NULL) {
            assert_true(last_ms == INT64_MIN || w->mono_ms - last_ms >= 500);
            last_ms = w->mono_ms;
            events++;
            changes += event->changes_count;
        }
        w->mono_ms = next_ms;
    }
    const struct proto_event_presence *rest = next_presence(1000);
    changes += rest != NULL ? rest->changes_count : 0;
    assert_in_range(events, 4, 5);
    assert_int_equal(changes, 100);
}

static void a_chosen_status_is_told_with_its_text(void **state) {
    (void)state;
    set_status(&ada, PROTO_STATUS_DND, "busy");
    const struct proto_event_presence *event = next_presence(500);
    assert_int_equal(change_of(event, &ada)->status, PROTO_STATUS_DND);
    assert_str(change_of(event, &ada)->text, "busy");
    set_status(&ada, PROTO_STATUS_DND, "very busy");
    event = next_presence(500);
    assert_str(change_of(event, &ada)->text, "very busy");
    set_status(&ada, PROTO_STATUS_AWAY, NULL);
    set_status(&ada, PROTO_STATUS_DND, NULL);
    event = next_presence(1000); /* as it was told; who came in between was shown another */
    assert_int_equal(change_of(event, &ada)->status, PROTO_STATUS_DND);
}

static void only_those_who_share_a_room_are_told(void **state) {
    (void)state;
    struct proto_room_leave leave = {world_slug("general")};
    world_do(w, &eve, PROTO_COMMAND_ROOM_LEAVE, &leave);
    set_status(&ada, PROTO_STATUS_AWAY, NULL);
    (void)next_presence(500);
    assert_non_null(world_heard(w, &ben, PROTO_EVENT_PRESENCE));
    assert_null(world_heard(w, &eve, PROTO_EVENT_PRESENCE));
    set_status(&eve, PROTO_STATUS_AWAY, NULL);
    (void)next_presence(500);
    assert_null(world_heard(w, &ben, PROTO_EVENT_PRESENCE));
    assert_non_null(world_heard(w, &eve, PROTO_EVENT_PRESENCE)); /* his own other connections */
    int64_t room = world_room(w, &eve, "News", false);
    world_join(w, &ben, room);
    set_status(&eve, PROTO_STATUS_ONLINE, NULL);
    (void)next_presence(500);
    assert_non_null(world_heard(w, &ben, PROTO_EVENT_PRESENCE));
    assert_null(world_heard(w, &ada, PROTO_EVENT_PRESENCE));
}

/* Each room stands once in the audience, however many people changed. */
static void the_audience_is_the_union_of_the_rooms(void **state) {
    (void)state;
    int64_t room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    set_status(&ada, PROTO_STATUS_AWAY, NULL);
    set_status(&ben, PROTO_STATUS_AWAY, NULL);
    set_status(&eve, PROTO_STATUS_AWAY, NULL);
    assert_int_equal(next_presence(500)->changes_count, 3);
    const struct chat_audience *audience = &world_event(w, PROTO_EVENT_PRESENCE, 0)->audience;
    assert_int_equal(audience->scope, CHAT_SCOPE_PEERS);
    assert_int_equal(audience->room_count, 2);
    assert_int_equal(audience->rooms[0] + audience->rooms[1], WORLD_GENERAL + room);
}

/* The crowd */

static void watch(const struct person *person, const struct person *whom) {
    int64_t users[] = {whom->user, 9999, whom->user};
    struct proto_presence_watch payload = {users, TEST_COUNT(users)};
    assert_int_equal(world_do(w, person, PROTO_COMMAND_PRESENCE_WATCH, &payload), PROTO_OK);
}

static int crowded(void **state) {
    (void)state;
    struct chat_options options = world_options();
    options.presence_crowd = 2;
    w = world_new_with(options);
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    world_pass(w, 1000);
    return 0;
}

static int uncrowded(void **state) {
    (void)state;
    struct chat_options options = world_options();
    options.presence_crowd = 100000;
    w = world_new_with(options);
    return 0;
}

static size_t count_heard(const struct person *person, const struct person *about) {
    size_t count = 0;
    for (size_t i = 0; i < w->event_count; i++)
        if (w->events[i].event == PROTO_EVENT_PRESENCE &&
            world_reaches(w, &w->events[i].audience, person->user))
            count += change_of(w->events[i].payload, about) != NULL;
    return count;
}

static void in_a_crowd_only_the_watched_are_told(void **state) {
    (void)state;
    watch(&ben, &ada);
    assert_int_equal(((const struct proto_presence_watch_result *)w->answer)->users_count, 2);
    set_status(&ada, PROTO_STATUS_AWAY, NULL);
    (void)next_presence(500);
    assert_int_equal(count_heard(&ben, &ada), 1);
    assert_int_equal(count_heard(&ada, &ada), 1); /* his own other connections */
    assert_null(world_heard(w, &eve, PROTO_EVENT_PRESENCE));
    watch(&ben, &eve); /* replaces the list before */
    set_status(&ada, PROTO_STATUS_DND, NULL);
    (void)next_presence(500);
    assert_null(world_heard(w, &ben, PROTO_EVENT_PRESENCE));
}

static void in_a_crowd_everybody_hears_only_what_he_watches_in_one_event(void **state) {
    (void)state;
    struct person tab = world_again(w, &ben), cid = world_guest(w, "Cid");
    world_pass(w, 1000);
    int64_t two[] = {ada.user, cid.user};
    struct proto_presence_watch payload = {two, 2};
    world_do(w, &ben, PROTO_COMMAND_PRESENCE_WATCH, &payload);
    watch(&tab, &ada); /* the same person twice, over two connections */
    watch(&eve, &cid);
    set_status(&ada, PROTO_STATUS_AWAY, NULL);
    set_status(&cid, PROTO_STATUS_DND, NULL);
    (void)next_presence(500);
    assert_int_equal(count_heard(&ben, &ada), 1);
    assert_int_equal(count_heard(&ben, &cid), 1);
    assert_int_equal(count_heard(&eve, &ada), 0);
    assert_int_equal(count_heard(&eve, &cid), 1);
    size_t for_ben = 0;
    for (size_t i = 0; i < w->event_count; i++)
        for_ben += w->events[i].event == PROTO_EVENT_PRESENCE &&
                   world_reaches(w, &w->events[i].audience, ben.user);
    assert_int_equal(for_ben, 1);
    assert_int_equal(w->event_count, 3); /* {ada, cid}: ben; {ada}: ada; {cid}: cid and eve */
}

static void in_a_crowd_direct_message_partners_are_told(void **state) {
    (void)state;
    (void)world_dm(w, &ada, &ben);
    set_status(&ada, PROTO_STATUS_AWAY, NULL);
    (void)next_presence(500);
    assert_int_equal(count_heard(&ben, &ada), 1);
    assert_int_equal(count_heard(&eve, &ada), 0);
}

static void a_connection_that_goes_watches_nobody(void **state) {
    (void)state;
    struct person tab = world_again(w, &ben);
    watch(&tab, &ada);
    world_detach(w, &tab);
    set_status(&ada, PROTO_STATUS_AWAY, NULL);
    (void)next_presence(500);
    assert_int_equal(count_heard(&ben, &ada), 0);
}

/* All come back at once: each gathering takes a thousand, everybody is told of everybody in the end. */
static void a_rush_is_told_in_bites(void **state) {
    (void)state;
    char name[16];
    for (int i = 0; i < 2500; i++) {
        snprintf(name, sizeof name, "p%d", i);
        (void)world_guest(w, name);
    }
    assert_int_equal(next_presence(500)->changes_count, 1000);
    int64_t mono_ms = w->mono_ms;
    assert_int_equal(next_presence(500)->changes_count, 1000);
    assert_int_equal(w->mono_ms - mono_ms, 500);
    assert_int_equal(next_presence(500)->changes_count, 500);
    assert_null(next_presence(5000));
}

/* What facts do not say survives a reload */

static void connections_and_statuses_survive_a_reload(void **state) {
    (void)state;
    struct person tab = world_again(w, &ada);
    set_status(&ada, PROTO_STATUS_AWAY, "x");
    world_detach(w, &eve);
    world_reload(w);
    assert_int_equal(chat_connection_count(w->chat), 3);
    assert_int_equal(status_of(&ada), PROTO_STATUS_AWAY);
    assert_int_equal(status_of(&eve), PROTO_STATUS_ONLINE); /* in his grace */
    const struct proto_event_presence *event = next_presence(500);
    assert_int_equal(change_of(event, &ada)->status, PROTO_STATUS_AWAY);
    event = next_presence(10000);
    assert_int_equal(change_of(event, &eve)->status, PROTO_STATUS_OFFLINE);
    world_detach(w, &ada);
    world_detach(w, &tab);
    event = next_presence(10000);
    assert_int_equal(change_of(event, &ada)->status, PROTO_STATUS_OFFLINE);
}

static void a_status_that_could_not_be_saved_is_taken_back(void **state) {
    (void)state;
    set_status(&ada, PROTO_STATUS_DND, "x");
    assert_int_equal(change_of(next_presence(500), &ada)->status, PROTO_STATUS_DND);
    fake_find_user(w->store, ada.user)->status = PROTO_STATUS_ONLINE; /* the commit was refused */
    world_reload(w);
    const struct proto_event_presence *event = next_presence(500);
    assert_non_null(event);
    assert_int_equal(event->changes_count, 1);
    assert_int_equal(change_of(event, &ada)->status, PROTO_STATUS_ONLINE);
    world_reload(w);
    assert_null(next_presence(5000));
}

/* Decides an attach of the guest Cid, of which the store will not know. */
static void attach_unsafely(uint64_t connection, bool evolves) {
    struct chat_attach attach = {.name = STR("Cid"), .sid = STR("s"), .resume_pos = -1};
    struct chat_command command = {.act = CHAT_ACT_ATTACH,
                                   .actor = {.connection = connection},
                                   .payload = &attach,
                                   .now_ms = world_wall_ms(w),
                                   .mono_ms = w->mono_ms};
    world_hash(4711, attach.fresh_token_hash);
    world_begin(w);
    assert_int_equal(chat_decide(w->chat, &command, &w->outcome), PROTO_OK);
    for (size_t i = 0; evolves && i < w->outcome.fact_count; i++) {
        w->outcome.facts[i].pos = chat_pos(w->chat) + 1;
        chat_evolve(w->chat, &w->outcome.facts[i]);
    }
}

/* A commit fails: the guest that it would have made has never been. */
static void connections_of_what_is_not_there_again_are_dropped(void **state) {
    (void)state;
    for (int evolved = 0; evolved < 2; evolved++) {
        attach_unsafely(900 + (uint64_t)evolved, evolved == 1);
        assert_int_equal(chat_connection_count(w->chat), 4);
        world_reload(w);
        assert_int_equal(chat_connection_count(w->chat), 3);
        assert_int_equal(chat_user_count(w->chat), 3);
    }
    struct person cid = world_guest(w, "Cid"); /* the name is free */
    assert_int_equal(change_of(next_presence(500), &cid)->status, PROTO_STATUS_ONLINE);
}

/* The commit of a batch fails in which a new guest came and went: the grace that he has is nobody's. */
static void a_grace_of_one_who_has_never_been_is_dropped(void **state) {
    (void)state;
    attach_unsafely(900, true);
    world_detach(w, &(struct person){.connection = 900});
    world_reload(w);
    chat_check(w->chat);
    assert_int_equal(chat_user_count(w->chat), 3);
    struct person cid = world_guest(w, "Cid");
    assert_int_equal(change_of(next_presence(500), &cid)->status, PROTO_STATUS_ONLINE);
}

#define TEST(name)  cmocka_unit_test_setup_teardown(name, start, stop)
#define CROWD(name) cmocka_unit_test_setup_teardown(name, crowded, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_first_connection_is_told),
        TEST(the_last_of_several_connections_counts),
        TEST(a_reload_of_the_page_shows_nobody_leaving),
        TEST(one_who_went_and_came_within_a_gathering_is_told_as_he_is),
        TEST(changes_are_gathered_to_two_events_a_second),
        TEST(a_chosen_status_is_told_with_its_text),
        TEST(only_those_who_share_a_room_are_told),
        TEST(the_audience_is_the_union_of_the_rooms),
        cmocka_unit_test_setup_teardown(a_rush_is_told_in_bites, uncrowded, stop),
        CROWD(in_a_crowd_only_the_watched_are_told),
        CROWD(in_a_crowd_everybody_hears_only_what_he_watches_in_one_event),
        CROWD(in_a_crowd_direct_message_partners_are_told),
        CROWD(a_connection_that_goes_watches_nobody),
        TEST(connections_and_statuses_survive_a_reload),
        TEST(a_status_that_could_not_be_saved_is_taken_back),
        TEST(connections_of_what_is_not_there_again_are_dropped),
        TEST(a_grace_of_one_who_has_never_been_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
