/* serve.c: the running server, from its options to its end.
 *
 * Owns      the store, the journal, the core, the readers and the workers, in this order of making.
 * Thread    main.
 *
 * Start:    leave root -> store -> journal -> readers -> core (loads the state) -> workers -> listeners -> sandbox -> threads
 * End:      workers drain (nothing new comes in) -> core carries out what is queued -> readers finish -> workers close
 *           their connections and end -> all is freed in the reverse order of making
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/serve.h"

#include "app/control.h"
#include "app/core.h"
#include "app/filer.h"
#include "app/hasher.h"
#include "app/indexer.h"
#include "app/metrics.h"
#include "app/notify.h"
#include "app/privilege.h"
#include "app/reader.h"
#include "app/sandbox.h"
#include "app/trim.h"
#include "app/worker.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/password.h"
#include "base/token.h"
#include "files/file_name.h"
#include "files/file_type.h"
#include "journal/journal_local.h"
#include "net/census.h"
#include "net/tls.h"
#include "store/store.h"
#include "store/store_pages.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct server {
    const struct config *config;
    struct notify notify;  /* the service manager */
    uint64_t beats;        /* of the core, when the manager was last told that all is well */
    struct tls *tls;       /* NULL: plain http */
    struct census *census; /* NULL: no bound by address */
    struct store *store;
    struct journal *journal;
    struct reader_pool *readers;
    struct indexer *indexer;
    struct filer *filer;
    struct hasher *hasher;
    struct control *control; /* NULL: the operator has no door */
    struct core *core;
    bool has_owner;          /* somebody owned it when it started */
    struct buf setup_secret; /* of the link that makes the first owner */
    struct worker *workers[WORKERS_MAX];
    struct loop *loops[WORKERS_MAX];
    struct gateway *gateways[WORKERS_MAX];
    unsigned worker_count;
    struct metrics metrics;
};

/* The process */

/* Signals are taken by main alone, with sigwait. */
static void process_block_signals(sigset_t *wanted) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigemptyset(wanted);
    (void)sigaddset(wanted, SIGTERM);
    (void)sigaddset(wanted, SIGINT);
    (void)sigaddset(wanted, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, wanted, NULL);
}

/* From here on the next SIGTERM or SIGINT ends the process at once: whoever asks twice does not want to wait, and what was
 * acked is on disk. */
static void process_end_at_once(void) {
    sigset_t ends;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    (void)pthread_sigmask(SIG_UNBLOCK, &ends, NULL);
}

/* As many descriptors as the machine allows us: each connection is one. */
static void process_raise_limits(void) {
    struct rlimit limit;
    (void)umask(077);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static unsigned worker_count_of(const struct config *config) {
    if (config->workers > 0)
        return (unsigned)config->workers;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores <= 2)
        return 1;
    return cores - 1 > WORKERS_MAX ? WORKERS_MAX : (unsigned)(cores - 1);
}

/* Options of the layers */

static struct chat_options chat_options_of(const struct config *config) {
    struct chat_options options = chat_options_default();
    options.presence_grace_ms = config->presence_grace_ms;
    options.rate_scale = config->rate_scale;
    options.upload_bytes = config->upload_mib << 20;
    options.files_user_bytes = config->files_user_mib << 20;
    options.files_bytes = config->files_mib << 20;
    options.guests = config->guests;
    options.registration = config->registration;
    options.version = PARLEY_VERSION;
    return options;
}

/* A bound of connections, as the rates are scaled; 0: none. */
static size_t scaled(const struct config *config, double bound) {
    double most = 1e9, value = bound * config->rate_scale;
    return value > most ? (size_t)most : value > 0 && value < 1 ? 1 : (size_t)value;
}

/* Each worker's part of the descriptors that may be strangers'. */
static size_t strangers_max_of(const struct config *config) {
    struct rlimit limit = {.rlim_cur = 1024};
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    double part = (double)limit.rlim_cur / CONN_STRANGERS_SHARE / worker_count_of(config);
    return scaled(config, part > CONN_STRANGERS_MIN ? part : CONN_STRANGERS_MIN);
}

static struct census *census_of(const struct config *config) {
    int64_t wanted = config->connections_per_address;
    size_t bound = scaled(config, wanted > 0 ? (double)wanted : CONN_PER_ADDRESS_MAX);
    return bound > 0 ? census_new((unsigned)bound) : NULL;
}

static bool is_ready(const void *core) {
    return core_is_ready(core);
}

static void write_metrics(const void *context, struct buf *out) {
    struct figures figures;
    metrics_collect(context, &figures);
    metrics_write(&figures, out);
}

static struct worker_options worker_options_of(const struct server *server, unsigned index) {
    const struct config *config = server->config;
    const char *public_url = config->public_url[0] != '\0' ? config->public_url : NULL;
    const struct origin_rules origins = {.public_url = public_url,
                                         .allowed = config->allow_origins};
    bool is_https_public =
        public_url != NULL && str_starts_with(str_of_c(public_url), STR("https://"));
    bool secure = is_https_public || server->tls != NULL;
    const struct eio_options engine = {
        .ping_interval_ms = (uint32_t)config->ping_interval_ms,
        .ping_timeout_ms = (uint32_t)config->ping_timeout_ms,
        .upgrade_timeout_ms = EIO_UPGRADE_TIMEOUT_MS_DEFAULT,
        .payload_bytes_max = PROTO_LIMIT_PAYLOAD_BYTES,
        .cors_origins = config->cors_origins[0] != NULL ? config->cors_origins : NULL,
    };
    return (struct worker_options){
        .index = index,
        .proxies = {config->proxies, config->proxy_count},
        .census = server->census,
        .bounds_loopback = config->connections_per_address > 0,
        .strangers_max = strangers_max_of(config),
        .gateway = {.engine = engine,
                    .origins = origins,
                    .secret = store_secret(server->store),
                    .secure = secure},
        .web = {.origins = origins,
                .secure = secure,
                .is_https_public = is_https_public,
                .is_ready = is_ready,
                .ready_context = server->core,
                .write_metrics = write_metrics,
                .metrics_context = &server->metrics,
                .metrics_token = config->metrics_token,
                .upload_bytes = (uint64_t)config->upload_mib << 20,
                .clean_name = file_name_clean,
                .disposition = file_name_disposition,
                .is_shown = file_type_is_shown},
        .files = filer_port(server->filer),
        .desk = {.core = server->core, .submit = core_submit},
    };
}

/* TLS */

/* Sets server->tls, when there is a certificate. False: *message says why not, owned. */
static bool load_tls(struct server *server, char **message) {
    *message = NULL;
    if (server->config->tls_cert[0] == '\0')
        return true;
    struct tls *tls = tls_new(server->config->tls_cert, server->config->tls_key, message);
    if (tls == NULL)
        return false;
    tls_free(server->tls);
    server->tls = tls;
    return true;
}

/* SIGHUP: a renewed certificate is for new connections; a bad one changes nothing. */
static void reload(struct server *server) {
    char *message;
    if (!load_tls(server, &message))
        log_error(LOG_APP, "reload.failed", "reason=\"%s\"", message);
    else
        log_info(LOG_APP, "reload.done", "tls=%s", server->tls != NULL ? "on" : "off");
    for (unsigned i = 0; message == NULL && server->tls != NULL && i < server->worker_count; i++)
        worker_set_tls(server->workers[i], tls_share(server->tls));
    free(message);
}

/* Start */

/* Prints and frees the sentence, when there is one. */
static void complain(char *message) {
    if (message != NULL)
        (void)fprintf(stderr, "parley: %s\n", message);
    free(message);
}

/* Before any file is opened, so that all of them are opened, and made, by whom the server runs as. */
static bool leave_root(const struct config *config) {
    char *message = NULL;
    bool good = true;
    if (config->user[0] != '\0')
        good = privilege_drop(config->user, config->data, &message);
    complain(message);
    return good;
}

/* When all is open, and before any thread begins. */
static bool confine(const struct config *config) {
    const struct sandbox_options options = {.data = config->data,
                                            .readable = {config->tls_cert, config->tls_key}};
    char *message = NULL;
    bool good = true;
    privilege_forget();
    if (geteuid() == 0)
        log_warn(LOG_APP, "user.root", "advice=\"let root start it with --user NAME\"");
    if (config->sandbox)
        good = sandbox_enter(&options, &message);
    else
        log_warn(LOG_APP, "sandbox.off", "reason=\"--sandbox off\"");
    complain(message);
    return good;
}

static bool open_tls(struct server *server) {
    char *message;
    bool is_open = load_tls(server, &message);
    complain(message);
    return is_open;
}

static bool open_store(struct server *server) {
    const struct store_options options = {
        .directory = server->config->data,
        .event_keep_ms = server->config->event_keep_days * 24 * 60 * 60 * 1000,
    };
    const char *message = NULL;
    if (store_open(&options, &server->store, &message) != ERR_OK) {
        (void)fprintf(stderr, "parley: %s\n", message);
        return false;
    }
    server->journal = journal_local_new(server->store);
    return true;
}

/* The readers, and who keeps the index for them. */
static enum err open_readers(struct server *server) {
    const char *path = store_path(server->store);
    enum err error = reader_pool_open(path, &server->readers);
    if (error != ERR_OK)
        return error;
    reader_pool_set_search(server->readers, server->config->data);
    error = indexer_open(server->config->data, path, &server->indexer);
    return error == ERR_OK ? filer_open(server->config->data, path, &server->filer) : error;
}

static void remove_files(void *filer, struct str names) {
    filer_remove(filer, names);
}

/* A new one at each start: whoever has read the console of another day has nothing. */
static void make_setup_secret(struct server *server, struct chat_options *options) {
    token_append_of(TOKEN_SETUP_PREFIX, &server->setup_secret);
    options->has_setup =
        token_hash_of(TOKEN_SETUP_PREFIX, buf_str(&server->setup_secret), options->setup_hash);
    ASSERT(options->has_setup);
}

static bool open_core(struct server *server) {
    password_init();
    password_set_memory(server->config->password_memory_kib);
    server->hasher = hasher_new();
    enum err error = open_readers(server);
    struct core_options options = {
        .chat = chat_options_of(server->config),
        .journal = server->journal,
        .readers = server->readers,
        .indexer = server->indexer,
        .hasher = server->hasher,
    };
    make_setup_secret(server, &options.chat);
    store_set_remover(server->store, remove_files, server->filer);
    if (error == ERR_OK)
        error = core_open(&options, &server->core);
    if (error != ERR_OK)
        (void)fprintf(stderr, "parley: The database in %s cannot be read: %s.\n",
                      server->config->data, err_text(error));
    server->control = control_open(server->config->data);
    server->has_owner = error == ERR_OK && core_has_owner(server->core);
    return error == ERR_OK;
}

static void listen_failed(const struct config *config, enum err error) {
    const char *host = config->host;
    int port = (int)config->port;
    switch (error) {
    case ERR_BUSY:
        (void)fprintf(stderr,
                      "parley: Port %d is in use already; choose another one with --port.\n", port);
        break;
    case ERR_DENIED:
        (void)fprintf(stderr,
                      "parley: Port %d may not be opened by this user; choose one above 1023.\n",
                      port);
        break;
    default:
        (void)fprintf(stderr, "parley: Cannot listen on %s port %d: %s.\n", host, port,
                      err_text(error));
    }
}

static bool open_workers(struct server *server) {
    unsigned count = worker_count_of(server->config);
    server->census = census_of(server->config);
    uint16_t port = (uint16_t)server->config->port;
    for (unsigned i = 0; i < count; i++) {
        const struct worker_options options = worker_options_of(server, i);
        server->workers[i] = worker_new(&options);
        server->loops[i] = worker_loop(server->workers[i]);
        server->gateways[i] = worker_gateway(server->workers[i]);
        server->worker_count++;
        if (server->tls != NULL)
            loop_set_tls(server->loops[i], tls_share(server->tls));
        enum err error = loop_listen(server->loops[i], server->config->host, port);
        if (error != ERR_OK) {
            listen_failed(server->config, error);
            return false;
        }
        port = loop_port(server->loops[i]); /* the one that the first found, when it was 0 */
    }
    for (unsigned i = 0; i < count; i++)
        loop_set_peers(server->loops[i], server->loops, count);
    core_set_gateways(server->core, server->gateways, count);
    hasher_connect(server->hasher, &(struct chat_desk){.core = server->core, .submit = core_submit},
                   server->gateways);
    reader_pool_set_gateways(server->readers, server->gateways);
    return true;
}

static bool open_metrics(struct server *server) {
    server->metrics = (struct metrics){.core = server->core,
                                       .readers = server->readers,
                                       .store = server->store,
                                       .filer = server->filer,
                                       .workers = server->workers,
                                       .worker_count = &server->worker_count};
    metrics_open(&server->metrics);
    return true;
}

/* Where people find the server: what the operator said, else this machine. */
static void append_address(const struct server *server, struct buf *out) {
    if (server->config->public_url[0] != '\0')
        buf_append_c(out, server->config->public_url);
    else
        buf_printf(out, "%s://localhost:%u", server->tls != NULL ? "https" : "http",
                   (unsigned)loop_port(server->loops[0]));
}

/* On the console alone, never in the log: whoever opens the link owns the server. The secret stands behind the #, so that no
 * proxy on the way writes it down. */
static void announce_setup(const struct server *server) {
    struct buf link = BUF_EMPTY;
    append_address(server, &link);
    (void)printf("It has no owner yet. Open this link to set it up: %.*s/setup#%.*s\n",
                 STR_ARG(buf_str(&link)), STR_ARG(buf_str(&server->setup_secret)));
    buf_deinit(&link);
}

static void announce(struct server *server) {
    unsigned port = loop_port(server->loops[0]);
    (void)printf("Parley " PARLEY_VERSION " is at %s://localhost:%u with its data in %s\n",
                 server->tls != NULL ? "https" : "http", port, server->config->data);
    if (!server->has_owner)
        announce_setup(server);
    (void)fflush(stdout);
    log_info(LOG_APP, "server.start",
             "version=" PARLEY_VERSION " host=%s port=%u tls=%s workers=%u", server->config->host,
             port, server->tls != NULL ? "on" : "off", server->worker_count);
}

static void start_threads(struct server *server) {
    reader_pool_start(server->readers);
    indexer_start(server->indexer);
    filer_start(server->filer);
    hasher_start(server->hasher);
    core_start(server->core);
    if (server->control != NULL)
        control_start(server->control,
                      &(struct chat_desk){.core = server->core, .submit = core_submit});
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_start(server->workers[i]);
}

/* End */

static void stop_threads(struct server *server) {
    control_stop(server->control);
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_drain(server->workers[i]);
    hasher_stop(server->hasher);
    core_stop(server->core);
    indexer_stop(server->indexer);
    reader_pool_stop(server->readers);
    filer_stop(server->filer);
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_stop(server->workers[i]);
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_join(server->workers[i]);
}

static void close_all(struct server *server) {
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_free(server->workers[i]);
    if (server->core != NULL)
        core_free(server->core);
    if (server->indexer != NULL)
        indexer_free(server->indexer);
    filer_free(server->filer);
    hasher_free(server->hasher);
    control_free(server->control);
    buf_deinit(&server->setup_secret);
    if (server->readers != NULL)
        reader_pool_free(server->readers);
    if (server->journal != NULL)
        server->journal->ops->close(server->journal);
    if (server->store != NULL)
        store_close(server->store);
    tls_free(server->tls);
    census_free(server->census);
    metrics_close(&server->metrics);
}

/* The manager is told as long as every worker comes round and the core goes on; one that hangs keeps us silent. */
static void tell_alive(struct server *server) {
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_beat(server->workers[i]);
    uint64_t beats = core_beats(server->core);
    if (beats != server->beats)
        notify_tell(&server->notify, "WATCHDOG=1");
    server->beats = beats;
}

/* The next signal; 0 when it is time to tell that we live, and to look at the memory. */
static int next_signal(const struct server *server, const sigset_t *wanted) {
    int64_t told_ms = server->notify.interval_ms;
    int64_t interval_ms = told_ms > 0 && told_ms < TRIM_LOOK_MS ? told_ms : TRIM_LOOK_MS;
    const struct timespec interval = {interval_ms / 1000, interval_ms % 1000 * 1000000};
    int number = sigtimedwait(wanted, NULL, &interval);
    return number > 0 ? number : 0;
}

static void shrink(struct server *server) {
    core_shrink(server->core);
    reader_pool_shrink(server->readers);
    indexer_shrink(server->indexer);
}

static void give_back(struct server *server) {
    uint64_t began_ns = clock_mono_ns();
    store_pages_give_back();
    mem_trim();
    counter_add(&server->metrics.memory_trims, 1);
    log_debug(LOG_APP, "memory.trim", "took_us=%" PRIu64, (clock_mono_ns() - began_ns) / 1000);
}

static void look_at_memory(struct server *server, struct trim *trim) {
    switch (trim_look(trim, clock_mono_ms(), clock_cpu_ms())) {
    case TRIM_NOTHING:
        break;
    case TRIM_SHRINK:
        shrink(server);
        break;
    case TRIM_GIVE_BACK:
        give_back(server);
        break;
    }
}

/* Until a signal wants the end; returns it. */
static int serve_until_signal(struct server *server, const sigset_t *wanted) {
    struct trim trim = {.looked_mono_ms = clock_mono_ms(), .looked_cpu_ms = clock_cpu_ms()};
    for (;;) {
        int number = next_signal(server, wanted);
        if (number != 0 && number != SIGHUP)
            return number;
        if (number == SIGHUP)
            reload(server);
        if (server->notify.interval_ms > 0)
            tell_alive(server);
        look_at_memory(server, &trim);
    }
}

int app_serve(const struct config *config) {
    struct server server = {.config = config, .metrics.memory_fd = -1};
    sigset_t wanted;
    enum log_level level = LOG_INFO;
    (void)log_level_find(str_of_c(config->log_level), &level);
    log_set_level(level);
    process_raise_limits();
    process_block_signals(&wanted);
    notify_open(&server.notify);
    bool is_open = leave_root(config) && open_tls(&server) && open_store(&server) &&
                   open_core(&server) && open_workers(&server) && open_metrics(&server) &&
                   confine(config);
    if (is_open) {
        start_threads(&server);
        announce(&server);
        notify_tell(&server.notify, "READY=1");
        int number = serve_until_signal(&server, &wanted);
        log_info(LOG_APP, "server.stop", "signal=%d", number);
        notify_tell(&server.notify, "STOPPING=1");
        process_end_at_once();
        stop_threads(&server);
    }
    close_all(&server);
    notify_close(&server.notify);
    return is_open ? 0 : 1;
}
