/* store_sum.c: checksums of rows.
 *
 * The sum is FNV-1a with 64 bits: each step is a bijection of the state, so one changed bit always shows, and random damage
 * shows but once in 2^64. It is no protection against a person who can write the file.
 *
 * Messages are summed in C, where their rows are built (store_message.c); all other rows by the SQL function store_sum, in the
 * very statement that writes them. A statement that changes a part of a row does so only where the old sum was right: it must
 * not make a damaged row look whole.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_sum.h"

#include "base/log.h"

#include <assert.h>

/* Numbers go into the sum as they lie in memory. */
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the checksum would differ");

uint64_t store_sum_bytes(uint64_t sum, const void *bytes, size_t count) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++) {
        sum = (sum ^ at[i]) * 0x100000001b3u;
    }
    return sum;
}

uint64_t store_sum_str(uint64_t sum, struct str text) {
    uint64_t len = text.len;
    sum = store_sum_bytes(sum, &len, sizeof(len));
    return text.len > 0 ? store_sum_bytes(sum, text.at, text.len) : sum;
}

static uint64_t sum_value(uint64_t sum, sqlite3_value *value) {
    unsigned char type = (unsigned char)sqlite3_value_type(value);
    sum = store_sum_bytes(sum, &type, sizeof(type));
    if (type == SQLITE_NULL) {
        return sum;
    }
    if (type == SQLITE_INTEGER) {
        int64_t number = sqlite3_value_int64(value);
        return store_sum_bytes(sum, &number, sizeof(number));
    }
    const char *bytes =
        sqlite3_value_blob(value); /* of a text its bytes; no table of ours has a real number */
    return store_sum_str(sum, str_of(bytes, (size_t)sqlite3_value_bytes(value)));
}

static void store_sum(sqlite3_context *context, int count, sqlite3_value **values) {
    uint64_t sum = STORE_SUM_BEGIN;
    for (int i = 0; i < count; i++) {
        sum = sum_value(sum, values[i]);
    }
    sqlite3_result_int64(context, (int64_t)sum);
}

enum err store_sum_attach(struct store_db *db) {
    int code = sqlite3_create_function_v2(db->handle, "store_sum", -1,
                                          SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                          NULL, store_sum, NULL, NULL, NULL);
    return store_sql_err(db, NULL, code);
}

/* True the first time, as far as the last few remember. */
static bool is_news(struct store_db *db, uint64_t key) {
    for (size_t i = 0; i < STORE_DAMAGED_TOLD; i++) {
        if (db->damaged_told[i] == key) {
            return false;
        }
    }
    db->damaged_told[db->damaged_next++ % STORE_DAMAGED_TOLD] = key;
    return true;
}

void store_damaged(struct store_db *db, const char *table, int64_t id, int64_t place) {
    const int64_t numbers[] = {id, place};
    uint64_t key = store_sum_str(STORE_SUM_BEGIN, str_of_c(table));
    if (is_news(db, store_sum_bytes(key, numbers, sizeof(numbers)))) {
        log_error(LOG_STORE, "store.damaged", "table=%s id=%lld place=%lld", table, (long long)id,
                  (long long)place);
    }
}
