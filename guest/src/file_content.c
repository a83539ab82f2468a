/* The content of one file: a part of it out, or all of it in, by a new file that takes the name at the end. */
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

static int replace(struct file_job *job, int parent, const char *name, int fd, const char *temporary)
{
    struct stat present;
    mode_t mode = job->request.mode & 07777;
    bool there = fstatat(parent, name, &present, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && S_ISDIR(present.st_mode))
        return EISDIR;
    if (there && S_ISREG(present.st_mode) && job->request.flags & FILE_KEEP_MODE)
        mode = present.st_mode & 07777;
    int error = copy_input(fd, job->request.length);
    if (error != 0)
        return error;
    unsigned flags = job->request.flags & FILE_NO_REPLACE ? RENAME_NOREPLACE : 0;
    return fchmod(fd, mode) != 0 || renameat2(parent, temporary, parent, name, flags) != 0 ? errno : 0;
}

int write_content(struct file_job *job)
{
    const char *name;
    char temporary[32];
    int parent = open_parent(job, job->path, job->request.flags & FILE_PARENTS, &name);
    if (parent < 0)
        return errno;
    if (*name == '\0')
        return EISDIR;
    int fd = create_beside(parent, temporary, sizeof temporary);
    if (fd < 0)
        return errno;
    int error = replace(job, parent, name, fd, temporary);
    if (close(fd) != 0 && error == 0)
        error = errno;
    if (error != 0)
        unlinkat(parent, temporary, 0);
    return error;
}
