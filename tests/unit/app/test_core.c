/* test_core.c: the one thread that owns the chat, on a real store.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "app/core_batch.h"
#include "base/limits.h"
#include "core_fixture.h"
#include "store/store_pages.h"

#include <malloc.h>
#include <poll.h>

#define HELLO(nonce) "{\"room\":\"general\",\"body\":\"hello\",\"nonce\":\"" nonce "\"}"

/* Attaches a guest; returns his session. */
static chat_session_id come(struct core_fixture *f, const char *name, uint64_t key) {
    struct core_answer answer;
    core_submit(f->core, core_attach(&answer, name, key));
    assert_int_equal(core_answer_wait(&answer), PROTO_OK);
    chat_session_id session = answer.session;
    core_answer_deinit(&answer);
    return session;
}

static void submit(struct core_fixture *f, struct core_answer *answer, int command,
                   chat_session_id session, const char *json) {
    core_submit(f->core, core_command(answer, command, session, json));
}

/* Asks and waits; the answer's JSON must hold `part`. */
static void assert_answer(struct core_fixture *f, int command, chat_session_id session,
                          const char *json, enum proto_error error, const char *part) {
    struct core_answer answer;
    submit(f, &answer, command, session, json);
    assert_int_equal(core_answer_wait(&answer), error);
    if (strstr(buf_c(&answer.json), part) == NULL)
        fail_msg("wanted %s in %s", part, buf_c(&answer.json));
    core_answer_deinit(&answer);
}

static void an_empty_store_has_one_room_and_everybody_is_in_it(void **state) {
    struct core_fixture *f = *state;
    struct core_answer answer;
    core_submit(f->core, core_attach(&answer, "ada", 1));
    assert_int_equal(core_answer_wait(&answer), PROTO_OK);
    assert_non_null(strstr(buf_c(&answer.json), "\"slug\":\"general\""));
    assert_non_null(strstr(buf_c(&answer.json), "\"token\":\"ply_s_token\""));
    assert_true(str_ends_with(buf_str(&answer.json), STR(",\"resumed\":false}")));
    assert_true(core_is_ready(f->core));
    core_answer_deinit(&answer);
}

/* Goal: whoever is in as many rooms as there may be, each with a long newest message, can still come in: his `ready` must fit
 * into an outbox. Method: a thousand rooms, then a second connection of the same guest. */
static void who_is_in_a_thousand_rooms_can_still_connect(void **state) {
    struct core_fixture *f = *state;
    struct core_answer answer;
    struct buf body = BUF_EMPTY, json = BUF_EMPTY;
    chat_session_id ada = come(f, "ada", 1);
    for (int i = 0; i < 300; i++)
        buf_append_c(&body, "日");
    for (int i = 1; i < PROTO_LIMIT_ROOMS_PER_USER; i++) {
        buf_clear(&json);
        buf_printf(&json, "{\"name\":\"Room %d\"}", i);
        assert_answer(f, PROTO_COMMAND_ROOM_CREATE, ada, buf_c(&json), PROTO_OK, "");
        buf_clear(&json);
        buf_printf(&json, "{\"room\":\"room-%d\",\"body\":\"%s\",\"nonce\":\"nonce-%04d\"}", i,
                   buf_c(&body), i);
        assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, buf_c(&json), PROTO_OK, "");
    }
    struct chat_request *request = core_attach(&answer, "ada", 2);
    struct chat_attach *attach = (struct chat_attach *)(void *)request->command.payload;
    attach->has_token = true;
    memcpy(attach->token_hash, "ada", 3);
    core_submit(f->core, request);
    assert_int_equal(core_answer_wait(&answer), PROTO_OK);
    assert_non_null(strstr(buf_c(&answer.json), "\"slug\":\"room-999\""));
    assert_in_range(answer.json.len, 1, CONN_OUTBOX_BYTES_MAX * 3 / 4);
    core_answer_deinit(&answer);
    buf_deinit(&body);
    buf_deinit(&json);
}

static void what_was_acked_is_there_after_a_restart(void **state) {
    struct core_fixture *f = *state;
    chat_session_id ada = come(f, "ada", 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_OK, "\"seq\":1");
    core_fixture_close(f);
    core_fixture_open(f);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_OK, "\"seq\":1");
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-02"), PROTO_OK, "\"seq\":2");
    assert_answer(f, PROTO_COMMAND_MESSAGE_HISTORY, ada, "{\"room\":\"general\"}", PROTO_OK,
                  "\"has_before\":false,\"has_after\":false}");
}

/* Goal: nothing is acked that is not on disk. Method: the commit is held up; no answer may come before it is let go. */
static void an_answer_waits_for_its_commit(void **state) {
    struct core_fixture *f = *state;
    struct core_answer answer;
    chat_session_id ada = come(f, "ada", 1);
    core_fixture_hold(f);
    submit(f, &answer, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"));
    core_fixture_await_commit(f);
    assert_false(answer.is_there);
    core_fixture_let_go(f);
    assert_int_equal(core_answer_wait(&answer), PROTO_OK);
    core_answer_deinit(&answer);
}

/* A core that hangs, here in a commit, is known by its beats; one without work beats by itself. */
static void a_core_that_goes_on_beats(void **state) {
    struct core_fixture *f = *state;
    struct core_answer answer;
    chat_session_id ada = come(f, "ada", 1);
    core_fixture_hold(f);
    submit(f, &answer, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"));
    core_fixture_await_commit(f);
    uint64_t beats = core_beats(f->core);
    (void)poll(NULL, 0, 1200); /* longer than housekeeping would need */
    assert_int_equal(core_beats(f->core), beats);
    core_fixture_let_go(f);
    assert_int_equal(core_answer_wait(&answer), PROTO_OK);
    core_answer_deinit(&answer);
    beats = core_beats(f->core) + 1; /* that of the batch may still come */
    for (int i = 0; i < FIXTURE_WAIT_MS / 10 && core_beats(f->core) <= beats; i++)
        (void)poll(NULL, 0, 10);
    assert_true(core_beats(f->core) > beats);
}

/* While one batch is on its way to the disk the next gathers: a hundred commands, one commit. */
static void what_gathers_during_a_commit_shares_the_next(void **state) {
    struct core_fixture *f = *state;
    enum { COMMANDS = 100 };
    struct core_answer first, answers[COMMANDS];
    chat_session_id ada = come(f, "ada", 1);
    core_fixture_hold(f);
    submit(f, &first, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"));
    core_fixture_await_commit(f);
    unsigned before = f->commits;
    for (int i = 0; i < COMMANDS; i++) {
        char json[128];
        (void)snprintf(json, sizeof json, HELLO("gathered-%d"), i);
        submit(f, &answers[i], PROTO_COMMAND_MESSAGE_SEND, ada, json);
    }
    core_fixture_let_go(f);
    for (int i = 0; i < COMMANDS; i++) {
        char seq[32];
        (void)snprintf(seq, sizeof seq, "\"seq\":%d,", i + 2);
        assert_int_equal(core_answer_wait(&answers[i]), PROTO_OK);
        assert_non_null(strstr(buf_c(&answers[i].json), seq));
        core_answer_deinit(&answers[i]);
    }
    assert_int_equal(f->commits, before + 1);
    core_answer_deinit(&first);
}

static void a_batch_that_fails_has_not_happened(void **state) {
    struct core_fixture *f = *state;
    chat_session_id ada = come(f, "ada", 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_OK, "\"seq\":1");
    atomic_store(&f->bad_commits, 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-02"), PROTO_UNAVAILABLE,
                  "\"code\":\"unavailable\"");
    assert_false(core_is_ready(f->core));
    assert_answer(f, PROTO_COMMAND_ROOM_LIST, ada, "{}", PROTO_OK,
                  "\"last_seq\":1"); /* reading goes on */
    assert_answer(f, PROTO_COMMAND_MESSAGE_HISTORY, ada, "{\"room\":\"general\"}", PROTO_OK,
                  "\"seq\":1,");
}

static uint64_t counted(const struct histogram *histogram) {
    struct histogram_figures figures;
    uint64_t count = 0;
    histogram_read(histogram, &figures);
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
        count += figures.buckets[i];
    return count;
}

static void what_was_committed_is_counted_and_what_failed_is_not(void **state) {
    struct core_fixture *f = *state;
    const struct core_counters *counters = core_counters(f->core);
    chat_session_id ada = come(f, "ada", 1);
    assert_int_equal(counter_read(&counters->users), 1);
    assert_int_equal(counter_read(&counters->rooms), 1);
    uint64_t facts = counter_read(&counters->facts), commits = counted(&counters->commit_ns);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_OK, "\"seq\":1");
    assert_int_equal(counter_read(&counters->messages), 1);
    assert_true(counter_read(&counters->facts) > facts);
    assert_int_equal(counted(&counters->commit_ns), commits + 1);
    atomic_store(&f->bad_commits, 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-02"), PROTO_UNAVAILABLE, "");
    assert_int_equal(counter_read(&counters->messages), 1);
    assert_int_equal(counter_read(&counters->failed), 1);
    uint64_t batches = counted(&counters->batch_count);
    assert_answer(f, PROTO_COMMAND_ROOM_LIST, ada, "{}", PROTO_OK, "");
    assert_int_equal(counted(&counters->batch_count), batches + 1);
}

/* And is ready again although nobody writes: a balancer that looks at /readyz sends nobody until then. */
static void writing_returns_by_itself(void **state) {
    struct core_fixture *f = *state;
    chat_session_id ada = come(f, "ada", 1);
    atomic_store(&f->bad_commits, 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_UNAVAILABLE, "");
    FIXTURE_WAIT(core_is_ready(f->core));
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_OK, "\"seq\":1");
}

/* Whether its commit failed, or it was refused while no other was tried. */
static void a_refused_message_starts_no_pause_of_slow_mode(void **state) {
    struct core_fixture *f = *state;
    static const char said[] = "{\"room\":\"news\",\"body\":\"x\",\"nonce\":\"nonce-02\"}";
    static const char again[] = "{\"room\":\"news\",\"body\":\"x\",\"nonce\":\"nonce-03\"}";
    chat_session_id ada = come(f, "ada", 1), ben = come(f, "ben", 2);
    assert_answer(f, PROTO_COMMAND_ROOM_CREATE, ada, "{\"name\":\"News\"}", PROTO_OK, "");
    assert_answer(f, PROTO_COMMAND_ROOM_UPDATE, ada, "{\"room\":\"news\",\"slow_mode_s\":600}",
                  PROTO_OK, "\"slow_mode_s\":600");
    assert_answer(f, PROTO_COMMAND_ROOM_JOIN, ben, "{\"room\":\"news\"}", PROTO_OK, "");
    atomic_store(&f->bad_recoveries, 1);
    atomic_store(&f->bad_commits, 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ben, said, PROTO_UNAVAILABLE, "");
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ben, said, PROTO_UNAVAILABLE, "");
    FIXTURE_WAIT(core_is_ready(f->core));
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ben, said, PROTO_OK, "\"seq\":1");
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ben, again, PROTO_RATE_LIMITED, "");
}

/* Each try to come back may fail as well; nothing is acked until one did not. */
static void writing_waits_until_the_journal_has_recovered(void **state) {
    struct core_fixture *f = *state;
    chat_session_id ada = come(f, "ada", 1);
    atomic_store(&f->bad_recoveries, 2);
    atomic_store(&f->bad_commits, 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_UNAVAILABLE, "");
    while (atomic_load(&f->bad_recoveries) > 0) {
        unsigned commits = f->commits;
        assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_UNAVAILABLE, "");
        assert_int_equal(f->commits, commits);
        assert_false(core_is_ready(f->core));
        usleep(1000);
    }
    FIXTURE_WAIT(core_is_ready(f->core));
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_OK, "\"seq\":1");
}

/* The disk cannot be read either: the state that there is serves on, and only the log's end is kept from everybody, since what
 * the failed batch called so will be something else. */
static void reading_goes_on_when_the_state_cannot_be_loaded(void **state) {
    struct core_fixture *f = *state;
    struct core_answer answer;
    chat_session_id ada = come(f, "ada", 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_OK, "\"seq\":1");
    atomic_store(&f->bad_recoveries, 1);
    atomic_store(&f->bad_loads, 2);
    atomic_store(&f->bad_commits, 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-02"), PROTO_UNAVAILABLE, "");
    assert_answer(f, PROTO_COMMAND_ROOM_LIST, ada, "{}", PROTO_OK, "\"slug\":\"general\"");
    assert_answer(f, PROTO_COMMAND_MESSAGE_HISTORY, ada, "{\"room\":\"general\"}", PROTO_OK,
                  "\"seq\":1,");
    assert_answer(f, PROTO_COMMAND_SYNC, ada, "{\"pos\":0}", PROTO_UNAVAILABLE, "");
    core_submit(f->core, core_attach(&answer, "ben", 2));
    assert_int_equal(core_answer_wait(&answer), PROTO_UNAVAILABLE);
    core_answer_deinit(&answer);
    FIXTURE_WAIT(core_is_ready(f->core));
    assert_int_equal(atomic_load(&f->bad_loads), 0);
    assert_answer(f, PROTO_COMMAND_SYNC, ada, "{\"pos\":0}", PROTO_OK, "");
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-02"), PROTO_OK, "\"seq\":2");
}

/* The commit reached the disk and its success did not reach us: nobody was told of what it holds, so whoever listens must come
 * back and read it from the log. */
static void after_a_commit_whose_outcome_was_lost_everybody_comes_back(void **state) {
    struct core_fixture *f = *state;
    struct sio_peer peer;
    chat_session_id ada = come(f, "ada", 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_OK, "\"seq\":1");
    (void)gateway_join(f->gateways, &peer, 0, GATEWAY_PERSON(7, 1));
    atomic_store(&f->lost_commits, 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-02"), PROTO_UNAVAILABLE, "");
    (void)sio_peer_wants_start(&peer, "42[\"notice\",{\"code\":\"read_only\"");
    sio_peer_wants_end(&peer);
    sio_peer_close(&peer);
    FIXTURE_WAIT(core_is_ready(f->core));
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-02"), PROTO_OK, "\"seq\":2");
}

/* And a commit that really failed takes nobody away. */
static void after_a_commit_that_failed_everybody_stays(void **state) {
    struct core_fixture *f = *state;
    struct sio_peer peer;
    chat_session_id ada = come(f, "ada", 1);
    (void)gateway_join(f->gateways, &peer, 0, GATEWAY_PERSON(7, 1));
    atomic_store(&f->bad_commits, 1);
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_UNAVAILABLE, "");
    (void)sio_peer_wants_start(&peer, "42[\"notice\",{\"code\":\"read_only\"");
    FIXTURE_WAIT(core_is_ready(f->core));
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_OK, "\"seq\":1");
    (void)sio_peer_wants_start(&peer, "42[\"message:new\"");
    sio_peer_close(&peer);
}

/* Sending ends one's typing at once; others must hear of it although the message could not be saved. */
static void whoever_typed_has_stopped_although_the_batch_fails(void **state) {
    struct core_fixture *f = *state;
    struct sio_peer peer;
    chat_session_id ada = come(f, "ada", 1);
    (void)gateway_join(f->gateways, &peer, 0, GATEWAY_PERSON(7, 1));
    atomic_store(&f->bad_recoveries, 1000);
    for (int is_read_only = 0; is_read_only < 2; is_read_only++) {
        atomic_store(&f->bad_commits, 1 - is_read_only);
        assert_answer(f, PROTO_COMMAND_TYPING, ada, "{\"room\":\"general\",\"on\":true}", PROTO_OK,
                      "");
        (void)sio_peer_wants_start(&peer, "42[\"typing\",{\"room\":1,\"user\":1,\"on\":true}]");
        assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"), PROTO_UNAVAILABLE, "");
        (void)sio_peer_wants_start(&peer, "42[\"typing\",{\"room\":1,\"user\":1,\"on\":false}]");
        if (!is_read_only)
            (void)sio_peer_wants_start(&peer, "42[\"notice\"");
    }
    sio_peer_close(&peer);
}

/* A draft that could not be saved is not told to the person's other devices, whether its batch fails or it is refused at once. */
static void a_draft_that_was_refused_is_told_to_nobody(void **state) {
    struct core_fixture *f = *state;
    static const char lost[] = "{\"room\":\"general\",\"body\":\"lost\"}";
    static const char kept[] = "{\"room\":\"general\",\"body\":\"kept\"}";
    struct sio_peer peer;
    chat_session_id ada = come(f, "ada", 1);
    (void)gateway_join(f->gateways, &peer, 0, GATEWAY_PERSON(1, 1));
    atomic_store(&f->bad_recoveries, 1);
    atomic_store(&f->bad_commits, 1);
    assert_answer(f, PROTO_COMMAND_DRAFT_SET, ada, lost, PROTO_UNAVAILABLE, "");
    assert_answer(f, PROTO_COMMAND_DRAFT_SET, ada, lost, PROTO_UNAVAILABLE, "");
    FIXTURE_WAIT(core_is_ready(f->core));
    assert_answer(f, PROTO_COMMAND_DRAFT_SET, ada, kept, PROTO_OK, "");
    (void)sio_peer_wants_start(&peer, "42[\"notice\",{\"code\":\"read_only\"");
    (void)sio_peer_wants_start(&peer,
                               "42[\"draft:changed\",{\"draft\":{\"room\":1,\"body\":\"kept\"");
    sio_peer_close(&peer);
}

/* Waits until the person is offline for others. */
static void await_offline(struct core_fixture *f, chat_session_id session, const char *name) {
    char json[64];
    bool is_offline = false;
    (void)snprintf(json, sizeof json, "{\"query\":\"%s\"}", name);
    for (int i = 0; i < FIXTURE_WAIT_MS && !is_offline; i++) {
        struct core_answer answer;
        submit(f, &answer, PROTO_COMMAND_USER_LIST, session, json);
        assert_int_equal(core_answer_wait(&answer), PROTO_OK);
        assert_non_null(strstr(buf_c(&answer.json), name));
        is_offline = strstr(buf_c(&answer.json), "\"status\":\"offline\"") != NULL;
        core_answer_deinit(&answer);
        usleep(1000);
    }
    assert_true(is_offline);
}

/* Goal: a connection that went while the disk was full is gone, and leaves nobody online for ever. Method: Ben's end shares
 * a batch with a message at which the batch fails; it stands in front of it and behind it. */
static void whoever_goes_in_a_batch_that_fails_is_gone(void **state) {
    struct core_fixture *f = *state;
    static const char *const names[] = {"ben-before", "ben-behind"};
    chat_session_id ada = come(f, "ada", 1);
    for (int is_behind = 0; is_behind < 2; is_behind++) {
        struct core_answer held, failed, gone;
        (void)come(f, names[is_behind], 2);
        core_fixture_hold(f);
        submit(f, &held, PROTO_COMMAND_MESSAGE_SEND, ada,
               is_behind ? HELLO("nonce-01") : HELLO("nonce-00"));
        core_fixture_await_commit(f);
        atomic_store(&f->bad_begins, 1);
        if (!is_behind)
            core_submit(f->core, core_detach(&gone, 2));
        submit(f, &failed, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-02"));
        if (is_behind)
            core_submit(f->core, core_detach(&gone, 2));
        core_fixture_let_go(f);
        (void)core_answer_wait(&held);
        assert_int_equal(core_answer_wait(&failed), PROTO_UNAVAILABLE);
        (void)core_answer_wait(&gone);
        await_offline(f, ada, names[is_behind]);
        FIXTURE_WAIT(core_is_ready(f->core));
        core_answer_deinit(&held);
        core_answer_deinit(&failed);
        core_answer_deinit(&gone);
    }
}

/* Every connection is told of, so this one must arrive: somebody would be online for ever. */
static void a_full_queue_answers_at_once_and_takes_detaches(void **state) {
    struct core_fixture *f = *state;
    struct core_answer held, refused, gone, *answers = calloc(CORE_QUEUE_MAX, sizeof *answers);
    chat_session_id ada = come(f, "ada", 1);
    core_fixture_hold(f);
    submit(f, &held, PROTO_COMMAND_MESSAGE_SEND, ada, HELLO("nonce-01"));
    core_fixture_await_commit(f);
    for (int i = 0; i < CORE_QUEUE_MAX; i++)
        core_submit(f->core, core_request(&answers[i], CHAT_ACT_WHOAMI));
    core_submit(f->core, core_request(&refused, CHAT_ACT_WHOAMI));
    assert_true(refused.is_there); /* on this thread, while the core still waits */
    assert_int_equal(refused.error, PROTO_UNAVAILABLE);
    core_submit(f->core, core_detach(&gone, 1));
    assert_false(gone.is_there);
    core_fixture_let_go(f);
    assert_int_equal(core_answer_wait(&gone), PROTO_OK);
    for (int i = 0; i < CORE_QUEUE_MAX; i++) {
        assert_int_equal(core_answer_wait(&answers[i]), PROTO_UNAUTHORIZED);
        core_answer_deinit(&answers[i]);
    }
    core_answer_deinit(&held);
    core_answer_deinit(&refused);
    core_answer_deinit(&gone);
    free(answers);
}

/* Without holes, and with SQLite's pages. A sanitizer's heap has none of it: 0. */
static size_t bytes_in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd + store_pages_taken() * 4096;
}

/* All let go of what they keep to be quicker; returns what is left, before long. */
static size_t shrink(struct core_fixture *f) {
    size_t least = bytes_in_use();
    core_shrink(f->core);
    reader_pool_shrink(f->readers);
    for (int i = 0; i < 100; i++) {
        usleep(1000);
        least = bytes_in_use() < least ? bytes_in_use() : least;
    }
    return least;
}

static void live(struct core_fixture *f, int number) {
    struct core_answer come_back, gone;
    char json[80];
    core_submit(f->core, core_attach_again(&come_back, "ada", 3));
    assert_int_equal(core_answer_wait(&come_back), PROTO_OK);
    chat_session_id ada = come_back.session;
    (void)snprintf(json, sizeof json, "{\"room\":\"news\",\"body\":\"x\",\"nonce\":\"nonce-%06d\"}",
                   number);
    assert_answer(f, PROTO_COMMAND_ROOM_JOIN, ada, "{\"room\":\"news\"}", PROTO_OK, "");
    assert_answer(f, PROTO_COMMAND_TYPING, ada, "{\"room\":\"news\",\"on\":true}", PROTO_OK, "");
    assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, json, PROTO_OK, "");
    assert_answer(f, PROTO_COMMAND_ROOM_LEAVE, ada, "{\"room\":\"news\"}", PROTO_OK, "");
    core_submit(f->core, core_detach(&gone, 3));
    assert_int_equal(core_answer_wait(&gone), PROTO_OK);
    core_answer_deinit(&come_back);
    core_answer_deinit(&gone);
}

/* Goal: somebody who comes, joins, says something, leaves and goes leaves nothing in memory. Method: bytes in use are counted, so
 * holes in the heap do not matter; a leak of the smallest piece in each life shows. */
static void a_life_leaves_nothing_in_memory(void **state) {
    struct core_fixture *f = *state;
    const int lives = 2000;
    const size_t piece_bytes = 32;
    chat_session_id ben = come(f, "ben", 1);
    assert_answer(f, PROTO_COMMAND_ROOM_CREATE, ben, "{\"name\":\"News\"}", PROTO_OK, "");
    (void)come(f, "ada", 2);
    for (int i = 0; i < lives; i++)
        live(f, i);
    size_t before = shrink(f);
    for (int i = 0; i < lives; i++)
        live(f, lives + i);
    (void)shrink(f);
    FIXTURE_WAIT(before == 0 || bytes_in_use() < before + (size_t)lives * piece_bytes * 3 / 4);
}

/* What is kept to be quicker is most of what a server holds. */
static void a_core_that_shrinks_lets_go_of_pages(void **state) {
    struct core_fixture *f = *state;
    chat_session_id ada = come(f, "ada", 1);
    struct buf json = BUF_EMPTY;
    size_t before = shrink(f);
    for (int i = 0; i < 100; i++) {
        buf_clear(&json);
        buf_printf(&json, "{\"room\":\"general\",\"nonce\":\"nonce-%06d\",\"body\":\"%016000d\"}",
                   i, i);
        assert_answer(f, PROTO_COMMAND_MESSAGE_SEND, ada, buf_c(&json), PROTO_OK, "");
    }
    buf_deinit(&json);
    assert_true(before == 0 || bytes_in_use() > before + 1600000);
    (void)shrink(f);
    FIXTURE_WAIT(before == 0 || bytes_in_use() < before + 400000);
}

static void what_is_queued_at_the_end_is_carried_out(void **state) {
    struct core_fixture *f = *state;
    enum { COMMANDS = 600 }; /* more than one batch */
    static struct core_answer answers[COMMANDS];
    chat_session_id ada = come(f, "ada", 1);
    for (int i = 0; i < COMMANDS; i++) {
        char json[128];
        (void)snprintf(json, sizeof json, HELLO("at-the-end-%d"), i);
        submit(f, &answers[i], PROTO_COMMAND_MESSAGE_SEND, ada, json);
    }
    core_fixture_close(f);
    for (int i = 0; i < COMMANDS; i++) {
        assert_int_equal(core_answer_wait(&answers[i]), PROTO_OK);
        core_answer_deinit(&answers[i]);
    }
    core_fixture_open(f);
}

/* What comes too late is freed with the core (sanitizers watch). */
static void what_comes_after_the_end_is_freed(void **state) {
    struct core_fixture *f = *state;
    struct core_answer late;
    core_stop(f->core);
    core_submit(f->core, core_detach(&late, 1));
    reader_pool_stop(f->readers);
    core_free(f->core);
    reader_pool_free(f->readers);
    f->journal->ops->close(f->journal);
    store_close(f->store);
    assert_false(late.is_there);
    core_fixture_open(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, core_fixture_setup, core_fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_empty_store_has_one_room_and_everybody_is_in_it),
        TEST(who_is_in_a_thousand_rooms_can_still_connect),
        TEST(what_was_acked_is_there_after_a_restart),
        TEST(an_answer_waits_for_its_commit),
        TEST(a_core_that_goes_on_beats),
        TEST(what_gathers_during_a_commit_shares_the_next),
        TEST(a_batch_that_fails_has_not_happened),
        TEST(what_was_committed_is_counted_and_what_failed_is_not),
        TEST(writing_returns_by_itself),
        TEST(a_refused_message_starts_no_pause_of_slow_mode),
        TEST(writing_waits_until_the_journal_has_recovered),
        TEST(reading_goes_on_when_the_state_cannot_be_loaded),
        TEST(after_a_commit_whose_outcome_was_lost_everybody_comes_back),
        TEST(after_a_commit_that_failed_everybody_stays),
        TEST(whoever_typed_has_stopped_although_the_batch_fails),
        TEST(a_draft_that_was_refused_is_told_to_nobody),
        TEST(whoever_goes_in_a_batch_that_fails_is_gone),
        TEST(a_full_queue_answers_at_once_and_takes_detaches),
        TEST(a_life_leaves_nothing_in_memory),
        TEST(a_core_that_shrinks_lets_go_of_pages),
        TEST(what_is_queued_at_the_end_is_carried_out),
        TEST(what_comes_after_the_end_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
