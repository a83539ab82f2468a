/*
 * What a shell started has its uid and could reach for its memory and descriptors in /proc. The kernel forbids that for
 * a process whose program its user may not read (fs/exec.c, would_dump), so a shell runs from a copy in memory that may
 * be executed and nothing else. It is private also from what it forks; what it executes is not.
 */
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif

int private_program(const char *path)
{
    int source = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat stat;
    if (source < 0 || fstat(source, &stat) != 0)
        return -1;
    errno = EACCES;
    if (!S_ISREG(stat.st_mode) || faccessat(source, "", X_OK, AT_EMPTY_PATH) != 0)
        return -1;
    int copy = memfd_create("shell", MFD_CLOEXEC | MFD_EXEC);
    if (copy < 0 && errno == EINVAL)
        copy = memfd_create("shell", MFD_CLOEXEC); /* before Linux 6.3 */
    off_t left = stat.st_size;
    while (copy >= 0 && left > 0) {
        ssize_t sent = sendfile(copy, source, NULL, left);
        if (sent <= 0)
            return -1;
        left -= sent;
    }
    close(source);
    if (copy < 0 || fchmod(copy, 0111) != 0)
        return -1;
    /* A file that is open for writing can't be executed. */
    char name[32];
    snprintf(name, sizeof name, "/proc/self/fd/%d", copy);
    int program = open(name, O_PATH | O_CLOEXEC);
    close(copy);
    return program;
}

bool protection_is_off(void)
{
    char value = '0';
    int fd = open("/proc/sys/fs/suid_dumpable", O_RDONLY | O_CLOEXEC);
    bool off = fd >= 0 && read(fd, &value, 1) == 1 && value == '1';
    close(fd);
    return off;
}
