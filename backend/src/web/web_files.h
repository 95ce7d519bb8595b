/* web_files.h: how the web reaches the bytes of files, which are on a disk that it must not wait for.
 *
 * A port: the program fills it in with threads that do (app/filer.h), a test with arrays. Everything is asked and answered on the
 * worker's thread; an answer never comes from within the asking.
 *
 * Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_fact.h"
#include "net/frame.h"
#include "net/loop.h"

struct web_upload;   /* one file that is coming */
struct web_download; /* one file that is read */

struct web_upload_events {
    /* The disk has taken most of what was added: go on. After `add` has returned false. */
    void (*on_room)(void *user);
    /* Once: it is on disk (`file`, but for id, owner and name; borrowed), or why not: ERR_BUSY too many at once, or what the disk
     * says. Also before the end was told. */
    void (*on_end)(void *user, enum err error, const struct chat_file_fact *file);
};

struct web_download_events {
    /* Once, first. ERR_BUSY: too many at once; ERR_CORRUPT, ERR_NOT_FOUND: the file is damaged. */
    void (*on_open)(void *user, enum err error);
    /* What `next` has asked for; borrowed. NULL: it cannot be read, or is not as it was written. */
    void (*on_piece)(void *user, struct frame *frame);
};

struct web_files {
    void *context;
    /* Returns owned: leave_upload. */
    struct web_upload *(*upload)(void *context, struct loop *loop,
                                 const struct web_upload_events *events, void *user);
    /* Copies. False: enough for now, on_room follows. */
    bool (*add)(struct web_upload *upload, struct str bytes);
    /* That was all. */
    void (*end)(struct web_upload *upload);
    /* Takes it; no event comes any more. What is not to be kept is removed. */
    void (*leave_upload)(struct web_upload *upload, bool keep);
    /* Opens the file, or its small picture. Returns owned: leave_download. The fact's texts are copied. */
    struct web_download *(*download)(void *context, struct loop *loop,
                                     const struct chat_file_fact *file, bool thumb,
                                     const struct web_download_events *events, void *user);
    /* Asks for bytes from `at` on, at most `max` of them; one at a time. */
    void (*next)(struct web_download *download, uint64_t at, uint64_t max);
    /* Takes it; no event comes any more. */
    void (*leave_download)(struct web_download *download);
};
