/* fake_files.h: uploaded files as a plain array, for fake_chat_port.h.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "chat/chat_port.h"

#define FAKE_FILES_MAX 1024

struct fake_files {
    struct chat_stored_file files[FAKE_FILES_MAX];
    size_t count;
    int64_t taken; /* room that is taken besides, of everybody */
};

static inline void fake_files_add(struct fake_files *f, struct arena *arena,
                                  const struct chat_file_fact *fact) {
    ASSERT(f->count < FAKE_FILES_MAX);
    struct chat_stored_file *file = &f->files[f->count++];
    *file = (struct chat_stored_file){.fact = *fact};
    file->fact.name = arena_copy(arena, fact->name);
    file->fact.type = arena_copy(arena, fact->type);
    file->fact.file = arena_copy(arena, fact->file);
    file->shown = (struct proto_attachment){.id = fact->id,
                                            .name = file->fact.name,
                                            .type = file->fact.type,
                                            .size = fact->size,
                                            .width = fact->width,
                                            .height = fact->height,
                                            .url = file->fact.file};
}

/* A new message has them, or its twin before it. */
static inline void fake_files_use(struct fake_files *f, const struct chat_message_fact *message) {
    for (size_t i = 0; i < message->attachment_count; i++)
        for (size_t k = 0; k < f->count; k++)
            if (f->files[k].fact.id == message->attachments[i].id && f->files[k].message == 0)
                f->files[k].message = message->id;
}

/* A message is deleted; heir: its twin, 0: it has none any more. */
static inline void fake_files_end(struct fake_files *f, int64_t message, int64_t heir) {
    for (size_t i = 0; i < f->count; i++) {
        if (f->files[i].message != message)
            continue;
        f->files[i].message = heir;
        if (heir == 0)
            f->files[i--] = f->files[--f->count];
    }
}

static inline void fake_files_view(const struct fake_files *f, struct arena *arena,
                                   struct proto_message *out) {
    size_t count = 0;
    for (size_t i = 0; i < f->count; i++)
        count += f->files[i].message != 0 &&
                 (f->files[i].message == out->id || f->files[i].message == out->twin);
    out->attachments = ARENA_NEW_N(arena, struct proto_attachment, count);
    for (size_t i = 0; i < f->count; i++)
        if (f->files[i].message != 0 &&
            (f->files[i].message == out->id || f->files[i].message == out->twin))
            out->attachments[out->attachments_count++] = f->files[i].shown;
}

static inline enum err fake_files_find(const struct fake_files *f, int64_t id,
                                       struct chat_stored_file *out) {
    for (size_t i = 0; i < f->count; i++) {
        if (f->files[i].fact.id == id) {
            *out = f->files[i];
            return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

static inline struct chat_space fake_files_space(const struct fake_files *f, int64_t user) {
    struct chat_space space = {.of_all = f->taken};
    for (size_t i = 0; i < f->count; i++) {
        space.of_all += f->files[i].fact.size;
        space.of_user += f->files[i].fact.owner == user ? f->files[i].fact.size : 0;
    }
    return space;
}
