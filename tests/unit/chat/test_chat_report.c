/* test_chat_report.c: what is brought before the moderators, who sees it, and the audit log's door.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "chat/chat_internal.h"

static struct world *w;
static struct person ada, ben, eve, boss; /* owner, member, outsider, the server's admin */
static int64_t room, said;

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    boss = world_guest(w, "boss");
    world_set_role(w, &boss, PROTO_USER_ROLE_ADMIN);
    room = world_room(w, &ada, "Lab", true);
    world_put(w, &ben, room, PROTO_MEMBER_ROLE_MEMBER);
    world_send(w, &ben, room, "rude");
    said = world_sent(w)->id;
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error report(const struct person *who, int64_t message) {
    struct proto_message_report payload = {message, STR("it is rude")};
    return world_do(w, who, PROTO_COMMAND_MESSAGE_REPORT, &payload);
}

static const struct proto_report_list_result *listed(const struct person *who) {
    struct proto_report_list payload = {.limit = 50};
    assert_int_equal(world_do(w, who, PROTO_COMMAND_REPORT_LIST, &payload), PROTO_OK);
    return w->answer;
}

static enum proto_error resolve(const struct person *who, int64_t id) {
    struct proto_report_resolve payload = {id, STR("warned")};
    return world_do(w, who, PROTO_COMMAND_REPORT_RESOLVE, &payload);
}

/* Who heard of it in the last act, as letters. */
static void assert_told(const char *who) {
    const struct {
        char letter;
        const struct person *person;
    } all[] = {{'a', &ada}, {'b', &ben}, {'e', &eve}, {'c', &boss}};
    for (size_t i = 0; i < TEST_COUNT(all); i++)
        assert_int_equal(world_heard(w, all[i].person, PROTO_EVENT_REPORT_CHANGED) != NULL,
                         strchr(who, all[i].letter) != NULL);
}

static void a_private_rooms_reports_are_its_moderators_own(void **state) {
    (void)state;
    assert_int_equal(report(&ada, said), PROTO_OK);
    assert_told("a");
    assert_int_equal(listed(&boss)->reports_count, 0);
    assert_int_equal(listed(&ben)->reports_count, 0);
    assert_int_equal(listed(&eve)->reports_count, 0);
    const struct proto_report *shown = listed(&ada)->reports;
    assert_int_equal(shown->message->id, said);
    assert_str(shown->message->body, "rude");
    assert_str(shown->reason, "it is rude");
    assert_int_equal(shown->by->id, ada.user);
    int64_t id = shown->id;
    assert_int_equal(resolve(&boss, id), PROTO_NOT_FOUND);
    assert_int_equal(resolve(&ben, id), PROTO_NOT_FOUND);
    assert_int_equal(resolve(&ada, id), PROTO_OK);
    assert_told("a");
    assert_int_equal(listed(&ada)->reports_count, 0);
    assert_int_equal(resolve(&ada, id), PROTO_NOT_FOUND);
}

static void a_public_rooms_reports_are_the_admins_too(void **state) {
    (void)state;
    int64_t open = world_room(w, &ada, "Open", false);
    world_join(w, &eve, open);
    world_send(w, &eve, open, "rude");
    world_join(w, &ben, open);
    assert_int_equal(report(&ben, (int64_t)w->store->message_count), PROTO_OK);
    assert_told("ac");
    assert_int_equal(listed(&boss)->reports_count, 1);
    assert_int_equal(resolve(&boss, listed(&boss)->reports[0].id), PROTO_OK);
    assert_told("ac");
}

static void a_direct_message_is_shown_to_admins_by_its_people_alone(void **state) {
    (void)state;
    int64_t dm = world_dm(w, &ben, &eve);
    world_send(w, &eve, dm, "rude");
    int64_t message = world_sent(w)->id;
    assert_int_equal(report(&ada, message), PROTO_NOT_FOUND);
    assert_int_equal(report(&ben, message), PROTO_OK);
    assert_told("c");
    assert_int_equal(listed(&ben)->reports_count, 0);
    assert_int_equal(listed(&boss)->reports_count, 1);
    assert_int_equal(resolve(&boss, listed(&boss)->reports[0].id), PROTO_OK);
    for (size_t i = 0; i < w->outcome.fact_count; i++)
        if (w->outcome.facts[i].kind == CHAT_FACT_AUDIT)
            assert_int_equal(w->outcome.facts[i].audit.room + w->outcome.facts[i].audit.user, 0);
}

static void what_cannot_be_reported(void **state) {
    (void)state;
    assert_int_equal(report(&ben, said), PROTO_BAD_REQUEST); /* his own */
    assert_int_equal(report(&eve, said), PROTO_NOT_FOUND);
    assert_int_equal(report(&eve, 999), PROTO_NOT_FOUND);
    struct proto_message_delete payload = {said};
    world_do(w, &ben, PROTO_COMMAND_MESSAGE_DELETE, &payload);
    assert_int_equal(report(&ada, said), PROTO_FORBIDDEN);
}

static void twice_is_once_and_a_deleted_one_comes_as_its_tombstone(void **state) {
    (void)state;
    assert_int_equal(report(&ada, said), PROTO_OK);
    assert_int_equal(report(&ada, said), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    world_reload(w);
    struct proto_message_delete payload = {said};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_DELETE, &payload), PROTO_OK);
    const struct chat_audit_fact *note =
        &chat_turn_decided(&(struct chat_turn){.outcome = &w->outcome}, CHAT_FACT_AUDIT)->audit;
    assert_str(note->act, "message:delete");
    assert_int_equal(note->user, ben.user);
    const struct proto_report_list_result *result = listed(&ada);
    assert_int_equal(result->reports_count, 1);
    assert_true(result->reports[0].message->deleted);
    w->store->fails = ERR_IO;
    struct proto_report_list all = {.limit = 50};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_REPORT_LIST, &all), PROTO_UNAVAILABLE);
    w->store->fails = ERR_OK;
}

static void the_list_has_pages_and_can_be_of_one_room(void **state) {
    (void)state;
    int64_t other = world_room(w, &ada, "Other", true);
    world_put(w, &ben, other, PROTO_MEMBER_ROLE_MEMBER);
    world_send(w, &ben, other, "rude too");
    int64_t second = world_sent(w)->id;
    report(&ada, said);
    report(&ada, second);
    struct proto_report_list payload = {.limit = 1};
    world_do(w, &ada, PROTO_COMMAND_REPORT_LIST, &payload);
    const struct proto_report_list_result *result = w->answer;
    assert_true(result->more);
    assert_int_equal(result->reports[0].message->id, said);
    payload.after = result->reports[0].id;
    world_do(w, &ada, PROTO_COMMAND_REPORT_LIST, &payload);
    result = w->answer;
    assert_false(result->more);
    assert_int_equal(result->reports[0].message->id, second);
    payload = (struct proto_report_list){.room = world_id(other), .limit = 50};
    world_do(w, &ada, PROTO_COMMAND_REPORT_LIST, &payload);
    assert_int_equal(((const struct proto_report_list_result *)w->answer)->reports_count, 1);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_REPORT_LIST, &payload), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_REPORT_LIST, &payload), PROTO_NOT_FOUND);
    assert_int_equal(world_do(w, &boss, PROTO_COMMAND_REPORT_LIST, &payload), PROTO_NOT_FOUND);
}

static void the_audit_log_is_the_admins_and_a_rooms_is_its_moderators(void **state) {
    (void)state;
    struct proto_audit_list all = {.limit = 10}, of_room = {.room = world_id(room), .before = 7};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_AUDIT_LIST, &all), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &boss, PROTO_COMMAND_AUDIT_LIST, &all), PROTO_OK);
    assert_int_equal(w->outcome.read.kind, CHAT_READ_AUDIT);
    assert_int_equal(w->outcome.read.room, 0);
    assert_int_equal(w->outcome.read.user, boss.user);
    assert_int_equal(w->outcome.read.limit, 10);
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_AUDIT_LIST, &of_room), PROTO_OK);
    assert_int_equal(w->outcome.read.room, room);
    assert_int_equal(w->outcome.read.before, 7);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_AUDIT_LIST, &of_room), PROTO_FORBIDDEN);
    assert_int_equal(world_do(w, &boss, PROTO_COMMAND_AUDIT_LIST, &of_room), PROTO_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_private_rooms_reports_are_its_moderators_own),
        TEST(a_public_rooms_reports_are_the_admins_too),
        TEST(a_direct_message_is_shown_to_admins_by_its_people_alone),
        TEST(what_cannot_be_reported),
        TEST(twice_is_once_and_a_deleted_one_comes_as_its_tombstone),
        TEST(the_list_has_pages_and_can_be_of_one_room),
        TEST(the_audit_log_is_the_admins_and_a_rooms_is_its_moderators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
