/* fuzz_control.c: a planted bug that the suite must find, so that finding nothing elsewhere means something.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str copy = fuzz_copy(fuzz_input(data, size));
    if (str_starts_with(copy, STR("BUG")))
        ASSERT(copy.at[copy.len] != '!'); /* reads behind the end */
    fuzz_free(copy);
    return 0;
}
