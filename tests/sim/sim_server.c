/* sim_server.c: one process of the server, without its threads.
 *
 * Owns      struct sim_server: the gateways and their loops, the core's state and inbox, the readers' inboxes.
 *
 * What core.c and reader.c do with threads is done here by events: each "thread" has an inbox and wakes up some time after
 * something has come. How it works on what it finds is the server's own code (core_batch.c, reading.c, gateway).
 *
 * Death: all that lives in memory goes. Sessions are ended so that the layers free what they hold; what they still
 * say reaches nobody, because the inboxes are emptied and the links cut. Only the journal stays.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_server.h"

#include "app/core_batch.h"
#include "app/reading.h"
#include "base/limits.h"
#include "base/mem.h"
#include "gateway/gw_batch.h"
#include "gateway/gw_internal.h"
#include "sim_journal.h"
#include "sim_link.h"
#include "sim_loop.h"

#define WORKERS_SIM_MAX 4
#define RESTART_MS_MAX  2000
#define TICKS_MAX       100000 /* of one process: above that time-outs storm */

/* Requests that wait for a thread. */
struct inbox {
    struct mail *first, *last;
    bool is_awake;
};

struct sim_server {
    uint64_t life;
    bool is_up, is_closing;
    struct loop *loops[WORKERS_SIM_MAX];
    struct gateway *gateways[WORKERS_SIM_MAX];
    struct core_state core;
    struct inbox inbox, readers[READER_THREADS];
    int64_t batch_left;  /* requests that the running batch may still take */
    uint64_t due_number; /* of the wake-up for what is due; all before it are void */
    uint64_t ticks;
    int64_t stale_ms;
    chat_answer_cb on_attached; /* the gateways' own */
};

static struct sim_server *server(void) {
    return sim_world->server;
}

/* Time */

int64_t sim_wall_ms(void) {
    return sim_world->now_ms + sim_world->wall_offset_ms;
}

int64_t sim_mono_ms(void) {
    return sim_world->now_ms + sim_world->mono_offset_ms;
}

/* Inboxes */

static void inbox_put(struct inbox *inbox, struct chat_request *request) {
    request->mail.next = NULL;
    if (inbox->first == NULL)
        inbox->first = &request->mail;
    else
        inbox->last->next = &request->mail;
    inbox->last = &request->mail;
}

static struct chat_request *inbox_take(struct inbox *inbox) {
    struct mail *mail = inbox->first;
    if (mail == NULL)
        return NULL;
    inbox->first = mail->next;
    return MAIL_ITEM(mail, struct chat_request, mail);
}

static void inbox_empty(struct inbox *inbox) {
    for (struct chat_request *request; (request = inbox_take(inbox)) != NULL;)
        chat_request_free(request);
    *inbox = (struct inbox){0};
}

/* Readers */

static void on_reader(void *context, uint64_t life);

static void reader_wake(unsigned number) {
    struct inbox *inbox = &server()->readers[number];
    if (inbox->is_awake)
        return;
    inbox->is_awake = true;
    sim_after(sim_up_to(sim_world->weather.reader_ms), on_reader, (void *)(uintptr_t)number,
              server()->life);
}

static void reader_answer(struct chat_request *request) {
    struct gw_batch *batch = gw_batch_new();
    reading_complete(sim_journal_reading(), request);
    gw_batch_answer(batch, request);
    gw_batch_post(batch, &server()->gateways[request->worker], 1);
}

static void on_reader(void *context, uint64_t life) {
    unsigned number = (unsigned)(uintptr_t)context;
    if (life != server()->life || !server()->is_up)
        return;
    struct inbox *inbox = &server()->readers[number];
    inbox->is_awake = false;
    struct chat_request *request = inbox_take(inbox);
    if (request != NULL)
        reader_answer(request);
    if (inbox->first != NULL)
        reader_wake(number);
}

/* The core's port */

static int64_t port_wall_ms(void *context) {
    (void)context;
    return sim_wall_ms();
}

static int64_t port_mono_ms(void *context) {
    (void)context;
    return sim_mono_ms();
}

static struct chat_request *port_next(void *context) {
    struct sim_server *self = context;
    return self->batch_left-- > 0 ? inbox_take(&self->inbox) : NULL;
}

static void port_read(void *context, struct chat_request *request) {
    struct sim_server *self = context;
    const struct chat_read *read = &request->read;
    unsigned number = (unsigned)((read->room != 0 ? read->room : read->user) % READER_THREADS);
    inbox_put(&self->readers[number], request);
    reader_wake(number);
}

static void port_on_refused(void *context) {
    (void)context;
    sim_trace("core: a write was refused");
}

/* The core's turns */

static void on_core(void *context, uint64_t life);
static void on_core_due(void *context, uint64_t number);

static void core_wake(struct sim_server *self) {
    if (self->inbox.first == NULL || self->inbox.is_awake)
        return;
    self->inbox.is_awake = true;
    sim_after(sim_up_to(sim_world->weather.core_ms), on_core, self, self->life);
}

static void core_arm(struct sim_server *self) {
    int64_t due_ms = chat_due_ms(self->core.chat);
    self->due_number++;
    if (due_ms != INT64_MAX)
        sim_after(due_ms > sim_mono_ms() ? due_ms - sim_mono_ms() : 0, on_core_due, self,
                  self->due_number);
}

static void core_tick(struct sim_server *self) {
    if (sim_world->is_dying || chat_due_ms(self->core.chat) > sim_mono_ms())
        return;
    SIM_CHECK(++self->ticks < TICKS_MAX, "a storm of time-outs");
    core_batch_tick(&self->core);
}

static void core_turn(struct sim_server *self) {
    self->batch_left = 1 + sim_up_to(sim_chance(50) ? 3 : 40);
    (void)core_batch_run(&self->core);
    core_tick(self);
    if (self->core.is_stale)
        self->stale_ms = sim_world->now_ms;
    if (sim_world->is_dying) {
        sim_server_kill();
        return;
    }
    core_wake(self);
    core_arm(self);
}

static void on_core(void *context, uint64_t life) {
    struct sim_server *self = context;
    if (life != self->life || !self->is_up)
        return;
    self->inbox.is_awake = false;
    core_turn(self);
}

static void on_core_due(void *context, uint64_t number) {
    struct sim_server *self = context;
    if (number == self->due_number && self->is_up)
        core_turn(self);
}

static void on_housekeeping(void *context, uint64_t life) {
    struct sim_server *self = context;
    if (life != self->life || !self->is_up)
        return;
    (void)core_state_idle(&self->core);
    sim_after(1000, on_housekeeping, self, life);
}

/* The desk, where the gateways' requests arrive */

/* Where each connection was attached is what its client's view is checked by. */
static void on_attached(struct chat_request *request) {
    if (request->error == PROTO_OK && server()->is_up)
        sim_link_note_attached(request->connection, request->attached->pos,
                               request->attached->session);
    server()->on_attached(request);
}

static bool is_full(const struct chat_request *request) {
    return !sim_world->is_calm && request->command.act != CHAT_ACT_DETACH &&
           sim_chance(sim_world->weather.full_percent);
}

static void desk_submit(void *core, struct chat_request *request) {
    struct sim_server *self = core;
    if (request->command.act == CHAT_ACT_ATTACH) {
        sim_link_note_key(request->connection);
        self->on_attached = request->on_answer;
        request->on_answer = on_attached;
    }
    if (!self->is_up) {
        chat_request_free(request);
        return;
    }
    if (is_full(request)) {
        core_answer_unavailable(request);
        request->on_answer(request);
        return;
    }
    inbox_put(&self->inbox, request);
    core_wake(self);
}

/* Starting */

static void on_start(void *context, uint64_t number) {
    (void)context;
    (void)number;
    if (!sim_world->is_over)
        sim_server_start();
}

static struct chat_options chat_options(void) {
    struct chat_options options = chat_options_default();
    options.rate_scale = sim_world->weather.limits ? 1 : 0;
    options.version = "0.0.0";
    return options;
}

static void open_gateways(struct sim_server *self) {
    const struct gateway_options options = {.secret = STR("0123456789abcdef0123456789abcdef")};
    const struct chat_desk desk = {self, desk_submit};
    for (unsigned i = 0; i < sim_world->weather.workers; i++) {
        self->loops[i] = sim_loop_new(i);
        self->gateways[i] = gateway_new(self->loops[i], &options, &desk);
    }
    self->core.gateways = self->gateways;
    self->core.gateway_count = sim_world->weather.workers;
}

/* The journal refused, or the process died: whoever watches over it tries again. */
static void start_again(struct sim_server *self, enum err error) {
    sim_trace("server: does not start: %s", err_text(error));
    core_state_close(&self->core);
    sim_journal_crash(sim_world->journal);
    sim_world->is_dying = false;
    sim_after(sim_up_to(RESTART_MS_MAX), on_start, NULL, 0);
}

struct sim_server *sim_server_new(void) {
    struct sim_server *self = MEM_NEW(struct sim_server);
    self->stale_ms = -1;
    return self;
}

void sim_server_start(void) {
    struct sim_server *self = server();
    const struct chat_options options = chat_options();
    const struct core_port port = {.context = self,
                                   .wall_ms = port_wall_ms,
                                   .mono_ms = port_mono_ms,
                                   .next = port_next,
                                   .read = port_read, /* nobody has a password there: no hash */
                                   .on_refused = port_on_refused};
    self->life++;
    self->ticks = 0;
    sim_world->mono_offset_ms = 1 + sim_up_to(1000000) - sim_world->now_ms;
    enum err error =
        core_state_open(&self->core, &options, sim_journal_open(sim_world->journal), &port);
    if (error != ERR_OK || sim_world->is_dying) {
        start_again(self, error);
        return;
    }
    open_gateways(self);
    self->is_up = true;
    sim_server_check();
    sim_trace("server: life %" PRIu64 " starts at %" PRId64, self->life, chat_pos(self->core.chat));
    sim_after(1000, on_housekeeping, self, self->life);
    core_arm(self);
}

/* Dying */

static void close_all(struct sim_server *self) {
    for (unsigned i = 0; i < sim_world->weather.workers; i++) {
        sim_loop_drain(self->loops[i]);
        gateway_free(self->gateways[i]);
        sim_loop_free(self->loops[i]);
    }
    inbox_empty(&self->inbox);
    for (unsigned i = 0; i < READER_THREADS; i++)
        inbox_empty(&self->readers[i]);
    core_state_close(&self->core);
}

void sim_server_kill(void) {
    struct sim_server *self = server();
    sim_trace("server: killed");
    self->is_up = false;
    sim_link_drop_all();
    close_all(self);
    sim_journal_crash(sim_world->journal);
    sim_world->is_dying = false;
    sim_after(sim_up_to(RESTART_MS_MAX), on_start, NULL, 0);
}

/* Carries out everything that was taken, without time passing. */
static void finish_work(struct sim_server *self) {
    bool more = true;
    while (more && !sim_world->is_dying) {
        self->batch_left = CORE_BATCH_MAX;
        more = core_batch_run(&self->core);
        for (unsigned i = 0; i < READER_THREADS; i++)
            for (struct chat_request *request; (request = inbox_take(&self->readers[i])) != NULL;)
                reader_answer(request);
        for (unsigned i = 0; i < sim_world->weather.workers; i++)
            sim_loop_drain(self->loops[i]);
    }
}

void sim_server_stop(void) {
    struct sim_server *self = server();
    sim_trace("server: stops");
    for (unsigned i = 0; i < sim_world->weather.workers; i++)
        gateway_drain(self->gateways[i]);
    finish_work(self);
    for (unsigned i = 0; i < sim_world->weather.workers; i++)
        gateway_close(self->gateways[i]);
    if (!sim_world->is_dying)
        finish_work(self);
    sim_server_kill();
}

void sim_server_free(struct sim_server *self) {
    free(self);
}

/* Inspection */

bool sim_server_is_up(void) {
    return server()->is_up;
}

uint64_t sim_server_life(void) {
    return server()->life;
}

struct loop *sim_server_loop(unsigned worker) {
    return server()->is_up ? server()->loops[worker] : NULL;
}

struct eio_server *sim_server_engine(unsigned worker) {
    return server()->is_up ? sio_server_engine(server()->gateways[worker]->sio) : NULL;
}

int64_t sim_server_stale_ms(void) {
    return server()->stale_ms;
}

void sim_server_check(void) {
    chat_check(server()->core.chat);
}

void sim_server_check_empty(void) {
    SIM_CHECK(chat_connection_count(server()->core.chat) == 0, "%zu ghosts are online",
              chat_connection_count(server()->core.chat));
    for (unsigned i = 0; i < sim_world->weather.workers; i++) {
        const struct gateway *gateway = server()->gateways[i];
        SIM_CHECK(map_count(&gateway->clients) == 0 && map_count(&gateway->rooms) == 0 &&
                      map_count(&gateway->users) == 0 && map_count(&gateway->sessions) == 0,
                  "a gateway holds what nobody uses");
    }
}
