/*
 * Signals a command's processes, wherever they went: other groups, other sessions, daemons. A supervisor is the
 * subreaper of its command (prctl(2), PR_SET_CHILD_SUBREAPER), so all of them stay below it in the tree of parents.
 *
 * Looking and signalling are two steps, and a process that forks and exits without pause slips through between them.
 * Therefore kill_tree stops the whole sandbox for the time of its scan: kill(-1, SIGSTOP) is atomic against fork, and a
 * stopped process can't fork. What is not doomed goes on afterwards.
 */
#include "guest.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_PROCESSES = 4 * 1024 * 1024 /* PID_MAX_LIMIT of linux/threads.h */ };

struct process {
    pid_t pid, parent;
    char state;
    bool below;
};

/* In memory of its own while it is used: room for every process there can be, of which only the filled part is real. */
struct snapshot {
    size_t count;
    struct process processes[MAX_PROCESSES];
};

static bool read_process(DIR *proc, const char *name, struct process *process)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "%.32s/stat", name);
    int fd = openat(dirfd(proc), path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0)
        return false;
    text[length] = '\0';
    /* The name before it is the process's own choice and may hold anything, ')' too. */
    char *rest = strrchr(text, ')');
    process->pid = atoi(name);
    process->below = false;
    return rest && sscanf(rest + 1, " %c %d", &process->state, &process->parent) == 2;
}

static void release(struct snapshot *snapshot)
{
    munmap(snapshot, sizeof *snapshot);
}

/* All processes, in the order of their ids, as /proc lists them. Without memory everything goes: nothing may live on. */
static struct snapshot *scan(void)
{
    struct snapshot *snapshot = mmap(NULL, sizeof *snapshot, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    DIR *proc = opendir("/proc");
    if (snapshot == MAP_FAILED || !proc)
        _exit(1);
    struct dirent *entry;
    while (snapshot->count < MAX_PROCESSES && (entry = readdir(proc)))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9'
            && read_process(proc, entry->d_name, &snapshot->processes[snapshot->count]))
            snapshot->count++;
    closedir(proc);
    return snapshot;
}

static int by_pid(const void *a, const void *b)
{
    return ((const struct process *)a)->pid - ((const struct process *)b)->pid;
}

static struct process *find(struct snapshot *snapshot, pid_t pid)
{
    struct process key = {.pid = pid};
    return bsearch(&key, snapshot->processes, snapshot->count, sizeof key, by_pid);
}

static bool contains(const pid_t *pids, size_t count, pid_t pid)
{
    for (size_t i = 0; i < count; i++)
        if (pids[i] == pid)
            return true;
    return false;
}

/* Marks what lies below root. A child's id may be lower than its parent's once ids wrap: so until nothing changes. */
static void mark_below(struct snapshot *snapshot, pid_t root, const pid_t *spared, size_t spared_count)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < snapshot->count; i++) {
            struct process *process = &snapshot->processes[i];
            if (process->below || contains(spared, spared_count, process->pid))
                continue;
            struct process *parent = find(snapshot, process->parent);
            process->below = process->parent == root || (parent && parent->below);
            changed |= process->below;
        }
    }
}

static void signal_below(const struct snapshot *snapshot, int signal)
{
    for (size_t i = 0; i < snapshot->count; i++)
        if (snapshot->processes[i].below)
            kill(snapshot->processes[i].pid, signal);
}

void signal_tree(pid_t root, int signal)
{
    struct snapshot *snapshot = scan();
    mark_below(snapshot, root, NULL, 0);
    signal_below(snapshot, signal);
    release(snapshot);
}

/* The signals that a process ignores, signal N as bit N-1; none if it is gone. */
static unsigned long long ignored_signals(pid_t pid)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    close(fd);
    text[length < 0 ? 0 : length] = '\0';
    /* After the name, in which a newline is escaped, so that no name can play this line. */
    const char *line = strstr(text, "\nSigIgn:");
    return line ? strtoull(line + strlen("\nSigIgn:"), NULL, 16) : 0;
}

void signal_foreground(pid_t shell, const pid_t *earlier, size_t earlier_count, int signal)
{
    struct snapshot *snapshot = scan();
    pid_t *spared = calloc(snapshot->count + earlier_count, sizeof *spared);
    if (!spared)
        _exit(1);
    memcpy(spared, earlier, earlier_count * sizeof *spared);
    size_t spared_count = earlier_count;
    unsigned long long keyboard = 1ULL << (SIGINT - 1) | 1ULL << (SIGQUIT - 1);
    keyboard &= ~ignored_signals(shell);
    for (size_t i = 0; i < snapshot->count; i++)
        if (snapshot->processes[i].parent == shell && ignored_signals(snapshot->processes[i].pid) & keyboard)
            spared[spared_count++] = snapshot->processes[i].pid;
    mark_below(snapshot, shell, spared, spared_count);
    signal_below(snapshot, signal);
    free(spared);
    release(snapshot);
}

/* Lets go on what is not doomed and was not stopped already. */
static void resume(const struct snapshot *stopped, struct snapshot *before)
{
    for (size_t i = 0; i < stopped->count; i++) {
        const struct process *process = &stopped->processes[i];
        const struct process *earlier = find(before, process->pid);
        if (!process->below && !(earlier && earlier->state == 'T'))
            kill(process->pid, SIGCONT);
    }
}

void kill_tree(pid_t root, const pid_t *spared, size_t spared_count)
{
    struct snapshot *before = scan();
    kill(-1, SIGSTOP);
    struct snapshot *stopped = scan();
    mark_below(stopped, root, spared, spared_count);
    signal_below(stopped, SIGKILL);
    resume(stopped, before);
    release(stopped);
    release(before);
}
