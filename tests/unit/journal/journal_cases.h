/* journal_cases.h: what every journal must do, whatever it writes to.
 *
 * A test program of one implementation fills in a struct journal_driver and runs JOURNAL_CASES. A new promise of journal.h
 * is a new case here, and all implementations are held to it.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "journal/journal.h"
#include "test_facts.h"
#include "test_sink.h"

/* An implementation under test. */
struct journal_driver {
    /* Makes an empty place to write to, and removes it. */
    void *(*make)(void);
    void (*remove)(void *place);
    /* Opens the place again and again; one journal at a time. close also closes what open opened. */
    struct journal *(*open)(void *place);
    void (*close)(void *place, struct journal *journal);
    bool is_durable; /* survives the death of its process */
};

/* What a case works with. */
struct journal_case {
    const struct journal_driver *driver;
    void *place;
    struct journal *journal;
    struct arena arena;
    int64_t pos;
};

static inline int journal_case_setup(void **state, const struct journal_driver *driver) {
    struct journal_case *c = calloc(1, sizeof(*c));
    c->driver = driver;
    c->place = driver->make();
    c->journal = driver->open(c->place);
    *state = c;
    return 0;
}

static inline int journal_case_teardown(void **state) {
    struct journal_case *c = *state;
    c->driver->close(c->place, c->journal);
    c->driver->remove(c->place);
    arena_deinit(&c->arena);
    free(c);
    return 0;
}

static inline void journal_case_reopen(struct journal_case *c) {
    c->driver->close(c->place, c->journal);
    c->journal = c->driver->open(c->place);
}

static inline enum err case_append(struct journal_case *c, struct chat_fact fact) {
    struct journal_entry entry = {.fact = &fact, .event = PROTO_EVENT_NONE};
    fact.pos = ++c->pos;
    if (fact.kind == CHAT_FACT_MESSAGE_NEW)
        entry = (struct journal_entry){.fact = &fact,
                                       .event = PROTO_EVENT_MESSAGE_NEW,
                                       .scope = CHAT_SCOPE_ROOM,
                                       .room = fact.message.room,
                                       .data = STR("{}")};
    return c->journal->ops->append(c->journal, &entry);
}

static inline void case_begin(struct journal_case *c) {
    assert_int_equal(c->journal->ops->begin(c->journal), ERR_OK);
}

static inline void case_commit(struct journal_case *c) {
    assert_int_equal(c->journal->ops->commit(c->journal), ERR_OK);
}

/* A user, a room, and he is in it. */
static inline void case_found(struct journal_case *c) {
    case_begin(c);
    assert_int_equal(case_append(c, fact_user(1)), ERR_OK);
    assert_int_equal(case_append(c, fact_room(1)), ERR_OK);
    assert_int_equal(case_append(c, fact_joined(1, 1)), ERR_OK);
    case_commit(c);
}

static inline void case_load(struct journal_case *c, struct test_sink *out) {
    struct chat_sink sink = test_sink_of(out);
    assert_int_equal(c->journal->ops->load(c->journal, &sink), ERR_OK);
}

static inline enum err case_find(struct journal_case *c, const char *nonce) {
    struct chat_stored_message found;
    return c->journal->port.find_nonce(c->journal->port.context, 1, str_of_c(nonce), &c->arena,
                                       &found);
}

/* Cases */

static inline void an_empty_journal_loads_nothing(void **state) {
    struct journal_case *c = *state;
    struct test_sink sink = {0};
    case_load(c, &sink);
    assert_int_equal(sink.facts, 0);
    assert_int_equal(sink.first_pos, 1);
    assert_int_equal(sink.last_pos, 0);
    assert_int_equal(c->journal->first_pos, 1);
    test_sink_deinit(&sink);
}

static inline void a_committed_batch_is_there_after_a_restart(void **state) {
    struct journal_case *c = *state;
    struct test_sink before = {0}, after = {0};
    case_found(c);
    case_begin(c);
    assert_int_equal(case_append(c, fact_message(1, 1, 1, 1)), ERR_OK);
    assert_int_equal(case_append(c, fact_session(1, 1)), ERR_OK);
    case_commit(c);
    case_load(c, &before);
    journal_case_reopen(c);
    case_load(c, &after);
    assert_string_equal(buf_c(&before.lines), buf_c(&after.lines));
    assert_int_equal(after.facts, 5);
    assert_int_equal(after.last_pos, c->pos);
    assert_int_equal(after.message, 1);
    assert_int_equal(case_find(c, "nonce-1"), ERR_OK);
    test_sink_deinit(&before);
    test_sink_deinit(&after);
}

static inline void lookups_see_the_running_batch(void **state) {
    struct journal_case *c = *state;
    struct chat_stored_message found;
    struct chat_port *port = &c->journal->port;
    case_found(c);
    case_begin(c);
    assert_int_equal(case_find(c, "nonce-1"), ERR_NOT_FOUND);
    assert_int_equal(case_append(c, fact_message(1, 1, 1, 1)), ERR_OK);
    assert_int_equal(case_find(c, "nonce-1"), ERR_OK);
    assert_int_equal(port->find_message(port->context, 1, &c->arena, &found), ERR_OK);
    assert_str(found.message.body, "text 1");
    assert_str(found.message.author->name, "user1");
    assert_str(found.nonce, "nonce-1");
    assert_int_equal(found.author, 1);
    assert_int_equal(port->find_message(port->context, 2, &c->arena, &found), ERR_NOT_FOUND);
    case_commit(c);
    assert_int_equal(case_find(c, "nonce-1"), ERR_OK);
}

static inline void a_rolled_back_batch_never_was(void **state) {
    struct journal_case *c = *state;
    struct test_sink before = {0}, after = {0};
    case_found(c);
    case_load(c, &before);
    case_begin(c);
    assert_int_equal(case_append(c, fact_message(1, 1, 1, 1)), ERR_OK);
    assert_int_equal(case_append(c, fact_user(2)), ERR_OK);
    c->journal->ops->rollback(c->journal);
    c->journal->ops->rollback(c->journal); /* harmless outside a batch */
    assert_int_equal(case_find(c, "nonce-1"), ERR_NOT_FOUND);
    case_load(c, &after);
    assert_string_equal(buf_c(&before.lines), buf_c(&after.lines));
    assert_int_equal(before.last_pos, after.last_pos);
    c->pos -= 2; /* its positions are free again */
    case_begin(c);
    assert_int_equal(case_append(c, fact_message(1, 1, 1, 1)), ERR_OK);
    case_commit(c);
    test_sink_deinit(&before);
    test_sink_deinit(&after);
}

/* The caller may look at commit alone: one bad fact undoes the batch, and all calls after it say so. */
static inline void a_fact_that_fails_undoes_its_batch(void **state) {
    struct journal_case *c = *state;
    case_found(c);
    case_begin(c);
    assert_int_equal(case_append(c, fact_message(1, 1, 1, 1)), ERR_OK);
    enum err error = case_append(c, fact_message(2, 1, 1, 1)); /* the seq is taken */
    assert_int_not_equal(error, ERR_OK);
    assert_int_equal(case_append(c, fact_user(2)), error);
    assert_int_equal(c->journal->ops->commit(c->journal), error);
    assert_int_equal(case_find(c, "nonce-1"), ERR_NOT_FOUND);
    c->pos -= 3;
    assert_int_equal(c->journal->ops->recover(c->journal), ERR_OK);
    case_begin(c);
    assert_int_equal(case_append(c, fact_message(1, 1, 1, 1)), ERR_OK);
    case_commit(c);
    assert_int_equal(case_find(c, "nonce-1"), ERR_OK);
}

/* Nothing is acked between a failure and the moment in which the journal has made sure of itself. */
static inline void after_a_failure_no_batch_begins_before_a_recovery(void **state) {
    struct journal_case *c = *state;
    struct test_sink sink = {0};
    assert_int_equal(c->journal->ops->recover(c->journal), ERR_OK); /* there is nothing to do */
    case_found(c);
    case_begin(c);
    assert_int_not_equal(case_append(c, fact_joined(1, 1)), ERR_OK); /* he is in already */
    assert_int_not_equal(c->journal->ops->commit(c->journal), ERR_OK);
    c->pos--;
    for (int i = 0; i < 2; i++) {
        assert_int_not_equal(c->journal->ops->begin(c->journal), ERR_OK);
        c->journal->ops->rollback(c->journal);
    }
    case_load(c, &sink);
    assert_int_equal(sink.facts, 3);
    assert_int_equal(case_find(c, "nonce-1"), ERR_NOT_FOUND);
    assert_int_equal(c->journal->ops->recover(c->journal), ERR_OK);
    case_begin(c);
    assert_int_equal(case_append(c, fact_message(1, 1, 1, 1)), ERR_OK);
    case_commit(c);
    assert_int_equal(case_find(c, "nonce-1"), ERR_OK);
    test_sink_deinit(&sink);
}

static inline void a_nonce_is_taken_once(void **state) {
    struct journal_case *c = *state;
    struct chat_fact again = fact_message(2, 1, 2, 1);
    case_found(c);
    case_begin(c);
    assert_int_equal(case_append(c, fact_message(1, 1, 1, 1)), ERR_OK);
    case_commit(c);
    again.message.nonce = STR("nonce-1");
    case_begin(c);
    assert_int_not_equal(case_append(c, again), ERR_OK);
    c->journal->ops->rollback(c->journal);
}

static inline void an_empty_batch_may_be_committed(void **state) {
    struct journal_case *c = *state;
    case_begin(c);
    case_commit(c);
    case_found(c);
}

static inline void housekeeping_keeps_what_is_young(void **state) {
    struct journal_case *c = *state;
    struct test_sink sink = {0};
    case_found(c);
    while (c->journal->ops->idle(c->journal, FACT_AT_MS)) {
    }
    assert_int_equal(c->journal->first_pos, 1);
    case_load(c, &sink);
    assert_int_equal(sink.facts, 3);
    assert_int_equal(sink.last_pos, c->pos);
    test_sink_deinit(&sink);
}

/* Goal: what was committed survives kill -9, what was not leaves no trace. Method: a child that kills itself in a batch. */
static inline void a_killed_process_keeps_what_was_committed(void **state) {
    struct journal_case *c = *state;
    struct test_sink sink = {0};
    int status = 0;
    if (!c->driver->is_durable)
        skip();
    c->driver->close(c->place, c->journal);
    pid_t child = fork();
    if (child == 0) {
        c->journal = c->driver->open(c->place);
        case_found(c);
        case_begin(c);
        (void)case_append(c, fact_message(1, 1, 1, 1));
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    c->journal = c->driver->open(c->place);
    case_load(c, &sink);
    assert_int_equal(sink.facts, 3);
    assert_int_equal(sink.last_pos, 3);
    assert_int_equal(case_find(c, "nonce-1"), ERR_NOT_FOUND);
    test_sink_deinit(&sink);
}

#define JOURNAL_CASES(setup)                                                                       \
    cmocka_unit_test_setup_teardown(an_empty_journal_loads_nothing, setup, journal_case_teardown), \
        cmocka_unit_test_setup_teardown(a_committed_batch_is_there_after_a_restart, setup,         \
                                        journal_case_teardown),                                    \
        cmocka_unit_test_setup_teardown(lookups_see_the_running_batch, setup,                      \
                                        journal_case_teardown),                                    \
        cmocka_unit_test_setup_teardown(a_rolled_back_batch_never_was, setup,                      \
                                        journal_case_teardown),                                    \
        cmocka_unit_test_setup_teardown(a_fact_that_fails_undoes_its_batch, setup,                 \
                                        journal_case_teardown),                                    \
        cmocka_unit_test_setup_teardown(after_a_failure_no_batch_begins_before_a_recovery, setup,  \
                                        journal_case_teardown),                                    \
        cmocka_unit_test_setup_teardown(a_nonce_is_taken_once, setup, journal_case_teardown),      \
        cmocka_unit_test_setup_teardown(an_empty_batch_may_be_committed, setup,                    \
                                        journal_case_teardown),                                    \
        cmocka_unit_test_setup_teardown(housekeeping_keeps_what_is_young, setup,                   \
                                        journal_case_teardown),                                    \
        cmocka_unit_test_setup_teardown(a_killed_process_keeps_what_was_committed, setup,          \
                                        journal_case_teardown)
