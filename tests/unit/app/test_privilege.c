/* test_privilege.c: root becomes somebody else, or is told why not.
 *
 * Run by root, the tests change users in children; run by anybody else, they can only see that it is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_dir.h"

#include "app/privilege.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/socket.h>

static struct test_dir dir;
static const struct passwd *nobody;

static int set_up(void **state) {
    (void)state;
    log_set_level(LOG_ERROR);
    nobody = getpwnam("nobody");
    test_dir_make(&dir);
    return nobody != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    test_dir_remove(&dir);
    return 0;
}

static void assert_refused(const char *user, const char *data, const char *sentence) {
    char *message = NULL;
    assert_false(privilege_drop(user, data, &message));
    assert_string_equal(message, sentence);
    free(message);
}

static void an_unknown_user_is_told(void **state) {
    (void)state;
    assert_refused("nobody-of-that-name", dir.path,
                   "There is no user nobody-of-that-name on this machine.");
}

static void who_is_not_root_cannot_change(void **state) {
    (void)state;
    assert_refused("nobody", dir.path, "Only root can run the server as nobody; leave --user out.");
}

static void who_is_that_user_already_stays(void **state) {
    char *message = NULL, number[16];
    (void)state;
    (void)snprintf(number, sizeof number, "%u", (unsigned)geteuid());
    assert_true(privilege_drop(number, dir.path, &message));
    assert_null(message);
}

static void a_foreign_data_directory_is_told(void **state) {
    char sentence[256];
    (void)state;
    assert_int_equal(chown(dir.path, 0, 0), 0);
    (void)snprintf(sentence, sizeof sentence,
                   "The data directory %s does not belong to nobody; run chown -R nobody %s",
                   dir.path, dir.path);
    assert_refused("nobody", dir.path, sentence);
}

static void a_foreign_file_in_it_is_told(void **state) {
    char sentence[256];
    (void)state;
    assert_int_equal(mkdir(test_dir_file(&dir, "lost+found"), 0700), 0);
    assert_int_equal(close(open(test_dir_file(&dir, "parley.db"), O_CREAT | O_CLOEXEC, 0600)), 0);
    assert_int_equal(chown(dir.path, nobody->pw_uid, nobody->pw_gid), 0);
    (void)snprintf(
        sentence, sizeof sentence,
        "The data directory %s/parley.db does not belong to nobody; run chown -R nobody %s",
        dir.path, dir.path);
    assert_refused("nobody", dir.path, sentence);
    assert_int_equal(unlink(test_dir_file(&dir, "parley.db")), 0);
}

/* In a child: its exit code tells which step failed. */

static int bind_low_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (uint16_t port = 1023; port > 1000; port--) { /* one of them is free */
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        address.sin_port = htons(port);
        int result = bind(fd, (struct sockaddr *)&address, sizeof address);
        (void)close(fd);
        if (result == 0)
            return 0;
    }
    return -1;
}

static int step_that_fails(const char *data) {
    char *message = NULL;
    struct stat status;
    if (!privilege_drop("nobody", data, &message) || message != NULL)
        return 1;
    if (getuid() != nobody->pw_uid || getegid() != nobody->pw_gid || getgroups(0, NULL) > 1)
        return 2;
    if (stat(data, &status) != 0 || status.st_uid != nobody->pw_uid ||
        (status.st_mode & 0777) != 0700)
        return 3;
    if (bind_low_port() != 0)
        return 4;
    privilege_forget();
    if (bind_low_port() == 0)
        return 5;
    if (setuid(0) == 0 || open("/etc/shadow", O_RDONLY | O_CLOEXEC) >= 0)
        return 6;
    return 0;
}

static int end_of_child(const char *data) {
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(step_that_fails(data));
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

static void root_becomes_the_user_and_keeps_only_low_ports(void **state) {
    (void)state;
    assert_int_equal(chown(dir.path, nobody->pw_uid, nobody->pw_gid), 0);
    assert_int_equal(end_of_child(dir.path), 0);
}

static void a_missing_data_directory_is_made_for_the_user(void **state) {
    (void)state;
    assert_int_equal(chmod(dir.path, 0755), 0);
    assert_int_equal(end_of_child(test_dir_file(&dir, "new")), 0);
}

int main(void) {
    const struct CMUnitTest by_root[] = {
        cmocka_unit_test_setup_teardown(an_unknown_user_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_that_user_already_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_foreign_data_directory_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_foreign_file_in_it_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(root_becomes_the_user_and_keeps_only_low_ports, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_missing_data_directory_is_made_for_the_user, set_up,
                                        tear_down),
    };
    const struct CMUnitTest by_others[] = {
        cmocka_unit_test_setup_teardown(an_unknown_user_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_that_user_already_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_not_root_cannot_change, set_up, tear_down),
    };
    return geteuid() == 0 ? cmocka_run_group_tests(by_root, NULL, NULL)
                          : cmocka_run_group_tests(by_others, NULL, NULL);
}
