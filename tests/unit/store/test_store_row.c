/* test_store_row.c: enumerations are texts in the database.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_row.h"
#include "test.h"

static void every_value_of_an_enumeration_comes_back(void **state) {
    static const struct proto_enum *const all[] = {&proto_status_enum,      &proto_user_kind_enum,
                                                   &proto_user_role_enum,   &proto_room_kind_enum,
                                                   &proto_member_role_enum, &proto_level_enum,
                                                   &proto_mentions_all_enum};
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(all); i++)
        for (size_t value = 0; value < all[i]->count; value++)
            assert_int_equal(store_enum_find(all[i], store_enum_text(all[i], (int)value)), value);
}

static void an_unknown_text_is_nothing(void **state) {
    (void)state;
    assert_int_equal(store_enum_find(&proto_level_enum, STR("loud")), 0);
    assert_int_equal(store_enum_find(&proto_level_enum, STR_NONE), 0);
    assert_int_equal(store_event_find(STR("")), PROTO_EVENT_NONE);
}

static void every_event_is_found_by_its_name(void **state) {
    (void)state;
    for (int event = 1; event < PROTO_EVENT_COUNT; event++)
        assert_int_equal(store_event_find(proto_events[event].name), event);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_of_an_enumeration_comes_back),
        cmocka_unit_test(an_unknown_text_is_nothing),
        cmocka_unit_test(every_event_is_found_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
