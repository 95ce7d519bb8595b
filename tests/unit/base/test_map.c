/* test_map.c: hash maps.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_random.h"

#include "base/map.h"

#define MODEL_KEYS 3000

/* Values are addresses in this array, so that a wrong value shows. */
static char values[MODEL_KEYS];

static void an_empty_map_answers_with_nothing(void **state) {
    (void)state;
    struct map m = {0};
    size_t cursor = 0;
    assert_null(map_find(&m, 1));
    assert_null(map_remove(&m, 1));
    assert_null(map_find_str(&m, STR("a")));
    assert_null(map_remove_str(&m, STR("a")));
    assert_null(map_next(&m, &cursor));
    assert_int_equal(map_count(&m), 0);
    map_deinit(&m);
}

static void every_integer_may_be_a_key(void **state) {
    (void)state;
    static const uint64_t keys[] = {0, 1, UINT64_MAX, 1ull << 63, 1ull << 32};
    struct map m = {0};
    for (size_t i = 0; i < TEST_COUNT(keys); i++)
        assert_null(map_put(&m, keys[i], &values[i]));
    for (size_t i = 0; i < TEST_COUNT(keys); i++)
        assert_ptr_equal(map_find(&m, keys[i]), &values[i]);
    assert_null(map_find(&m, 2));
    assert_int_equal(map_count(&m), TEST_COUNT(keys));
    map_deinit(&m);
    assert_null(map_find(&m, 0));
}

static void putting_again_replaces_and_returns_what_was_there(void **state) {
    (void)state;
    struct map m = {0};
    assert_null(map_put(&m, 7, &values[0]));
    assert_ptr_equal(map_put(&m, 7, &values[1]), &values[0]);
    assert_int_equal(map_count(&m), 1);
    assert_ptr_equal(map_remove(&m, 7), &values[1]);
    assert_null(map_remove(&m, 7));
    assert_int_equal(map_count(&m), 0);
    map_deinit(&m);
}

static void string_keys_are_compared_by_bytes(void **state) {
    (void)state;
    static const char eight[] = "12345678", nine[] = "123456789";
    struct map m = {0};
    map_put_str(&m, STR(""), &values[0]);
    map_put_str(&m, STR("a"), &values[1]);
    map_put_str(&m, STR("a\0"), &values[2]);
    map_put_str(&m, str_of(eight, 8), &values[3]);
    map_put_str(&m, str_of(nine, 9), &values[4]);
    assert_ptr_equal(map_find_str(&m, STR_NONE), &values[0]);
    assert_ptr_equal(map_find_str(&m, STR("a")), &values[1]);
    assert_ptr_equal(map_find_str(&m, STR("a\0")), &values[2]);
    assert_ptr_equal(map_find_str(&m, str_of(nine, 8)), &values[3]);
    assert_ptr_equal(map_find_str(&m, STR("123456789")), &values[4]);
    assert_null(map_find_str(&m, STR("a\0\0")));
    assert_null(map_find_str(&m, STR("A")));
    map_deinit(&m);
}

/* Goal: after a replacement the map borrows the new key; the old one goes with the old value. */
static void replacing_a_value_replaces_its_key(void **state) {
    (void)state;
    struct map m = {0};
    char *old_key = strdup("name");
    map_put_str(&m, str_of_c(old_key), &values[0]);
    assert_ptr_equal(map_put_str(&m, STR("name"), &values[1]), &values[0]);
    memset(old_key, 'x', 4);
    free(old_key);
    assert_ptr_equal(map_find_str(&m, STR("name")), &values[1]);
    map_deinit(&m);
}

static void put_nothing(void *context) {
    map_put(context, 1, NULL);
}

static void a_value_of_null_is_a_bug(void **state) {
    (void)state;
    struct map m = {0};
    assert_aborts(put_nothing, &m);
}

static void put_a_string(void *context) {
    map_put_str(context, STR("a"), &values[0]);
}

static void find_an_integer(void *context) {
    map_find(context, 1);
}

static void keys_of_both_kinds_in_one_map_are_a_bug(void **state) {
    (void)state;
    struct map integers = {0}, strings = {0};
    map_put(&integers, 1, &values[0]);
    map_put_str(&strings, STR("a"), &values[0]);
    assert_aborts(put_a_string, &integers);
    assert_aborts(find_an_integer, &strings);
    map_deinit(&integers);
    map_put_str(&integers, STR("a"), &values[0]); /* empty again: it may become either */
    map_deinit(&integers);
    map_deinit(&strings);
}

static void a_walk_sees_each_value_once(void **state) {
    (void)state;
    static int seen[MODEL_KEYS];
    struct map m = {0};
    for (size_t i = 0; i < MODEL_KEYS; i++)
        map_put(&m, i * 4096, &values[i]);
    size_t cursor = 0;
    for (char *value; (value = map_next(&m, &cursor)) != NULL;)
        seen[value - values]++;
    for (size_t i = 0; i < MODEL_KEYS; i++)
        assert_int_equal(seen[i], 1);
    map_deinit(&m);
}

static void an_emptied_map_gives_its_memory_back(void **state) {
    (void)state;
    struct map m = {0};
    for (size_t i = 0; i < MODEL_KEYS; i++)
        map_put(&m, i, &values[i]);
    assert_true(m.capacity >= MODEL_KEYS);
    for (size_t i = 0; i < MODEL_KEYS; i++)
        assert_ptr_equal(map_remove(&m, i), &values[i]);
    assert_true(m.capacity <= 16);
    map_deinit(&m);
}

struct model {
    struct map map;
    bool has_strings;
    bool is_in[MODEL_KEYS];
    size_t count;
    struct str keys[MODEL_KEYS];
    char key_bytes[MODEL_KEYS][12];
};

static void model_init(struct model *model, bool has_strings) {
    *model = (struct model){.has_strings = has_strings};
    for (size_t i = 0; i < MODEL_KEYS; i++) {
        int len = snprintf(model->key_bytes[i], sizeof model->key_bytes[i], "k%zu", i);
        model->keys[i] = str_of(model->key_bytes[i], (size_t)len);
    }
}

static void *model_find(struct model *model, size_t i) {
    return model->has_strings ? map_find_str(&model->map, model->keys[i])
                              : map_find(&model->map, i);
}

static void model_put(struct model *model, size_t i) {
    void *before = model->has_strings ? map_put_str(&model->map, model->keys[i], &values[i])
                                      : map_put(&model->map, i, &values[i]);
    assert_ptr_equal(before, model->is_in[i] ? &values[i] : NULL);
    model->count += !model->is_in[i];
    model->is_in[i] = true;
}

static void model_remove(struct model *model, size_t i) {
    void *before = model->has_strings ? map_remove_str(&model->map, model->keys[i])
                                      : map_remove(&model->map, i);
    assert_ptr_equal(before, model->is_in[i] ? &values[i] : NULL);
    model->count -= model->is_in[i];
    model->is_in[i] = false;
}

/* Goal: runs of neighbours stay findable through removal, growth and shrinking. Method: random puts and removals
 * next to an array of flags; tides of mostly putting and mostly removing; all keys looked up at each turn of the tide. */
static void model_run(struct test_random *r, bool has_strings) {
    static struct model model;
    model_init(&model, has_strings);
    map_seed(test_random_u64(r), test_random_u64(r));
    for (int tide = 0; tide < 20; tide++) {
        unsigned put_percent = tide % 2 == 0 ? 80 : 15;
        for (int step = 0; step < 5000; step++) {
            size_t i = test_random_below(r, MODEL_KEYS);
            if (test_random_chance(r, put_percent))
                model_put(&model, i);
            else
                model_remove(&model, i);
        }
        assert_int_equal(map_count(&model.map), model.count);
        assert_true(model.map.count <= model.map.capacity / 4 * 3);
        for (size_t i = 0; i < MODEL_KEYS; i++)
            assert_ptr_equal(model_find(&model, i), model.is_in[i] ? &values[i] : NULL);
    }
    map_deinit(&model.map);
}

static void random_churn_equals_an_array_of_flags(void **state) {
    (void)state;
    struct test_random r = test_random_stream(1);
    for (int run = 0; run < 5; run++) {
        model_run(&r, false);
        model_run(&r, true);
    }
}

/* Goal: nobody who does not know the seed can guess where a key lands. */
static void different_seeds_order_a_map_differently(void **state) {
    (void)state;
    int different = 0;
    for (int round = 0; round < 20; round++) {
        void *first[2];
        for (int side = 0; side < 2; side++) {
            struct map m = {0};
            size_t cursor = 0;
            map_seed((uint64_t)round * 2 + (uint64_t)side, 99);
            for (size_t i = 0; i < 40; i++)
                map_put(&m, i, &values[i]);
            first[side] = map_next(&m, &cursor);
            map_deinit(&m);
        }
        different += first[0] != first[1];
    }
    assert_true(different > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_answers_with_nothing),
        cmocka_unit_test(every_integer_may_be_a_key),
        cmocka_unit_test(putting_again_replaces_and_returns_what_was_there),
        cmocka_unit_test(string_keys_are_compared_by_bytes),
        cmocka_unit_test(replacing_a_value_replaces_its_key),
        cmocka_unit_test(a_value_of_null_is_a_bug),
        cmocka_unit_test(keys_of_both_kinds_in_one_map_are_a_bug),
        cmocka_unit_test(a_walk_sees_each_value_once),
        cmocka_unit_test(an_emptied_map_gives_its_memory_back),
        cmocka_unit_test(random_churn_equals_an_array_of_flags),
        cmocka_unit_test(different_seeds_order_a_map_differently),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
