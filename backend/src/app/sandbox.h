/* sandbox.h: what the running server may still do, seen from the kernel.
 *
 * Once everything is open, a chat server needs little: its connections, its data directory, threads and time. sandbox_enter gives the
 * rest away for good, so that whoever makes the server run code of his own finds a process that cannot start another
 * program, read another file, open another port or look into another process.
 *
 *   files    the data directory: read and write; the directories of the certificate: read; nothing else    (Landlock)
 *   calls    a list of those that the server makes; others fail with EPERM, and those that no server ever
 *            makes (exec, ptrace, mount, new namespaces, kernel keys, BPF ...) end the process               (seccomp)
 *   process  no privileges by setuid programs, no core dumps, not to be traced by others of the same user    (prctl)
 *
 * What a kernel lacks is left out, with a line in the log. Builds with a sanitizer are not confined: its runtime does what
 * is forbidden here.
 *
 * Thread: main, before any other starts: threads inherit what stands when they begin.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdbool.h>

#define SANDBOX_READABLE_MAX 2

struct sandbox_options {
    const char *data; /* a directory that exists */
    /* Files that are read again later, by path; "" or NULL: none. Their directories become readable, and those of what they link
     * to: a renewed file is a new one. */
    const char *readable[SANDBOX_READABLE_MAX];
};

/* Confines the process, for good. False: the kernel offers it and it could not be done; *message is one sentence, owned by
 * the caller, and the process must end. */
bool sandbox_enter(const struct sandbox_options *options, char **message);
/* False in builds with a sanitizer. */
bool sandbox_is_built(void);
