/* test_arena.c: allocations that die together.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_random.h"

#include "base/arena.h"

#include <stdalign.h>

static bool is_zero(const char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

static void an_empty_arena_can_be_dropped(void **state) {
    (void)state;
    struct arena a = {0};
    assert_int_equal(arena_total_bytes(&a), 0);
    arena_reset(&a);
    arena_deinit(&a);
}

/* Goal: pieces are zeroed, aligned and do not overlap. Method: fill each with its number, look at all at the end. */
static void pieces_are_zeroed_aligned_and_apart(void **state) {
    (void)state;
    enum { PIECES = 2000 };
    static char *at[PIECES];
    static size_t len[PIECES];
    struct test_random r = test_random_stream(1);
    struct arena a = {0};
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < PIECES; i++) {
            len[i] = test_random_below(&r, test_random_chance(&r, 2) ? 20000 : 100);
            at[i] = arena_alloc(&a, len[i]);
            assert_int_equal((uintptr_t)at[i] % alignof(max_align_t), 0);
            assert_true(is_zero(at[i], len[i]));
            memset(at[i], 1 + i % 255, len[i]);
        }
        for (int i = 0; i < PIECES; i++) {
            for (size_t k = 0; k < len[i]; k++)
                assert_int_equal((unsigned char)at[i][k], 1 + i % 255);
        }
        arena_reset(&a); /* the next round gets used memory and must not see it */
    }
    arena_deinit(&a);
}

static void a_piece_may_be_larger_than_any_block(void **state) {
    (void)state;
    struct arena a = {0};
    char *small = arena_alloc(&a, 10);
    char *large = arena_alloc(&a, 3000000);
    char *behind = arena_alloc(&a, 10);
    memset(large, 1, 3000000);
    assert_true(is_zero(small, 10));
    assert_true(is_zero(behind, 10));
    arena_deinit(&a);
}

static void the_total_counts_what_was_handed_out(void **state) {
    (void)state;
    struct arena a = {0};
    for (int i = 0; i < 1000; i++)
        arena_alloc(&a, 64);
    arena_alloc(&a, 100000);
    assert_int_equal(arena_total_bytes(&a), 64000 + 100000);
    arena_reset(&a);
    assert_int_equal(arena_total_bytes(&a), 0);
    arena_alloc(&a, 64);
    assert_int_equal(arena_total_bytes(&a), 64);
    arena_deinit(&a);
    assert_int_equal(arena_total_bytes(&a), 0);
}

static void a_reset_keeps_a_block_for_the_same_again(void **state) {
    (void)state;
    struct arena a = {0};
    for (int i = 0; i < 100; i++)
        arena_alloc(&a, 1000);
    arena_reset(&a);
    struct arena_block *kept = a.head;
    assert_non_null(kept);
    for (int i = 0; i < 50; i++)
        arena_alloc(&a, 1000);
    assert_ptr_equal(a.head, kept);
    arena_deinit(&a);
}

static void a_reset_does_not_keep_a_huge_block(void **state) {
    (void)state;
    struct arena a = {0};
    arena_alloc(&a, 10000000);
    arena_reset(&a);
    assert_null(a.head);
    arena_alloc(&a, 10);
    struct arena_block *first = a.head;
    arena_alloc(&a, 10000000);
    arena_reset(&a);
    assert_ptr_equal(a.head, first);
    arena_deinit(&a);
}

static void a_copy_is_followed_by_a_nul(void **state) {
    (void)state;
    struct arena a = {0};
    struct str copy = arena_copy(&a, str_of("hello", 4));
    assert_str(copy, "hell");
    assert_int_equal(copy.at[4], 0);
    copy = arena_copy(&a, STR_NONE);
    assert_int_equal(copy.len, 0);
    assert_string_equal(copy.at, "");
    arena_deinit(&a);
}

static void typed_pieces_are_zeroed(void **state) {
    (void)state;
    struct arena a = {0};
    assert_int_equal(*ARENA_NEW(&a, uint64_t), 0);
    assert_true(is_zero((char *)ARENA_NEW_N(&a, uint64_t, 10), 80));
    arena_deinit(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_arena_can_be_dropped),
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(a_piece_may_be_larger_than_any_block),
        cmocka_unit_test(the_total_counts_what_was_handed_out),
        cmocka_unit_test(a_reset_keeps_a_block_for_the_same_again),
        cmocka_unit_test(a_reset_does_not_keep_a_huge_block),
        cmocka_unit_test(a_copy_is_followed_by_a_nul),
        cmocka_unit_test(typed_pieces_are_zeroed),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
