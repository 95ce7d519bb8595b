/* test_chat_evolve.c: evolve(decide) against a plain model, with commands drawn at random.
 *
 * Goal: whatever people do, in whatever order, with reloads and failed commits between, the state says what the model
 * says. Method: a few people and rooms, so that they meet; every act goes through the world, which applies the facts to the state
 * and to the arrays of fake_chat_port.h; after each act the properties are checked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"
#include "test_random.h"

#include "chat/chat_internal.h"
#include "chat/chat_view.h"
#include "proto/proto_encode.h"

enum { ROOMS_MAX = 24, PEOPLE = 12, NONCES = 40, STEPS = 1500 };

struct play {
    struct world *w;
    struct test_random r;
    struct person people[PEOPLE];
    bool is_connected[PEOPLE];
    int64_t sent[PEOPLE][NONCES]; /* message id by nonce; 0: not used */
};

static size_t below(struct play *p, size_t bound) {
    return test_random_below(&p->r, bound);
}

static bool chance(struct play *p, unsigned percent) {
    return test_random_chance(&p->r, percent);
}

/* A room that exists, or now and then one that does not. */
static int64_t any_room(struct play *p) {
    return 1 + (int64_t)below(p, p->w->store->room_count + (chance(p, 5) ? 1 : 0));
}

/* A room that the person is in, if he is in any. */
static int64_t own_room(struct play *p, size_t who) {
    const struct chat_user *user = chat_user_find(p->w->chat, p->people[who].user);
    if (user == NULL || user->rooms.count == 0)
        return any_room(p);
    return chat_member_room_of(user->rooms.items[below(p, user->rooms.count)]);
}

/* Acts */

static void act_send(struct play *p, size_t who) {
    static const char *const bodies[] = {"hello", "@p1 you", "@room all", "@p2 @p3", "again", " "};
    size_t number = below(p, NONCES);
    char nonce[32];
    snprintf(nonce, sizeof nonce, "nonce-%zu", number);
    struct proto_message_send payload = {
        .room = world_id(chance(p, 70) ? own_room(p, who) : any_room(p)),
        .body = str_of_c(bodies[below(p, TEST_COUNT(bodies))]),
        .nonce = str_of_c(nonce),
        .reply_to = chance(p, 20) ? 1 + (int64_t)below(p, p->w->store->message_count + 1) : 0,
        .thread = chance(p, 20) ? 1 + (int64_t)below(p, p->w->store->message_count + 1) : 0,
        .also_room = chance(p, 30),
    };
    if (world_do(p->w, &p->people[who], PROTO_COMMAND_MESSAGE_SEND, &payload) != PROTO_OK)
        return;
    int64_t id = world_sent(p->w)->id;
    if (p->sent[who][number] == 0)
        p->sent[who][number] = id;
    assert_int_equal(p->sent[who][number], id); /* one message per nonce */
}

static int64_t any_message(struct play *p) {
    return 1 + (int64_t)below(p, p->w->store->message_count + 1);
}

static void act_edit(struct play *p, size_t who) {
    static const char *const bodies[] = {"@p1 or not", "@room", "@p2 @p3 @p4", "nobody"};
    struct proto_message_edit payload = {any_message(p),
                                         str_of_c(bodies[below(p, TEST_COUNT(bodies))])};
    world_do(p->w, &p->people[who], PROTO_COMMAND_MESSAGE_EDIT, &payload);
}

static void act_delete(struct play *p, size_t who) {
    struct proto_message_delete payload = {any_message(p)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_MESSAGE_DELETE, &payload);
}

static void act_react(struct play *p, size_t who) {
    static const char *const emoji[] = {"👍", "🎉", "no"};
    struct proto_message_react payload = {any_message(p), str_of_c(emoji[below(p, 3)]),
                                          chance(p, 60)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_MESSAGE_REACT, &payload);
}

static void act_pin(struct play *p, size_t who) {
    struct proto_message_pin payload = {any_message(p), chance(p, 70)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_MESSAGE_PIN, &payload);
}

static void act_purge(struct play *p, size_t who) {
    const struct chat_command command = {.now_ms = world_wall_ms(p->w), .mono_ms = p->w->mono_ms};
    struct chat_turn turn = {
        .chat = p->w->chat, .command = &command, .outcome = &p->w->outcome, .arena = &p->w->arena};
    world_begin(p->w);
    if (p->people[who].user != 0)
        chat_purge_begin(&turn, chat_room_get(p->w->chat, WORLD_GENERAL), p->people[who].user);
    world_apply(p->w);
}

static void act_create(struct play *p, size_t who) {
    static const char *const names[] = {"News", "Talk", "42", "\u00c9t\u00e9"};
    struct proto_room_create payload = {.name = str_of_c(names[below(p, TEST_COUNT(names))]),
                                        .private = chance(p, 50),
                                        .announcement = chance(p, 20)};
    if (p->w->store->room_count < ROOMS_MAX)
        world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_CREATE, &payload);
}

static void act_join(struct play *p, size_t who) {
    world_join(p->w, &p->people[who], any_room(p));
}

static void act_put(struct play *p, size_t who) {
    int64_t room = 1 + (int64_t)below(p, p->w->store->room_count);
    bool is_dm = fake_find_room(p->w->store, room)->kind == PROTO_ROOM_KIND_DM;
    if (p->people[who].user != 0 && !is_dm)
        world_put(p->w, &p->people[who], room, (enum proto_member_role)(1 + below(p, 3)));
}

/* The acts of those with rights, as commands: often they may not, which the answer says. */

static int64_t anybody(struct play *p) {
    return 1 + (int64_t)below(p, PEOPLE);
}

static void act_invite(struct play *p, size_t who) {
    struct proto_room_invite payload = {world_id(any_room(p)), anybody(p)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_INVITE, &payload);
}

static void act_kick(struct play *p, size_t who) {
    struct proto_room_kick payload = {world_id(any_room(p)), anybody(p),
                                      chance(p, 50) ? STR("out") : STR_NONE};
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_KICK, &payload);
}

static void act_ban(struct play *p, size_t who) {
    struct proto_room_ban payload = {.room = world_id(any_room(p)),
                                     .user = anybody(p),
                                     .on = chance(p, 25),
                                     .reason = chance(p, 50) ? STR("spam") : STR_NONE,
                                     .purge = chance(p, 10)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_BAN, &payload);
}

static void act_mute(struct play *p, size_t who) {
    struct proto_room_mute payload = {
        .room = world_id(any_room(p)),
        .user = anybody(p),
        .on = chance(p, 40),
        .until = chance(p, 50) ? world_wall_ms(p->w) + (int64_t)below(p, 20000) : 0};
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_MUTE, &payload);
}

static void act_role(struct play *p, size_t who) {
    struct proto_room_role payload = {world_id(any_room(p)), anybody(p),
                                      (enum proto_member_role)(1 + below(p, 3))};
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_ROLE, &payload);
}

static void act_archive(struct play *p, size_t who) {
    struct proto_room_archive payload = {world_id(any_room(p)), chance(p, 15)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_ARCHIVE, &payload);
}

static void act_dm(struct play *p, size_t who) {
    int64_t users[3] = {anybody(p), anybody(p), anybody(p)};
    struct proto_dm_open payload = {users, 1 + below(p, 3)};
    if (p->w->store->room_count < ROOMS_MAX)
        world_do(p->w, &p->people[who], PROTO_COMMAND_DM_OPEN, &payload);
}

static void act_block(struct play *p, size_t who) {
    struct proto_user_block payload = {anybody(p), chance(p, 40)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_USER_BLOCK, &payload);
}

static void act_read_all(struct play *p, size_t who) {
    if (world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_READ_ALL, NULL) != PROTO_OK)
        return;
    const struct proto_room_read_all_result *result = p->w->answer;
    struct proto_room_unread payload = {result->marks, result->marks_count};
    if (chance(p, 50)) /* the marks are in memory that the next act takes back */
        return;
    payload.marks = mem_new(result->marks_count + 1, sizeof *payload.marks);
    memcpy(payload.marks, result->marks, result->marks_count * sizeof *payload.marks);
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_UNREAD, &payload);
    free(payload.marks);
}

/* An administrator of the server, now and then. */
static void act_server_role(struct play *p, size_t who) {
    if (p->people[who].user != 0)
        world_set_role(p->w, &p->people[who],
                       chance(p, 20) ? PROTO_USER_ROLE_ADMIN : PROTO_USER_ROLE_MEMBER);
}

static void act_leave(struct play *p, size_t who) {
    struct proto_room_leave payload = {world_id(any_room(p))};
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_LEAVE, &payload);
}

static void act_read(struct play *p, size_t who) {
    struct proto_room_read payload = {world_id(any_room(p)), (int64_t)below(p, 30)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_READ, &payload);
}

static void act_prefs(struct play *p, size_t who) {
    struct proto_room_prefs payload = {.room = world_id(any_room(p)),
                                       .level = (enum proto_level)below(p, 4),
                                       .favorite = chance(p, 50),
                                       .has_favorite = chance(p, 50),
                                       .position = (int64_t)below(p, 9),
                                       .has_position = chance(p, 50)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_PREFS, &payload);
}

static void act_update(struct play *p, size_t who) {
    struct proto_room_update payload = {.room = world_id(any_room(p)),
                                        .topic = chance(p, 50) ? STR("a topic") : STR(""),
                                        .announcement = chance(p, 20),
                                        .has_announcement = chance(p, 30)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_ROOM_UPDATE, &payload);
}

static void act_rename(struct play *p, size_t who) {
    struct proto_user_rename payload = {.display_name = chance(p, 50) ? STR("Somebody") : STR("X"),
                                        .color = chance(p, 50) ? STR("#123456") : STR_NONE};
    world_do(p->w, &p->people[who], PROTO_COMMAND_USER_RENAME, &payload);
}

static void act_status(struct play *p, size_t who) {
    struct proto_user_status payload = {(enum proto_status)(1 + below(p, 3)),
                                        chance(p, 50) ? STR("busy") : STR_NONE};
    world_do(p->w, &p->people[who], PROTO_COMMAND_USER_STATUS, &payload);
}

static void act_type(struct play *p, size_t who) {
    struct proto_typing payload = {world_id(any_room(p)), chance(p, 70)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_TYPING, &payload);
}

static void act_watch(struct play *p, size_t who) {
    int64_t users[4];
    for (size_t i = 0; i < TEST_COUNT(users); i++)
        users[i] = 1 + (int64_t)below(p, PEOPLE);
    struct proto_presence_watch payload = {users, below(p, TEST_COUNT(users) + 1)};
    world_do(p->w, &p->people[who], PROTO_COMMAND_PRESENCE_WATCH, &payload);
}

static void act_come_or_go(struct play *p, size_t who) {
    struct person *person = &p->people[who];
    char name[16];
    snprintf(name, sizeof name, "p%zu", who);
    if (p->is_connected[who])
        world_detach(p->w, person);
    else if (person->user == 0)
        *person = world_guest(p->w, name);
    else
        *person = world_again(p->w, person);
    p->is_connected[who] = !p->is_connected[who];
}

static void act_time(struct play *p, size_t who) {
    (void)who;
    p->w->mono_ms += (int64_t)below(p, 3000);
    world_tick(p->w);
}

/* A batch that fails after it was evolved: the store never hears of it. */
static void act_failed_commit(struct play *p, size_t who) {
    struct proto_message_send payload = {
        .room = world_id(WORLD_GENERAL), .body = STR("lost"), .nonce = STR("nonce-lost")};
    struct chat_command command = {.act = PROTO_COMMAND_MESSAGE_SEND,
                                   .actor = {.session = p->people[who].session},
                                   .payload = &payload,
                                   .now_ms = world_wall_ms(p->w),
                                   .mono_ms = p->w->mono_ms};
    world_begin(p->w);
    if (chat_decide(p->w->chat, &command, &p->w->outcome) != PROTO_OK)
        return;
    for (size_t i = 0; i < p->w->outcome.fact_count; i++) {
        p->w->outcome.facts[i].pos = chat_pos(p->w->chat) + 1;
        chat_evolve(p->w->chat, &p->w->outcome.facts[i]);
    }
    world_reload(p->w);
    world_begin(p->w);
}

static const struct {
    void (*act)(struct play *p, size_t who);
    unsigned weight;
} acts[] = {
    {act_send, 40},       {act_create, 3}, {act_join, 10},         {act_put, 2},
    {act_leave, 6},       {act_read, 10},  {act_prefs, 4},         {act_update, 3},
    {act_rename, 3},      {act_status, 5}, {act_type, 8},          {act_watch, 3},
    {act_come_or_go, 10}, {act_time, 10},  {act_failed_commit, 1}, {act_invite, 12},
    {act_kick, 3},        {act_ban, 6},    {act_mute, 5},          {act_role, 4},
    {act_archive, 2},     {act_dm, 4},     {act_block, 4},         {act_read_all, 3},
    {act_server_role, 1}, {act_edit, 15},  {act_delete, 5},        {act_purge, 1},
    {act_react, 10},      {act_pin, 4},
};

static void act_at_random(struct play *p) {
    unsigned total = 0, at;
    for (size_t i = 0; i < TEST_COUNT(acts); i++)
        total += acts[i].weight;
    at = (unsigned)below(p, total);
    size_t i = 0;
    while (at >= acts[i].weight)
        at -= acts[i++].weight;
    acts[i].act(p, below(p, PEOPLE));
}

/* Properties */

/* The room that an event is about; 0: none. */
static int64_t room_of(const struct world_event *event) {
    switch (event->event) {
    case PROTO_EVENT_MESSAGE_NEW:
        return ((const struct proto_event_message_new *)event->payload)->message->room;
    case PROTO_EVENT_MESSAGE_CHANGED:
        return ((const struct proto_event_message_changed *)event->payload)->message->room;
    case PROTO_EVENT_ROOM_NEW:
        return ((const struct proto_event_room_new *)event->payload)->room->id;
    case PROTO_EVENT_ROOM_CHANGED:
        return ((const struct proto_event_room_changed *)event->payload)->room->id;
    case PROTO_EVENT_ROOM_ME:
        return ((const struct proto_event_room_me *)event->payload)->room;
    case PROTO_EVENT_MEMBER_JOINED:
        return ((const struct proto_event_member_joined *)event->payload)->room;
    case PROTO_EVENT_MEMBER_CHANGED:
        return ((const struct proto_event_member_changed *)event->payload)->room;
    case PROTO_EVENT_MEMBER_LEFT:
        return ((const struct proto_event_member_left *)event->payload)->room;
    case PROTO_EVENT_TYPING:
        return ((const struct proto_event_typing *)event->payload)->room;
    default:
        return 0;
    }
}

static bool is_about_a_room_as_such(enum proto_event event) {
    return event == PROTO_EVENT_ROOM_NEW || event == PROTO_EVENT_ROOM_CHANGED;
}

/* Nobody hears of a room that he is not in, but that a public one is there. A private room's maker hears of it
 * before he is its first member, in the same act. */
static void check_audience(struct play *p, const struct world_event *event) {
    int64_t room = room_of(event);
    if (room == 0)
        return;
    bool is_public = fake_find_room(p->w->store, room)->kind == PROTO_ROOM_KIND_PUBLIC;
    for (size_t i = 0; i < p->w->store->user_count; i++) {
        int64_t user = p->w->store->users[i].id;
        if (!world_reaches(p->w, &event->audience, user))
            continue;
        bool may = fake_find_member(p->w->store, room, user) != NULL ||
                   (is_public && is_about_a_room_as_such(event->event));
        assert_true(may);
    }
}

static void check_events(struct play *p) {
    int64_t last_pos = 0;
    for (size_t i = 0; i < p->w->event_count; i++) {
        const struct world_event *event = &p->w->events[i];
        check_audience(p, event);
        assert_int_equal(event->pos != 0, proto_events[event->event].durable);
        assert_true(event->pos == 0 || event->pos > last_pos);
        last_pos = event->pos != 0 ? event->pos : last_pos;
    }
}

static void check_messages(struct play *p) {
    int64_t last_seq[32] = {0};
    for (size_t i = 0; i < p->w->store->message_count; i++) {
        const struct chat_message_fact *message = &p->w->store->messages[i].fact;
        if (message->thread == 0)
            assert_int_equal(message->seq, ++last_seq[message->room]); /* dense, in order */
        for (size_t j = 0; j < i; j++) {
            const struct chat_message_fact *other = &p->w->store->messages[j].fact;
            assert_false(other->author == message->author &&
                         str_equal(other->nonce, message->nonce));
        }
    }
    for (size_t i = 0; i < p->w->store->room_count; i++) {
        const struct chat_room *room = chat_room_get(p->w->chat, p->w->store->rooms[i].id);
        assert_int_equal(room->last_seq, last_seq[room->id]);
    }
}

static void check_members(struct play *p) {
    for (size_t i = 0; i < p->w->store->member_count; i++) {
        const struct chat_member_fact *model = &p->w->store->members[i];
        const struct chat_member *member = chat_member_get(p->w->chat, model->room, model->user);
        assert_int_equal(member->read_seq, model->read_seq);
        assert_int_equal(member->mentions, model->mentions);
        assert_int_equal(member->role, model->role);
        assert_int_equal(member->level, model->level);
        assert_int_equal(member->favorite, model->favorite);
        assert_int_equal(member->position, model->position);
        struct proto_room_me *me = chat_view_me(p->w->chat, member, &p->w->arena);
        assert_int_equal(me->unread,
                         fake_find_room(p->w->store, model->room)->last_seq - model->read_seq);
    }
}

static void check_status(struct play *p) {
    for (size_t i = 0; i < PEOPLE; i++)
        if (p->is_connected[i])
            assert_true(chat_presence_is_online(chat_user_get(p->w->chat, p->people[i].user)));
}

static void check_sanctions(struct play *p) {
    struct world *w = p->w;
    size_t count = 0;
    for (size_t i = 0; i < w->chat->rooms.count; i++) {
        const struct chat_room *room = w->chat->rooms.items[i];
        count += room->sanctions.count;
        for (size_t j = 0; j < room->members.count; j++)
            assert_false(
                chat_sanction_is_banned(room, chat_member_user_of(room->members.items[j])) &&
                room->kind == PROTO_ROOM_KIND_DM);
    }
    assert_int_equal(count, w->store->sanction_count);
    for (size_t i = 0; i < w->store->sanction_count; i++) {
        const struct chat_sanction_fact *model = &w->store->sanctions[i];
        const struct chat_sanction *sanction =
            chat_sanction_find(chat_room_get(w->chat, model->room), model->user);
        assert_int_equal(sanction->banned, model->banned);
        assert_int_equal(sanction->muted_until_ms, model->muted_until_ms);
    }
    for (size_t i = 0; i < w->store->block_count; i++)
        assert_true(chat_block_has(chat_user_get(w->chat, w->store->blocks[i].user),
                                   w->store->blocks[i].other));
}

/* One direct message for one set of people. */
static void check_dms(struct play *p) {
    const struct chat_roll *rooms = &p->w->chat->rooms;
    for (size_t i = 0; i < rooms->count; i++) {
        const struct chat_room *one = rooms->items[i];
        for (size_t j = 0; j < i && one->kind == PROTO_ROOM_KIND_DM; j++) {
            const struct chat_room *other = rooms->items[j];
            size_t shared = 0;
            if (other->kind != PROTO_ROOM_KIND_DM || other->members.count != one->members.count)
                continue;
            for (size_t k = 0; k < one->members.count; k++)
                shared += chat_member_user_of(one->members.items[k]) ==
                          chat_member_user_of(other->members.items[k]);
            assert_true(shared < one->members.count);
        }
    }
}

/* Everything that anybody can see, as JSON. */
static void dump(struct play *p, struct buf *out) {
    struct world *w = p->w;
    for (size_t i = 0; i < w->chat->users.count; i++) {
        const struct chat_user *user = w->chat->users.items[i];
        proto_encode(&proto_user_shape, chat_view_user_new(w->chat, user, &w->arena), out);
        for (size_t j = 0; j < w->chat->rooms.count; j++)
            proto_encode(&proto_room_shape,
                         chat_view_room_new(w->chat, w->chat->rooms.items[j], user, &w->arena),
                         out);
    }
    for (size_t j = 0; j < w->chat->rooms.count; j++) {
        const struct chat_room *room = w->chat->rooms.items[j];
        for (size_t i = 0; i < room->members.count; i++) {
            struct proto_member member;
            chat_view_member(w->chat, room->members.items[i], &w->arena, &member);
            proto_encode(&proto_member_shape, &member, out);
        }
    }
}

static void check_reload(struct play *p) {
    struct buf before = BUF_EMPTY, after = BUF_EMPTY;
    int64_t pos = chat_pos(p->w->chat);
    dump(p, &before);
    world_reload(p->w);
    dump(p, &after);
    assert_true(before.len > 100);
    assert_str_same(buf_str(&after), buf_str(&before));
    assert_int_equal(chat_pos(p->w->chat), pos);
    buf_deinit(&before);
    buf_deinit(&after);
}

static void random_acts_agree_with_the_model(void **state) {
    (void)state;
    for (uint64_t round = 0; round < 8; round++) {
        struct play *p = MEM_NEW(struct play);
        struct chat_options options = world_options();
        options.presence_crowd = round % 2 == 0 ? 3 : 1000;
        p->w = world_new_with(options);
        p->r = test_random_stream(round);
        for (size_t i = 0; i < PEOPLE; i++)
            act_come_or_go(p, i);
        for (int step = 0; step < STEPS; step++) {
            act_at_random(p);
            check_events(p);
            check_status(p);
            chat_check(p->w->chat);
            if (step % 100 == 99) {
                check_messages(p);
                check_members(p);
                check_sanctions(p);
                check_dms(p);
                check_reload(p);
            }
        }
        assert_true(p->w->store->message_count > 50);
        world_free(p->w);
        free(p);
    }
}

/* The rows of the table */

static void every_kind_of_fact_has_its_event(void **state) {
    (void)state;
    struct world *w = world_new();
    struct person ada = world_guest(w, "Ada"), ben = world_guest(w, "Ben");
    int64_t room = world_room(w, &ada, "News", false);
    bool seen[PROTO_EVENT_COUNT] = {false};
    world_join(w, &ben, room);
    seen[PROTO_EVENT_MEMBER_JOINED] = world_event(w, PROTO_EVENT_MEMBER_JOINED, 0) != NULL;
    world_put(w, &ben, room, PROTO_MEMBER_ROLE_MODERATOR);
    const struct proto_event_member_changed *changed =
        world_heard(w, &ada, PROTO_EVENT_MEMBER_CHANGED);
    assert_int_equal(changed->member->role, PROTO_MEMBER_ROLE_MODERATOR);
    assert_int_equal(changed->pos, chat_pos(w->chat));
    assert_true(seen[PROTO_EVENT_MEMBER_JOINED]);
    world_free(w);
}

static void skip_a_position(void *context) {
    struct world *w = context;
    struct chat_fact fact = {.kind = CHAT_FACT_USER_SEEN, .pos = chat_pos(w->chat) + 2};
    fact.user.id = 1;
    chat_evolve(w->chat, &fact);
}

static void positions_have_no_holes(void **state) {
    (void)state;
    struct world *w = world_new();
    (void)world_guest(w, "Ada");
    assert_aborts(skip_a_position, w);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_acts_agree_with_the_model),
        cmocka_unit_test(every_kind_of_fact_has_its_event),
        cmocka_unit_test(positions_have_no_holes),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
