/*
 * Root inside: in a container of an engine that maps users, commands may be root of a user namespace with some capabilities.
 * Process 1 and the supervisors have CAP_KILL beside them, since a command may become another user and has to be killed all
 * the same. Commands have it not; and as they can't gain privileges, no program that they execute brings it back.
 */
#include "guest.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

bool become_leader_as_root(bool unreadable)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    if (geteuid() != 0)
        return true;
    if (syscall(SYS_capget, &header, sets) != 0)
        return false;
    sets[0].permitted &= ~(1U << CAP_KILL);
    sets[0].inheritable = sets[1].inheritable = 0;
    sets[0].effective = sets[0].permitted;
    /* The kernel protects a process whose program its user may not read (private.c), and this would let root read it.
     * The program has it again once it is executed. */
    if (unreadable)
        sets[0].effective &= ~(1U << CAP_DAC_OVERRIDE);
    return syscall(SYS_capset, &header, sets) == 0;
}
