/*
 * What a hostile program tries from inside a sandbox. Each mode prints what happened; the tests say what should have.
 *
 *   probe calls            every denied system call, as "name errno"
 *   probe allowed          calls that must go on working, the same way
 *   probe x32|i386         a call of another architecture
 *   probe push             TIOCSTI, TIOCLINUX and TIOCSETD on a terminal of one's own
 *   probe peek PID         looks into another process
 *   probe orphans N        leaves N short-lived orphans, then counts zombies
 *   probe comet            forks and exits without pause, for ever, behind many that wait
 *   probe bomb             forks in all its processes, for ever
 *   probe eat              touches memory for ever
 *   probe fds              its open descriptors beyond 0, 1 and 2, and one opened for a directory to compare
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Addresses that no call can read: one that looks at its arguments before its rights answers EFAULT, not EPERM. */
#define BAD ((void *)8)

static void call(const char *name, long number, long a, long b, long c, long d, long e)
{
    errno = 0;
    long result = syscall(number, a, b, c, d, e, 0);
    printf("%s %d\n", name, result < 0 ? errno : 0);
    fflush(stdout);
}

#define CALL(name, a, b, c, d, e) call(#name, SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

static void denied_calls(void)
{
    CALL(mount, BAD, BAD, BAD, 0, 0);
    CALL(umount2, BAD, 0, 0, 0, 0);
    CALL(pivot_root, BAD, BAD, 0, 0, 0);
    CALL(chroot, "/", 0, 0, 0, 0);
    CALL(move_mount, -1, BAD, -1, BAD, 0);
    CALL(open_tree, -1, BAD, 0, 0, 0);
    CALL(fsopen, BAD, 0, 0, 0, 0);
    CALL(fsmount, -1, 0, 0, 0, 0);
    CALL(fsconfig, -1, 0, BAD, BAD, 0);
    CALL(fspick, -1, BAD, 0, 0, 0);
    CALL(mount_setattr, -1, BAD, 0, BAD, 0);
    CALL(unshare, CLONE_NEWUSER, 0, 0, 0, 0);
    CALL(setns, -1, 0, 0, 0, 0);
    CALL(ptrace, 0, 0, 0, 0, 0);
    CALL(process_vm_readv, getpid(), BAD, 1, BAD, 1);
    CALL(process_vm_writev, getpid(), BAD, 1, BAD, 1);
    CALL(process_madvise, -1, BAD, 0, 0, 0);
    CALL(pidfd_getfd, -1, 0, 0, 0, 0);
    CALL(kcmp, getpid(), getpid(), 0, 0, 0);
    CALL(perf_event_open, BAD, 0, -1, -1, 0);
    CALL(move_pages, 0, 0, 0, 0, 0);
    CALL(migrate_pages, 0, 0, 0, 0, 0);
    CALL(open_by_handle_at, -1, BAD, 0, 0, 0);
    CALL(name_to_handle_at, -1, BAD, BAD, BAD, 0);
    CALL(fanotify_init, 0, 0, 0, 0, 0);
    CALL(fanotify_mark, -1, 0, 0, 0, 0);
    CALL(bpf, 0, BAD, 8, 0, 0);
    CALL(userfaultfd, 1, 0, 0, 0, 0);
    CALL(add_key, BAD, BAD, BAD, 0, 0);
    CALL(request_key, BAD, BAD, BAD, 0, 0);
    CALL(keyctl, 0, -3, 0, 0, 0);
    CALL(init_module, BAD, 0, BAD, 0, 0);
    CALL(finit_module, -1, BAD, 0, 0, 0);
    CALL(delete_module, BAD, 0, 0, 0, 0);
    CALL(kexec_load, 0, 0, 0, 0, 0);
    CALL(kexec_file_load, -1, -1, 0, BAD, 0);
    CALL(reboot, 0, 0, 0, 0, 0);
    CALL(swapon, BAD, 0, 0, 0, 0);
    CALL(swapoff, BAD, 0, 0, 0, 0);
    CALL(acct, BAD, 0, 0, 0, 0);
    CALL(quotactl, 0, BAD, 0, BAD, 0);
    CALL(settimeofday, BAD, BAD, 0, 0, 0);
    CALL(clock_settime, 0, BAD, 0, 0, 0);
    CALL(adjtimex, BAD, 0, 0, 0, 0);
    CALL(clock_adjtime, 0, BAD, 0, 0, 0);
    CALL(sethostname, BAD, 1, 0, 0, 0);
    CALL(setdomainname, BAD, 1, 0, 0, 0);
    CALL(iopl, 3, 0, 0, 0, 0);
    CALL(ioperm, 0, 1, 1, 0, 0);
    CALL(modify_ldt, 0, 0, 0, 0, 0);
    CALL(syslog, 10, 0, 0, 0, 0);
    CALL(vhangup, 0, 0, 0, 0, 0);
    CALL(get_mempolicy, 0, 0, 0, 0, 0);
    CALL(set_mempolicy, 0, 0, 0, 0, 0);
    CALL(mbind, 0, 0, 0, 0, 0);
    CALL(memfd_secret, 0, 0, 0, 0, 0);
    CALL(io_uring_setup, 1, BAD, 0, 0, 0);
    CALL(io_uring_enter, -1, 0, 0, 0, 0);
    CALL(io_uring_register, -1, 0, 0, 0, 0);
    CALL(clone3, BAD, 0, 0, 0, 0);
    call("clone_newuser", SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    call("clone_newns", SYS_clone, CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);
    call("clone_newpid", SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
    call("personality_no_randomize", SYS_personality, 0x0040000, 0, 0, 0, 0);
    call("personality_read_implies_exec", SYS_personality, 0x0400000, 0, 0, 0, 0);
    call("socket_packet", SYS_socket, AF_PACKET, SOCK_DGRAM, 0, 0, 0);
    call("socket_vsock", SYS_socket, AF_VSOCK, SOCK_STREAM, 0, 0, 0);
    call("socket_alg", SYS_socket, AF_ALG, SOCK_SEQPACKET, 0, 0, 0);
    call("socket_bluetooth", SYS_socket, AF_BLUETOOTH, SOCK_RAW, 0, 0, 0);
    call("socket_netlink_netfilter", SYS_socket, AF_NETLINK, SOCK_RAW, 12, 0, 0);
    call("socket_family_in_low_half", SYS_socket, 0x100000000L | AF_PACKET, SOCK_DGRAM, 0, 0, 0);
    call("newer_than_the_filter", 500, 0, 0, 0, 0, 0);
}

static void allowed_calls(void)
{
    call("socket_unix", SYS_socket, AF_UNIX, SOCK_STREAM, 0, 0, 0);
    call("socket_inet", SYS_socket, AF_INET, SOCK_STREAM, 0, 0, 0);
    call("socket_inet6", SYS_socket, AF_INET6, SOCK_STREAM, 0, 0, 0);
    call("socket_netlink_route", SYS_socket, AF_NETLINK, SOCK_RAW, 0, 0, 0);
    call("personality_query", SYS_personality, 0xffffffff, 0, 0, 0, 0);
    call("memfd_create", SYS_memfd_create, (long)"x", 0, 0, 0, 0);
    call("getrandom", SYS_getrandom, (long)(char[8]){0}, 8, 0, 0, 0);
    call("landlock_version", SYS_landlock_create_ruleset, 0, 0, 1, 0, 0);
    call("pidfd_open", SYS_pidfd_open, getpid(), 0, 0, 0, 0);
    struct winsize size;
    call("ioctl_fionread", SYS_ioctl, 0, FIONREAD, (long)&size, 0, 0);
}

static void x32(void)
{
    call("x32_getpid", 0x40000000 | SYS_getpid, 0, 0, 0, 0, 0);
}

static void i386(void)
{
    /* 20 is getpid there; here it is writev. */
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
    printf("i386_getpid %ld\n", result);
}

static void push(void)
{
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY), unlocked = 0, zero = 0;
    ioctl(master, TIOCSPTLCK, &unlocked);
    setsid();
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR);
    ioctl(slave, TIOCSCTTY, 0);
    call("TIOCSTI", SYS_ioctl, slave, TIOCSTI, (long)"x", 0, 0);
    call("TIOCSTI_high_bits", SYS_ioctl, slave, 0x100000000L | TIOCSTI, (long)"x", 0, 0);
    call("TIOCLINUX", SYS_ioctl, slave, TIOCLINUX, (long)"\2", 0, 0);
    call("TIOCSETD", SYS_ioctl, slave, TIOCSETD, (long)&zero, 0, 0);
    struct winsize size;
    call("TIOCGWINSZ", SYS_ioctl, slave, TIOCGWINSZ, (long)&size, 0, 0);
}

static void open_of(const char *pid, const char *file)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/%s", pid, file);
    int fd = open(path, O_RDONLY);
    printf("%s %d\n", file, fd < 0 ? errno : 0);
    close(fd);
}

static void peek(const char *pid)
{
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
    open_of(pid, "mem");
    open_of(pid, "environ");
    open_of(pid, "maps");
    open_of(pid, "fd/0");
    open_of(pid, "root");
    call("ptrace_attach", SYS_ptrace, 16, atoi(pid), 0, 0, 0);
    call("process_vm_readv", SYS_process_vm_readv, atoi(pid), (long)&here, 1, (long)&there, 1);
}

static int count_zombies(void)
{
    int zombies = 0;
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; (entry = readdir(proc));) {
        char path[300], text[512];
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *stat = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? fopen(path, "r") : NULL;
        if (stat && fgets(text, sizeof text, stat)) {
            char *end = strrchr(text, ')');
            zombies += end && end[2] == 'Z';
        }
        if (stat)
            fclose(stat);
    }
    closedir(proc);
    return zombies;
}

static void orphans(int number)
{
    for (int i = 0; i < number; i++) {
        pid_t parent = fork();
        if (parent == 0) {
            if (fork() == 0)
                _exit(0);
            _exit(0);
        }
        waitpid(parent, NULL, 0);
    }
    int zombies = count_zombies();
    for (int tries = 0; zombies > 0 && tries < 1000; tries++, zombies = count_zombies())
        usleep(1000);
    printf("zombies %d\n", zombies);
}

static void descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    for (struct dirent *entry; (entry = readdir(directory));)
        if (atoi(entry->d_name) > 2 && atoi(entry->d_name) != dirfd(directory))
            printf("open %s\n", entry->d_name);
    printf("directory %d\n", dirfd(directory));
}

static void fork_for_ever(int all)
{
    for (;;)
        if (fork() > 0 && !all)
            _exit(0);
}

/* The many are killed first, which gives the one time to be another process by then. */
static void comet(void)
{
    signal(SIGTERM, SIG_IGN);
    for (int i = 0; i < 300; i++)
        if (fork() == 0)
            for (;;)
                pause();
    fork_for_ever(0);
}

static void eat(void)
{
    for (;;) {
        char *piece = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (piece == MAP_FAILED)
            _exit(3);
        memset(piece, 1, 1 << 20);
    }
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    if (strcmp(mode, "calls") == 0)
        denied_calls();
    else if (strcmp(mode, "allowed") == 0)
        allowed_calls();
    else if (strcmp(mode, "x32") == 0)
        x32();
    else if (strcmp(mode, "i386") == 0)
        i386();
    else if (strcmp(mode, "push") == 0)
        push();
    else if (strcmp(mode, "peek") == 0 && argc == 3)
        peek(argv[2]);
    else if (strcmp(mode, "orphans") == 0 && argc == 3)
        orphans(atoi(argv[2]));
    else if (strcmp(mode, "comet") == 0)
        comet();
    else if (strcmp(mode, "bomb") == 0)
        fork_for_ever(1);
    else if (strcmp(mode, "eat") == 0)
        eat();
    else if (strcmp(mode, "fds") == 0)
        descriptors();
    else
        return 2;
    return 0;
}
