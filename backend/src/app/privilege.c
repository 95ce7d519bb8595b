/* privilege.c: setgroups, setresgid, setresuid, and the one capability between.
 *
 * Thread    main, before any other starts.
 *
 * Capabilities are set by the raw call, whose libc wrapper would be another library for two lines. They belong to
 * the thread, which is why no other may run yet.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/privilege.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Returns owned. */
static char *sentence(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *sentence(const char *format, ...) {
    struct buf out = BUF_EMPTY;
    size_t len;
    va_list args;
    va_start(args, format);
    buf_vprintf(&out, format, args);
    va_end(args);
    buf_append_byte(&out, '\0');
    return buf_take(&out, &len);
}

/* ---- Who ---- */

/* NULL when there is nobody of that name or number. */
static const struct passwd *find_user(const char *user) {
    uint64_t number;
    if (str_to_u64(str_of_c(user), UINT32_MAX - 1, &number))
        return getpwuid((uid_t)number);
    return getpwnam(user);
}

/* ---- Capabilities ---- */

static void set_capabilities(uint32_t low) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2] = {{.effective = low, .permitted = low}, {0}};
    (void)syscall(SYS_capset, &header,
                  sets); /* without it a low port is refused, with a sentence */
}

void privilege_forget(void) {
    if (geteuid() == 0)
        return;
    set_capabilities(0);
    (void)prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
}

/* ---- The data directory ---- */

static bool make_directory(const char *data, const struct passwd *user, char **message) {
    if (mkdir(data, 0700) != 0)
        return true; /* it is there; whatever else it is, the store tells */
    if (chown(data, user->pw_uid, user->pw_gid) == 0)
        return true;
    *message = sentence("Cannot give the data directory %s to %s: %s.", data, user->pw_name,
                        strerror(errno));
    return false;
}

/* "" is the directory itself. Other directories do not count: a disk of its own has a lost+found. */
static bool is_owner(int directory, const char *name, uid_t uid) {
    struct stat status;
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0)
        return true;
    return status.st_uid == uid || (S_ISDIR(status.st_mode) && name[0] != '\0');
}

/* The name of something in the directory that is not the user's, "" for the directory itself; NULL: all is. */
static const char *find_foreign(DIR *directory, uid_t uid) {
    int fd = dirfd(directory);
    if (!is_owner(fd, "", uid))
        return "";
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (!is_owner(fd, entry->d_name, uid))
            return entry->d_name;
    }
    return NULL;
}

static bool check_directory(const char *data, const struct passwd *user, char **message) {
    DIR *directory = opendir(data);
    if (directory == NULL)
        return true; /* the store tells */
    const char *foreign = find_foreign(directory, user->pw_uid);
    if (foreign != NULL)
        *message =
            sentence("The data directory %s%s%s does not belong to %s; run chown -R %s %s", data,
                     foreign[0] != '\0' ? "/" : "", foreign, user->pw_name, user->pw_name, data);
    (void)closedir(directory);
    return foreign == NULL;
}

/* ---- The change ---- */

static bool become(const struct passwd *user, char **message) {
    bool good = prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 &&
                initgroups(user->pw_name, user->pw_gid) == 0 &&
                setresgid(user->pw_gid, user->pw_gid, user->pw_gid) == 0 &&
                setresuid(user->pw_uid, user->pw_uid, user->pw_uid) == 0;
    if (!good) {
        *message = sentence("Cannot become the user %s: %s.", user->pw_name, strerror(errno));
        return false;
    }
    set_capabilities(1u << CAP_NET_BIND_SERVICE);
    ASSERT(setuid(0) != 0 && getuid() == user->pw_uid && geteuid() == user->pw_uid);
    return true;
}

bool privilege_drop(const char *name, const char *data, char **message) {
    const struct passwd *user = find_user(name);
    if (user == NULL) {
        *message = sentence("There is no user %s on this machine.", name);
        return false;
    }
    if (user->pw_uid == geteuid())
        return true;
    if (geteuid() != 0) {
        *message = sentence("Only root can run the server as %s; leave --user out.", name);
        return false;
    }
    if (!make_directory(data, user, message) || !check_directory(data, user, message) ||
        !become(user, message))
        return false;
    log_info(LOG_APP, "user.change", "user=%s uid=%u", user->pw_name, (unsigned)user->pw_uid);
    return true;
}
