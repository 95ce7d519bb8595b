/* search_find.c: the readers' side: from a query to messages.
 *
 * Owns      struct search_finder.
 * Thread    READER.
 *
 * How it works: the index is asked for ids, newest first, by up to SEARCH_STREAMS_MAX statements, each with a part of the
 * person's rooms (FTS5 gets slow with long lists of OR); the greatest id of all streams is the next one. Each message is read
 * from the database and has to hold the words itself. Who is in more rooms than the streams hold gets one stream over
 * everything, of which other rooms' messages are passed over.
 *
 * Long beginnings. FTS5 has lists of all beginnings of two and of three letters, and walks them from the newest on. For a longer
 * one it first gathers every message that has any such word, 100 ms for a common word among a million messages. So a page is
 * first looked for among those with the first three letters: a common beginning fills it soon. When SEARCH_BROAD_LOOKS
 * messages were looked at in vain the beginning is rare, so that there is little to gather, and the rest of the page is found so.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/thread.h"
#include "search/search_internal.h"
#include "search/search_snippet.h"
#include "store/store_file.h"

#include <sys/stat.h>

#define PROGRESS_STEPS 2000 /* of SQLite's machine, between two looks at the clock */

struct search_finder {
    struct store_db db; /* read-only */
    char *path;
    dev_t device;
    ino_t inode; /* the file that is open: a new one may have come into its place */
    int64_t deadline_ms;
};

struct stream {
    sqlite3_stmt *statement;
    int64_t id; /* the next one; 0: ended */
};

/* One search. */
struct find {
    struct search_finder *finder;
    struct store_reader *reader;
    const struct search_wish *wish;
    struct arena *arena;
    struct search_query query;
    int64_t first_id, last_id; /* inclusive: what is still to be looked at */
    bool is_broad;
    size_t looks_left; /* at messages */
    struct stream streams[SEARCH_STREAMS_MAX];
    size_t stream_count;
    bool checks_rooms; /* the streams do not */
};

/* Connections */

static int is_late(void *context) {
    const struct search_finder *finder = context;
    return clock_mono_ms() > finder->deadline_ms;
}

static bool is_there(const struct search_finder *finder, struct stat *out) {
    return stat(finder->path, out) == 0;
}

static enum err finder_connect(struct search_finder *finder) {
    struct stat file;
    if (!is_there(finder, &file))
        return ERR_NOT_FOUND;
    enum err error = search_connect(finder->path, SQLITE_OPEN_READONLY, &finder->db);
    if (error != ERR_OK)
        return error;
    store_db_leave(&finder->db);
    sqlite3_progress_handler(finder->db.handle, PROGRESS_STEPS, is_late, finder);
    finder->device = file.st_dev;
    finder->inode = file.st_ino;
    return ERR_OK;
}

static void finder_disconnect(struct search_finder *finder) {
    store_db_close(&finder->db);
    finder->db = (struct store_db){0};
}

static enum err finder_refresh(struct search_finder *finder) {
    struct stat file;
    if (finder->db.handle != NULL && is_there(finder, &file) && file.st_dev == finder->device &&
        file.st_ino == finder->inode)
        return ERR_OK;
    finder_disconnect(finder);
    enum err error = finder_connect(finder);
    if (error != ERR_OK)
        finder_disconnect(finder);
    return error;
}

enum err search_finder_open(const char *directory, struct search_finder **out) {
    struct search_finder *finder = MEM_NEW(struct search_finder);
    finder->path = store_file_in(directory, SEARCH_FILE);
    enum err error = finder_connect(finder);
    if (error != ERR_OK) {
        search_finder_close(finder);
        return error;
    }
    *out = finder;
    return ERR_OK;
}

void search_finder_close(struct search_finder *finder) {
    store_db_close(&finder->db);
    free(finder->path);
    free(finder);
}

void search_finder_shrink(struct search_finder *finder) {
    store_db_shrink(&finder->db);
}

/* Streams */

static enum err stream_next(struct find *find, struct stream *stream) {
    bool row;
    enum err error = store_sql_step(&find->finder->db, stream->statement, &row);
    stream->id = error == ERR_OK && row ? sqlite3_column_int64(stream->statement, 0) : 0;
    return error;
}

static enum err stream_open(struct find *find, const struct search_scope *scope) {
    static const char text[] = "SELECT rowid FROM words WHERE words MATCH ?1"
                               " AND rowid >= ?2 AND rowid <= ?3 ORDER BY rowid DESC";
    struct stream *stream = &find->streams[find->stream_count];
    struct store_db *db = &find->finder->db;
    struct buf expression = BUF_EMPTY;
    int code = sqlite3_prepare_v2(db->handle, text, -1, &stream->statement, NULL);
    if (code != SQLITE_OK)
        return store_sql_err(db, NULL, code);
    find->stream_count++;
    search_query_write(&find->query, scope, &expression);
    store_sql_bind_str(stream->statement, 1, arena_copy(find->arena, buf_str(&expression)));
    store_sql_bind_int(stream->statement, 2, find->first_id);
    store_sql_bind_int(stream->statement, 3, find->last_id);
    buf_deinit(&expression);
    return stream_next(find, stream);
}

static enum err open_streams(struct find *find) {
    const struct search_wish *wish = find->wish;
    struct search_scope scope = {.author = wish->author, .is_broad = find->is_broad};
    find->checks_rooms = wish->room_count > SEARCH_STREAMS_MAX * SEARCH_STREAM_ROOMS;
    if (find->checks_rooms)
        return stream_open(find, &scope);
    enum err error = ERR_OK;
    for (size_t at = 0; error == ERR_OK && at < wish->room_count; at += SEARCH_STREAM_ROOMS) {
        size_t left = wish->room_count - at;
        scope.rooms = wish->rooms + at;
        scope.room_count = left < SEARCH_STREAM_ROOMS ? left : SEARCH_STREAM_ROOMS;
        error = stream_open(find, &scope);
    }
    return error;
}

/* The stream with the newest id; NULL: all have ended. */
static struct stream *newest_stream(struct find *find) {
    struct stream *newest = NULL;
    for (size_t i = 0; i < find->stream_count; i++) {
        struct stream *stream = &find->streams[i];
        if (stream->id > 0 && (newest == NULL || stream->id > newest->id))
            newest = stream;
    }
    return newest;
}

static void close_streams(struct find *find) {
    for (size_t i = 0; i < find->stream_count; i++)
        sqlite3_finalize(find->streams[i].statement);
    find->stream_count = 0;
}

/* Hits */

static bool is_room_wanted(const struct search_wish *wish, int64_t room) {
    size_t low = 0, high = wish->room_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (wish->rooms[middle] < room)
            low = middle + 1;
        else
            high = middle;
    }
    return low < wish->room_count && wish->rooms[low] == room;
}

static bool fits(const struct search_wish *wish, const struct proto_message *message) {
    return !message->deleted && is_room_wanted(wish, message->room) &&
           (!wish->pinned || message->pinned) &&
           (!wish->has_file || message->attachments_count > 0) &&
           (wish->author == 0 || message->author->id == wish->author) &&
           (wish->since_ms == 0 || message->created_at >= wish->since_ms) &&
           (wish->until_ms == 0 || message->created_at < wish->until_ms);
}

/* Adds the message, if it is what the index says. */
static enum err take(struct find *find, int64_t id, struct search_found *out) {
    struct chat_stored_message *stored = ARENA_NEW(find->arena, struct chat_stored_message);
    struct proto_snippet *snippet = ARENA_NEW(find->arena, struct proto_snippet);
    enum err error = store_read_message(find->reader, id, find->arena, stored);
    if (error == ERR_NOT_FOUND || error == ERR_CORRUPT)
        return ERR_OK;
    if (error != ERR_OK || !fits(find->wish, &stored->message) ||
        !search_snippet_make(&find->query, stored->message.body, find->arena, snippet))
        return error;
    out->hits[out->count++] = (struct proto_hit){&stored->message, snippet};
    return ERR_OK;
}

/* One more than was asked for: then there is more. */
static bool is_page_full(const struct find *find, const struct search_found *out) {
    return out->count > (size_t)find->wish->limit;
}

static enum err gather(struct find *find, struct search_found *out) {
    for (struct stream *stream; (stream = newest_stream(find)) != NULL && find->looks_left > 0 &&
                                !is_page_full(find, out);) {
        enum err error = take(find, stream->id, out);
        find->looks_left--;
        find->last_id = stream->id - 1;
        if (error == ERR_OK && !is_page_full(find, out) && is_late(find->finder))
            error = ERR_UNAVAILABLE;
        if (error == ERR_OK)
            error = stream_next(find, stream);
        if (error != ERR_OK)
            return error;
    }
    return ERR_OK;
}

static enum err look(struct find *find, bool is_broad, size_t looks, struct search_found *out) {
    find->is_broad = is_broad;
    find->looks_left = looks;
    enum err error = open_streams(find);
    if (error == ERR_OK)
        error = gather(find, out);
    close_streams(find);
    return error;
}

static enum err fill_page(struct find *find, struct search_found *out) {
    size_t limit = (size_t)find->wish->limit;
    out->hits = ARENA_NEW_N(find->arena, struct proto_hit, limit + 1);
    bool begins_broad = search_query_can_be_broad(&find->query);
    enum err error = begins_broad ? look(find, true, SEARCH_BROAD_LOOKS, out) : ERR_OK;
    bool is_done = begins_broad && (find->looks_left > 0 || is_page_full(find, out));
    if (error == ERR_OK && !is_done)
        error = look(find, false, SIZE_MAX, out);
    if (error == ERR_OK) {
        out->more = is_page_full(find, out);
        out->count = out->more ? limit : out->count;
    }
    return error;
}

/* Operations */

/* Ids ascend with time, so a time is a bound of ids. */
static enum err bound_ids(struct find *find) {
    const struct search_wish *wish = find->wish;
    enum err error = ERR_OK;
    int64_t until_id = INT64_MAX;
    find->first_id = 1;
    if (wish->since_ms > 0)
        error = store_read_first_since(find->reader, wish->since_ms, &find->first_id);
    if (error == ERR_OK && wish->until_ms > 0)
        error = store_read_first_since(find->reader, wish->until_ms, &until_id);
    if (wish->before > 0 && wish->before < until_id)
        until_id = wish->before;
    find->last_id = until_id - 1;
    return error;
}

/* Out of time: what was found so far is a page; with nothing there is none. */
static enum err judge(struct search_finder *finder, enum err error, struct search_found *out) {
    if (error == ERR_OK || !is_late(finder))
        return error;
    out->more = true;
    return out->count > 0 ? ERR_OK : ERR_UNAVAILABLE;
}

enum err search_find(struct search_finder *finder, struct store_reader *reader,
                     const struct search_wish *wish, struct arena *arena,
                     struct search_found *out) {
    ASSERT_THREAD(READER);
    ASSERT(wish->limit >= 1);
    struct find find = {.finder = finder, .reader = reader, .wish = wish, .arena = arena};
    *out = (struct search_found){0};
    find.query = search_query_read(wish->typed, arena);
    if (find.query.term_count == 0 || wish->room_count == 0)
        return ERR_OK;
    finder->deadline_ms = clock_mono_ms() + SEARCH_MS_MAX;
    enum err error = finder_refresh(finder);
    if (error == ERR_OK)
        error = bound_ids(&find);
    if (error == ERR_OK)
        error = fill_page(&find, out);
    return judge(finder, error, out);
}
