/* Opening, reading, writing, mapping, locking. */
#include "probe.h"
#include <linux/fs.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#define BUFFER (1 << 20)
#define SHOWN 256

static char buffer[BUFFER];
static char *maps[26];
static sigjmp_buf after_fault;

/* open LETTER PATH FLAGS [MODE] */
static void do_open(char **words)
{
    struct where at = where(words[1]);
    mode_t mode = words[3] ? (mode_t)strtol(words[3], NULL, 8) : 0644;
    int fd = openat(at.directory, at.path, open_flags(words[2]) | O_CLOEXEC, mode);
    if (fd >= 0)
        keep(words[0], fd);
    settle(fd);
}

/* try PATH FLAGS [MODE]: opens and closes */
static void do_try(char **words)
{
    struct where at = where(words[0]);
    mode_t mode = words[2] ? (mode_t)strtol(words[2], NULL, 8) : 0644;
    int fd = openat(at.directory, at.path, open_flags(words[1]) | O_CLOEXEC, mode);
    settle(fd);
    if (fd >= 0)
        close(fd);
}

/* reopen LETTER OF FLAGS: the same file again by its name in /proc */
static void do_reopen(char **words)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", slot(words[1]));
    int fd = open(name, open_flags(words[2]) | O_CLOEXEC);
    if (fd >= 0)
        keep(words[0], fd);
    settle(fd);
}

static void do_close(char **words)
{
    settle(slot(words[0]) < 0 ? -1 : 0);
    keep(words[0], -1);
}

static void do_cat(char **words)
{
    struct where at = where(words[0]);
    int fd = openat(at.directory, at.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t length = fd < 0 ? -1 : read(fd, buffer, SHOWN);
    if (length < 0)
        failed();
    else
        bytes_ok(buffer, (size_t)length);
    if (fd >= 0)
        close(fd);
}

/* put PATH TEXT: opens for writing, writes, closes; the errno of whichever refuses */
static void do_put(char **words)
{
    struct where at = where(words[0]);
    int fd = openat(at.directory, at.path, O_WRONLY | O_CLOEXEC);
    long result = fd < 0 ? -1 : write(fd, words[1], strlen(words[1]));
    int error = errno;
    if (fd >= 0 && close(fd) < 0)
        result = -1;
    else
        errno = error;
    settle(result);
}

/* read LETTER COUNT [OFFSET] */
static void do_read(char **words)
{
    size_t count = (size_t)number(words[1]);
    ssize_t length = words[2] ? pread(slot(words[0]), buffer, count, number(words[2]))
                              : read(slot(words[0]), buffer, count);
    if (length < 0)
        failed();
    else
        bytes_ok(buffer, (size_t)length < SHOWN ? (size_t)length : SHOWN);
}

/* write LETTER TEXT [OFFSET] */
static void do_write(char **words)
{
    size_t count = strlen(words[1]);
    counted(words[2] ? pwrite(slot(words[0]), words[1], count, number(words[2])) : write(slot(words[0]), words[1], count));
}

/* fill LETTER BYTES: that many, in pieces, until one fails */
static void do_fill(char **words)
{
    long left = number(words[1]);
    memset(buffer, 'f', sizeof buffer);
    while (left > 0) {
        ssize_t written = write(slot(words[0]), buffer, (size_t)(left < BUFFER ? left : BUFFER));
        if (written < 0) {
            failed();
            return;
        }
        left -= written;
    }
    ok(NULL);
}

static void do_seek(char **words)
{
    int whence = strcmp(words[2], "data") == 0 ? SEEK_DATA : strcmp(words[2], "hole") == 0 ? SEEK_HOLE
               : strcmp(words[2], "end") == 0  ? SEEK_END  : SEEK_SET;
    counted(lseek(slot(words[0]), number(words[1]), whence));
}

static void do_truncate(char **words)
{
    settle(truncate(words[0], number(words[1])));
}

static void do_ftruncate(char **words)
{
    settle(ftruncate(slot(words[0]), number(words[1])));
}

static void do_fallocate(char **words)
{
    settle(fallocate(slot(words[0]), (int)number(words[1]), number(words[2]), number(words[3])));
}

static void do_sync(char **words)
{
    int fd = slot(words[1]);
    settle(strcmp(words[0], "all") == 0 ? syncfs(fd) : strcmp(words[0], "data") == 0 ? fdatasync(fd) : fsync(fd));
}

/* copy FROM TO COUNT */
static void do_copy(char **words)
{
    counted(copy_file_range(slot(words[0]), NULL, slot(words[1]), NULL, (size_t)number(words[2]), 0));
}

static void do_sendfile(char **words)
{
    counted(sendfile(slot(words[1]), slot(words[0]), NULL, (size_t)number(words[2])));
}

static void do_splice(char **words)
{
    int ends[2];
    if (pipe(ends) < 0)
        abort();
    counted(splice(slot(words[0]), NULL, ends[1], NULL, (size_t)number(words[1]), SPLICE_F_NONBLOCK));
    close(ends[0]);
    close(ends[1]);
}

static void do_clone(char **words)
{
    settle(ioctl(slot(words[1]), FICLONE, slot(words[0])));
}

static void do_ioctl(char **words)
{
    static const struct {
        const char *name;
        unsigned long request;
    } known[] = {
        {"GETFLAGS", FS_IOC_GETFLAGS}, {"SETFLAGS", FS_IOC_SETFLAGS}, {"GETXATTR", FS_IOC_FSGETXATTR},
        {"SETXATTR", FS_IOC_FSSETXATTR}, {"FIGETBSZ", FIGETBSZ}, {"FIBMAP", FIBMAP}, {"FITRIM", FITRIM},
        {"FIFREEZE", FIFREEZE}, {"GETVERSION", FS_IOC_GETVERSION}, {"SETFSLABEL", FS_IOC_SETFSLABEL},
        {"BACKING_OPEN", 0x4010e501},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, words[1]) == 0) {
            static long argument[64] = {FS_IMMUTABLE_FL};
            argument[0] = FS_IMMUTABLE_FL;
            settle(ioctl(slot(words[0]), known[i].request, argument));
            return;
        }
    exit(2);
}

static void fault(int signal)
{
    siglongjmp(after_fault, signal);
}

static int index_of_map(const char *word)
{
    return word[0] - 'a';
}

/* map LETTER OF r|rw shared|private: one page */
static void do_map(char **words)
{
    int protection = PROT_READ | (strchr(words[2], 'w') ? PROT_WRITE : 0) | (strchr(words[2], 'x') ? PROT_EXEC : 0);
    int kind = strcmp(words[3], "shared") == 0 ? MAP_SHARED : MAP_PRIVATE;
    char *address = mmap(NULL, 4096, protection, kind, slot(words[1]), 0);
    if (address != MAP_FAILED)
        maps[index_of_map(words[0])] = address;
    settle(address == MAP_FAILED ? -1 : 0);
}

static int guarded(void)
{
    signal(SIGBUS, fault);
    signal(SIGSEGV, fault);
    int caught = sigsetjmp(after_fault, 1);
    if (caught)
        puts(caught == SIGBUS ? "SIGBUS" : "SIGSEGV");
    return !caught;
}

static void do_peek(char **words)
{
    if (guarded()) {
        char copy[SHOWN];
        memcpy(copy, maps[index_of_map(words[0])], (size_t)number(words[1]));
        bytes_ok(copy, (size_t)number(words[1]));
    }
}

static void do_poke(char **words)
{
    if (guarded()) {
        memcpy(maps[index_of_map(words[0])], words[1], strlen(words[1]));
        ok(NULL);
    }
}

static void do_protect(char **words)
{
    settle(mprotect(maps[index_of_map(words[0])], 4096, PROT_READ | PROT_WRITE));
}

static void do_msync(char **words)
{
    settle(msync(maps[index_of_map(words[0])], 4096, MS_SYNC));
}

static void do_unmap(char **words)
{
    settle(munmap(maps[index_of_map(words[0])], 4096));
}

static void do_flock(char **words)
{
    int how = strcmp(words[1], "exclusive") == 0 ? LOCK_EX : strcmp(words[1], "shared") == 0 ? LOCK_SH : LOCK_UN;
    settle(flock(slot(words[0]), how | LOCK_NB));
}

/* lock LETTER read|write|none START LENGTH */
static void do_lock(char **words)
{
    short type = strcmp(words[1], "write") == 0 ? F_WRLCK : strcmp(words[1], "read") == 0 ? F_RDLCK : F_UNLCK;
    struct flock lock = {type, SEEK_SET, number(words[2]), number(words[3]), 0};
    settle(fcntl(slot(words[0]), F_SETLK, &lock));
}

const struct verb data_verbs[] = {
    {"open", 3, do_open}, {"try", 2, do_try}, {"reopen", 3, do_reopen}, {"close", 1, do_close}, {"cat", 1, do_cat},
    {"put", 2, do_put}, {"read", 2, do_read}, {"write", 2, do_write}, {"fill", 2, do_fill}, {"seek", 3, do_seek},
    {"truncate", 2, do_truncate}, {"ftruncate", 2, do_ftruncate}, {"fallocate", 4, do_fallocate},
    {"sync", 2, do_sync}, {"copy", 3, do_copy}, {"sendfile", 3, do_sendfile}, {"splice", 2, do_splice},
    {"clone", 2, do_clone}, {"ioctl", 2, do_ioctl}, {"map", 4, do_map}, {"peek", 2, do_peek}, {"poke", 2, do_poke},
    {"protect", 1, do_protect}, {"msync", 1, do_msync}, {"unmap", 1, do_unmap}, {"flock", 2, do_flock},
    {"lock", 4, do_lock}, {0},
};
