/* fit.c: answers that fit into an outbox.
 *
 * Thread    reader.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/fit.h"

#include "base/mem.h"
#include "proto/proto_encode.h"

static size_t message_bytes(const struct proto_message *message, struct buf *scratch) {
    buf_clear(scratch);
    proto_encode(&proto_message_shape, message, scratch);
    return scratch->len + 1; /* and a comma */
}

/* Is the first message of the rest to go, or its last? */
static bool drops_first(const struct proto_message *rest, size_t count, enum fit_side side,
                        int64_t around) {
    if (side != FIT_AROUND)
        return side == FIT_END;
    return around - rest[0].seq > rest[count - 1].seq - around;
}

void fit_page(struct store_page *page, enum fit_side side, int64_t around, size_t bytes_max) {
    size_t *sizes = mem_new(page->count + 1, sizeof *sizes);
    size_t from = 0, count = page->count, total = 0;
    struct buf scratch = BUF_EMPTY;
    for (size_t i = 0; i < page->count; i++)
        total += sizes[i] = message_bytes(&page->messages[i], &scratch);
    while (total > bytes_max && count > 1) {
        bool first = drops_first(page->messages + from, count, side, around);
        total -= first ? sizes[from] : sizes[from + count - 1];
        page->has_before |= first;
        page->has_after |= !first;
        from += first;
        count--;
    }
    page->messages += from;
    page->count = count;
    buf_deinit(&scratch);
    free(sizes);
}

size_t fit_versions(const struct proto_version *versions, size_t count, size_t bytes_max) {
    struct buf scratch = BUF_EMPTY;
    size_t from = count, total = 0;
    while (from > 0 && (from == count || total <= bytes_max)) {
        buf_clear(&scratch);
        proto_encode(&proto_version_shape, &versions[--from], &scratch);
        total += scratch.len + 1; /* and a comma */
    }
    buf_deinit(&scratch);
    return from + (total > bytes_max && from + 1 < count ? 1 : 0);
}

size_t fit_drafts(const struct proto_draft *drafts, size_t count, size_t bytes_max) {
    struct buf scratch = BUF_EMPTY;
    size_t fit = 0, total = 0;
    for (; fit < count && (fit <= 1 || total <= bytes_max); fit++) {
        buf_clear(&scratch);
        proto_encode(&proto_draft_shape, &drafts[fit], &scratch);
        total += scratch.len + 1; /* and a comma */
    }
    buf_deinit(&scratch);
    return total > bytes_max && fit > 1 ? fit - 1 : fit;
}

size_t fit_threads(const struct proto_followed_thread *threads, size_t count, size_t bytes_max) {
    struct buf scratch = BUF_EMPTY;
    size_t fit = 0, total = 0;
    for (; fit < count && (fit <= 1 || total <= bytes_max); fit++) {
        buf_clear(&scratch);
        proto_encode(&proto_followed_thread_shape, &threads[fit], &scratch);
        total += scratch.len + 1; /* and a comma */
    }
    buf_deinit(&scratch);
    return total > bytes_max && fit > 1 ? fit - 1 : fit;
}

size_t fit_events(const struct store_event *events, size_t count, size_t bytes_max) {
    size_t fit = 0, total = 0;
    while (fit < count && (fit == 0 || total + events[fit].data.len <= bytes_max))
        total += events[fit++].data.len;
    return fit;
}
