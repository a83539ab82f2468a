/*
 * How a shell reaches its supervisor: by a system call that means nothing to the kernel, kill(2) with signal 0 to a
 * process that can't exist, CALL_BASE + a value. A filter hands it to the supervisor (seccomp_unotify(2)), which is told
 * by the kernel who called, may change the caller's descriptors while it waits, and decides what the call returns.
 *
 * So there is no socket, pipe or secret of the session that another process could come to hold. Ids of processes end
 * at PID_MAX_LIMIT, 4,194,304; whoever else tries such a call is told what the kernel would have said, ESRCH.
 */
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5) /* Linux 5.19 */
#endif

enum { LAST_VALUE = 255 };

int listen_for_calls(void)
{
    const unsigned pid = offsetof(struct seccomp_data, args[0]), signal = offsetof(struct seccomp_data, args[1]);
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 8),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kill, 0, 6),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, pid),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, CALL_BASE, 0, 4),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, CALL_BASE + LAST_VALUE, 3, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, signal),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof program / sizeof program[0], program};
    /* Once the supervisor has taken a call, only what kills the caller ends its wait. */
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                   SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &filter);
}

bool take_call(int calls, struct call *call)
{
    struct seccomp_notif notification = {0};
    if (ioctl(calls, SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0)
        return false;
    *call = (struct call){notification.id, notification.pid, (unsigned)notification.data.args[0] - CALL_BASE};
    return true;
}

bool give_descriptor(int calls, uint64_t id, int descriptor, int number, bool close_on_exec)
{
    struct seccomp_notif_addfd given = {
        .id = id,
        .flags = SECCOMP_ADDFD_FLAG_SETFD,
        .srcfd = descriptor,
        .newfd = number,
        .newfd_flags = close_on_exec ? O_CLOEXEC : 0,
    };
    return ioctl(calls, SECCOMP_IOCTL_NOTIF_ADDFD, &given) >= 0;
}

void answer_call(int calls, uint64_t id, int error)
{
    struct seccomp_notif_resp response = {.id = id, .error = -error};
    /* It fails if the caller is gone. */
    ioctl(calls, SECCOMP_IOCTL_NOTIF_SEND, &response);
}
