/* Making, moving and removing names. */
#include "probe.h"
#include <sys/sysmacros.h>

static void do_mkdir(char **words)
{
    struct where at = where(words[0]);
    settle(mkdirat(at.directory, at.path, words[1] ? (mode_t)strtol(words[1], NULL, 8) : 0755));
}

static void do_rmdir(char **words)
{
    struct where at = where(words[0]);
    settle(unlinkat(at.directory, at.path, AT_REMOVEDIR));
}

static void do_unlink(char **words)
{
    struct where at = where(words[0]);
    settle(unlinkat(at.directory, at.path, 0));
}

/* symlink TARGET PATH */
static void do_symlink(char **words)
{
    struct where at = where(words[1]);
    settle(symlinkat(words[0], at.directory, at.path));
}

static void do_readlink(char **words)
{
    struct where at = where(words[0]);
    char target[4096];
    ssize_t length = readlinkat(at.directory, at.path, target, sizeof target);
    if (length < 0)
        failed();
    else
        bytes_ok(target, (size_t)length);
}

/* link FROM TO; an empty path of a descriptor links what it is open on */
static void do_link(char **words)
{
    struct where from = where(words[0]), to = where(words[1]);
    settle(linkat(from.directory, from.path, to.directory, to.path, *from.path ? 0 : AT_EMPTY_PATH));
}

/* prolink LETTER TO: links by the name in /proc, as is done with O_TMPFILE */
static void do_prolink(char **words)
{
    char name[64];
    struct where to = where(words[1]);
    snprintf(name, sizeof name, "/proc/self/fd/%d", slot(words[0]));
    settle(linkat(AT_FDCWD, name, to.directory, to.path, AT_SYMLINK_FOLLOW));
}

/* rename FROM TO [noreplace|exchange|whiteout] */
static void do_rename(char **words)
{
    struct where from = where(words[0]), to = where(words[1]);
    unsigned flags = 0;
    if (words[2])
        flags = strcmp(words[2], "noreplace") == 0 ? RENAME_NOREPLACE
              : strcmp(words[2], "exchange") == 0  ? RENAME_EXCHANGE
                                                   : RENAME_WHITEOUT;
    settle(renameat2(from.directory, from.path, to.directory, to.path, flags));
}

/* mknod PATH fifo|socket|file|character|block [MAJOR MINOR] */
static void do_mknod(char **words)
{
    struct where at = where(words[0]);
    mode_t type = strcmp(words[1], "fifo") == 0      ? S_IFIFO
                : strcmp(words[1], "socket") == 0    ? S_IFSOCK
                : strcmp(words[1], "file") == 0      ? S_IFREG
                : strcmp(words[1], "character") == 0 ? S_IFCHR
                                                     : S_IFBLK;
    dev_t device = words[2] ? makedev((unsigned)number(words[2]), (unsigned)number(words[3])) : 0;
    settle(mknodat(at.directory, at.path, type | 0644, device));
}

static void do_chdir(char **words)
{
    struct where at = where(words[0]);
    settle(*at.path ? chdir(at.path) : fchdir(at.directory));
}

/* inside PATH: chdir there, where that leads, and back */
static void do_inside(char **words)
{
    char reached[4096];
    int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int result = chdir(words[0]);
    if (result < 0)
        failed();
    else if (!getcwd(reached, sizeof reached))
        failed();
    else
        bytes_ok(strrchr(reached, '/'), strlen(strrchr(reached, '/')));
    if (fchdir(here) < 0)
        abort();
    close(here);
}

static void do_umask(char **words)
{
    umask((mode_t)strtol(words[0], NULL, 8));
    ok(NULL);
}

const struct verb name_verbs[] = {
    {"mkdir", 1, do_mkdir}, {"rmdir", 1, do_rmdir}, {"unlink", 1, do_unlink}, {"symlink", 2, do_symlink},
    {"readlink", 1, do_readlink}, {"link", 2, do_link}, {"prolink", 2, do_prolink}, {"rename", 2, do_rename},
    {"mknod", 2, do_mknod}, {"chdir", 1, do_chdir}, {"inside", 1, do_inside}, {"umask", 1, do_umask}, {0},
};
