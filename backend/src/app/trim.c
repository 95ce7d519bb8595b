/* trim.c: two differences, two steps, and what they mean.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/trim.h"

#define TRIM_QUIET_PART 20 /* of one core, one in so many parts */
#define TRIM_WORK_CPU_MS                                                                           \
    200 /* so much is some four thousand people coming in, who leave megabytes behind */

enum trim_step trim_look(struct trim *trim, int64_t mono_ms, int64_t cpu_ms) {
    int64_t passed_ms = mono_ms - trim->looked_mono_ms;
    int64_t worked_ms = cpu_ms - trim->looked_cpu_ms;
    trim->looked_mono_ms = mono_ms;
    trim->looked_cpu_ms = cpu_ms;
    bool is_quiet = worked_ms * TRIM_QUIET_PART < passed_ms;
    bool is_worth_it = cpu_ms - trim->trimmed_cpu_ms >= TRIM_WORK_CPU_MS;
    bool has_shrunk = trim->has_shrunk;
    trim->has_shrunk = is_quiet && is_worth_it && !has_shrunk;
    if (trim->has_shrunk)
        return TRIM_SHRINK;
    if (!is_quiet || !has_shrunk)
        return TRIM_NOTHING;
    trim->trimmed_cpu_ms = cpu_ms;
    return TRIM_GIVE_BACK;
}
