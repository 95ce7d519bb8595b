/* test_journal_faults.c: a disk that fails at any call, and power that goes at any call.
 *
 * A run is what a server does with its journal: open, batches of messages, a reader beside, housekeeping, close. It is
 * repeated with the 1st, 2nd, 3rd ... call to the disk failing, until a run never gets that far. However it fails: what was
 * acked is there once, what was not is there once or not at all, and writing comes back.
 *
 * A message is known by its attempt: nonce and text carry its number, and an attempt that was not acked is made again, as a
 * client does. So "exactly once" is: each attempt that was acked stands in exactly one row.
 *
 * SPDX-License-Identifier: MIT
 */
#include "journal/journal_local.h"

#include "base/log.h"
#include "store/store_internal.h"
#include "store/store_message.h"
#include "store/store_write.h"
#include "test_dir.h"
#include "test_facts.h"
#include "test_random.h"
#include "test_sink.h"
#include "test_vfs.h"

#define BATCHES      8
#define BATCH_SIZE   4
#define ATTEMPTS_MAX (BATCHES * BATCH_SIZE)
#define TRIES_MAX    6 /* of one batch; the disk is healed half-way */
#define FOUNDING_POS 3 /* the facts of a user, a room, a member */

struct run {
    struct test_dir dir;
    struct store *store;
    struct store_reader *reader;
    struct journal *journal;
    struct arena arena;
    int64_t pos, message, seq; /* the last ones, as loaded */
    bool acked[ATTEMPTS_MAX];
    int attempts;
    const char *pragma; /* for negative controls: a weaker setting */
};

/* Opening and closing */

static void run_reload(struct run *run);

static bool run_open(struct run *run) {
    const struct store_options options = {.directory = run->dir.path};
    const char *message = NULL;
    if (store_open(&options, &run->store, &message) != ERR_OK) {
        run->store = NULL;
        return false;
    }
    if (run->pragma != NULL)
        assert_int_equal(store_db_script(&run->store->db, run->pragma), ERR_OK);
    if (store_reader_open(store_path(run->store), &run->reader) != ERR_OK) {
        run->reader = NULL;
        store_close(run->store);
        run->store = NULL;
        return false;
    }
    run->journal = journal_local_new(run->store);
    run_reload(run);
    return true;
}

static void run_close(struct run *run) {
    if (run->journal != NULL)
        run->journal->ops->close(run->journal);
    if (run->reader != NULL)
        store_reader_close(run->reader);
    if (run->store != NULL)
        store_close(run->store);
    run->journal = NULL;
    run->reader = NULL;
    run->store = NULL;
}

/* What the server knows after a load: where the log, the messages and the room end. */
static void run_reload(struct run *run) {
    struct test_sink out = {0};
    struct chat_sink sink = test_sink_of(&out);
    if (run->journal->ops->load(run->journal, &sink) == ERR_OK) {
        const char *room = strstr(buf_c(&out.lines), "last=");
        run->pos = out.last_pos;
        run->message = out.message;
        run->seq = room != NULL ? atoll(room + 5) : 0;
    }
    test_sink_deinit(&out);
}

/* Batches */

static enum err append(struct run *run, struct chat_fact fact) {
    bool is_message = fact.kind == CHAT_FACT_MESSAGE_NEW;
    fact.pos = ++run->pos;
    const struct journal_entry entry = {
        .fact = &fact,
        .event = is_message ? PROTO_EVENT_MESSAGE_NEW : PROTO_EVENT_NONE,
        .scope = is_message ? CHAT_SCOPE_ROOM : CHAT_SCOPE_NONE,
        .room = is_message ? 1 : 0,
        .data = STR("{}"),
    };
    return run->journal->ops->append(run->journal, &entry);
}

static struct chat_fact message_of(struct run *run, int attempt) {
    struct chat_fact fact = fact_message(run->message + 1, 1, run->seq + 1, 1);
    static char body[6000];
    int len = snprintf(body, sizeof body, "attempt %d ", attempt);
    memset(body + len, 'a' + attempt % 26, sizeof body - (size_t)len);
    /* Some texts need pages of their own. */
    fact.message.body = str_of(body, attempt % 7 == 0 ? sizeof body : (size_t)len);
    fact.message.nonce = fact_text("attempt-", attempt);
    return fact;
}

/* As the chat decides: a nonce that is known is answered, any other makes a message. */
static void send(struct run *run, int attempt) {
    struct chat_stored_message known;
    struct chat_port *port = &run->journal->port;
    arena_reset(&run->arena);
    enum err error =
        port->find_nonce(port->context, 1, fact_text("attempt-", attempt), &run->arena, &known);
    if (error == ERR_NOT_FOUND && append(run, message_of(run, attempt)) == ERR_OK) {
        run->message++;
        run->seq++;
    }
}

static enum err try_batch(struct run *run, int first, int count) {
    enum err error = run->journal->ops->begin(run->journal);
    if (run->pos == 0) {
        (void)append(run, fact_user(1));
        (void)append(run, fact_room(1));
        (void)append(run, fact_joined(1, 1));
    }
    for (int i = 0; i < count; i++)
        send(run, first + i);
    error = run->journal->ops->commit(run->journal);
    if (error == ERR_OK) {
        /* Whatever was open when a sync failed has been opened anew. */
        assert_int_not_equal(test_vfs_opened_since_failed_sync(), 0);
        for (int i = 0; i < count; i++)
            run->acked[first + i] = true;
    }
    return error;
}

/* Sends until it is acked, or the power is gone. The disk is healed half-way, then it must work. */
static void send_until_acked(struct run *run, int first, int count) {
    for (int tries = 1; try_batch(run, first, count) != ERR_OK; tries++) {
        run->journal->ops->rollback(run->journal);
        if (test_vfs_is_cut())
            return;
        assert_true(tries < TRIES_MAX);
        if (tries == TRIES_MAX / 2)
            test_vfs_heal();
        run_reload(run);
        enum err error = run->journal->ops->recover(run->journal);
        assert_int_not_equal(error, ERR_CORRUPT);
        run_reload(run);
    }
}

/* Whatever a reader gets is what was sent, without holes. */
static void read_newest(struct run *run) {
    struct store_page page;
    arena_reset(&run->arena);
    if (store_read_history(run->reader, 1, 0, 0, 0, BATCH_SIZE, &run->arena, &page) != ERR_OK)
        return;
    for (size_t i = 0; i < page.count; i++) {
        assert_true(str_starts_with(page.messages[i].body, STR("attempt ")));
        assert_true(i == 0 || page.messages[i].seq == page.messages[i - 1].seq + 1);
    }
}

static void run_work(struct run *run) {
    for (int tries = 1; !run_open(run); tries++) {
        if (test_vfs_is_cut())
            return;
        assert_true(tries < TRIES_MAX);
        if (tries == TRIES_MAX / 2)
            test_vfs_heal();
    }
    for (int batch = 0; batch < BATCHES && !test_vfs_is_cut(); batch++) {
        int count = 1 + batch % BATCH_SIZE;
        run->attempts += count;
        send_until_acked(run, run->attempts - count, count);
        read_newest(run);
        if (batch % 4 == 3 && run->store->trust == STORE_WHOLE)
            (void)store_checkpoint(run->store);
    }
    run_close(run);
}

/* Looking at what is left */

static int count_attempt(const struct store_messages *all, int attempt) {
    int found = 0;
    struct str text = fact_text("attempt ", attempt);
    for (size_t i = 0; i < all->count; i++) {
        struct str body = all->messages[i].body;
        found += str_starts_with(body, text) && body.at[text.len] == ' ';
    }
    return found;
}

/* How many acked messages are not there; anything else that is wrong fails the test. */
static int run_count_lost(struct run *run) {
    struct store_messages all = {0};
    int lost = 0;
    run->pragma = NULL;
    assert_true(run_open(run));
    assert_int_equal(store_db_check(&run->store->db, true), ERR_OK);
    arena_reset(&run->arena);
    if (run->seq > 0)
        assert_int_equal(store_message_range(&run->store->db, 1, 1, run->seq, &run->arena, &all),
                         ERR_OK);
    assert_int_equal(all.count, run->seq);
    assert_int_equal(run->message, run->seq);
    assert_int_equal(run->pos, run->seq > 0 ? run->seq + FOUNDING_POS : run->pos);
    for (int i = 0; i < run->attempts; i++) {
        int found = count_attempt(&all, i);
        assert_true(found <= 1);
        lost += run->acked[i] && found == 0;
    }
    run_close(run);
    return lost;
}

static void run_begin(struct run *run) {
    memset(run, 0, sizeof *run);
    test_dir_make_in_memory(&run->dir);
    test_vfs_install();
}

static void run_end(struct run *run) {
    test_dir_remove(&run->dir);
    arena_deinit(&run->arena);
}

/* A disk that fails */

/* A soak tries every call and cuts a hundred times as often; else every third call, another third each time. */
static bool is_soak(void) {
    return getenv("SOAK_MINUTES") != NULL;
}

static void sweep(enum test_vfs_fault fault, bool lasting) {
    struct run run;
    struct test_random random = test_random_stream(10 + fault);
    long step = is_soak() ? 1 : 3, nth = 1 + (long)test_random_below(&random, (size_t)step);
    bool has_failed = true;
    for (; has_failed; nth += step) {
        run_begin(&run);
        test_vfs_fail(nth, fault, lasting);
        run_work(&run);
        has_failed = test_vfs_has_failed();
        test_vfs_heal();
        if (run_count_lost(&run) != 0)
            fail_msg("call %ld: an acked message is lost", nth);
        for (int i = 0; i < run.attempts; i++)
            assert_true(run.acked[i]);
        run_end(&run);
    }
    assert_true(nth > 100); /* it went through everything that a run does */
}

/* threat 74: EIO, no space and short writes at every call in turn. */
static void any_call_may_fail_once(void **state) {
    (void)state;
    sweep(TEST_VFS_EIO, false);
}

static void any_write_may_find_no_space_once(void **state) {
    (void)state;
    sweep(TEST_VFS_FULL, false);
}

static void any_write_may_be_cut_short_once(void **state) {
    (void)state;
    sweep(TEST_VFS_SHORT, false);
}

static void the_disk_may_die_at_any_call_and_come_back(void **state) {
    (void)state;
    sweep(TEST_VFS_EIO, true);
}

static void the_disk_may_be_full_from_any_call_on(void **state) {
    (void)state;
    sweep(TEST_VFS_SHORT, true);
}

/* Power */

/* A run whose power goes at a random call; how many acked messages are lost when the disk is read again. */
static int cut_and_count_lost(struct test_random *random, long calls, const char *pragma,
                              enum test_vfs_cut how) {
    struct run run;
    struct test_dir left;
    run_begin(&run);
    run.pragma = pragma;
    test_vfs_cut(1 + (long)test_random_below(random, (size_t)calls));
    run_work(&run);
    test_vfs_cut_now();
    run_close(&run);
    test_dir_make_in_memory(&left);
    test_vfs_survivors(left.path, how, random);
    test_dir_remove(&run.dir);
    run.dir = left;
    test_vfs_install();
    int lost = run_count_lost(&run);
    run_end(&run);
    return lost;
}

static long count_calls(const char *pragma) {
    struct run run;
    run_begin(&run);
    run.pragma = pragma;
    run_work(&run);
    long calls = test_vfs_calls();
    run_end(&run);
    return calls;
}

static int cut_often(struct test_random *random, int times, const char *pragma,
                     enum test_vfs_cut how) {
    long calls = count_calls(pragma);
    int lost = 0;
    for (int i = 0; i < times; i++)
        lost += cut_and_count_lost(random, calls, pragma, how);
    return lost;
}

static int times(int usual) {
    return is_soak() ? usual * 100 : usual;
}

/* threat 78: what was not synced is dropped, torn or reordered. */
static void power_may_go_at_any_moment(void **state) {
    (void)state;
    struct test_random random = test_random_stream(1);
    assert_int_equal(cut_often(&random, times(60), NULL, TEST_VFS_DROP), 0);
    assert_int_equal(cut_often(&random, times(200), NULL, TEST_VFS_SOME), 0);
}

/* A sync has failed, the server went on as it does, then the power went. */
static void power_may_go_after_a_sync_has_failed(void **state) {
    (void)state;
    struct test_random random = test_random_stream(2);
    long calls = count_calls(NULL);
    for (int i = 0; i < times(60); i++) {
        struct run run;
        struct test_dir left;
        run_begin(&run);
        test_vfs_fail(1 + (long)test_random_below(&random, (size_t)calls), TEST_VFS_EIO, false);
        run_work(&run);
        test_vfs_cut_now();
        test_dir_make_in_memory(&left);
        test_vfs_survivors(left.path, i % 2 == 0 ? TEST_VFS_DROP : TEST_VFS_SOME, &random);
        test_dir_remove(&run.dir);
        run.dir = left;
        test_vfs_install();
        assert_int_equal(run_count_lost(&run), 0);
        run_end(&run);
    }
}

/* Negative control: these tests can fail. Without fsync a power cut loses what was acked, a killed process does not. */
static void without_fsync_a_power_cut_loses_acked_messages(void **state) {
    (void)state;
    struct test_random random = test_random_stream(3);
    static const char off[] = "PRAGMA synchronous = OFF";
    assert_int_not_equal(cut_often(&random, 20, off, TEST_VFS_DROP), 0);
    assert_int_equal(cut_often(&random, 20, off, TEST_VFS_KEEP), 0);
}

/* And WAL with synchronous=NORMAL, which many recommend, is not enough. */
static void with_fsync_at_checkpoints_alone_a_power_cut_loses_acked_messages(void **state) {
    (void)state;
    struct test_random random = test_random_stream(4);
    static const char normal[] = "PRAGMA synchronous = NORMAL";
    assert_int_not_equal(cut_often(&random, 20, normal, TEST_VFS_DROP), 0);
}

static int silence(void **state) {
    (void)state;
    log_set_level(LOG_ERROR);
    log_set_fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_call_may_fail_once),
        cmocka_unit_test(any_write_may_find_no_space_once),
        cmocka_unit_test(any_write_may_be_cut_short_once),
        cmocka_unit_test(the_disk_may_die_at_any_call_and_come_back),
        cmocka_unit_test(the_disk_may_be_full_from_any_call_on),
        cmocka_unit_test(power_may_go_at_any_moment),
        cmocka_unit_test(power_may_go_after_a_sync_has_failed),
        cmocka_unit_test(without_fsync_a_power_cut_loses_acked_messages),
        cmocka_unit_test(with_fsync_at_checkpoints_alone_a_power_cut_loses_acked_messages),
    };
    return test_random_report(cmocka_run_group_tests(tests, silence, NULL));
}
