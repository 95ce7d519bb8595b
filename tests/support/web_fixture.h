/* web_fixture.h: the web on a loop of its own, with the test as its core, and a client.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "fake_desk.h"
#include "web/web.h"

struct web_fixture {
    struct fixture net;
    struct fake_desk desk;
    struct web *web;
    atomic_bool is_ready;
    int fd;
    struct buf in;   /* read and not yet taken */
    struct str head; /* of the last answer, in `in` */
    struct str body;
};

static inline void web_fixture_on_request(struct conn *conn, const struct http_request *request,
                                          void *context) {
    struct web_fixture *f = context;
    web_handle(f->web, conn, request);
}

static inline bool web_fixture_is_ready(const void *context) {
    const struct web_fixture *f = context;
    return atomic_load(&f->is_ready);
}

static inline int web_fixture_setup_with(void **state, struct web_options options) {
    static const struct http_handler handler = {.on_request = web_fixture_on_request};
    struct web_fixture *f = calloc(1, sizeof *f);
    options.is_ready = web_fixture_is_ready;
    options.ready_context = f;
    const struct loop_options loop_options = {
        .http = &handler, .http_context = f, .common_headers = web_common_headers(&options)};
    fixture_init(&f->net, &loop_options);
    fake_desk_init(&f->desk);
    f->desk.loop = f->net.loop;
    atomic_store(&f->is_ready, true);
    const struct chat_desk port = fake_desk_port(&f->desk);
    const struct web_files files = {.context = NULL};
    f->web = web_new(f->net.loop, &options, &port, &files);
    fixture_run(&f->net);
    f->fd = client_connect(fixture_port(&f->net));
    *state = f;
    return 0;
}

static inline int web_fixture_setup(void **state) {
    return web_fixture_setup_with(state, (struct web_options){0});
}

static inline int web_fixture_teardown(void **state) {
    struct web_fixture *f = *state;
    close(f->fd);
    fixture_join(&f->net);
    fixture_free(&f->net);
    fake_desk_deinit(&f->desk);
    web_free(f->web);
    buf_deinit(&f->in);
    free(f);
    return 0;
}

/* A new connection; the old one is closed. */
static inline void web_again(struct web_fixture *f) {
    close(f->fd);
    buf_clear(&f->in);
    f->head = f->body = STR_NONE;
    f->fd = client_connect(fixture_port(&f->net));
}

/* Sends a request; `lines` are further header lines. A body gets its length. */
static inline void web_send(struct web_fixture *f, const char *request_line, const char *lines,
                            const char *body) {
    struct buf out = BUF_EMPTY;
    buf_printf(&out, "%s HTTP/1.1\r\nHost: chat.example\r\n%s", request_line, lines);
    if (body != NULL)
        buf_printf(&out, "Content-Length: %zu\r\n", strlen(body));
    buf_append_c(&out, "\r\n");
    buf_append_c(&out, body != NULL ? body : "");
    client_send(f->fd, buf_str(&out));
    buf_deinit(&out);
}

/* Takes the next answer into f->head and f->body; returns its status. */
static inline int web_read(struct web_fixture *f) {
    buf_consume(&f->in, f->head.len + f->body.len);
    f->head = f->body = STR_NONE;
    int status = client_read_answer(f->fd, &f->in, &f->body);
    f->head = str_of(f->in.data, (size_t)(f->body.at - f->in.data));
    return status;
}

/* As web_read, of an answer to HEAD: its length is announced, and nothing follows. */
static inline int web_read_head(struct web_fixture *f) {
    buf_consume(&f->in, f->head.len + f->body.len);
    client_read_until(f->fd, &f->in, "\r\n\r\n");
    f->head = str_of(f->in.data, (size_t)(strstr(f->in.data, "\r\n\r\n") + 4 - f->in.data));
    f->body = STR_NONE;
    return (int)strtol(f->in.data + 9, NULL, 10);
}

static inline int web_ask(struct web_fixture *f, const char *request_line, const char *lines,
                          const char *body) {
    web_send(f, request_line, lines, body);
    return web_read(f);
}

/* The value of a header of the last answer; STR_NONE when it has none. */
static inline struct str web_header(const struct web_fixture *f, const char *name) {
    struct str rest = f->head;
    while (rest.len > 0) {
        struct str line = str_cut(&rest, '\n');
        struct str key = str_cut(&line, ':');
        if (str_equal_nocase(key, str_of_c(name)))
            return str_trim(str_range(line, 0, line.len - 1));
    }
    return STR_NONE;
}

/* A call on the loop's thread that the test waits for. */
static inline void web_fixture_drain_run(struct loop *loop, void *argument) {
    (void)loop;
    web_drain(argument);
}

static inline void web_fixture_drain(struct web_fixture *f) {
    fixture_do(&f->net, web_fixture_drain_run, f->web);
}
