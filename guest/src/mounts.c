/* The mounts of a process, by the calls of open_tree(2), move_mount(2) and unshare(2). */
#include "guest.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

void make_private(const char *mounts)
{
    if (mount("none", mounts, NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        die("private mounts");
}

void own_mounts(void)
{
    if (unshare(CLONE_NEWNS) != 0)
        die("private mount namespace");
    make_private("/");
}

int clone_mounts(const char *path, unsigned int recursive)
{
    int tree = syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive);
    if (tree < 0)
        die(path);
    return tree;
}

int attach_mounts(int tree, const char *path)
{
    int result = syscall(SYS_move_mount, tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
    if (result == 0)
        close(tree);
    return result;
}
