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
    {CHAT_RIGHT_INVITE, PUBLIC, "fooofo"},
    {CHAT_RIGHT_INVITE, PRIVATE, "nooono"},
    {CHAT_RIGHT_INVITE, DM, "nfffnf"},
    {CHAT_RIGHT_INVITE, ARCHIVED, "ffffff"},
    {CHAT_RIGHT_INVITE, ANNOUNCING, "fooofo"},
    {CHAT_RIGHT_KICK, PUBLIC, "ffoofo"},
    {CHAT_RIGHT_KICK, PRIVATE, "nfoono"},
    {CHAT_RIGHT_KICK, DM, "nfffnf"},
    {CHAT_RIGHT_KICK, ARCHIVED, "ffoofo"},
    {CHAT_RIGHT_KICK, ANNOUNCING, "ffoofo"},
    {CHAT_RIGHT_BAN, PUBLIC, "ffoofo"},
    {CHAT_RIGHT_BAN, PRIVATE, "nfoono"},
    {CHAT_RIGHT_BAN, DM, "nfffnf"},
    {CHAT_RIGHT_BAN, ARCHIVED, "ffoofo"},
    {CHAT_RIGHT_BAN, ANNOUNCING, "ffoofo"},
    {CHAT_RIGHT_MUTE, PUBLIC, "ffoofo"},
    {CHAT_RIGHT_MUTE, PRIVATE, "nfoono"},
    {CHAT_RIGHT_MUTE, DM, "nfffnf"},
    {CHAT_RIGHT_MUTE, ARCHIVED, "ffoofo"},
    {CHAT_RIGHT_MUTE, ANNOUNCING, "ffoofo"},
    {CHAT_RIGHT_ROLE, PUBLIC, "fffofo"},
    {CHAT_RIGHT_ROLE, PRIVATE, "nffono"},
    {CHAT_RIGHT_ROLE, DM, "nfffnf"},
    {CHAT_RIGHT_ROLE, ARCHIVED, "fffofo"},
    {CHAT_RIGHT_ROLE, ANNOUNCING, "fffofo"},
    {CHAT_RIGHT_STEP_DOWN, PUBLIC, "ffoofo"},
    {CHAT_RIGHT_STEP_DOWN, PRIVATE, "nfoono"},
    {CHAT_RIGHT_STEP_DOWN, DM, "nfffnf"},
    {CHAT_RIGHT_STEP_DOWN, ARCHIVED, "ffoofo"},
    {CHAT_RIGHT_STEP_DOWN, ANNOUNCING, "ffoofo"},
    {CHAT_RIGHT_ARCHIVE, PUBLIC, "fffofo"},
    {CHAT_RIGHT_ARCHIVE, PRIVATE, "nffono"},
    {CHAT_RIGHT_ARCHIVE, DM, "nfffnf"},
    {CHAT_RIGHT_ARCHIVE, ARCHIVED, "fffofo"},
    {CHAT_RIGHT_ARCHIVE, ANNOUNCING, "fffofo"},
    {CHAT_RIGHT_MODERATE, PUBLIC, "ffoofo"},
    {CHAT_RIGHT_MODERATE, PRIVATE, "nfoono"},
    {CHAT_RIGHT_MODERATE, DM, "nfffnf"},
    {CHAT_RIGHT_MODERATE, ARCHIVED, "ffoofo"},
    {CHAT_RIGHT_MODERATE, ANNOUNCING, "ffoofo"},
    {CHAT_RIGHT_INVITES, PUBLIC, "ffoofo"},
    {CHAT_RIGHT_INVITES, PRIVATE, "nfoono"},
    {CHAT_RIGHT_INVITES, DM, "nfffnf"},
    {CHAT_RIGHT_INVITES, ARCHIVED, "ffoofo"},
    {CHAT_RIGHT_INVITES, ANNOUNCING, "ffoofo"},
    {CHAT_RIGHT_REACT, PUBLIC, "fooofo"},
    {CHAT_RIGHT_REACT, PRIVATE, "nooono"},
    {CHAT_RIGHT_REACT, DM, "nooono"},
    {CHAT_RIGHT_REACT, ARCHIVED, "ffffff"},
    {CHAT_RIGHT_REACT, ANNOUNCING, "fooofo"},
    {CHAT_RIGHT_EDIT, PUBLIC, "fooofo"},
    {CHAT_RIGHT_EDIT, PRIVATE, "nooono"},
    {CHAT_RIGHT_EDIT, DM, "nooono"},
    {CHAT_RIGHT_EDIT, ARCHIVED, "ffffff"},
    {CHAT_RIGHT_EDIT, ANNOUNCING, "fooofo"},
    {CHAT_RIGHT_RETRACT, PUBLIC, "fooofo"},
    {CHAT_RIGHT_RETRACT, PRIVATE, "nooono"},
    {CHAT_RIGHT_RETRACT, DM, "nooono"},
    {CHAT_RIGHT_RETRACT, ARCHIVED, "ffffff"},
    {CHAT_RIGHT_RETRACT, ANNOUNCING, "fooofo"},
    {CHAT_RIGHT_PIN, PUBLIC, "ffoofo"},
    {CHAT_RIGHT_PIN, PRIVATE, "nfoono"},
    {CHAT_RIGHT_PIN, DM, "nooono"},
    {CHAT_RIGHT_PIN, ARCHIVED, "ffffff"},
    {CHAT_RIGHT_PIN, ANNOUNCING, "ffoofo"},
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
            enum proto_error error = chat_policy_check(
                w->chat, chat_user_get(w->chat, people[who].user),
                chat_room_get(w->chat, rooms[rows[i].kind]), rows[i].right, &sentence);
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
    world_set_role(w, &eve, PROTO_USER_ROLE_ADMIN); /* the server's admins may not see it either */
    int64_t room = world_room(w, &ada, "Secret", true);
    char slug[32];
    snprintf(slug, sizeof slug, "secret--%lld", (long long)room);
    assert_non_null(chat_room_find_slug(w->chat, str_of_c(slug)));
    for (int i = 0; i < 2; i++) {
        struct proto_room_ref ref = i == 0 ? world_id(room) : world_slug(slug);
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
            {PROTO_COMMAND_ROOM_INVITE, &(struct proto_room_invite){ref, eve.user},
             &(struct proto_room_invite){none, eve.user}},
            {PROTO_COMMAND_ROOM_KICK, &(struct proto_room_kick){ref, ada.user, STR_NONE},
             &(struct proto_room_kick){none, ada.user, STR_NONE}},
            {PROTO_COMMAND_ROOM_BAN, &(struct proto_room_ban){.room = ref, .user = ada.user},
             &(struct proto_room_ban){.room = none, .user = ada.user}},
            {PROTO_COMMAND_ROOM_BANS, &(struct proto_room_bans){.room = ref},
             &(struct proto_room_bans){.room = none}},
            {PROTO_COMMAND_ROOM_MUTE, &(struct proto_room_mute){.room = ref, .user = ada.user},
             &(struct proto_room_mute){.room = none, .user = ada.user}},
            {PROTO_COMMAND_ROOM_ROLE,
             &(struct proto_room_role){ref, ada.user, PROTO_MEMBER_ROLE_MEMBER},
             &(struct proto_room_role){none, ada.user, PROTO_MEMBER_ROLE_MEMBER}},
            {PROTO_COMMAND_ROOM_ARCHIVE, &(struct proto_room_archive){ref, true},
             &(struct proto_room_archive){none, true}},
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

/* What the room holds against a person comes on top of the table. */
static void the_banned_stay_out_and_the_muted_are_silent(void **state) {
    (void)state;
    struct person ada = world_guest(w, "Ada"), eve = world_guest(w, "Eve");
    int64_t room = world_room(w, &ada, "News", false);
    world_join(w, &eve, room);
    struct chat_sanction_fact fact = {
        .room = room, .user = eve.user, .muted_until_ms = world_wall_ms(w) + 1000};
    world_fact(w, (struct chat_fact){.kind = CHAT_FACT_SANCTION, .sanction = fact});
    for (enum chat_right right = 0; right < CHAT_RIGHT_COUNT; right++) {
        struct chat_policy_line line;
        struct str sentence;
        assert_true(chat_policy_line(right, &line));
        if (!line.needs_voice)
            continue;
        assert_int_equal(chat_policy_check(w->chat, chat_user_get(w->chat, eve.user),
                                           chat_room_get(w->chat, room), right, &sentence),
                         PROTO_FORBIDDEN);
    }
    assert_int_equal(world_send(w, &eve, room, "hello?"), PROTO_FORBIDDEN);
    w->mono_ms += 1000; /* until then, and not a millisecond longer */
    assert_int_equal(world_send(w, &eve, room, "hello!"), PROTO_OK);
    fact.banned = true;
    world_fact(w, (struct chat_fact){.kind = CHAT_FACT_SANCTION, .sanction = fact});
    assert_int_equal(world_join(w, &eve, room), PROTO_OK); /* who is in is in */
    world_do(w, &eve, PROTO_COMMAND_ROOM_LEAVE, &(struct proto_room_leave){world_id(room)});
    assert_int_equal(world_join(w, &eve, room), PROTO_FORBIDDEN);
}

/* Who may act on whom: one row for the actor, one letter for each target, in this order: member, moderator, owner of the room,
 * the server's admin, its owner. o: ranks above, -: does not. */
static void nobody_acts_on_his_equal_or_above(void **state) {
    (void)state;
    static const char *const names[] = {"member", "moderator", "owner", "admins", "chief"};
    static const char *const rows_of[] = {"o----", "oo---", "ooo--", "oooo-", "ooooo"};
    static const enum proto_member_role roles[] = {
        PROTO_MEMBER_ROLE_MEMBER, PROTO_MEMBER_ROLE_MODERATOR, PROTO_MEMBER_ROLE_OWNER,
        PROTO_MEMBER_ROLE_MEMBER, PROTO_MEMBER_ROLE_MEMBER};
    struct person maker = world_guest(w, "maker"), people[5], twins[5];
    char name[16];
    int64_t room = world_room(w, &maker, "News", false);
    for (int i = 0; i < 5; i++) {
        people[i] = world_guest(w, names[i]);
        snprintf(name, sizeof name, "twin%d", i);
        twins[i] = world_guest(w, name);
        world_put(w, &people[i], room, roles[i]);
        world_put(w, &twins[i], room, roles[i]);
    }
    for (int i = 3; i < 5; i++) {
        world_set_role(w, &people[i], i == 3 ? PROTO_USER_ROLE_ADMIN : PROTO_USER_ROLE_OWNER);
        world_set_role(w, &twins[i], i == 3 ? PROTO_USER_ROLE_ADMIN : PROTO_USER_ROLE_OWNER);
    }
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 5; j++) {
            const struct chat_member *actor = chat_member_get(w->chat, room, people[i].user);
            const struct chat_member *target = chat_member_get(w->chat, room, people[j].user);
            assert_int_equal(chat_policy_outranks(actor, target), rows_of[i][j] == 'o');
            target = chat_member_get(w->chat, room, twins[j].user);
            assert_int_equal(chat_policy_outranks(actor, target), i != j && rows_of[i][j] == 'o');
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
        TEST(the_banned_stay_out_and_the_muted_are_silent),
        TEST(nobody_acts_on_his_equal_or_above),
        TEST(moderators_are_those_of_the_room_and_admins_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
