/*
 * template: a mount namespace with what bubblewrap takes of the host and nothing else, for launch to copy. A copy of the
 * host's own takes time for each mount in it, and every sandbox of a server has some there.
 *
 *   template PATH...
 *
 * Each PATH comes with all that is mounted in it, at the same place below a root that has the host's root filesystem
 * alone. When that is done one byte goes to standard output; the namespace is this process's until standard input ends.
 */
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_PATHS 32

/* Where the new root is put together; every root filesystem has it. */
#define SCAFFOLD "/tmp"

static void put(int tree, const char *path)
{
    if (attach_mounts(tree, path) != 0)
        die(path);
}

static void become_root(void)
{
    /* The old root comes to lie on top of the new one, and goes: pivot_root(2), "pivot_root(".", ".")". */
    if (syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
        die("pivot_root");
}

int template(char **paths)
{
    int trees[MOST_PATHS], count = 0;
    own_mounts();
    int root = clone_mounts("/", 0);
    for (; paths[count]; count++) {
        if (count == MOST_PATHS || paths[count][0] != '/') {
            errno = EINVAL;
            die(paths[count]);
        }
        trees[count] = clone_mounts(paths[count], AT_RECURSIVE);
    }
    put(root, SCAFFOLD);
    if (chdir(SCAFFOLD) != 0)
        die(SCAFFOLD);
    for (int i = 0; i < count; i++)
        put(trees[i], paths[i] + 1);
    become_root();
    char byte = 0;
    if (write(STDOUT_FILENO, &byte, 1) != 1)
        die("standard output");
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    return 0;
}
