/* sim_trace.c: the record of a world, and the end of one that went wrong.
 *
 * The last lines are kept in a ring; all of them go into a hash, by which two runs of a seed are compared. An ASSERT of the
 * server that fails ends the process by SIGABRT: the record is printed then as well.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim.h"

#include <stdarg.h>

#define TRACE_LINES      250
#define TRACE_LINE_BYTES 240

static struct {
    char lines[TRACE_LINES][TRACE_LINE_BYTES];
    size_t count; /* ever */
    uint64_t hash;
    struct sim_options options;
    void (*on_fail)(const char *sentence);
} trace;

static void trace_print(void) {
    size_t first = trace.count > TRACE_LINES ? trace.count - TRACE_LINES : 0;
    for (size_t i = first; i < trace.count; i++)
        dprintf(STDERR_FILENO, "%s\n", trace.lines[i % TRACE_LINES]);
    dprintf(STDERR_FILENO, "to repeat: parley-sim --seed %" PRIu64 "%s\n", trace.options.seed,
            trace.options.sqlite ? " --sqlite" : "");
}

static void on_abort(int number) {
    (void)number; /* SA_RESETHAND: abort() goes on and ends the process */
    trace_print();
    if (trace.on_fail != NULL)
        trace.on_fail("an assertion of the server");
}

void sim_trace_begin(const struct sim_options *options) {
    struct sigaction action = {.sa_flags = SA_RESETHAND};
    action.sa_handler = on_abort;
    sigaction(SIGABRT, &action, NULL);
    trace.options = *options;
    trace.count = 0;
    trace.hash = 0xCBF29CE484222325u; /* FNV-1a */
}

uint64_t sim_trace_hash(void) {
    return trace.hash;
}

void sim_trace_on_fail(void (*call)(const char *sentence)) {
    trace.on_fail = call;
}

void sim_trace(const char *format, ...) {
    char *line = trace.lines[trace.count++ % TRACE_LINES];
    va_list arguments;
    int used = snprintf(line, TRACE_LINE_BYTES, "%8" PRId64 " ", sim_world->now_ms);
    va_start(arguments, format);
    vsnprintf(line + used, TRACE_LINE_BYTES - (size_t)used, format, arguments);
    va_end(arguments);
    for (const char *at = line; *at != '\0'; at++)
        trace.hash = (trace.hash ^ (unsigned char)*at) * 0x100000001B3u;
    if (trace.options.verbose)
        dprintf(STDERR_FILENO, "%s\n", line);
}

void sim_fail(const char *format, ...) {
    char sentence[TRACE_LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    trace_print();
    dprintf(STDERR_FILENO, "seed %" PRIu64 ": %s\n", trace.options.seed, sentence);
    if (trace.on_fail != NULL)
        trace.on_fail(sentence);
    _exit(1);
}
