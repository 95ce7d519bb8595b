/* control.c: the server's side of the operator's door.
 *
 * Owns      struct control: the listening socket and the thread behind it.
 *
 * The path of a socket may have 107 bytes; a data directory whose path is longer has no door, and the log says so.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/control.h"

#include "app/control_path.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <uv.h>

#define CONTROL_LINE_BYTES_MAX 4096
#define CONTROL_WAIT_S         5 /* for a caller's line */
#define CONTROL_DEPTH_MAX      2

struct control {
    int listen_fd, wake_fd;
    struct sockaddr_un address;
    uv_thread_t thread;
    bool is_started;
    atomic_bool is_stopping;
    struct chat_desk desk;
    uv_sem_t answered;
    struct chat_request *request; /* that came back */
};

/* Lines */

static const struct {
    const char *act;
    enum chat_operate_kind kind;
} acts[] = {
    {"add", CHAT_OPERATE_ADD},
    {"role", CHAT_OPERATE_ROLE},
    {"password", CHAT_OPERATE_PASSWORD},
    {"list", CHAT_OPERATE_LIST},
};

static bool read_act(const json_t *line, enum chat_operate_kind *out) {
    struct str act = json_str(json_object_get(line, "act"));
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (str_equal(act, str_of_c(acts[i].act))) {
            *out = acts[i].kind;
            return true;
        }
    }
    return false;
}

/* A role that somebody with an account can have; absent is 0. */
static bool read_role(const json_t *line, enum proto_user_role *out) {
    struct str text = json_str(json_object_get(line, "role"));
    *out = 0;
    if (str_is_none(text))
        return true;
    for (int role = PROTO_USER_ROLE_OWNER; role <= PROTO_USER_ROLE_MEMBER; role++) {
        if (str_equal(text, proto_user_role_enum.texts[role]))
            *out = (enum proto_user_role)role;
    }
    return *out != 0;
}

static struct str copy_text(struct arena *arena, const json_t *line, const char *key) {
    struct str text = json_str(json_object_get(line, key));
    return arena_copy(arena, str_is_none(text) ? STR("") : text);
}

struct chat_request *control_request(struct str line, chat_answer_cb on_answer, void *owner,
                                     const char **error) {
    struct chat_operate operate = {0};
    json_t *object = json_parse(line, CONTROL_DEPTH_MAX);
    *error = !read_act(object, &operate.kind)    ? "There is no such act."
             : !read_role(object, &operate.role) ? "A role is owner, admin or member."
             : operate.kind == CHAT_OPERATE_ROLE && operate.role == 0 ? "Which role?"
                                                                      : NULL;
    struct chat_request *request = NULL;
    if (*error == NULL) {
        request = chat_request_new(CHAT_ACT_OPERATE, 0, on_answer);
        request->owner = owner;
        operate.name = copy_text(&request->arena, object, "name");
        operate.password = copy_text(&request->arena, object, "password");
        operate.after = json_integer_value(json_object_get(object, "after"));
        struct chat_operate *payload = ARENA_NEW(&request->arena, struct chat_operate);
        *payload = operate;
        request->command.payload = payload;
    }
    json_decref(object);
    return request;
}

void control_answer(const struct chat_request *request, struct buf *out) {
    bool ok = request->error == PROTO_OK;
    buf_append_c(out, ok ? "{\"ok\":true,\"data\":" : "{\"ok\":false,\"error\":");
    buf_append_str(out, buf_str(&request->json));
    buf_append_c(out, "}\n");
}

static void answer_sentence(const char *sentence, struct buf *out) {
    buf_append_c(out, "{\"ok\":false,\"error\":{\"code\":\"bad_request\",\"message\":");
    json_write_string(out, str_of_c(sentence));
    buf_append_c(out, "}}\n");
}

/* One caller */

/* On a worker's thread, or ours when the core is full. */
static void on_answer(struct chat_request *request) {
    struct control *control = request->owner;
    control->request = request;
    uv_sem_post(&control->answered);
}

static void carry_out(struct control *control, struct str line, struct buf *out) {
    const char *error;
    struct chat_request *request = control_request(line, on_answer, control, &error);
    if (request == NULL) {
        answer_sentence(error, out);
        return;
    }
    control->desk.submit(control->desk.core, request);
    uv_sem_wait(&control->answered);
    control_answer(control->request, out);
    chat_request_free(control->request);
}

/* False: he went away, or said too much, or too slowly. */
static bool read_line(int fd, struct buf *out) {
    char bytes[512];
    const struct timeval wait = {.tv_sec = CONTROL_WAIT_S};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    while (out->len < CONTROL_LINE_BYTES_MAX) {
        ssize_t count = recv(fd, bytes, sizeof bytes, 0);
        if (count <= 0)
            return false;
        buf_append(out, bytes, (size_t)count);
        if (out->data[out->len - 1] == '\n')
            return true;
    }
    return false;
}

static void write_all(int fd, struct str text) {
    while (text.len > 0) {
        ssize_t count = send(fd, text.at, text.len, MSG_NOSIGNAL);
        if (count <= 0)
            return; /* he will ask again */
        text = str_from(text, (size_t)count);
    }
}

static void serve_one(struct control *control, int fd) {
    struct buf line = BUF_EMPTY, answer = BUF_EMPTY;
    if (read_line(fd, &line)) {
        carry_out(control, buf_str(&line), &answer);
        write_all(fd, buf_str(&answer));
    }
    if (line.len > 0)
        explicit_bzero(line.data, line.len);
    buf_deinit(&line);
    buf_deinit(&answer);
    (void)close(fd);
}

static void control_main(void *argument) {
    struct control *control = argument;
    thread_set(THREAD_CONTROL, 0);
    while (!atomic_load(&control->is_stopping)) {
        struct pollfd wanted[] = {{.fd = control->listen_fd, .events = POLLIN},
                                  {.fd = control->wake_fd, .events = POLLIN}};
        if (poll(wanted, 2, -1) <= 0 || (wanted[0].revents & POLLIN) == 0)
            continue;
        int fd = accept4(control->listen_fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            serve_one(control, fd);
    }
}

/* Life cycle */

static bool control_listen(struct control *control) {
    const struct sockaddr_un *address = &control->address;
    mode_t before = umask(0177);
    (void)unlink(address->sun_path);
    control->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    control->wake_fd = eventfd(0, EFD_CLOEXEC);
    bool good = control->listen_fd >= 0 && control->wake_fd >= 0 &&
                bind(control->listen_fd, (const struct sockaddr *)address, sizeof *address) == 0 &&
                listen(control->listen_fd, 4) == 0;
    (void)umask(before);
    return good;
}

struct control *control_open(const char *directory) {
    struct control *control = MEM_NEW(struct control);
    control->listen_fd = control->wake_fd = -1;
    int error = uv_sem_init(&control->answered, 0);
    ASSERT(error == 0);
    errno = ENAMETOOLONG;
    if (control_address(directory, &control->address) && control_listen(control))
        return control;
    log_warn(LOG_APP, "control.closed", "reason=\"%s\"", strerror(errno));
    control_free(control);
    return NULL;
}

void control_start(struct control *control, const struct chat_desk *desk) {
    control->desk = *desk;
    int error = uv_thread_create(&control->thread, control_main, control);
    ASSERT(error == 0);
    control->is_started = true;
}

void control_stop(struct control *control) {
    const uint64_t one = 1;
    if (control == NULL || !control->is_started)
        return;
    atomic_store(&control->is_stopping, true);
    ssize_t count = write(control->wake_fd, &one, sizeof one);
    ASSERT(count == sizeof one);
    (void)uv_thread_join(&control->thread);
}

void control_free(struct control *control) {
    if (control == NULL)
        return;
    if (control->listen_fd >= 0) {
        (void)close(control->listen_fd);
        (void)unlink(control->address.sun_path);
    }
    if (control->wake_fd >= 0)
        (void)close(control->wake_fd);
    uv_sem_destroy(&control->answered);
    free(control);
}
