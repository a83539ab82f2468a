/*
 * How soon a process runs once it wakes. The kernel lets those go first that ask for little at a time, and takes 2.8 ms for
 * what one asks for who says nothing: as long might every step of a command's start wait while neighbours use up all
 * processors. See sched_setattr(2) and EEVDF in the kernel's documentation; before Linux 6.12 nothing comes of it.
 */
#include "guest.h"

#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

void ask_for_slice(uint64_t nanoseconds)
{
    struct sched_attr wish = {.size = sizeof wish, .sched_policy = SCHED_NORMAL, .sched_runtime = nanoseconds};
    /* One that is not granted costs time and nothing else. */
    syscall(SYS_sched_setattr, 0, &wish, 0);
}
