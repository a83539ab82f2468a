/*
 * Each command runs in a Landlock domain of its own. The kernel lets no process look into the memory, descriptors or
 * environment of one outside its domain (landlock(7), "Ptrace restrictions"), so commands of one sandbox, which share
 * a uid, can't read each other. The ruleset has to govern something: it governs moving files between directories, and
 * allows that everywhere.
 */
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif

enum { FIRST_ABI_WITH_REFER = 2 };

int landlock_ruleset(void)
{
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < FIRST_ABI_WITH_REFER)
        return -1;
    struct landlock_ruleset_attr governed = {.handled_access_fs = LANDLOCK_ACCESS_FS_REFER};
    int ruleset = syscall(SYS_landlock_create_ruleset, &governed, sizeof governed, 0);
    int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct landlock_path_beneath_attr everywhere = {.allowed_access = LANDLOCK_ACCESS_FS_REFER, .parent_fd = root};
    if (ruleset < 0 || root < 0
        || syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &everywhere, 0) != 0)
        die("landlock");
    close(root);
    return ruleset;
}

int landlock_enter(int ruleset)
{
    return ruleset < 0 ? 0 : syscall(SYS_landlock_restrict_self, ruleset, 0);
}
