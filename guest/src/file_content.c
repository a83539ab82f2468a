/* The content of one file: a part of it out, or all of it in, by a new file that takes the name at the end where the rules let there be one. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

static char chunk[64 * 1024];

int read_content(struct file_job *job)
{
    struct stat stat;
    int fd = open_beneath(job, job->path, O_RDONLY);
    if (fd < 0 || fstat(fd, &stat) != 0)
        return errno;
    if (!S_ISREG(stat.st_mode))
        return S_ISDIR(stat.st_mode) ? EISDIR : EINVAL;
    uint64_t offset = job->request.offset, left = job->request.length;
    while (left > 0) {
        ssize_t got = pread(fd, chunk, left < sizeof chunk ? left : sizeof chunk, offset);
        if (got < 0)
            return errno;
        if (got == 0)
            break;
        put_record(RECORD_DATA, NULL, 0, chunk, got, NULL, 0);
        offset += got;
        left -= got;
    }
    return 0;
}

/* Less than was announced is no content: who sent it is gone. */
static int copy_input(int fd, uint64_t length)
{
    for (uint64_t left = length; left > 0;) {
        ssize_t got = read(STDIN_FILENO, chunk, left < sizeof chunk ? left : sizeof chunk);
        if (got <= 0)
            return got < 0 ? errno : EPROTO;
        left -= got;
        for (ssize_t done = 0; done < got;) {
            ssize_t written = write(fd, chunk + done, got - done);
            if (written < 0)
                return errno;
            done += written;
        }
    }
    return 0;
}

/* A new file beside the name; no name is reserved, so it is one that nobody has. */
static int create_beside(int parent, char *temporary, size_t size)
{
    for (;;) {
        uint64_t random;
        if (getrandom(&random, sizeof random, 0) != sizeof random)
            return -1;
        snprintf(temporary, size, ".%016llx.new", (unsigned long long)random);
        int fd = openat(parent, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
}

/*
 * Asks by the name itself whether it may be written, so that a refusal is noted with that name: one that is new is made,
 * empty; of one that is there a file that may not be written is opened in vain. `made` tells which it was.
 */
static int claim(struct file_job *job, int parent, const char *name, bool *made)
{
    struct stat present;
    int fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    *made = fd >= 0;
    if (*made)
        return close(fd) != 0 ? errno : 0;
    if (errno != EEXIST || job->request.flags & FILE_NO_REPLACE)
        return errno;
    if (fstatat(parent, name, &present, AT_SYMLINK_NOFOLLOW) != 0)
        return errno;
    if (S_ISDIR(present.st_mode))
        return EISDIR;
    if (!S_ISREG(present.st_mode) || faccessat(parent, name, W_OK, AT_EACCESS) == 0)
        return 0;
    fd = openat(parent, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    int error = fd < 0 ? errno : 0;
    if (fd >= 0)
        close(fd);
    return error;
}

static int fill(struct file_job *job, int parent, const char *name, bool made, int fd)
{
    struct stat present;
    mode_t mode = job->request.mode & 07777;
    if (!made && job->request.flags & FILE_KEEP_MODE && fstatat(parent, name, &present, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(present.st_mode))
        mode = present.st_mode & 07777;
    int error = copy_input(fd, job->request.length);
    if (error == 0 && fchmod(fd, mode) != 0)
        error = errno;
    return error;
}

/* Where the rules let this one name be written and no other beside it. Readers may see a part of the content. */
static int write_in_place(struct file_job *job, int parent, const char *name, bool made)
{
    int fd = openat(parent, name, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno;
    int error = fill(job, parent, name, made, fd);
    return close(fd) != 0 && error == 0 ? errno : error;
}

static int replace(struct file_job *job, int parent, const char *name, bool made)
{
    char temporary[32];
    int fd = create_beside(parent, temporary, sizeof temporary);
    if (fd < 0)
        return errno == EACCES ? write_in_place(job, parent, name, made) : errno;
    int error = fill(job, parent, name, made, fd);
    if (close(fd) != 0 && error == 0)
        error = errno;
    if (error == 0 && renameat(parent, temporary, parent, name) != 0)
        error = errno;
    if (error != 0)
        unlinkat(parent, temporary, 0);
    return error;
}

int write_content(struct file_job *job)
{
    const char *name;
    bool made;
    int parent = open_parent(job, job->path, job->request.flags & FILE_PARENTS, &name);
    if (parent < 0)
        return errno;
    if (*name == '\0')
        return EISDIR;
    int error = claim(job, parent, name, &made);
    if (error != 0)
        return error;
    error = replace(job, parent, name, made);
    if (error != 0 && made)
        unlinkat(parent, name, 0);
    return error;
}
