/* filer.c: the threads that read and write files for the workers.
 *
 * Owns      struct filer, its threads, and of each upload and download the part that touches the disk.
 * Thread    filer; the port's functions run on the worker that the file belongs to, and touch the worker's part alone.
 *
 *     worker  ── mail: ADD, END, OPEN, NEXT, LEAVE ──►  filer       (in the order of posting)
 *        ▲                                               │
 *        └────── call: room, end, open, piece, gone ─────┘          (likewise)
 *
 * LEAVE is the last mail of a file and `gone` the last call, so neither side sees it freed. A worker that has left (user is NULL) hears
 * nothing of what was on its way.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/filer.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "files/file_disk.h"
#include "files/file_type.h"
#include "store/store_file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>
#include <uv.h>

static_assert(CHAT_FILE_SUM_BYTES == FILE_SUM_BYTES, "the chat hands sums on");

struct filer_thread {
    struct filer *filer;
    struct mailbox inbox;
    uv_sem_t wake;
    uv_thread_t thread;
    struct buf to_remove; /* names, a line each, that a backup holds */
    struct filer_counters counters;
};

struct filer {
    char *path;
    int directory_fd;
    struct store_reader *reader; /* of the first thread */
    struct filer_thread threads[FILER_THREADS];
    atomic_bool is_stopping;
    bool is_started;
    atomic_uint next_thread;
    atomic_int uploads, downloads;
};

enum job_kind {
    JOB_UPLOAD_ADD,
    JOB_UPLOAD_END,
    JOB_UPLOAD_LEAVE,
    JOB_DOWNLOAD_OPEN,
    JOB_DOWNLOAD_NEXT,
    JOB_DOWNLOAD_LEAVE,
    JOB_REMOVE,
    JOB_COLLECT
};

/* From a worker to a filer, which frees it. */
struct job {
    struct mail mail;
    enum job_kind kind;
    void *of;          /* the upload or download */
    uint64_t at, max;  /* NEXT */
    bool keep;         /* UPLOAD_LEAVE */
    size_t byte_count; /* ADD, REMOVE */
    char bytes[];
};

struct web_upload {
    struct filer *filer;
    struct filer_thread *thread;
    struct loop *loop;
    /* The worker's */
    const struct web_upload_events *events;
    void *user; /* NULL: it has left */
    size_t on_the_way;
    bool is_held, is_over;
    /* The filer's */
    struct file_writer *writer;
    char name[FILE_NAME_CHARS + 1];
    bool is_counted, is_stored;
    enum err failed;
};

struct web_download {
    struct filer *filer;
    struct filer_thread *thread;
    struct loop *loop;
    /* The worker's */
    const struct web_download_events *events;
    void *user;
    /* The filer's */
    int64_t id;
    char name[FILE_NAME_CHARS + sizeof ".thumb"];
    struct file_content content;
    struct file_reader *reader;
    bool is_counted;
};

/* From a filer to a worker. */
struct answer {
    struct loop_call call;
    struct web_upload *upload;
    struct web_download *download;
    enum err error;
    size_t taken;        /* ADD */
    struct frame *frame; /* NEXT */
    struct chat_file_fact file;
};

static void post(struct filer_thread *thread, struct job *job) {
    mailbox_post(&thread->inbox, &job->mail);
}

static struct job *job_new(enum job_kind kind, void *of, struct str bytes) {
    struct job *job = mem_new(1, sizeof *job + bytes.len);
    job->kind = kind;
    job->of = of;
    job->byte_count = bytes.len;
    if (bytes.len > 0)
        memcpy(job->bytes, bytes.at, bytes.len);
    return job;
}

static struct filer_thread *choose_thread(struct filer *filer) {
    return &filer->threads[atomic_fetch_add(&filer->next_thread, 1) % FILER_THREADS];
}

/* ---- Uploads: the worker's side ---- */

static void run_taken(struct loop *loop, struct loop_call *call) {
    struct answer *answer = (struct answer *)(void *)call;
    struct web_upload *upload = answer->upload;
    (void)loop;
    upload->on_the_way -= answer->taken;
    if (upload->user != NULL && answer->error != ERR_OK && !upload->is_over) {
        upload->is_over = true;
        upload->events->on_end(upload->user, answer->error, NULL);
    } else if (upload->user != NULL && upload->is_held &&
               upload->on_the_way <= FILER_HELD_BYTES / 2) {
        upload->is_held = false;
        upload->events->on_room(upload->user);
    }
    free(answer);
}

static void run_ended(struct loop *loop, struct loop_call *call) {
    struct answer *answer = (struct answer *)(void *)call;
    struct web_upload *upload = answer->upload;
    (void)loop;
    if (upload->user != NULL && !upload->is_over) {
        upload->is_over = true;
        answer->file.file = str_of_c(upload->name);
        upload->events->on_end(upload->user, answer->error,
                               answer->error == ERR_OK ? &answer->file : NULL);
    }
    free(answer);
}

static void run_upload_gone(struct loop *loop, struct loop_call *call) {
    struct answer *answer = (struct answer *)(void *)call;
    (void)loop;
    free(answer->upload);
    free(answer);
}

static struct web_upload *port_upload(void *context, struct loop *loop,
                                      const struct web_upload_events *events, void *user) {
    struct filer *filer = context;
    struct web_upload *upload = MEM_NEW(struct web_upload);
    *upload = (struct web_upload){.filer = filer,
                                  .thread = choose_thread(filer),
                                  .loop = loop,
                                  .events = events,
                                  .user = user};
    file_name_make(upload->name);
    return upload;
}

static bool port_add(struct web_upload *upload, struct str bytes) {
    ASSERT_THREAD(WORKER);
    upload->on_the_way += bytes.len;
    post(upload->thread, job_new(JOB_UPLOAD_ADD, upload, bytes));
    upload->is_held = upload->on_the_way > FILER_HELD_BYTES;
    return !upload->is_held;
}

static void port_end(struct web_upload *upload) {
    post(upload->thread, job_new(JOB_UPLOAD_END, upload, STR_NONE));
}

static void port_leave_upload(struct web_upload *upload, bool keep) {
    struct job *job = job_new(JOB_UPLOAD_LEAVE, upload, STR_NONE);
    upload->user = NULL;
    job->keep = keep;
    post(upload->thread, job);
}

/* ---- Uploads: the filer's side ---- */

static struct answer *answer_new(void (*run)(struct loop *, struct loop_call *)) {
    struct answer *answer = MEM_NEW(struct answer);
    answer->call.run = run;
    return answer;
}

static enum err upload_open(struct web_upload *upload) {
    struct filer *filer = upload->filer;
    upload->is_counted = true;
    if (atomic_fetch_add(&filer->uploads, 1) >= FILER_UPLOADS_MAX)
        return ERR_BUSY;
    return file_writer_open(filer->directory_fd, upload->name, &upload->writer);
}

/* Nothing is written after a failure: the first one is what is told. */
static enum err upload_begin(struct web_upload *upload) {
    if (upload->failed == ERR_OK && upload->writer == NULL)
        upload->failed = upload_open(upload);
    return upload->failed;
}

static void upload_add(struct web_upload *upload, const struct job *job) {
    struct answer *answer = answer_new(run_taken);
    if (upload_begin(upload) == ERR_OK)
        upload->failed = file_writer_add(upload->writer, str_of(job->bytes, job->byte_count));
    counter_add(&upload->thread->counters.bytes_in, job->byte_count);
    answer->upload = upload;
    answer->taken = job->byte_count;
    answer->error = upload->failed;
    loop_post(upload->loop, &answer->call);
}

/* What it is, by its beginning. */
static enum err upload_look(struct web_upload *upload, struct chat_file_fact *out) {
    char *head = mem_new(1, FILE_HEAD_BYTES);
    size_t count = 0;
    enum err error = file_writer_look(upload->writer, 0, head, FILE_HEAD_BYTES, &count);
    struct file_type type = file_type_of(str_of(head, count));
    free(head);
    out->type = str_of_c(type.type);
    out->width = type.width;
    out->height = type.height;
    return error;
}

static enum err upload_store(struct web_upload *upload, struct chat_file_fact *out) {
    struct file_content content;
    enum err error = upload_begin(upload);
    if (error == ERR_OK)
        error = upload_look(upload, out);
    if (error == ERR_OK)
        error = file_writer_end(upload->writer, &content);
    if (error != ERR_OK)
        return error;
    upload->is_stored = true;
    out->size = (int64_t)content.size;
    memcpy(out->sum, content.sum, sizeof out->sum);
    counter_add(&upload->thread->counters.files_in, 1);
    return ERR_OK;
}

static void upload_end(struct web_upload *upload) {
    struct answer *answer = answer_new(run_ended);
    answer->upload = upload;
    answer->error = upload->failed = upload_store(upload, &answer->file);
    if (answer->error != ERR_OK && answer->error != ERR_BUSY)
        log_error(LOG_APP, "upload.failed", "error=\"%s\"", err_text(answer->error));
    loop_post(upload->loop, &answer->call);
}

/* Of what is kept and what is not: the filer's part goes. */
static void upload_close(struct web_upload *upload, bool keep) {
    file_writer_free(upload->writer);
    upload->writer = NULL;
    if (upload->is_stored && !keep)
        (void)file_remove(upload->filer->directory_fd, upload->name); /* else at the next start */
    if (upload->is_counted)
        atomic_fetch_sub(&upload->filer->uploads, 1);
}

static void upload_leave(struct web_upload *upload, bool keep) {
    struct answer *answer = answer_new(run_upload_gone);
    upload_close(upload, keep);
    answer->upload = upload;
    loop_post(upload->loop, &answer->call);
}

/* ---- Downloads: the worker's side ---- */

static void run_opened(struct loop *loop, struct loop_call *call) {
    struct answer *answer = (struct answer *)(void *)call;
    struct web_download *download = answer->download;
    (void)loop;
    if (download->user != NULL)
        download->events->on_open(download->user, answer->error);
    free(answer);
}

static void run_piece(struct loop *loop, struct loop_call *call) {
    struct answer *answer = (struct answer *)(void *)call;
    struct web_download *download = answer->download;
    (void)loop;
    if (download->user != NULL)
        download->events->on_piece(download->user, answer->frame);
    if (answer->frame != NULL)
        frame_unref(answer->frame);
    free(answer);
}

static void run_download_gone(struct loop *loop, struct loop_call *call) {
    struct answer *answer = (struct answer *)(void *)call;
    (void)loop;
    free(answer->download);
    free(answer);
}

static struct web_download *port_download(void *context, struct loop *loop,
                                          const struct chat_file_fact *file, bool thumb,
                                          const struct web_download_events *events, void *user) {
    struct filer *filer = context;
    struct web_download *download = MEM_NEW(struct web_download);
    *download = (struct web_download){
        .filer = filer,
        .thread = choose_thread(filer),
        .loop = loop,
        .events = events,
        .user = user,
        .id = file->id,
        .content.size = (uint64_t)(thumb ? file->thumb_size : file->size),
    };
    memcpy(download->content.sum, thumb ? file->thumb_sum : file->sum, FILE_SUM_BYTES);
    (void)snprintf(download->name, sizeof download->name, "%.*s%s", STR_ARG(file->file),
                   thumb ? ".thumb" : "");
    post(download->thread, job_new(JOB_DOWNLOAD_OPEN, download, STR_NONE));
    return download;
}

static void port_next(struct web_download *download, uint64_t at, uint64_t max) {
    struct job *job = job_new(JOB_DOWNLOAD_NEXT, download, STR_NONE);
    job->at = at;
    job->max = max;
    post(download->thread, job);
}

static void port_leave_download(struct web_download *download) {
    download->user = NULL;
    post(download->thread, job_new(JOB_DOWNLOAD_LEAVE, download, STR_NONE));
}

struct web_files filer_port(struct filer *filer) {
    return (struct web_files){.context = filer,
                              .upload = port_upload,
                              .add = port_add,
                              .end = port_end,
                              .leave_upload = port_leave_upload,
                              .download = port_download,
                              .next = port_next,
                              .leave_download = port_leave_download};
}

/* ---- Downloads: the filer's side ---- */

/* A file that is not as it was written is named, and not served. */
static void note_damage(struct web_download *download, enum err error) {
    if (error != ERR_CORRUPT && error != ERR_NOT_FOUND)
        return;
    counter_add(&download->thread->counters.damaged, 1);
    log_error(LOG_STORE, "store.damaged", "table=attachment id=%lld file=%s reason=\"%s\"",
              (long long)download->id, download->name,
              error == ERR_NOT_FOUND ? "the file is not there" : "its bytes have changed");
}

static void download_open(struct web_download *download) {
    struct answer *answer = answer_new(run_opened);
    struct filer *filer = download->filer;
    download->is_counted = true;
    answer->download = download;
    answer->error = atomic_fetch_add(&filer->downloads, 1) >= FILER_DOWNLOADS_MAX
                        ? ERR_BUSY
                        : file_reader_open(filer->directory_fd, download->name, &download->content,
                                           &download->reader);
    note_damage(download, answer->error);
    loop_post(download->loop, &answer->call);
}

static void download_next(struct web_download *download, uint64_t at, uint64_t max) {
    struct answer *answer = answer_new(run_piece);
    struct str block;
    answer->download = download;
    enum err error = file_reader_block(download->reader, at, &block);
    note_damage(download, error);
    if (error == ERR_OK) {
        struct str piece = str_range(block, 0, max < block.len ? (size_t)max : block.len);
        answer->frame = frame_new(FRAME_RAW, piece);
        counter_add(&download->thread->counters.bytes_out, piece.len);
    }
    loop_post(download->loop, &answer->call);
}

static void download_close(struct web_download *download) {
    file_reader_free(download->reader);
    download->reader = NULL;
    if (download->is_counted)
        atomic_fetch_sub(&download->filer->downloads, 1);
}

static void download_leave(struct web_download *download) {
    struct answer *answer = answer_new(run_download_gone);
    download_close(download);
    answer->download = download;
    loop_post(download->loop, &answer->call);
}

/* ---- Removing ---- */

/* A backup that runs holds the directory: what its snapshot names is to stay until it is copied. */
static bool may_remove(const struct filer *filer) {
    return flock(filer->directory_fd, LOCK_EX | LOCK_NB) == 0;
}

static void remove_now(struct filer *filer, struct str names) {
    while (names.len > 0) {
        char name[FILE_NAME_CHARS + sizeof ".thumb"];
        struct str line = str_cut(&names, '\n');
        (void)snprintf(name, sizeof name, "%.*s", STR_ARG(line));
        enum err error = file_remove(filer->directory_fd, name);
        (void)snprintf(name, sizeof name, "%.*s.thumb", STR_ARG(line));
        if (error == ERR_OK)
            error = file_remove(filer->directory_fd, name);
        if (error != ERR_OK) /* the next start finds it */
            log_warn(LOG_APP, "file.left", "file=%.*s error=\"%s\"", STR_ARG(line),
                     err_text(error));
    }
}

static void remove_named(struct filer_thread *thread, struct str names) {
    struct filer *filer = thread->filer;
    buf_append_str(&thread->to_remove, names);
    if (!may_remove(filer))
        return; /* with the next ones, or when the server ends or starts */
    remove_now(filer, buf_str(&thread->to_remove));
    (void)flock(filer->directory_fd, LOCK_UN);
    buf_clear(&thread->to_remove);
}

/* The row's name for a file in the directory: what stands before the first dot. */
static bool is_named_by_a_row(struct filer *filer, struct str file) {
    bool found = true; /* when nobody knows, it stays */
    struct str rest = file;
    enum err error = store_read_file_named(filer->reader, str_cut(&rest, '.'), &found);
    return error != ERR_OK || found;
}

/* Files of an earlier process without a row: uploads that a crash has ended, and removals that it has prevented. */
static void collect(struct filer *filer) {
    DIR *directory = opendir(filer->path);
    size_t removed = 0;
    const struct dirent *entry;
    if (directory == NULL || !may_remove(filer)) {
        if (directory != NULL)
            (void)closedir(directory);
        return;
    }
    while (!atomic_load(&filer->is_stopping) && (entry = readdir(directory)) != NULL) {
        struct str name = str_of_c(entry->d_name);
        bool is_ended = !str_ends_with(name, STR(".part"));
        if (entry->d_name[0] == '.' || file_name_is_ours(name) ||
            (is_ended && is_named_by_a_row(filer, name)))
            continue;
        removed += file_remove(filer->directory_fd, entry->d_name) == ERR_OK;
    }
    (void)closedir(directory);
    (void)flock(filer->directory_fd, LOCK_UN);
    if (removed > 0)
        log_info(LOG_APP, "files.collected", "count=%zu", removed);
}

void filer_remove(struct filer *filer, struct str names) {
    post(&filer->threads[0], job_new(JOB_REMOVE, NULL, names)); /* one that locks the directory */
}

/* ---- Threads ---- */

static void job_run(struct filer_thread *thread, struct job *job) {
    switch (job->kind) {
    case JOB_UPLOAD_ADD:
        upload_add(job->of, job);
        break;
    case JOB_UPLOAD_END:
        upload_end(job->of);
        break;
    case JOB_UPLOAD_LEAVE:
        upload_leave(job->of, job->keep);
        break;
    case JOB_DOWNLOAD_OPEN:
        download_open(job->of);
        break;
    case JOB_DOWNLOAD_NEXT:
        download_next(job->of, job->at, job->max);
        break;
    case JOB_DOWNLOAD_LEAVE:
        download_leave(job->of);
        break;
    case JOB_REMOVE:
        remove_named(thread, str_of(job->bytes, job->byte_count));
        break;
    case JOB_COLLECT:
        collect(thread->filer);
        break;
    }
}

static void take_jobs(struct filer_thread *thread) {
    struct mail *mail = mailbox_take(&thread->inbox);
    while (mail != NULL) {
        struct mail *next = mail->next;
        struct job *job = MAIL_ITEM(mail, struct job, mail);
        job_run(thread, job);
        free(job);
        mail = next;
    }
}

static void filer_main(void *argument) {
    struct filer_thread *thread = argument;
    thread_set(THREAD_FILER, (int)(thread - thread->filer->threads));
    do {
        uv_sem_wait(&thread->wake);
        take_jobs(thread);
    } while (!atomic_load(&thread->filer->is_stopping) || !mailbox_is_empty(&thread->inbox));
}

static void filer_wake(void *context) {
    struct filer_thread *thread = context;
    uv_sem_post(&thread->wake);
}

/* ---- Life cycle ---- */

static enum err open_directory(struct filer *filer) {
    filer->directory_fd = -1;
    enum err error = store_file_make_directory(filer->path);
    if (error != ERR_OK)
        return error;
    filer->directory_fd = open(filer->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return filer->directory_fd >= 0 ? ERR_OK : err_of_errno(errno);
}

enum err filer_open(const char *directory, const char *path, struct filer **out) {
    struct filer *filer = MEM_NEW(struct filer);
    for (int i = 0; i < FILER_THREADS; i++) {
        struct filer_thread *thread = &filer->threads[i];
        thread->filer = filer;
        mailbox_init(&thread->inbox, filer_wake, thread);
        int code = uv_sem_init(&thread->wake, 0);
        ASSERT(code == 0);
    }
    filer->path = store_file_in(directory, STORE_DIRECTORY_FILES);
    enum err error = open_directory(filer);
    if (error == ERR_OK)
        error = store_reader_open(path, &filer->reader);
    if (error != ERR_OK) {
        filer->reader = NULL;
        filer_free(filer);
        return error;
    }
    *out = filer;
    return ERR_OK;
}

void filer_start(struct filer *filer) {
    for (int i = 0; i < FILER_THREADS; i++) {
        int code = uv_thread_create(&filer->threads[i].thread, filer_main, &filer->threads[i]);
        ASSERT(code == 0);
    }
    filer->is_started = true;
    post(&filer->threads[0], job_new(JOB_COLLECT, NULL, STR_NONE));
}

void filer_stop(struct filer *filer) {
    if (!filer->is_started)
        return;
    atomic_store(&filer->is_stopping, true);
    for (int i = 0; i < FILER_THREADS; i++) {
        uv_sem_post(&filer->threads[i].wake);
        (void)uv_thread_join(&filer->threads[i].thread);
    }
    filer->is_started = false;
}

/* Mails that came when the threads had ended. The workers are gone, and nobody is told. */
static void drop_job(struct job *job) {
    if (job->kind == JOB_UPLOAD_LEAVE) {
        upload_close(job->of, job->keep);
        free(job->of);
    } else if (job->kind == JOB_DOWNLOAD_LEAVE) {
        download_close(job->of);
        free(job->of);
    }
    free(job);
}

void filer_free(struct filer *filer) {
    if (filer == NULL)
        return;
    ASSERT(!filer->is_started);
    for (int i = 0; i < FILER_THREADS; i++) {
        struct mail *mail = mailbox_take(&filer->threads[i].inbox);
        while (mail != NULL) {
            struct mail *next = mail->next;
            drop_job(MAIL_ITEM(mail, struct job, mail));
            mail = next;
        }
        uv_sem_destroy(&filer->threads[i].wake);
        buf_deinit(&filer->threads[i].to_remove);
    }
    if (filer->reader != NULL)
        store_reader_close(filer->reader);
    if (filer->directory_fd >= 0)
        (void)close(filer->directory_fd); /* nothing was written by it */
    free(filer->path);
    free(filer);
}

const struct filer_counters *filer_counters(const struct filer *filer, unsigned thread) {
    ASSERT(thread < FILER_THREADS);
    return &filer->threads[thread].counters;
}
