/* web_internal.h: what the web's files share.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "proto/gen/proto_gen.h"
#include "web/web.h"

#include <jansson.h>

#define WEB_QUERY_MAX 8

/* Owner: one worker. */
struct web {
    struct loop *loop;
    struct web_options options;
    struct chat_desk desk;
    struct web_files files;
    const struct http_request *request; /* the one that is being begun; NULL: none */
    bool is_draining;
    struct web_counters counters;
};

struct web_call;

/* Who may call a route. */
enum web_auth {
    WEB_OPEN,    /* everybody */
    WEB_SESSION, /* whoever has a session: cookie or bearer token */
};

/* One row of the table of routes. */
struct web_route {
    enum http_method method;
    const char *path; /* segments; {name} takes one, percent-decoded */
    enum web_auth auth;
    bool wants_json; /* the body is a JSON object */
    int act;         /* enum proto_command or enum chat_act; 0: `answer` does it all */
    int status;      /* of success */
    const char *query[WEB_QUERY_MAX];      /* query parameters that become fields of the payload */
    void (*answer)(struct web_call *call); /* without a command; or how to begin another act */
    void (*finish)(struct web_call *call,
                   const struct chat_request *request); /* NULL: the data as it is */
};

extern const struct web_route web_routes[];
extern const size_t web_route_count;

/* A request to the API from its head to its answer. Owner: the worker; lives until both the connection and the core are done
 * with it. */
struct web_call {
    struct web *web;
    const struct web_route *route;
    struct conn *conn; /* NULL when it went away */
    bool is_asked;     /* the core has it */
    bool has_token, from_cookie;
    unsigned char token_hash[CHAT_TOKEN_HASH_BYTES];
    struct arena arena;
    json_t *payload; /* an object: path and query parameters, then the body's fields */
    struct buf body;
    struct str agent, address; /* in the arena */
    bool is_local;             /* asked on the server's own machine */
    struct str fresh_token;    /* of a log-in; in the arena */
    struct web_upload *upload; /* NULL: none, or not yet */
    uint64_t upload_bytes;     /* that have come */
    struct web_file *file;     /* NULL: none is asked for */
    bool is_reading;           /* a piece of the file is on its way */
};

/* web_routes.c */
/* Finds the row of method and path; the path's parameters are put into `parameters` (an object) as texts. NULL: no such
 * path, or not with this method: then *allow lists the methods that there are ("" when the path is unknown). */
const struct web_route *web_route_find(enum http_method method, struct str path, json_t *parameters,
                                       struct buf *allow);

/* web_call.c */
void web_call_begin(struct web *web, struct conn *conn, const struct http_request *request,
                    const struct web_route *route, const json_t *parameters);
/* Answers with `data` JSON, and further header lines; ends the call's part with the connection. */
void web_call_respond(struct web_call *call, int status, struct str json, struct str headers);
void web_call_refuse(struct web_call *call, enum proto_error error, const char *message,
                     const char *field);
/* Makes the row's command out of the call's payload, checked by the protocol's tables, and gives it to the core. */
void web_call_ask_command(struct web_call *call);
/* Decodes the call's payload, texts into `arena`. False: refused already. */
bool web_call_decode(struct web_call *call, const struct proto_struct *shape, struct arena *arena,
                     void *out);
/* Gives an act to the core; `payload` lives in the request's arena. */
void web_call_submit(struct web_call *call, struct chat_request *request, void *payload);
struct chat_request *web_call_request(struct web_call *call, int act);

/* Its connection is gone. */
void web_call_on_abort(struct conn *conn, void *user, enum conn_end end);
/* Frees the call when neither connection nor core need it. */
void web_call_free_when_done(struct web_call *call);

/* web_upload.c, web_file.c: files come in and go out */
void web_upload_begin(struct web_call *call);
void web_upload_answered(struct web_call *call, const struct chat_request *request);
/* The core has refused; before it is told. */
void web_upload_failed(struct web_call *call, const struct chat_request *request);
void web_file_begin(struct web_call *call);
void web_file_found(struct web_call *call, const struct chat_request *request);
/* Lets go of what it holds besides its memory. */
void web_file_free(struct web_call *call);

/* web_session.c: the routes of sessions */
void web_session_make(struct web_call *call);
void web_session_made(struct web_call *call, const struct chat_request *request);
void web_session_show(struct web_call *call, const struct chat_request *request);
void web_session_end(struct web_call *call, const struct chat_request *request);
struct str web_session_cookie(const struct web *web, const struct http_request *request);
/* A Set-Cookie line; an empty token takes the cookie away. */
void web_session_cookie_line(const struct web *web, struct str token, struct buf *out);

/* web_account.c: the routes of accounts, and of what one knows before having one */
void web_account_register(struct web_call *call);
void web_account_password(struct web_call *call);
void web_account_password_changed(struct web_call *call, const struct chat_request *request);
void web_account_server(struct web_call *call);
void web_account_invite(struct web_call *call);
/* Makes the token that the answer will tell; its hash goes to `hash`. */
void web_session_make_token(struct web_call *call, unsigned char hash[CHAT_TOKEN_HASH_BYTES]);

/* web_local.c: does somebody ask on the server's own machine? */
bool web_local_is(struct str address, const struct http_request *request);

/* web_message.c: what a script may leave out */
void web_message_send(struct web_call *call);

/* web_respond.c: answers without a call */
void web_respond_json(struct conn *conn, int status, struct str json, struct str headers);
void web_respond_error(struct conn *conn, enum proto_error error, int status, const char *message,
                       struct str headers);

/* As for a path that there is not. */
void web_respond_nothing(struct conn *conn);

/* web_metrics.c: the counters, for this machine and for who has the token. Not in the table of routes: for all others, and for other
 * methods, the path is not there. */
bool web_metrics_is_wanted(const struct http_request *request);
void web_metrics_handle(struct web *web, struct conn *conn, const struct http_request *request);

/* web_static.c: the web app */
void web_static_handle(struct conn *conn, const struct http_request *request);
