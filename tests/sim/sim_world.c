/* sim_world.c: one seed, from its first moment to its last check.
 *
 *     storm     people act; links break, commits fail, processes die, clocks jump
 *     calm      no more acts and faults; everybody comes back, everything is answered
 *     checks    each client has everything; what was acknowledged is there, once, and what was refused is not
 *     restart   the server dies once more; each client starts afresh and must see the same
 *     silence   everybody goes; nothing is left
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/map.h"
#include "base/mem.h"
#include "net/frame.h"
#include "sim_client.h"
#include "sim_journal.h"
#include "sim_link.h"
#include "sim_log.h"
#include "sim_server.h"

#define CALM_MS_MAX   600000 /* until then everything must be answered; rate limits take long */
#define LATE_MS       12000  /* until what is late has come: packets, time-outs, who is where */
#define SILENCE_MS    60000  /* longer than any grace */
#define DAY_MS        (24LL * 3600 * 1000)
#define WALL_START_MS 1764000000000LL

struct sim_world *sim_world;

/* Weather */

static int64_t draw(int64_t low, int64_t high) {
    return low + sim_up_to(high - low);
}

/* Some seeds are mild in a respect, so that the others show. */
static int64_t draw_rare(int64_t high) {
    return sim_chance(40) ? 0 : sim_up_to(high);
}

static void draw_weather(struct sim_weather *weather) {
    *weather = (struct sim_weather){
        .users = (unsigned)draw(2, 6),
        .devices = (unsigned)draw(1, 3),
        .workers = (unsigned)draw(1, 3),
        .storm_ms = draw(15000, 75000),
        .act_ms = draw(100, 1000),
        .delay_ms = draw(1, 300),
        .core_ms = draw(0, 50),
        .worker_ms = draw(0, 50),
        .reader_ms = draw(0, 400),
        .cut_percent = (unsigned)draw(0, 80),
        .refuse_permille = (unsigned)draw_rare(30),
        .crash_permille = (unsigned)draw_rare(15),
        .crash_every_ms = sim_chance(40) ? 0 : draw(2000, 20000),
        .jump_every_ms = sim_chance(50) ? 0 : draw(500, 10000),
        .jumps_back = sim_chance(50),
        .purge_permille = (unsigned)draw_rare(100),
        .full_percent = (unsigned)draw_rare(5),
        .limits = sim_chance(20),
    };
}

/* Faults of the world: the journal's and the links' are their own */

static void on_crash(void *context, uint64_t number) {
    if (sim_world->is_calm)
        return;
    if (sim_server_is_up() && sim_chance(30))
        sim_server_stop();
    else if (sim_server_is_up())
        sim_server_kill();
    sim_after(sim_up_to(sim_world->weather.crash_every_ms), on_crash, context, number);
}

/* A day at most, always to the same side of the truth: two clocks that are wrong are at most a day apart. */
static void on_jump(void *context, uint64_t number) {
    if (sim_world->is_calm)
        return;
    int64_t wrong_ms = sim_chance(50) ? sim_up_to(DAY_MS) : sim_chance(50) ? DAY_MS : 0;
    sim_world->wall_offset_ms =
        WALL_START_MS + (sim_world->weather.jumps_back ? -wrong_ms : wrong_ms);
    sim_trace("clock: it is %" PRId64, sim_wall_ms());
    sim_after(sim_up_to(sim_world->weather.jump_every_ms), on_jump, context, number);
}

static void begin_faults(void) {
    if (sim_world->weather.crash_every_ms > 0)
        sim_after(sim_world->weather.crash_every_ms, on_crash, NULL, 0);
    if (sim_world->weather.jump_every_ms > 0)
        sim_after(sim_world->weather.jump_every_ms, on_jump, NULL, 0);
}

/* People */

static void begin_clients(void) {
    size_t max = (size_t)sim_world->weather.users * sim_world->weather.devices;
    sim_world->clients = mem_new(max, sizeof(struct sim_client *));
    for (unsigned user = 0; user < sim_world->weather.users; user++) {
        struct sim_client *person = NULL;
        for (int64_t left = 1 + sim_up_to(sim_world->weather.devices - 1); left > 0; left--) {
            unsigned number = (unsigned)sim_world->client_count + 1;
            struct sim_client *client = sim_client_new(number, person);
            person = person != NULL ? person : client;
            sim_world->clients[sim_world->client_count++] = client;
            sim_client_start(client);
        }
    }
}

/* Time */

static void run_for(int64_t ms) {
    int64_t until_ms = sim_world->now_ms + ms;
    while (sim_queue_step(until_ms))
        continue;
}

/* NULL: nobody. */
static const struct sim_client *find_busy(void) {
    for (size_t i = 0; i < sim_world->client_count; i++)
        if (!sim_client_is_done(sim_world->clients[i]))
            return sim_world->clients[i];
    return NULL;
}

static void await_quiet(void) {
    const struct sim_client *busy;
    int64_t until_ms = sim_world->now_ms + CALM_MS_MAX;
    while ((busy = find_busy()) != NULL || !sim_server_is_up()) {
        SIM_CHECK(sim_world->now_ms < until_ms, "client %u waits for ever: state %d, %zu calls",
                  busy != NULL ? busy->number : 0, busy != NULL ? (int)busy->state : 0,
                  busy != NULL ? busy->call_count : 0);
        run_for(1000);
    }
    run_for(LATE_MS);
    busy = find_busy();
    SIM_CHECK(busy == NULL, "client %u was done, and is not any more", busy->number);
}

/* Checks */

static void check_send(const struct sim_client *client, const struct sim_send *send) {
    const struct sim_log_entry *entry =
        sim_log_nonce(sim_world->log, client->user, str_of_c(send->nonce));
    if (send->is_acked)
        SIM_CHECK(entry != NULL && entry->fact.message.id == send->message &&
                      entry->fact.message.seq == send->seq,
                  "message %s of client %u was acknowledged and is lost", send->nonce,
                  client->number);
    else if (send->is_refused && !send->is_unsure)
        SIM_CHECK(entry == NULL, "message %s of client %u was refused and is there", send->nonce,
                  client->number);
}

static void check_client(struct sim_client *client) {
    for (size_t i = 0; i < client->send_count; i++)
        check_send(client, &client->sends[i]);
    if (!client->is_dead && !client->is_leaving)
        sim_view_check_complete(client);
}

static void check_all(void) {
    sim_server_check();
    for (size_t i = 0; i < sim_world->client_count; i++)
        check_client(sim_world->clients[i]);
    sim_trace("world: checked at %" PRId64, sim_log_pos(sim_world->log));
}

/* The acts of a life */

static void storm(void) {
    sim_server_start();
    begin_clients();
    begin_faults();
    run_for(sim_world->weather.storm_ms);
}

static void calm(void) {
    sim_world->is_calm = true;
    sim_trace("world: calm");
    await_quiet();
    check_all();
}

static void restart(void) {
    sim_server_kill();
    for (size_t i = 0; i < sim_world->client_count; i++)
        sim_client_refresh(sim_world->clients[i]);
    await_quiet();
    check_all();
}

static void silence(void) {
    for (size_t i = 0; i < sim_world->client_count; i++)
        sim_client_leave(sim_world->clients[i]);
    run_for(SILENCE_MS);
    sim_server_check_empty();
    sim_world->is_over = true;
    sim_server_kill();
}

/* Life */

static void world_open(struct sim_world *world, const struct sim_options *options) {
    *world = (struct sim_world){.options = *options, .wall_offset_ms = WALL_START_MS};
    world->random.state = options->seed * 0x9E3779B97F4A7C15u;
    world->secrets.state = ~world->random.state;
    sim_world = world;
    sim_trace_begin(options);
    map_seed(options->seed, ~options->seed);
    draw_weather(&world->weather);
    if (options->sqlite)
        world->weather.storm_ms /= 4;
    world->queue = sim_queue_new();
    world->log = sim_log_new();
    world->journal = sim_journal_new(options->sqlite);
    world->server = sim_server_new();
}

/* What is still in the queue finds nobody, but frees what it carries. */
static void world_close(struct sim_world *world) {
    while (sim_queue_step(INT64_MAX))
        continue;
    for (size_t i = 0; i < world->client_count; i++)
        sim_client_free(world->clients[i]);
    free(world->clients);
    sim_link_free_all();
    sim_server_free(world->server);
    sim_journal_free(world->journal);
    sim_log_free(world->log);
    sim_queue_free(world->queue);
    SIM_CHECK(frame_count() == 0, "%zu frames are left", frame_count());
    sim_world = NULL;
}

void sim_world_play(const struct sim_options *options) {
    struct sim_world world;
    world_open(&world, options);
    storm();
    calm();
    restart();
    silence();
    world_close(&world);
}
