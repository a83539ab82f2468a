/*
 * The system calls of a sandbox: all that this kernel's table had in 2025, but those that reach for the machine, for
 * other processes, for mounts and namespaces, or for kernel subsystems of much code and many errors. Docker's default
 * profile denies no more.
 *
 * Denied calls answer EPERM, or ENOSYS where programs then fall back to an older call. A call newer than the table
 * answers ENOSYS. Calls of another architecture, x32 included, kill the process: their numbers mean something else.
 */
#include "guest.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_statmount
#define SYS_statmount 457
#define SYS_listmount 458
#define SYS_lsm_get_self_attr 459
#define SYS_lsm_set_self_attr 460
#define SYS_lsm_list_modules 461
#define SYS_mseal 462
#endif
#ifndef SYS_set_mempolicy_home_node
#define SYS_set_mempolicy_home_node 450
#endif

enum { NEWEST_KNOWN = SYS_mseal };

static const unsigned short denied[] = {
    /* mounts and namespaces */
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_move_mount, SYS_open_tree, SYS_fsopen, SYS_fsmount,
    SYS_fsconfig, SYS_fspick, SYS_mount_setattr, SYS_statmount, SYS_listmount, SYS_unshare, SYS_setns,
    /* other processes */
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise, SYS_pidfd_getfd, SYS_kcmp,
    SYS_perf_event_open, SYS_move_pages, SYS_migrate_pages,
    /* files without a path, and watching whole mounts */
    SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_fanotify_init, SYS_fanotify_mark, SYS_lookup_dcookie,
    /* kernel code and keys */
    SYS_bpf, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl, SYS_init_module, SYS_finit_module,
    SYS_delete_module, SYS_create_module, SYS_query_module, SYS_get_kernel_syms, SYS_kexec_load, SYS_kexec_file_load,
    SYS_lsm_set_self_attr, SYS_lsm_get_self_attr, SYS_lsm_list_modules,
    /* the machine */
    SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct, SYS_quotactl, SYS_quotactl_fd, SYS_settimeofday, SYS_clock_settime,
    SYS_adjtimex, SYS_clock_adjtime, SYS_sethostname, SYS_setdomainname, SYS_iopl, SYS_ioperm, SYS_modify_ldt,
    SYS_syslog, SYS_vhangup, SYS_nfsservctl,
    /* memory placement */
    SYS_mbind, SYS_set_mempolicy, SYS_get_mempolicy, SYS_set_mempolicy_home_node, SYS_memfd_secret,
    /* long gone */
    SYS_uselib, SYS_ustat, SYS_sysfs, SYS__sysctl, SYS_getpmsg, SYS_putpmsg, SYS_afs_syscall, SYS_tuxcall,
    SYS_security, SYS_vserver, SYS_epoll_ctl_old, SYS_epoll_wait_old,
};

/* clone3 passes its flags in memory, which a filter can't read; libraries fall back to clone. */
static const unsigned short absent[] = {SYS_clone3, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register};

enum {
    NEW_NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID
                     | CLONE_NEWNET
};

static const unsigned families[] = {AF_UNIX, AF_INET, AF_INET6};
static const unsigned pushing_ioctls[] = {TIOCSTI, TIOCLINUX, TIOCSETD};
/* As Docker: native, Linux32's UNAME26 forms of both, and the question for the current one. */
static const unsigned personalities[] = {PER_LINUX, PER_LINUX32, UNAME26, PER_LINUX32 | UNAME26, 0xffffffff};

enum { NETLINK_ROUTE_PROTOCOL = 0 };

/* The filter as it is written, in order. */
static struct sock_filter program[512];
static unsigned short length;

static void emit(unsigned short code, unsigned operand, unsigned char if_true, unsigned char if_false)
{
    if (length == sizeof program / sizeof program[0]) {
        errno = E2BIG;
        die("seccomp filter");
    }
    program[length++] = (struct sock_filter)BPF_JUMP(code, operand, if_true, if_false);
}

static void load(size_t offset)
{
    emit(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

/* The low half of an argument: the kernel takes all arguments looked at here as 32-bit numbers. */
static void load_argument(int index)
{
    load(offsetof(struct seccomp_data, args) + index * sizeof(uint64_t));
}

static void answer(unsigned action)
{
    emit(BPF_RET | BPF_K, action, 0, 0);
}

static void answer_if_equal(unsigned operand, unsigned action)
{
    emit(BPF_JMP | BPF_JEQ | BPF_K, operand, 0, 1);
    answer(action);
}

static unsigned refuse(int error)
{
    return SECCOMP_RET_ERRNO | error;
}

/* Begins what only concerns one system call; finish with end_call. Returns where to come back to. */
static unsigned short begin_call(unsigned number)
{
    emit(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 0);
    return length - 1;
}

/* Every path through the block has answered; other calls go on after it. */
static void end_call(unsigned short begin)
{
    program[begin].jf = length - begin - 1;
}

static void check_architecture(void)
{
    load(offsetof(struct seccomp_data, arch));
    emit(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
    answer(SECCOMP_RET_KILL_PROCESS);
    load(offsetof(struct seccomp_data, nr));
    /* x32 calls have bit 30 set. */
    emit(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    answer(SECCOMP_RET_KILL_PROCESS);
}

static void check_arguments(void)
{
    unsigned short clone = begin_call(SYS_clone);
    load_argument(0);
    emit(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 0, 1);
    answer(refuse(EPERM));
    answer(SECCOMP_RET_ALLOW);
    end_call(clone);

    unsigned short ioctl = begin_call(SYS_ioctl);
    load_argument(1);
    for (size_t i = 0; i < sizeof pushing_ioctls / sizeof pushing_ioctls[0]; i++)
        answer_if_equal(pushing_ioctls[i], refuse(EPERM));
    answer(SECCOMP_RET_ALLOW);
    end_call(ioctl);

    unsigned short socket = begin_call(SYS_socket);
    load_argument(0);
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        answer_if_equal(families[i], SECCOMP_RET_ALLOW);
    emit(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0);
    answer(refuse(EPERM));
    load_argument(2);
    answer_if_equal(NETLINK_ROUTE_PROTOCOL, SECCOMP_RET_ALLOW);
    answer(refuse(EPERM));
    end_call(socket);

    unsigned short personality = begin_call(SYS_personality);
    load_argument(0);
    for (size_t i = 0; i < sizeof personalities / sizeof personalities[0]; i++)
        answer_if_equal(personalities[i], SECCOMP_RET_ALLOW);
    answer(refuse(EPERM));
    end_call(personality);
}

static void check_number(void)
{
    for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++)
        answer_if_equal(denied[i], refuse(EPERM));
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        answer_if_equal(absent[i], refuse(ENOSYS));
    emit(BPF_JMP | BPF_JGT | BPF_K, NEWEST_KNOWN, 0, 1);
    answer(refuse(ENOSYS));
    answer(SECCOMP_RET_ALLOW);
}

void install_seccomp_filter(void)
{
    check_architecture();
    check_arguments();
    check_number();
    struct sock_fprog filter = {length, program};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0)
        die("seccomp filter");
}
