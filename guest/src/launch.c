/*
 * launch: the last steps on the host's side, before bubblewrap.
 *
 * bubblewrap started by root keeps the host's uid 0, whatever capabilities and ids it drops inside; so the uid goes
 * here, first. What needs root before that: joining cgroups, and a private mount namespace in which the workspace lies
 * where the sandbox's uid can reach it, though no directory above the real one need be open to others.
 *
 *   launch [--cgroup FILE]... [--nofile N] [--namespace FD] [--workspace DIR] [--uid N] --keep N PROGRAM ARGUMENT...
 *
 * The private mount namespace is a copy of the one at FD (template.c), else of the caller's.
 * Descriptors above --keep are closed. The program starts with an empty environment and default signals.
 */
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where --workspace appears; Java's BwrapArguments names it too. */
#define STAGED_WORKSPACE "/tmp/workspace"

static unsigned long number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long value = text ? strtoul(text, &end, 10) : 0;
    if (!text || errno != 0 || end == text || *end != '\0' || value > 0xfffffffeUL) {
        errno = EINVAL;
        die("a number of launch's options");
    }
    return value;
}

static void join_cgroup(const char *procs_file)
{
    int fd = open(procs_file, O_WRONLY | O_CLOEXEC);
    /* "0" stands for the writer. */
    if (fd < 0 || write(fd, "0", 1) != 1)
        die(procs_file);
    close(fd);
}

static void limit(int resource, rlim_t value)
{
    struct rlimit rlimit = {value, value};
    if (setrlimit(resource, &rlimit) != 0)
        die("setrlimit");
}

/* A mount namespace of our own, a copy of the one at the descriptor, if there is one, else of ours. */
static void leave_mounts(int namespace)
{
    if (namespace >= 0 && setns(namespace, CLONE_NEWNS) != 0)
        die("--namespace");
    /* Its descriptor would lead out of the sandbox. */
    if (namespace >= 0)
        close(namespace);
    own_mounts();
}

/* In a mount namespace of our own: the tree at `directory`, and all that is mounted in it, at STAGED_WORKSPACE. */
static void stage_workspace(const char *directory, int namespace)
{
    int tree = clone_mounts(directory, AT_RECURSIVE);
    leave_mounts(namespace);
    if (mount("agentfense", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=64k") != 0
        || mkdir(STAGED_WORKSPACE, 0755) != 0 || attach_mounts(tree, STAGED_WORKSPACE) != 0)
        die("staging the workspace");
    make_private(STAGED_WORKSPACE);
}

/*
 * Whether the caller's uid has another process: whoever that is could trace and signal the sandbox. The kernel counts
 * processes by uid, those in user namespaces below too, so with RLIMIT_NPROC at two a lone process can fork, once.
 */
static bool alone(void)
{
    struct rlimit kept, two;
    getrlimit(RLIMIT_NPROC, &kept);
    two = (struct rlimit){2, kept.rlim_max};
    setrlimit(RLIMIT_NPROC, &two);
    pid_t child = vfork();
    if (child == 0)
        _exit(0);
    if (child > 0)
        waitpid(child, NULL, 0);
    setrlimit(RLIMIT_NPROC, &kept);
    return child > 0;
}

static void become(uid_t uid)
{
    if (setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0)
        die("giving up root");
    if (!alone())
        die("host uid in use by another process");
}

static void reset_signals(void)
{
    for (int signal = 1; signal < NSIG; signal++)
        sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int launch(char **arguments)
{
    const char *workspace = NULL;
    unsigned long uid = 0, keep = 2;
    int namespace = -1;
    char **argument = arguments;
    for (; *argument && strncmp(*argument, "--", 2) == 0; argument += 2) {
        const char *name = argument[0], *value = argument[1];
        if (!value) {
            errno = 0;
            die("an option of launch lacks its value");
        }
        if (strcmp(name, "--cgroup") == 0)
            join_cgroup(value);
        else if (strcmp(name, "--nofile") == 0)
            limit(RLIMIT_NOFILE, number(value));
        else if (strcmp(name, "--namespace") == 0)
            namespace = number(value);
        else if (strcmp(name, "--workspace") == 0)
            workspace = value;
        else if (strcmp(name, "--uid") == 0)
            uid = number(value);
        else if (strcmp(name, "--keep") == 0)
            keep = number(value);
        else {
            errno = EINVAL;
            die(name);
        }
    }
    if (!*argument) {
        errno = 0;
        die("launch lacks a program");
    }
    limit(RLIMIT_CORE, 0);
    if (close_range(keep + 1, ~0U, 0) != 0)
        die("close_range");
    if (workspace)
        stage_workspace(workspace, namespace);
    if (uid != 0)
        become(uid);
    reset_signals();
    execve(argument[0], argument, (char *[]){NULL});
    die(argument[0]);
}
