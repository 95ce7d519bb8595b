/* test_damage.c: bits that flip, sectors that are lost and files that are cut: whatever is served is what was written.
 *
 * Goal: a damaged database is noticed, or the damage does no harm; nothing wrong is ever served as text, and nothing crashes.
 * Method: a small database is written and read once: the truth. Then it is copied, damaged at random, opened as a server
 * does (store, state, reader), and read as clients read it. Each thing that comes out must be in the truth. What is missing must
 * have been noticed: named as a hole, refused, or the store is read-only; and the log has a line about it. When the store is refused
 * or read-only, the files are left byte by byte as they were: whoever mends them finds what there was.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/log.h"
#include "chat/chat.h"
#include "store/store_internal.h"
#include "store/store_load.h"
#include "test_random.h"
#include "test_sink.h"
#include "test_store.h"

#include <sys/mman.h>

#define MESSAGES 60
#define TRIALS   700

/* Whatever is read from a database, as lines: "1/17 by user2 (User 2): text 17". */
struct reading {
    struct buf lines;
    size_t count;   /* of lines */
    bool is_opened; /* else it was refused with a sentence */
    bool is_noticed;
    bool is_read_only;
};

static struct buf db_file,
    wal_file; /* the database, all of it in the first, or the second half of it in the second */
static struct reading truth;
static int log_fd;

/* Reading as clients do */

static void take_line(struct reading *out, const char *kind, int64_t a, int64_t b,
                      struct str text) {
    buf_printf(&out->lines, "%s %lld %lld %.*s\n", kind, (long long)a, (long long)b, STR_ARG(text));
    out->count++;
}

static void take_message(struct reading *out, const struct proto_message *message) {
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "%lld %.*s %.*s %lld %.*s", (long long)message->id,
               STR_ARG(message->author->name), STR_ARG(message->author->display_name),
               (long long)message->created_at, STR_ARG(message->body));
    take_line(out, "message", message->room, message->seq, buf_str(&text));
    buf_deinit(&text);
}

static void read_pages(struct test_store *t, struct reading *out) {
    for (int64_t room = 1; room <= 2; room++) {
        for (int64_t after = 0; after < MESSAGES; after += 20) {
            struct store_page page = {0};
            enum err error =
                after == 0 ? store_read_history(t->reader, room, 0, 0, 1, 20, &t->arena, &page)
                           : store_read_history(t->reader, room, 0, after, 0, 20, &t->arena, &page);
            out->is_noticed = out->is_noticed || error != ERR_OK || page.damaged_count > 0;
            for (size_t i = 0; error == ERR_OK && i < page.count; i++)
                take_message(out, &page.messages[i]);
        }
    }
}

static void read_missed(struct test_store *t, struct reading *out) {
    static const int64_t rooms[] = {1, 2};
    struct store_events events = {0};
    enum err error = store_read_events(t->reader, 1, rooms, 2, 0, t->pos, 1000, &t->arena, &events);
    out->is_noticed = out->is_noticed || error != ERR_OK;
    for (size_t i = 0; error == ERR_OK && i < events.count; i++)
        take_line(out, "event", events.events[i].pos, events.events[i].event,
                  events.events[i].data);
}

static void read_nonces(struct test_store *t, struct reading *out) {
    for (int64_t id = 1; id <= MESSAGES; id++) {
        struct chat_stored_message found;
        enum err error =
            store_find_nonce(t->store, 1 + id % 3, fact_text("nonce-", id), &t->arena, &found);
        out->is_noticed = out->is_noticed || (error != ERR_OK && error != ERR_NOT_FOUND);
        if (error == ERR_OK)
            take_line(out, "nonce", id, found.message.id, found.message.body);
    }
}

/* Loads into a real state, which asserts what it relies on, and into lines. */
struct tee {
    struct chat *chat;
    struct test_sink sink;
};

static void tee_fact(void *context, const struct chat_fact *fact) {
    struct tee *tee = context;
    test_sink_on_fact(&tee->sink, fact);
    chat_evolve(tee->chat, fact);
}

static void tee_log(void *context, int64_t first_pos, int64_t last_pos) {
    chat_set_log(((struct tee *)context)->chat, first_pos, last_pos);
}

static void tee_ids(void *context, chat_user_id user, chat_room_id room, chat_message_id message,
                    chat_session_id session) {
    chat_set_ids(((struct tee *)context)->chat, user, room, message, session);
}

static void read_state(struct test_store *t, struct reading *out) {
    struct chat_options options = chat_options_default();
    const struct chat_port port = {0};
    struct tee tee = {.chat = chat_new(&options, &port)};
    const struct chat_sink sink = {&tee, tee_fact, tee_log, tee_ids};
    enum err error = store_load(t->store, &sink);
    if (error == ERR_OK) {
        chat_reloaded(tee.chat);
        buf_append_str(&out->lines, buf_str(&tee.sink.lines));
        out->count += tee.sink.facts;
    }
    out->is_noticed = out->is_noticed || error != ERR_OK;
    chat_free(tee.chat);
    test_sink_deinit(&tee.sink);
}

static void read_all(struct test_store *t, struct reading *out) {
    const struct store_options options = {.directory = t->dir.path};
    const char *message = NULL;
    out->is_opened = store_open(&options, &t->store, &message) == ERR_OK;
    if (!out->is_opened)
        return;
    if (store_reader_open(store_path(t->store), &t->reader) != ERR_OK) {
        out->is_opened = false;
        store_close(t->store);
        return;
    }
    read_state(t, out);
    read_pages(t, out);
    read_missed(t, out);
    read_nonces(t, out);
    out->is_read_only = store_batch_begin(t->store) == ERR_CORRUPT;
    out->is_noticed = out->is_noticed || out->is_read_only;
    store_batch_rollback(t->store);
    test_store_close(t);
    arena_reset(&t->arena);
}

/* The database */

static void take_file(const char *path, struct buf *out) {
    char bytes[4096];
    ssize_t count;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    buf_clear(out);
    while (fd >= 0 && (count = read(fd, bytes, sizeof bytes)) > 0)
        buf_append(out, bytes, (size_t)count);
    if (fd >= 0)
        close(fd);
}

static void put_file(const struct test_dir *dir, const char *name, const struct buf *bytes) {
    int fd = open(test_dir_file(dir, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(write(fd, bytes->data, bytes->len) == (ssize_t)bytes->len);
    close(fd);
}

/* Most of the file is text, so that most damage hits some. */
static struct chat_fact long_message(int64_t id) {
    struct chat_fact fact = fact_message(id, 1 + id % 2, (id + 1) / 2, 1 + id % 3);
    static char body[700];
    for (size_t i = 0; i < sizeof body; i++)
        body[i] = (char)('a' + ((size_t)id * 7 + i * i) % 26);
    fact.message.body = str_of(body, sizeof body);
    return fact;
}

/* The second half of the messages stays in the write-ahead log. */
static int write_truth(void **state) {
    struct test_store t = {0};
    (void)state;
    log_fd = memfd_create("log", MFD_CLOEXEC);
    log_set_fd(log_fd);
    log_set_level(LOG_ERROR);
    test_dir_make_in_memory(&t.dir);
    test_store_open(&t);
    test_store_people(&t, 3, 2);
    for (int64_t user = 1; user <= 3; user++)
        test_store_silent(&t, fact_session(user, user));
    for (int64_t id = 1; id <= MESSAGES; id++) {
        test_store_send(&t, long_message(id));
        if (id == MESSAGES / 2)
            assert_int_equal(store_checkpoint(t.store), ERR_OK);
    }
    take_file(store_path(t.store), &db_file);
    take_file(test_dir_file(&t.dir, "parley.db-wal"), &wal_file);
    test_store_close(&t);
    read_all(&t, &truth);
    assert_true(truth.is_opened && !truth.is_noticed);
    assert_true(truth.count > 3 * MESSAGES);
    test_dir_remove(&t.dir);
    arena_deinit(&t.arena);
    return 0;
}

/* Damage */

static void damage(struct buf *file, struct test_random *random) {
    size_t at = test_random_below(random, file->len);
    size_t sector = at / 512 * 512;
    switch (test_random_below(random, 5)) {
    case 0:
    case 1:
        file->data[at] = (char)(file->data[at] ^ 1 << test_random_below(random, 8));
        break;
    case 2:
        test_random_bytes(random, file->data + at,
                          file->len - at < 16 ? file->len - at : 1 + test_random_below(random, 16));
        break;
    case 3:
        memset(file->data + sector, 0, file->len - sector < 512 ? file->len - sector : 512);
        break;
    default:
        file->len = at;
    }
}

/* A database that lost the end of its write-ahead log, which is noticed, is as it was before: of rooms and members only what
 * does not move counts then, and their newest message is another, which is among the messages anyway. */
static struct str fixed_part(struct str line) {
    static const char *const moving[] = {" last=", " read="};
    for (size_t i = 0; i < TEST_COUNT(moving); i++) {
        const char *at = memmem(line.at, line.len, moving[i], strlen(moving[i]));
        if (at != NULL)
            return str_of(line.at, (size_t)(at - line.at));
    }
    return line;
}

static bool is_newest_message(struct str line) {
    return str_starts_with(line, STR("message ")) && memmem(line.at, line.len, " room=", 6) != NULL;
}

/* Each line of what was read is one of the truth. */
static void assert_true_lines(const struct reading *reading, int64_t trial) {
    struct str rest = buf_str(&reading->lines);
    while (rest.len > 0) {
        struct str line = str_cut(&rest, '\n');
        struct str part = reading->is_noticed ? fixed_part(line) : line;
        if (part.len == 0 || (reading->is_noticed && is_newest_message(line)))
            continue;
        ASSERT(part.at != NULL); /* gcc does not see it when it instruments */
        if (memmem(truth.lines.data, truth.lines.len, part.at, part.len) == NULL)
            fail_msg("trial %lld: was never written: %.*s", (long long)trial, STR_ARG(line));
    }
}

static void assert_same(const struct test_dir *dir, const char *name, const struct buf *bytes,
                        int64_t trial) {
    struct buf now = BUF_EMPTY;
    take_file(test_dir_file(dir, name), &now);
    if (!str_equal(buf_str(&now), buf_str(bytes)))
        fail_msg("trial %lld: %s was changed", (long long)trial, name);
    buf_deinit(&now);
}

/* What was logged since the last time. */
static bool has_log(void) {
    bool is_there = lseek(log_fd, 0, SEEK_END) > 0;
    assert_int_equal(ftruncate(log_fd, 0), 0);
    assert_int_equal(lseek(log_fd, 0, SEEK_SET), 0);
    return is_there;
}

/* One trial: damages one of the two files. True: something came of it. */
static bool try_damage(struct test_random *random, int64_t trial, int64_t marked) {
    struct test_store t = {.pos = marked};
    struct reading reading = {0};
    struct buf db = BUF_EMPTY, wal = BUF_EMPTY;
    buf_append_str(&db, buf_str(&db_file));
    buf_append_str(&wal, buf_str(&wal_file));
    damage(test_random_chance(random, 70) ? &db : &wal, random);
    test_dir_make_in_memory(&t.dir);
    put_file(&t.dir, "parley.db", &db);
    put_file(&t.dir, "parley.db-wal", &wal);
    char mark[64];
    int count = snprintf(mark, sizeof mark, "%-15d\n%019lld\n", 1, (long long)marked);
    struct buf lock = {.data = mark, .len = (size_t)count};
    put_file(&t.dir, "parley.lock", &lock);
    (void)has_log();
    read_all(&t, &reading);
    assert_true_lines(&reading, trial);
    if (reading.is_noticed && !has_log())
        fail_msg("trial %lld: nothing was said of the damage", (long long)trial);
    if (!reading.is_opened || reading.is_read_only) {
        assert_same(&t.dir, "parley.db", &db, trial);
        assert_same(&t.dir, "parley.db-wal", &wal, trial);
    }
    if (reading.is_opened && !reading.is_noticed && reading.count != truth.count)
        fail_msg("trial %lld: %zu of %zu were served, and nobody noticed", (long long)trial,
                 reading.count, truth.count);
    test_dir_remove(&t.dir);
    arena_deinit(&t.arena);
    buf_deinit(&reading.lines);
    buf_deinit(&db);
    buf_deinit(&wal);
    return !reading.is_opened || reading.is_noticed;
}

/* threat 76: bits, sectors and ends of database and write-ahead log. */
static void whatever_is_served_is_what_was_written(void **state) {
    struct test_random random = test_random_stream(1);
    (void)state;
    int64_t marked = 0; /* the log's end */
    struct str lines = buf_str(&truth.lines);
    while (lines.len > 0) {
        struct str line = str_cut(&lines, '\n');
        uint64_t pos = 0;
        if (str_starts_with(line, STR("event ")) &&
            str_to_u64(str_range(line, 6, 6 + str_find_byte(str_from(line, 6), ' ')), INT64_MAX,
                       &pos))
            marked = (int64_t)pos;
    }
    int noticed = 0, trials = getenv("SOAK_MINUTES") != NULL ? TRIALS * 50 : TRIALS;
    for (int i = 0; i < trials; i++)
        noticed += try_damage(&random, i, marked);
    assert_true(noticed > trials / 3); /* the rest hit free space, or a value that nobody reads */
}

static int forget_truth(void **state) {
    (void)state;
    buf_deinit(&db_file);
    buf_deinit(&wal_file);
    buf_deinit(&truth.lines);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_served_is_what_was_written),
    };
    return test_random_report(cmocka_run_group_tests(tests, write_truth, forget_truth));
}
