/*
 * Paths are taken from the workspace's root, or from the sandbox's, and never lead above it: the kernel refuses ".." and
 * links that would (openat2(2), RESOLVE_BENEATH). Its answer, EXDEV, is also that of a rename between two mounts, so
 * here it becomes LEADS_OUT.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int open_beneath(const struct file_job *job, const char *path, int flags)
{
    bool anywhere = job->request.flags & FILE_ANYWHERE;
    struct open_how how = {
        /* A FIFO is not waited for. */
        .flags = flags | O_CLOEXEC | (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY),
        .resolve = anywhere ? RESOLVE_IN_ROOT : RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    int fd = syscall(SYS_openat2, job->root, *path ? path : ".", &how, sizeof how);
    if (fd < 0 && errno == EXDEV)
        errno = LEADS_OUT;
    return fd;
}

static int make_beneath(const struct file_job *job, const char *path)
{
    int fd = open_beneath(job, path, O_PATH | O_DIRECTORY);
    if (fd >= 0 || errno != ENOENT)
        return fd;
    const char *name;
    int parent = open_parent(job, path, true, &name);
    if (parent < 0)
        return -1;
    int made = mkdirat(parent, name, 0777);
    close(parent);
    return made != 0 && errno != EEXIST ? -1 : open_beneath(job, path, O_PATH | O_DIRECTORY);
}

int open_parent(const struct file_job *job, const char *path, bool make, const char **name)
{
    char *above = strdup(path);
    if (!above)
        return -1;
    size_t length = strlen(above);
    while (length > 0 && above[length - 1] == '/')
        above[--length] = '\0';
    char *slash = strrchr(above, '/');
    const char *last = slash ? slash + 1 : above;
    if (*last == '\0' || strcmp(last, ".") == 0 || strcmp(last, "..") == 0) {
        *name = "";
        return open_beneath(job, above, O_PATH);
    }
    *name = strdup(last);
    *(slash ? slash : above) = '\0';
    int parent = make ? make_beneath(job, above) : open_beneath(job, above, O_PATH | O_DIRECTORY);
    free(above);
    return *name ? parent : -1;
}

int make_directories(const struct file_job *job, const char *path)
{
    int fd = make_beneath(job, path);
    return fd < 0 ? errno : 0;
}
