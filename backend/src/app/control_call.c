/* control_call.c: the operator's side of his door: ask the server that runs, or be the server for a moment.
 *
 * Without a server the line goes through the same core as with one: the journal on the locked database, one request, no
 * workers to tell. Should root do it for a directory of somebody else's, it becomes that one first, so that no file is left
 * that the server cannot write.
 *
 * Thread    main.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/control.h"
#include "app/control_path.h"
#include "app/core_batch.h"
#include "app/hasher.h"
#include "base/clock.h"
#include "base/password.h"
#include "journal/journal_local.h"
#include "store/store.h"

#include <errno.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns owned. */
static char *sentence(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *sentence(const char *format, ...) {
    struct buf out = BUF_EMPTY;
    size_t len;
    va_list args;
    va_start(args, format);
    buf_vprintf(&out, format, args);
    va_end(args);
    buf_append_byte(&out, '\0');
    return buf_take(&out, &len);
}

/* A server that runs */

enum door { DOOR_OPEN, DOOR_NONE, DOOR_REFUSED };

static enum door door_open(const char *directory, int *fd, char **message) {
    struct sockaddr_un address;
    if (!control_address(directory, &address))
        return DOOR_NONE;
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd >= 0 && connect(*fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return DOOR_OPEN;
    int number = errno;
    if (*fd >= 0)
        (void)close(*fd);
    if (number == ENOENT || number == ECONNREFUSED || number == ENOTDIR)
        return DOOR_NONE;
    *message =
        sentence("The data directory %s cannot be entered: %s.", directory, strerror(number));
    return DOOR_REFUSED;
}

static bool door_ask(int fd, struct str line, struct buf *answer, char **message) {
    char bytes[4096];
    ssize_t count = send(fd, line.at, line.len, MSG_NOSIGNAL);
    bool good = count == (ssize_t)line.len;
    while (good && (count = recv(fd, bytes, sizeof bytes, 0)) > 0)
        buf_append(answer, bytes, (size_t)count);
    good = good && answer->len > 0;
    if (!good)
        *message = sentence("The server ended before it answered. Look whether it was done: parley "
                            "user list.");
    (void)close(fd);
    return good;
}

/* No server */

struct offline {
    struct core_state core;
    struct chat_request *waiting;
    bool is_done;
};

static int64_t wall_ms(void *context) {
    (void)context;
    return clock_wall_ms();
}

static int64_t mono_ms(void *context) {
    (void)context;
    return clock_mono_ms();
}

static struct chat_request *next(void *context) {
    struct offline *offline = context;
    struct chat_request *request = offline->waiting;
    offline->waiting = NULL;
    return request;
}

static void hash(void *context, struct chat_request *request) {
    struct offline *offline = context;
    hasher_work(request);
    offline->waiting = request;
}

static void on_refused(void *context) {
    (void)context; /* the answer says so */
}

/* Nobody to read for: the acts of this door need no messages. */
static void on_read(void *context, struct chat_request *request) {
    (void)context;
    (void)request;
    ASSERT(false);
}

static bool run(struct store *store, struct chat_request *request) {
    struct offline offline = {.waiting = request};
    struct journal *journal = journal_local_new(store);
    struct chat_options options = chat_options_default();
    const struct core_port port = {.context = &offline,
                                   .wall_ms = wall_ms,
                                   .mono_ms = mono_ms,
                                   .next = next,
                                   .read = on_read,
                                   .hash = hash,
                                   .on_refused = on_refused};
    options.rate_scale = 0;
    bool good = core_state_open(&offline.core, &options, journal, &port) == ERR_OK;
    while (good && offline.waiting != NULL)
        (void)core_batch_run(&offline.core);
    if (good)
        core_state_close(&offline.core);
    journal->ops->close(journal);
    return good;
}

/* Root leaves no file behind that the directory's owner cannot write. */
static bool become_owner(const char *directory, char **message) {
    struct stat status;
    if (geteuid() != 0 || stat(directory, &status) != 0 || status.st_uid == 0)
        return true;
    if (setgroups(0, NULL) == 0 && setgid(status.st_gid) == 0 && setuid(status.st_uid) == 0)
        return true;
    *message = sentence("Cannot become the owner of %s: %s.", directory, strerror(errno));
    return false;
}

static bool has_database(const char *directory) {
    struct buf path = BUF_EMPTY;
    struct stat status;
    buf_printf(&path, "%s/parley.db", directory);
    bool found = stat(buf_c(&path), &status) == 0;
    buf_deinit(&path);
    return found;
}

static void keep(struct chat_request *request) {
    (void)request; /* with no worker to go back to it stays where it is */
}

static bool carry_out_on(const char *directory, struct chat_request *request, struct buf *answer,
                         char **message) {
    const struct store_options options = {.directory = directory};
    struct store *store = NULL;
    const char *why = NULL;
    if (store_open(&options, &store, &why) != ERR_OK) {
        *message =
            sentence("%c%s.", why[0] >= 'a' && why[0] <= 'z' ? why[0] - 32 : why[0], why + 1);
        return false;
    }
    bool good = run(store, request);
    store_close(store);
    if (good)
        control_answer(request, answer);
    else
        *message = sentence("The database in %s cannot be read.", directory);
    return good;
}

static bool call_offline(const char *directory, bool may_create, struct str line,
                         struct buf *answer, char **message) {
    const char *error = NULL;
    if (!may_create && !has_database(directory)) {
        *message =
            sentence("There is no database in %s; name its directory with --data.", directory);
        return false;
    }
    if (!become_owner(directory, message))
        return false;
    struct chat_request *request = control_request(line, keep, NULL, &error);
    if (request == NULL) {
        *message = sentence("%s", error);
        return false;
    }
    password_init();
    bool good = carry_out_on(directory, request, answer, message);
    chat_request_free(request);
    return good;
}

bool control_call(const char *directory, bool may_create, struct str line, struct buf *answer,
                  char **message) {
    int fd = -1;
    *message = NULL;
    switch (door_open(directory, &fd, message)) {
    case DOOR_OPEN:
        return door_ask(fd, line, answer, message);
    case DOOR_NONE:
        return call_offline(directory, may_create, line, answer, message);
    case DOOR_REFUSED:
        break;
    }
    return false;
}
