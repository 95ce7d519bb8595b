/* test_chat_policy.c: who may do what, row by row.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "chat/chat_policy.h"

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

enum kind { PUBLIC, PRIVATE, DM, ARCHIVED, ANNOUNCING, KIND_COUNT };
enum who { OUTSIDER, MEMBER, MODERATOR, OWNER, ADMIN_OUTSIDE, ADMIN_INSIDE, WHO_COUNT };

/* o: may, f: forbidden, n: not found. In the order of enum who:
 * outsider, member, moderator, owner, server admin outside, server admin inside. A DM has neither moderators nor owners:
 * those columns are members there. */
static const struct {
    enum chat_right right;
    enum kind kind;
    const char *answers;
} rows[] = {
    {CHAT_RIGHT_SEE, PUBLIC, "oooooo"},
    {CHAT_RIGHT_SEE, PRIVATE, "nooono"},
    {CHAT_RIGHT_SEE, DM, "nooono"},
    {CHAT_RIGHT_SEE, ARCHIVED, "oooooo"},
    {CHAT_RIGHT_SEE, ANNOUNCING, "oooooo"},
    {CHAT_RIGHT_JOIN, PUBLIC, "oooooo"},
    {CHAT_RIGHT_JOIN, PRIVATE, "nooono"},
    {CHAT_RIGHT_JOIN, DM, "nooono"},
    {CHAT_RIGHT_JOIN, ARCHIVED, "fooofo"},
    {CHAT_RIGHT_JOIN, ANNOUNCING, "oooooo"},
    {CHAT_RIGHT_READ, PUBLIC, "fooofo"},
    {CHAT_RIGHT_READ, PRIVATE, "nooono"},
    {CHAT_RIGHT_READ, DM, "nooono"},
    {CHAT_RIGHT_READ, ARCHIVED, "fooofo"},
    {CHAT_RIGHT_READ, ANNOUNCING, "fooofo"},
    {CHAT_RIGHT_MARK, PUBLIC, "fooofo"},
    {CHAT_RIGHT_MARK, PRIVATE, "nooono"},
    {CHAT_RIGHT_MARK, DM, "nooono"},
    {CHAT_RIGHT_MARK, ARCHIVED, "fooofo"},
    {CHAT_RIGHT_MARK, ANNOUNCING, "fooofo"},
    {CHAT_RIGHT_SEND, PUBLIC, "fooofo"},
    {CHAT_RIGHT_SEND, PRIVATE, "nooono"},
    {CHAT_RIGHT_SEND, DM, "nooono"},
    {CHAT_RIGHT_SEND, ARCHIVED, "ffffff"},
    {CHAT_RIGHT_SEND, ANNOUNCING, "ffoofo"},
    {CHAT_RIGHT_CHANGE, PUBLIC, "fooofo"},
    {CHAT_RIGHT_CHANGE, PRIVATE, "nooono"},
    {CHAT_RIGHT_CHANGE, DM, "nooono"},
    {CHAT_RIGHT_CHANGE, ARCHIVED, "ffffff"},
    {CHAT_RIGHT_CHANGE, ANNOUNCING, "fooofo"},
    {CHAT_RIGHT_DELETE, PUBLIC, "ffoofo"},
    {CHAT_RIGHT_DELETE, PRIVATE, "nfoono"},
    {CHAT_RIGHT_DELETE, DM, "nfffnf"},
    {CHAT_RIGHT_DELETE, ARCHIVED, "ffffff"},
    {CHAT_RIGHT_DELETE, ANNOUNCING, "ffoofo"},
    {CHAT_RIGHT_LEAVE, PUBLIC, "fooofo"},
    {CHAT_RIGHT_LEAVE, PRIVATE, "nooono"},
    {CHAT_RIGHT_LEAVE, DM, "nfffnf"},
    {CHAT_RIGHT_LEAVE, ARCHIVED, "fooofo"},
    {CHAT_RIGHT_LEAVE, ANNOUNCING, "fooofo"},
    {CHAT_RIGHT_UPDATE, PUBLIC, "ffoofo"},
    {CHAT_RIGHT_UPDATE, PRIVATE, "nfoono"},
    {CHAT_RIGHT_UPDATE, DM, "nfffnf"},
    {CHAT_RIGHT_UPDATE, ARCHIVED, "ffffff"},
    {CHAT_RIGHT_UPDATE, ANNOUNCING, "ffoofo"},
};

static int64_t make_room(enum kind kind, const struct person *people) {
    if (kind == DM) {
        int64_t dm = world_dm(w, &people[MEMBER], &people[ADMIN_INSIDE]);
        world_put(w, &people[MODERATOR], dm, PROTO_MEMBER_ROLE_MEMBER);
        world_put(w, &people[OWNER], dm, PROTO_MEMBER_ROLE_MEMBER);
        return dm;
    }
    int64_t room = world_room(w, &people[OWNER], "Room", kind == PRIVATE);
    world_put(w, &people[MEMBER], room, PROTO_MEMBER_ROLE_MEMBER);
    world_put(w, &people[MODERATOR], room, PROTO_MEMBER_ROLE_MODERATOR);
    world_put(w, &people[ADMIN_INSIDE], room, PROTO_MEMBER_ROLE_MEMBER);
    struct chat_room_fact fact = world_room_fact(w, room);
    fact.archived = kind == ARCHIVED;
    fact.announcement = kind == ANNOUNCING;
    world_set_room(w, fact);
    return room;
}

static char answer_of(enum proto_error error) {
    return error == PROTO_OK ? 'o' : error == PROTO_FORBIDDEN ? 'f' : 'n';
}

static void the_table_holds_row_by_row(void **state) {
    (void)state;
    static const char *const names[WHO_COUNT] = {"outsider", "member", "moderator",
                                                 "owner",    "boss",   "chief"};
    struct person people[WHO_COUNT];
    for (int who = 0; who < WHO_COUNT; who++)
        people[who] = world_guest(w, names[who]);
    world_set_role(w, &people[ADMIN_OUTSIDE], PROTO_USER_ROLE_ADMIN);
    world_set_role(w, &people[ADMIN_INSIDE], PROTO_USER_ROLE_OWNER);
    int64_t rooms[KIND_COUNT];
    for (int kind = 0; kind < KIND_COUNT; kind++)
        rooms[kind] = make_room((enum kind)kind, people);
    assert_int_equal(TEST_COUNT(rows), CHAT_RIGHT_COUNT * KIND_COUNT);
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        for (int who = 0; who < WHO_COUNT; who++) {
            struct str sentence = STR_NONE;
            enum proto_error error = chat_policy_check(chat_user_get(w->chat, people[who].user),
                                                       chat_room_get(w->chat, rooms[rows[i].kind]),
                                                       rows[i].right, &sentence);
            if (answer_of(error) != rows[i].answers[who])
                print_error("row %zu, %s\n", i, names[who]);
            assert_int_equal(answer_of(error), rows[i].answers[who]);
            assert_int_equal(sentence.len > 0, error != PROTO_OK);
        }
}

/* What one may not see answers as what is not there: to the last letter, for every command that names a room. */
static void an_invisible_room_is_no_room(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), eve = world_guest(w, "Eve");
    int64_t room = world_room(w, &ada, "Secret", true);
    for (int i = 0; i < 2; i++) {
        struct proto_room_ref ref = i == 0 ? world_id(room) : world_slug("secret");
        struct proto_room_ref none = i == 0 ? world_id(999) : world_slug("nothing");
        const struct {
            int command;
            const void *hidden, *missing;
        } commands[] = {
            {PROTO_COMMAND_ROOM_JOIN, &(struct proto_room_join){ref},
             &(struct proto_room_join){none}},
            {PROTO_COMMAND_ROOM_LEAVE, &(struct proto_room_leave){ref},
             &(struct proto_room_leave){none}},
            {PROTO_COMMAND_ROOM_UPDATE, &(struct proto_room_update){.room = ref, .name = STR("x")},
             &(struct proto_room_update){.room = none, .name = STR("x")}},
            {PROTO_COMMAND_ROOM_MEMBERS, &(struct proto_room_members){.room = ref, .limit = 50},
             &(struct proto_room_members){.room = none, .limit = 50}},
            {PROTO_COMMAND_ROOM_READ, &(struct proto_room_read){.room = ref, .seq = 1},
             &(struct proto_room_read){.room = none, .seq = 1}},
            {PROTO_COMMAND_ROOM_PREFS, &(struct proto_room_prefs){.room = ref},
             &(struct proto_room_prefs){.room = none}},
            {PROTO_COMMAND_MESSAGE_SEND,
             &(struct proto_message_send){.room = ref, .body = STR("x"), .nonce = STR("nonce-eve")},
             &(struct proto_message_send){
                 .room = none, .body = STR("x"), .nonce = STR("nonce-eve")}},
            {PROTO_COMMAND_MESSAGE_HISTORY, &(struct proto_message_history){.room = ref},
             &(struct proto_message_history){.room = none}},
            {PROTO_COMMAND_TYPING, &(struct proto_typing){ref, true},
             &(struct proto_typing){none, true}},
        };
        for (size_t j = 0; j < TEST_COUNT(commands); j++) {
            assert_int_equal(world_do(w, &eve, commands[j].command, commands[j].missing),
                             PROTO_NOT_FOUND);
            struct proto_error_body missing = w->outcome.error;
            assert_int_equal(world_do(w, &eve, commands[j].command, commands[j].hidden),
                             PROTO_NOT_FOUND);
            assert_str_same(w->outcome.error.message, missing.message);
            assert_str_same(w->outcome.error.field, missing.field);
            assert_int_equal(w->event_count, 0);
        }
    }
}

static void moderators_are_those_of_the_room_and_admins_in_it(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), ben = world_guest(w, "Ben");
    int64_t room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    assert_true(chat_policy_is_moderator(chat_member_get(w->chat, room, ada.user)));
    assert_false(chat_policy_is_moderator(chat_member_get(w->chat, room, ben.user)));
    world_set_role(w, &ben, PROTO_USER_ROLE_ADMIN);
    assert_true(chat_policy_is_moderator(chat_member_get(w->chat, room, ben.user)));
    int64_t dm = world_dm(w, &ada, &ben);
    assert_false(chat_policy_is_moderator(chat_member_get(w->chat, dm, ben.user)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_table_holds_row_by_row),
        TEST(an_invisible_room_is_no_room),
        TEST(moderators_are_those_of_the_room_and_admins_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
