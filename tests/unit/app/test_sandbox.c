/* test_sandbox.c: what a confined process may still do, and what happens when it tries more.
 *
 * Each act runs in a child that has entered the sandbox of a server: with a data directory, a certificate in another, and a listener with
 * somebody waiting at it. The child's end tells what came of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_dir.h"

#include "app/sandbox.h"
#include "base/err.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static struct test_dir data, certificates, elsewhere;
static char certificate[128]; /* a link, as Let's Encrypt makes them, into a directory of its own */
static int listener, client;

/* ---- The surroundings ---- */

static void write_file(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "x", 1), 1);
    close(fd);
}

static void open_sockets(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, size), 0);
}

static int set_up(void **state) {
    (void)state;
    test_dir_make(&data);
    test_dir_make(&certificates);
    test_dir_make(&elsewhere);
    (void)mkdir(test_dir_file(&certificates, "archive"), 0700);
    write_file(test_dir_file(&certificates, "archive/1.pem"));
    (void)mkdir(test_dir_file(&certificates, "live"), 0700);
    (void)snprintf(certificate, sizeof certificate, "%s/live/chat.pem", certificates.path);
    assert_int_equal(symlink("../archive/1.pem", certificate), 0);
    write_file(test_dir_file(&elsewhere, "file"));
    write_file(test_dir_file(&data, "old"));
    open_sockets();
    log_set_level(LOG_ERROR);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    close(listener);
    close(client);
    test_dir_remove(&data);
    test_dir_remove(&certificates);
    test_dir_remove(&elsewhere);
    return 0;
}

/* ---- Trying ---- */

enum { GOOD = 0, NOT_CONFINED = 250 };

/* What an act gives: 0, or errno. */
typedef int (*act_fn)(void);

static int result_of(long value) {
    return value >= 0 ? GOOD : errno;
}

static void run_confined(act_fn act) {
    const struct sandbox_options options = {.data = data.path, .readable = {certificate, ""}};
    char *message = NULL;
    if (!sandbox_enter(&options, &message))
        _exit(NOT_CONFINED);
    _exit(act());
}

/* The child's end: its code, or 1000 and the signal. */
static int attempt(act_fn act) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(null, STDERR_FILENO);
        run_confined(act);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

struct attempt {
    const char *what;
    act_fn act;
    int expected;
};

static void check_all(const struct attempt *attempts, size_t count) {
    int wrong = 0;
    for (size_t i = 0; i < count; i++) {
        int got = attempt(attempts[i].act);
        if (got == attempts[i].expected)
            continue;
        print_error("%s: %d instead of %d\n", attempts[i].what, got, attempts[i].expected);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static int open_at(const struct test_dir *dir, const char *name, int flags) {
    return result_of(open(test_dir_file(dir, name), flags | O_CLOEXEC, 0600));
}

/* ---- What a server does ---- */

static int make_file(void) {
    return open_at(&data, "new", O_RDWR | O_CREAT | O_EXCL);
}

static int cut_file(void) {
    return open_at(&data, "old", O_RDWR | O_TRUNC);
}

static int rename_and_remove(void) {
    char to[128];
    (void)snprintf(to, sizeof to, "%s/renamed", data.path);
    write_file(test_dir_file(&data, "from"));
    int result = result_of(rename(test_dir_file(&data, "from"), to));
    return result != GOOD ? result : result_of(unlink(to));
}

static int read_certificate(void) {
    return result_of(open(certificate, O_RDONLY | O_CLOEXEC));
}

static int accept_somebody(void) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return fd < 0 ? errno : result_of(send(fd, "x", 1, MSG_NOSIGNAL));
}

static void *do_nothing(void *argument) {
    (void)prctl(PR_SET_NAME, "thread", 0, 0, 0);
    return argument;
}

static int run_thread(void) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, do_nothing, NULL);
    return error != 0 ? error : pthread_join(thread, NULL);
}

static int fail_assertion(void) {
    ASSERT(listener < 0);
    return GOOD;
}

static void a_confined_server_does_its_work(void **state) {
    static const struct attempt attempts[] = {
        {"make a file", make_file, GOOD},
        {"cut a file", cut_file, GOOD},
        {"rename and remove", rename_and_remove, GOOD},
        {"read the certificate", read_certificate, GOOD},
        {"accept and send", accept_somebody, GOOD},
        {"run a thread", run_thread, GOOD},
        {"end by a failed assertion", fail_assertion, 1000 + SIGABRT},
    };
    (void)state;
    check_all(attempts, TEST_COUNT(attempts));
}

static void a_renewed_certificate_can_be_read(void **state) {
    (void)state;
    write_file(test_dir_file(&certificates, "archive/2.pem"));
    assert_int_equal(unlink(certificate), 0);
    assert_int_equal(symlink("../archive/2.pem", certificate), 0);
    assert_int_equal(attempt(read_certificate), GOOD);
}

/* ---- Files ---- */

static int open_passwd(void) {
    return result_of(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int open_environment(void) {
    return result_of(open("/proc/self/environ", O_RDONLY | O_CLOEXEC));
}

static int open_elsewhere(void) {
    return open_at(&elsewhere, "file", O_RDONLY);
}

static int make_elsewhere(void) {
    return open_at(&elsewhere, "new", O_WRONLY | O_CREAT);
}

static int write_certificate(void) {
    return result_of(open(certificate, O_WRONLY | O_CLOEXEC));
}

static int remove_certificate(void) {
    return result_of(unlink(certificate));
}

static void other_files_are_out_of_reach(void **state) {
    bool has_landlock =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
    int refused = has_landlock ? EACCES : GOOD; /* the log says so: see the integration tests */
    const struct attempt attempts[] = {
        {"open /etc/passwd", open_passwd, refused},
        {"open /proc/self/environ", open_environment, refused},
        {"open a file elsewhere", open_elsewhere, refused},
        {"make a file elsewhere", make_elsewhere, refused},
        {"write the certificate", write_certificate, refused},
        {"remove the certificate", remove_certificate, refused},
    };
    (void)state;
    check_all(attempts, TEST_COUNT(attempts));
}

static int enter_without_data(void) {
    return GOOD; /* not reached */
}

static void a_data_directory_that_is_not_there_is_told(void **state) {
    struct test_dir was = data;
    (void)state;
    (void)snprintf(data.path, sizeof data.path, "/nowhere");
    int end = attempt(enter_without_data);
    data = was;
    assert_int_equal(end, NOT_CONFINED);
}

/* ---- Calls that fail ---- */

static int socket_of(int family, int type) {
    return result_of(socket(family, type, 0));
}

static int socket_inet(void) {
    return socket_of(AF_INET, SOCK_STREAM);
}

static int socket_inet6(void) {
    return socket_of(AF_INET6, SOCK_DGRAM);
}

static int socket_unix(void) {
    return socket_of(AF_UNIX, SOCK_STREAM);
}

static int socket_netlink(void) {
    return socket_of(AF_NETLINK, SOCK_RAW);
}

static int socket_packet(void) {
    return socket_of(AF_PACKET, SOCK_RAW);
}

static int connect_out(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    return result_of(connect(listener, (struct sockaddr *)&address, sizeof address));
}

static int bind_again(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    return result_of(bind(client, (struct sockaddr *)&address, sizeof address));
}

static int fork_child(void) {
    return result_of(fork());
}

static int kill_parent(void) {
    return result_of(kill(getppid(), SIGCONT));
}

static int map_code(void) {
    void *at =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? errno : GOOD;
}

static int make_code(void) {
    void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NOT_CONFINED : result_of(mprotect(at, 4096, PROT_READ | PROT_EXEC));
}

static int change_user(void) {
    return result_of(setuid(65534));
}

static int allow_core(void) {
    const struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    return result_of(setrlimit(RLIMIT_CORE, &limit));
}

static int allow_dump(void) {
    return result_of(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

static int type_for_others(void) {
    return result_of(ioctl(0, TIOCSTI, "x"));
}

static int make_device(void) {
    return result_of(mknod(test_dir_file(&data, "device"), S_IFIFO | 0600, 0));
}

static int change_mode(void) {
    return result_of(chmod(test_dir_file(&data, "old"), 04755));
}

static int clone_by_struct(void) {
    return result_of(syscall(SYS_clone3, NULL, 0));
}

static int ring(void) {
    return result_of(syscall(SYS_io_uring_setup, 1, NULL));
}

static void calls_that_no_server_needs_fail(void **state) {
    static const struct attempt attempts[] = {
        {"a TCP socket", socket_inet, EPERM},
        {"a UDP socket", socket_inet6, EPERM},
        {"a local socket", socket_unix, EPERM},
        {"a netlink socket", socket_netlink, EPERM},
        {"a packet socket", socket_packet, EPERM},
        {"connect", connect_out, EPERM},
        {"bind", bind_again, EPERM},
        {"fork", fork_child, EPERM},
        {"a signal to another process", kill_parent, EPERM},
        {"memory with code", map_code, EPERM},
        {"memory made code", make_code, EPERM},
        {"setuid", change_user, EPERM},
        {"setrlimit", allow_core, EPERM},
        {"PR_SET_DUMPABLE", allow_dump, EPERM},
        {"TIOCSTI", type_for_others, EPERM},
        {"mknod", make_device, EPERM},
        {"chmod", change_mode, EPERM},
        {"clone3", clone_by_struct, ENOSYS},
        {"io_uring", ring, ENOSYS},
    };
    (void)state;
    check_all(attempts, TEST_COUNT(attempts));
}

/* ---- Calls that kill ---- */

static int run_program(void) {
    char *const arguments[] = {"true", NULL};
    return result_of(execv("/bin/true", arguments));
}

static int be_traced(void) {
    return result_of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int read_process(void) {
    return result_of(process_vm_readv(getppid(), NULL, 0, NULL, 0, 0));
}

static int new_user_namespace(void) {
    return result_of(unshare(CLONE_NEWUSER));
}

static int new_network(void) {
    return result_of(unshare(CLONE_NEWNET));
}

static int child_in_namespace(void) {
    return result_of(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL));
}

static int thread_in_namespace(void) {
    return result_of(syscall(SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND | CLONE_NEWNET,
                             NULL, NULL, NULL, NULL));
}

static int join_namespace(void) {
    return result_of(setns(0, 0));
}

static int mount_something(void) {
    return result_of(mount("none", data.path, "tmpfs", 0, NULL));
}

static int change_root(void) {
    return result_of(chroot(data.path));
}

static int load_bpf(void) {
    return result_of(syscall(SYS_bpf, 0, NULL, 0));
}

static int use_keys(void) {
    return result_of(syscall(SYS_keyctl, 0, 0, 0, 0, 0));
}

static int load_module(void) {
    return result_of(syscall(SYS_init_module, NULL, 0, ""));
}

static void calls_of_an_intruder_end_the_process(void **state) {
    static const struct attempt attempts[] = {
        {"exec", run_program, 1000 + SIGSYS},
        {"ptrace", be_traced, 1000 + SIGSYS},
        {"process_vm_readv", read_process, 1000 + SIGSYS},
        {"a user namespace", new_user_namespace, 1000 + SIGSYS},
        {"a network namespace", new_network, 1000 + SIGSYS},
        {"a child in a namespace", child_in_namespace, 1000 + SIGSYS},
        {"a thread in a namespace", thread_in_namespace, 1000 + SIGSYS},
        {"setns", join_namespace, 1000 + SIGSYS},
        {"mount", mount_something, 1000 + SIGSYS},
        {"chroot", change_root, 1000 + SIGSYS},
        {"bpf", load_bpf, 1000 + SIGSYS},
        {"keyctl", use_keys, 1000 + SIGSYS},
        {"init_module", load_module, 1000 + SIGSYS},
    };
    (void)state;
    check_all(attempts, TEST_COUNT(attempts));
}

/* ---- Sanitizers ---- */

static void a_build_with_a_sanitizer_goes_without(void **state) {
    (void)state;
    assert_int_equal(attempt(socket_inet), GOOD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_confined_server_does_its_work),
        cmocka_unit_test(a_renewed_certificate_can_be_read),
        cmocka_unit_test(other_files_are_out_of_reach),
        cmocka_unit_test(a_data_directory_that_is_not_there_is_told),
        cmocka_unit_test(calls_that_no_server_needs_fail),
        cmocka_unit_test(calls_of_an_intruder_end_the_process),
    };
    const struct CMUnitTest sanitized[] = {
        cmocka_unit_test(a_build_with_a_sanitizer_goes_without),
    };
    return sandbox_is_built() ? cmocka_run_group_tests(tests, set_up, tear_down)
                              : cmocka_run_group_tests(sanitized, set_up, tear_down);
}
