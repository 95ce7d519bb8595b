/* test_sio_frame.c: the packets that are made for every message: their bytes, and what making one allocates.
 *
 * Method: this program's malloc counts and passes on to glibc's. Counts do not depend on the machine, so they are held where the
 * clock could not be. Under sanitizers, which bring their own malloc, only the bytes are looked at.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "net/frame.h"
#include "socketio/sio_internal.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define COUNTS 0
#else
#define COUNTS 1
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);
#endif

static size_t allocations;

#if COUNTS
void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    allocations++;
    return __libc_realloc(memory, size);
}
#endif

static void an_event_in_two_pieces_reads_as_one(void **state) {
    (void)state;
    struct frame *frame =
        sio_event_frame_joined(STR("/"), STR("message:new"), STR("{\"pos\":7}"), STR(",\"7\""));
    assert_str(frame_payload(frame), "42[\"message:new\",{\"pos\":7},\"7\"]");
    frame_unref(frame);
    frame = sio_event_frame_joined(STR("/x"), STR("bare"), STR_NONE, STR_NONE);
    assert_str(frame_payload(frame), "42/x,[\"bare\"]");
    frame_unref(frame);
}

static void an_answer_is_put_between_its_ends(void **state) {
    (void)state;
    struct sio_packet packet = {
        .type = SIO_ACK, .namespace_name = STR("/"), .has_id = true, .id = 12};
    struct frame *frame =
        sio_packet_frame_around(&packet, STR("{\"ok\":true,\"data\":"), STR("{}"), STR("}"));
    assert_str(frame_payload(frame), "4312[{\"ok\":true,\"data\":{}}]");
    frame_unref(frame);
}

/* The name, what stands around the payload, the frame: the payload itself is copied once, whatever its length. */
static void an_event_costs_three_allocations(void **state) {
    (void)state;
    static char body[16384];
    memset(body, 'x', sizeof(body));
    size_t before = allocations;
    struct frame *frame = sio_event_frame_joined(STR("/"), STR("message:new"),
                                                 str_of(body, sizeof(body)), STR(",\"7\""));
    size_t made = allocations - before;
    frame_unref(frame);
    assert_true(made <= 3);
    assert_true(!COUNTS || made > 0);
}

static void an_answer_costs_two_allocations(void **state) {
    (void)state;
    struct sio_packet packet = {
        .type = SIO_ACK, .namespace_name = STR("/"), .has_id = true, .id = 12};
    size_t before = allocations;
    struct frame *frame =
        sio_packet_frame_around(&packet, STR("{\"ok\":true,\"data\":"), STR("{}"), STR("}"));
    size_t made = allocations - before;
    frame_unref(frame);
    assert_true(made <= 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_in_two_pieces_reads_as_one),
        cmocka_unit_test(an_answer_is_put_between_its_ends),
        cmocka_unit_test(an_event_costs_three_allocations),
        cmocka_unit_test(an_answer_costs_two_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
