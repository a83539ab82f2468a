/* What a file looks like, and changing that. */
#include "probe.h"
#include <sys/statfs.h>
#include <sys/xattr.h>

static void show(const struct stat *stat)
{
    ok("%s %04o links=%lu size=%ld blocks=%ld owner=%u:%u inode=#%d", type_name(stat->st_mode), stat->st_mode & 07777,
       (unsigned long)stat->st_nlink, (long)stat->st_size, (long)stat->st_blocks, stat->st_uid, stat->st_gid,
       nth_inode(stat->st_ino));
}

static void look(char *word, int flags)
{
    struct where at = where(word);
    struct stat stat;
    if (fstatat(at.directory, at.path, &stat, flags | (*at.path ? 0 : AT_EMPTY_PATH)) < 0)
        failed();
    else
        show(&stat);
}

static void do_stat(char **words)
{
    look(words[0], 0);
}

static void do_lstat(char **words)
{
    look(words[0], AT_SYMLINK_NOFOLLOW);
}

static void do_inode(char **words)
{
    struct where at = where(words[0]);
    struct stat stat;
    if (fstatat(at.directory, at.path, &stat, AT_SYMLINK_NOFOLLOW | (*at.path ? 0 : AT_EMPTY_PATH)) < 0)
        failed();
    else
        ok("%lu", (unsigned long)stat.st_ino);
}

static void do_statx(char **words)
{
    struct where at = where(words[0]);
    struct statx stat;
    int flags = AT_STATX_FORCE_SYNC | (*at.path ? 0 : AT_EMPTY_PATH);
    if (statx(at.directory, at.path, flags, STATX_ALL, &stat) < 0)
        failed();
    else
        ok("%s %04o links=%u size=%llu attributes=%llx/%llx mask=%x", type_name(stat.stx_mode), stat.stx_mode & 07777,
           stat.stx_nlink, (unsigned long long)stat.stx_size, (unsigned long long)stat.stx_attributes,
           (unsigned long long)stat.stx_attributes_mask, stat.stx_mask);
}

static void do_times(char **words)
{
    struct where at = where(words[0]);
    struct stat stat;
    if (fstatat(at.directory, at.path, &stat, AT_SYMLINK_NOFOLLOW | (*at.path ? 0 : AT_EMPTY_PATH)) < 0)
        failed();
    else
        ok("modified=%ld.%09ld changed=%ld.%09ld accessed=%ld.%09ld", stat.st_mtim.tv_sec, stat.st_mtim.tv_nsec,
           stat.st_ctim.tv_sec, stat.st_ctim.tv_nsec, stat.st_atim.tv_sec, stat.st_atim.tv_nsec);
}

/* access PATH [r][w][x], or f for existence alone */
static void do_access(char **words)
{
    struct where at = where(words[0]);
    int mode = 0;
    mode |= strchr(words[1], 'r') ? R_OK : 0;
    mode |= strchr(words[1], 'w') ? W_OK : 0;
    mode |= strchr(words[1], 'x') ? X_OK : 0;
    settle(syscall(SYS_faccessat, at.directory, at.path, mode));
}

static void do_statfs(char **words)
{
    struct statfs fs;
    if (statfs(words[0], &fs) < 0)
        failed();
    else
        ok("type=%lx block=%ld blocks=%lu free=%lu files=%lu freefiles=%lu name=%ld", (long)fs.f_type, (long)fs.f_bsize,
           (unsigned long)fs.f_blocks, (unsigned long)fs.f_bfree, (unsigned long)fs.f_files,
           (unsigned long)fs.f_ffree, (long)fs.f_namelen);
}

static void do_chmod(char **words)
{
    struct where at = where(words[0]);
    settle(*at.path ? fchmodat(at.directory, at.path, (mode_t)strtol(words[1], NULL, 8), 0)
                    : fchmod(at.directory, (mode_t)strtol(words[1], NULL, 8)));
}

static void do_chown(char **words)
{
    struct where at = where(words[0]);
    settle(fchownat(at.directory, at.path, (uid_t)number(words[1]), (gid_t)number(words[2]),
                    *at.path ? 0 : AT_EMPTY_PATH));
}

static void do_lchown(char **words)
{
    settle(lchown(words[0], (uid_t)number(words[1]), (gid_t)number(words[2])));
}

static struct timespec moment(const char *word)
{
    if (strcmp(word, "now") == 0)
        return (struct timespec){0, UTIME_NOW};
    if (strcmp(word, "omit") == 0)
        return (struct timespec){0, UTIME_OMIT};
    return (struct timespec){number(word), 0};
}

/* utimens PATH ACCESSED MODIFIED, each a number of seconds, "now" or "omit" */
static void do_utimens(char **words)
{
    struct where at = where(words[0]);
    struct timespec times[2] = {moment(words[1]), moment(words[2])};
    settle(*at.path ? utimensat(at.directory, at.path, times, AT_SYMLINK_NOFOLLOW) : futimens(at.directory, times));
}

static void do_getxattr(char **words)
{
    char value[4096];
    ssize_t length = lgetxattr(words[0], words[1], value, sizeof value);
    if (length < 0)
        failed();
    else
        bytes_ok(value, (size_t)length);
}

static void do_listxattr(char **words)
{
    char names[65536];
    ssize_t length = llistxattr(words[0], names, sizeof names);
    if (length < 0)
        failed();
    else
        bytes_ok(names, (size_t)length);
}

static void do_setxattr(char **words)
{
    settle(lsetxattr(words[0], words[1], words[2], strlen(words[2]), 0));
}

static void do_removexattr(char **words)
{
    settle(lremovexattr(words[0], words[1]));
}

const struct verb attribute_verbs[] = {
    {"stat", 1, do_stat}, {"lstat", 1, do_lstat}, {"inode", 1, do_inode}, {"statx", 1, do_statx},
    {"times", 1, do_times}, {"access", 2, do_access}, {"statfs", 1, do_statfs}, {"chmod", 2, do_chmod},
    {"chown", 3, do_chown}, {"lchown", 3, do_lchown}, {"utimens", 3, do_utimens}, {"getxattr", 2, do_getxattr},
    {"listxattr", 1, do_listxattr}, {"setxattr", 3, do_setxattr}, {"removexattr", 2, do_removexattr}, {0},
};
