/* costly.c: a server that wastes something on each frame that it sends: the negative control of the counts.
 *
 * The linker puts it in front of the program's own conn_send_all (--wrap). PARLEY_WASTE says what is wasted: "call" a system call,
 * "memory" three allocations, "work" some thousand instructions; what the counts of cost.test.mjs must find, each by its own.
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "net/conn.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WASTED_STEPS  1000
#define WASTED_BLOCKS 3

void __real_conn_send_all(struct conn *conn, struct frame *const *frames, size_t count);
void __wrap_conn_send_all(struct conn *conn, struct frame *const *frames, size_t count);

static void waste_memory(void) {
    for (int i = 0; i < WASTED_BLOCKS; i++) {
        char *volatile bytes = mem_new(64, 1);
        free(bytes);
    }
}

static void waste_work(void) {
    for (volatile int i = 0; i < WASTED_STEPS; i++)
        continue;
}

static void waste(const char *what) {
    if (strcmp(what, "call") == 0)
        (void)getppid();
    else if (strcmp(what, "memory") == 0)
        waste_memory();
    else if (strcmp(what, "work") == 0)
        waste_work();
}

void __wrap_conn_send_all(struct conn *conn, struct frame *const *frames, size_t count) {
    const char *what = getenv("PARLEY_WASTE");
    for (size_t i = 0; what != NULL && i < count; i++)
        waste(what);
    __real_conn_send_all(conn, frames, count);
}
