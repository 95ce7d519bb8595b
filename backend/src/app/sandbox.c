/* sandbox.c: prctl, Landlock, seccomp, in this order.
 *
 * Thread    main, before any other starts.
 *
 * Landlock takes the rights to files from the whole process by a rule set: all rights that this kernel knows are handled
 * (an unknown bit would be refused), and the rules give some back below a few directories. Files that are open already are
 * not touched. From version 4 on it also takes listening and connecting by TCP, from 6 on signals to, and abstract sockets
 * of, others. The calls have no wrapper in libc; the structs are ours, because the kernel's header of the build
 * machine may be older than the kernel.
 *
 * The tables of system calls are what `strace` shows of the server under all its tests (tests/integration/sandbox.test.mjs
 * looks again), and what the libraries would call instead on another kernel or after an error. libseccomp makes the filter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/sandbox.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

bool sandbox_is_built(void) {
    return !IS_SANITIZED;
}

/* Returns owned. */
static char *sentence(const char *what, const char *path) {
    struct buf out = BUF_EMPTY;
    size_t len;
    buf_printf(&out, "Cannot confine the process: %s%s%s (%s); --sandbox off goes without.", what,
               path[0] != '\0' ? " " : "", path, strerror(errno));
    buf_append_byte(&out, '\0');
    return buf_take(&out, &len);
}

/* ---- The process ---- */

static bool restrict_process(char **message) {
    const struct rlimit none = {0, 0};
    bool good = setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (!good)
        *message = sentence("prctl", "");
    return good;
}

/* ---- Landlock ---- */

/* Of versions after the header's. */
#define FS_REFER     (1ull << 13) /* 2: rename into another directory */
#define FS_TRUNCATE  (1ull << 14) /* 3 */
#define FS_IOCTL_DEV (1ull << 15) /* 5 */
#define NET_ALL      3ull         /* 4: bind and connect by TCP */
#define SCOPE_ALL    3ull         /* 6: abstract sockets and signals of others */

#define FS_FIRST ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1) /* all of version 1 */
#define FS_READ  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_KEEP                                                                                    \
    (FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |                    \
     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |   \
     FS_REFER | FS_TRUNCATE)

/* struct landlock_ruleset_attr of version 6; older kernels take the front of it. */
struct ruleset {
    uint64_t fs, net, scoped;
};

struct landlock {
    int version; /* of the kernel's Landlock */
    int fd;      /* the rule set */
    uint64_t fs; /* rights that it handles */
};

static bool ruleset_make(struct landlock *landlock) {
    int version = landlock->version;
    struct ruleset ruleset = {.fs = FS_FIRST | (version >= 2 ? FS_REFER : 0) |
                                    (version >= 3 ? FS_TRUNCATE : 0) |
                                    (version >= 5 ? FS_IOCTL_DEV : 0),
                              .net = NET_ALL,
                              .scoped = SCOPE_ALL};
    size_t size = (version >= 6 ? 3 : version >= 4 ? 2 : 1) * sizeof(uint64_t);
    landlock->fs = ruleset.fs;
    landlock->fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
    return landlock->fd >= 0;
}

/* Gives rights below a directory. */
static bool ruleset_give(const struct landlock *landlock, const char *directory, uint64_t rights) {
    int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const struct landlock_path_beneath_attr rule = {.allowed_access = rights & landlock->fs,
                                                    .parent_fd = fd};
    long result =
        syscall(SYS_landlock_add_rule, landlock->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    int number = errno;
    (void)close(fd);
    errno = number;
    return result == 0;
}

/* The directory that the file is in. */
static bool ruleset_give_beside(const struct landlock *landlock, const char *file) {
    char *path = str_dup_c(str_of_c(file));
    bool good = ruleset_give(landlock, dirname(path), FS_READ);
    free(path);
    return good;
}

static bool ruleset_give_file(const struct landlock *landlock, const char *file) {
    char *target = realpath(file, NULL);
    bool good = target != NULL && ruleset_give_beside(landlock, file) &&
                ruleset_give_beside(landlock, target);
    free(target);
    return good;
}

/* The path that could not be ruled, NULL when all is well. */
static const char *ruleset_fill(const struct landlock *landlock,
                                const struct sandbox_options *options) {
    if (!ruleset_give(landlock, options->data, FS_KEEP))
        return options->data;
    for (int i = 0; i < SANDBOX_READABLE_MAX; i++) {
        const char *file = options->readable[i];
        if (file != NULL && file[0] != '\0' && !ruleset_give_file(landlock, file))
            return file;
    }
    return NULL;
}

static bool restrict_with(struct landlock *landlock, const struct sandbox_options *options,
                          char **message) {
    if (!ruleset_make(landlock)) {
        *message = sentence("Landlock", "");
        return false;
    }
    const char *path = ruleset_fill(landlock, options);
    bool good = path == NULL && syscall(SYS_landlock_restrict_self, landlock->fd, 0) == 0;
    if (!good)
        *message = sentence("Landlock", path != NULL ? path : "");
    (void)close(landlock->fd);
    return good;
}

/* *version: 0 when the kernel has none. */
static bool restrict_files(const struct sandbox_options *options, int *version, char **message) {
    struct landlock landlock = {.fd = -1};
    landlock.version =
        (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    *version = landlock.version > 0 ? landlock.version : 0;
    if (landlock.version <= 0) {
        log_warn(LOG_APP, "sandbox.landlock.missing", "reason=\"%s\"", strerror(errno));
        return true;
    }
    return restrict_with(&landlock, options, message);
}

/* ---- seccomp ---- */

#define CALL(name) SCMP_SYS(name)

/* clang-format off */
static const int calls_allowed[] = {
    /* connections: accepted ones; there are no new sockets */
    CALL(accept), CALL(accept4), CALL(recvfrom), CALL(recvmsg), CALL(sendto), CALL(sendmsg), CALL(read), CALL(readv),
    CALL(write), CALL(writev), CALL(shutdown), CALL(getsockname), CALL(getpeername), CALL(getsockopt), CALL(setsockopt),
    /* waiting */
    CALL(epoll_create1), CALL(epoll_ctl), CALL(epoll_wait), CALL(epoll_pwait), CALL(poll), CALL(ppoll), CALL(eventfd2),
    CALL(pipe2), CALL(futex), CALL(sched_yield), CALL(nanosleep), CALL(clock_nanosleep), CALL(restart_syscall),
    CALL(rt_sigtimedwait),
    /* files */
    CALL(open), CALL(openat), CALL(close), CALL(close_range), CALL(pread64), CALL(pwrite64), CALL(preadv), CALL(pwritev),
    CALL(lseek), CALL(fsync), CALL(fdatasync), CALL(ftruncate), CALL(fallocate), CALL(stat), CALL(lstat), CALL(fstat),
    CALL(newfstatat), CALL(statx), CALL(statfs), CALL(fstatfs), CALL(access), CALL(faccessat), CALL(fcntl), CALL(flock),
    CALL(unlink), CALL(unlinkat), CALL(rename), CALL(renameat), CALL(renameat2), CALL(mkdir), CALL(mkdirat), CALL(rmdir),
    CALL(getdents64), CALL(readlink), CALL(readlinkat), CALL(getcwd), CALL(fchmod), CALL(fchown), CALL(utimensat),
    CALL(umask), CALL(dup), CALL(dup3), CALL(sendfile), CALL(fadvise64),
    /* memory; mmap and mprotect stand below */
    CALL(munmap), CALL(mremap), CALL(madvise), CALL(msync), CALL(brk),
    /* threads and this process; clone stands below */
    CALL(exit), CALL(exit_group), CALL(set_robust_list), CALL(set_tid_address), CALL(rseq), CALL(sched_getaffinity),
    CALL(sched_getparam), CALL(sched_getscheduler), CALL(setpriority), CALL(sched_setattr), CALL(membarrier), CALL(gettid), CALL(getpid), CALL(getppid),
    CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid), CALL(getrandom), CALL(getrusage), CALL(getrlimit),
    CALL(uname), CALL(sysinfo), CALL(times),
    /* time */
    CALL(time), CALL(gettimeofday), CALL(clock_gettime), CALL(clock_getres),
    /* signals */
    CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(sigaltstack),
};

/* No server makes these by mistake. */
static const int calls_deadly[] = {
    CALL(execve), CALL(execveat), CALL(ptrace), CALL(process_vm_readv), CALL(process_vm_writev), CALL(bpf),
    CALL(perf_event_open), CALL(userfaultfd), CALL(keyctl), CALL(add_key), CALL(request_key), CALL(unshare), CALL(setns),
    CALL(mount), CALL(umount2), CALL(pivot_root), CALL(chroot), CALL(move_mount), CALL(open_tree), CALL(fsopen),
    CALL(fsmount), CALL(fspick), CALL(fsconfig), CALL(mount_setattr), CALL(init_module), CALL(finit_module),
    CALL(delete_module), CALL(kexec_load), CALL(kexec_file_load), CALL(reboot), CALL(swapon), CALL(swapoff), CALL(acct),
    CALL(iopl), CALL(ioperm), CALL(settimeofday), CALL(clock_settime), CALL(adjtimex), CALL(clock_adjtime),
    CALL(sethostname), CALL(setdomainname), CALL(open_by_handle_at),
};

/* Libraries try these and have another way when the kernel does not know them. clone3 has its flags behind a pointer, where
 * a filter cannot look. */
static const int calls_absent[] = {
    CALL(clone3), CALL(faccessat2), CALL(openat2), CALL(epoll_pwait2), CALL(io_uring_setup), CALL(copy_file_range),
    CALL(memfd_create), CALL(pidfd_open),
};
/* clang-format on */

#define CLONE_NEW_ALL                                                                              \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |  \
     CLONE_NEWNET)
#define CLONE_OF_THREAD (CLONE_VM | CLONE_THREAD)

static const int new_namespaces[] = {CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                     CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool add_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count) {
    for (size_t i = 0; i < count; i++) {
        errno = -seccomp_rule_add(filter, action, calls[i], 0);
        if (errno != 0)
            return false;
    }
    return true;
}

static bool allow_when(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition) {
    errno = -seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition);
    return errno == 0;
}

/* Memory that can be written never becomes code. */
static bool add_memory(scmp_filter_ctx filter) {
    return allow_when(filter, CALL(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) &&
           allow_when(filter, CALL(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

/* A new thread is fine, a new process fails, a new namespace is deadly. */
static bool add_clone(scmp_filter_ctx filter) {
    for (size_t i = 0; i < COUNT(new_namespaces); i++) {
        scmp_datum_t flag = (scmp_datum_t)new_namespaces[i];
        struct scmp_arg_cmp has_flag = SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag);
        errno = -seccomp_rule_add_array(filter, SCMP_ACT_KILL_PROCESS, CALL(clone), 1, &has_flag);
        if (errno != 0)
            return false;
    }
    return allow_when(
        filter, CALL(clone),
        SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_NEW_ALL | CLONE_OF_THREAD, CLONE_OF_THREAD));
}

static struct scmp_arg_cmp equals(unsigned arg, scmp_datum_t value) {
    return (struct scmp_arg_cmp){.arg = arg, .op = SCMP_CMP_EQ, .datum_a = value};
}

/* Calls of many uses, of which the server has few. */
static bool add_narrow(scmp_filter_ctx filter) {
    return allow_when(filter, CALL(ioctl), equals(1, FIONBIO)) &&
           allow_when(filter, CALL(ioctl), equals(1, FIONREAD)) &&
           allow_when(filter, CALL(ioctl), equals(1, TCGETS)) &&
           allow_when(filter, CALL(prctl), equals(0, PR_SET_NAME)) &&
           allow_when(filter, CALL(prlimit64), equals(2, 0)) && /* reading them */
           allow_when(filter, CALL(tgkill), equals(0, (scmp_datum_t)getpid()));
}

static bool fill(scmp_filter_ctx filter) {
    return add_all(filter, SCMP_ACT_ALLOW, calls_allowed, COUNT(calls_allowed)) &&
           add_all(filter, SCMP_ACT_KILL_PROCESS, calls_deadly, COUNT(calls_deadly)) &&
           add_all(filter, SCMP_ACT_ERRNO(ENOSYS), calls_absent, COUNT(calls_absent)) &&
           add_memory(filter) && add_clone(filter) && add_narrow(filter);
}

static bool kernel_filters(void) {
    const uint32_t action = SECCOMP_RET_KILL_PROCESS;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static bool restrict_calls(bool *is_on, char **message) {
    *is_on = kernel_filters();
    if (!*is_on) {
        log_warn(LOG_APP, "sandbox.seccomp.missing", "reason=\"%s\"", strerror(errno));
        return true;
    }
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    errno = ENOMEM;
    bool good = filter != NULL && fill(filter);
    if (good)
        errno = -seccomp_load(filter);
    good = good && errno == 0;
    if (!good)
        *message = sentence("seccomp", "");
    if (filter != NULL)
        seccomp_release(filter);
    return good;
}

bool sandbox_enter(const struct sandbox_options *options, char **message) {
    int landlock = 0;
    bool seccomp = false;
    if (!sandbox_is_built()) {
        log_warn(LOG_APP, "sandbox.off", "reason=\"instrumented build\"");
        return true;
    }
    bool good = restrict_process(message) && restrict_files(options, &landlock, message) &&
                restrict_calls(&seccomp, message);
    if (good)
        log_info(LOG_APP, "sandbox.on", "landlock=%d seccomp=%s", landlock, seccomp ? "on" : "off");
    return good;
}
