/*
 * canary: tries from inside what the rules and the sandbox must withhold, before any command runs. Nothing that it tries
 * changes anything. The first thing that succeeds is told on standard output, and the exit status is 1.
 *
 *   canary CAPABILITIES DEVICE INODE PATH [none|view|read PATH]...
 *
 * CAPABILITIES is the number of whose bits are those that a command may have. At first the codebase as the host has it, which must not be there, though something else may be at its path. Then
 * none: the path does not exist, nor does its directory list it. view: it can't be read. read: it can't be written.
 * That a path is not there at all is no fault: an earlier run of the sandbox may have removed it.
 */
#include "guest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Noreturn void sing(const char *fault, const char *path)
{
    printf("%s: %s\n", fault, path);
    fflush(stdout);
    _exit(1);
}

/* Neither a link at its end nor a pipe without a writer can hold this up. */
static bool opens(const char *path, int access)
{
    int fd = open(path, access | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static int error_of(const char *path)
{
    struct stat stat;
    return lstat(path, &stat) == 0 ? 0 : errno;
}

/* The directory of a path, with a slash at its end, and a name in it. */
static char *in_directory_of(const char *path, const char *name)
{
    char *joined;
    if (asprintf(&joined, "%.*s%s", (int)(strrchr(path, '/') + 1 - path), path, name) < 0)
        die("canary");
    return joined;
}

/* Whether it answers otherwise than a name that nobody has: a directory that may not be entered says so of all names. */
static bool exists(const char *path)
{
    char *decoy = in_directory_of(path, ".agentfense-canary");
    int nobody = error_of(decoy), error = error_of(path);
    free(decoy);
    return error == 0 || error != (nobody == 0 ? ENOENT : nobody);
}

/* A path whose own directory is hidden has nobody to list it. */
static bool is_listed(const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    char *parent = in_directory_of(path, "");
    DIR *directory = opendir(parent);
    bool listed = false;
    for (struct dirent *entry; !listed && directory && (entry = readdir(directory));)
        listed = strcmp(entry->d_name, name) == 0;
    if (directory)
        closedir(directory);
    free(parent);
    return listed;
}

/* The kernel may open a file that may only be read for writing as well, and refuses what is then done with it. */
static bool changes(const char *path)
{
    int fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat stat;
    bool changed = fd >= 0 && fstat(fd, &stat) == 0 && ftruncate(fd, stat.st_size) == 0;
    if (fd >= 0)
        close(fd);
    return changed;
}

static void probe_path(const char *level, const char *path)
{
    if (strcmp(level, "none") == 0) {
        if (exists(path) || opens(path, O_RDONLY) || opens(path, O_PATH))
            sing("is hidden and can be found", path);
        if (is_listed(path))
            sing("is hidden and listed", path);
    } else if (strcmp(level, "view") == 0) {
        if (opens(path, O_RDONLY))
            sing("may only be listed and can be read", path);
    } else if (strcmp(level, "read") == 0) {
        if (changes(path))
            sing("may only be read and can be written", path);
    } else {
        errno = EINVAL;
        die("canary");
    }
}

static void probe_host(const char *device, const char *inode, const char *path)
{
    struct statx found;
    if (statx(AT_FDCWD, path, 0, STATX_INO, &found) == 0 && found.stx_ino == strtoull(inode, NULL, 10)
        && ((uint64_t)found.stx_dev_major << 32 | found.stx_dev_minor) == strtoull(device, NULL, 10))
        sing("is the codebase without its rules, among the host's files that every sandbox has", path);
}

/* What every command inherits. */
static void probe_process(const char *capabilities)
{
    uint64_t allowed = strtoull(capabilities, NULL, 10);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, sets) != 0
        || (((uint64_t)sets[1].permitted << 32 | sets[0].permitted) & ~allowed) != 0)
        sing("has capabilities", "a process of the sandbox");
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        sing("may gain privileges", "a process of the sandbox");
    if (prctl(PR_GET_SECCOMP) != SECCOMP_MODE_FILTER)
        sing("has no system call filter", "a process of the sandbox");
}

_Noreturn void canary(char **arguments)
{
    if (!arguments[0] || !arguments[1] || !arguments[2] || !arguments[3]) {
        errno = EINVAL;
        die("canary");
    }
    probe_process(arguments[0]);
    probe_host(arguments[1], arguments[2], arguments[3]);
    for (char **argument = arguments + 4; argument[0]; argument += 2) {
        if (!argument[1] || argument[1][0] != '/') {
            errno = EINVAL;
            die("canary");
        }
        probe_path(argument[0], argument[1]);
    }
    _exit(0);
}
