/*
 * A shell that takes scripts in turns and keeps its state between them. It runs a loop that no turn leaves
 * (SHELL_LOOP): report the last turn's exit status and wait, then source the next script. It reports and waits by one
 * call to the supervisor (calls.c), and while it waits the supervisor puts the script and the turn's standard streams
 * into its table of descriptors. Thus each turn has streams of its own, which processes of earlier turns never held,
 * and the end of a turn is told by a system call of the shell's own process.
 */
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Written so that it needs no variable, function or descriptor below 10, and works whatever a script redefined, so far
 * as the shell allows it: `command` takes the shell's own utilities, and keeps errors in a script from ending a shell
 * that would otherwise be obliged to end (POSIX, "Consequences of Shell Errors"). The status is kept as a positional
 * parameter before the others while the call is made, which a signal may interrupt until the supervisor has taken it,
 * so it is tried again. The inner loop may be left by a stray `break` of a script.
 *
 * %d: CALL_BASE, five times; the descriptors of the status and of the script.
 */
static const char SHELL_LOOP[] =
    "case ${BASH_VERSION-} in ?*) shopt -s expand_aliases; esac\n"
    "while command :; do while\n"
    "set -- \"$?\" \"$@\"; unset -f command;"
    " command kill -0 \"$((%d+$1))\" || command kill -0 \"$((%d+$1))\" ||"
    " command kill -0 \"$((%d+$1))\" || command kill -0 \"$((%d+$1))\" ||"
    " command kill -0 \"$((%d+$1))\" || command exit 125;"
    " command shift\n"
    "do command . /proc/self/fd/%d; command . /proc/self/fd/%d; done; done";

enum { MOST_DESCRIPTOR = 128, MAX_CHILDREN_TEXT = 64 * 1024 };

static int script_fd, status_fd;

static char **loop_arguments(char *shell)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    script_fd = (files.rlim_cur < MOST_DESCRIPTOR ? (int)files.rlim_cur : MOST_DESCRIPTOR) - 1;
    status_fd = script_fd - 1;
    char *loop;
    char **arguments = calloc(5, sizeof *arguments);
    if (!arguments
        || asprintf(&loop, SHELL_LOOP, CALL_BASE, CALL_BASE, CALL_BASE, CALL_BASE, CALL_BASE, status_fd, script_fd) < 0)
        return NULL;
    arguments[0] = shell;
    arguments[1] = "-c";
    arguments[2] = loop;
    arguments[3] = shell;
    return arguments;
}

enum step prepare_shell(struct command_start *start, struct request *request, struct shell *shell)
{
    *shell = (struct shell){.socket = start->socket, .turns = start->turns};
    if (protection_is_off())
        return STEP_PRIVACY;
    start->program = private_program(request->arguments[0]);
    if (start->program < 0)
        return STEP_EXEC;
    request->arguments = loop_arguments(request->arguments[0]);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    shell->signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    shell->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (!request->arguments || shell->signals < 0 || shell->null < 0)
        return STEP_SETUP;
    for (int i = 0; i < 3; i++)
        start->streams[i] = shell->null;
    shell->calls = listen_for_calls();
    return shell->calls < 0 ? STEP_CALLS : STEP_NONE;
}

/* The children that a process has now, by /proc; none if it can't be read. */
static void note_children(struct shell *shell)
{
    static char text[MAX_CHILDREN_TEXT];
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", shell->pid, shell->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    close(fd);
    text[length < 0 ? 0 : length] = '\0';
    shell->earlier_count = 0;
    char *position = text, *end;
    for (pid_t pid; (pid = strtol(position, &end, 10)) > 0; position = end) {
        pid_t *grown = reallocarray(shell->earlier, shell->earlier_count + 1, sizeof *grown);
        if (!grown)
            return;
        shell->earlier = grown;
        shell->earlier[shell->earlier_count++] = pid;
    }
}

/* Takes from the shell what it holds of the turn. */
static void take_back(struct shell *shell, const struct call *call)
{
    for (int fd = 0; fd < 3; fd++)
        give_descriptor(shell->calls, call->id, shell->null, fd, false);
    give_descriptor(shell->calls, call->id, shell->null, script_fd, true);
}

static void begin_wait(struct shell *shell, const struct call *call)
{
    shell->state = WAITING;
    shell->call = call->id;
    shell->status = call->value;
    struct event event = {.kind = EVENT_WAITING, .value = call->value};
    send_packet(shell->socket, &event, sizeof event, -1);
}

/*
 * The first call after a turn is sent back: the kernel closes the files that were taken only when the shell returns
 * from it (task_work_add in its fs/file_table.c). The next one waits.
 */
static void read_call(struct shell *shell)
{
    struct call call;
    if (!take_call(shell->calls, &call))
        return;
    if (call.caller != shell->pid) {
        answer_call(shell->calls, call.id, ESRCH);
        return;
    }
    switch (shell->state) {
    case RUNNING:
        take_back(shell, &call);
        shell->state = RETURNING;
        answer_call(shell->calls, call.id, EAGAIN);
        break;
    case RETURNING:
        begin_wait(shell, &call);
        break;
    case WAITING: /* A signal broke off its first wait before; it can't be in two. */
        begin_wait(shell, &call);
        break;
    case BROKEN:
        answer_call(shell->calls, call.id, EIO);
        break;
    }
}

/* A file that leaves the status of the last turn in $? when it is sourced. */
static bool give_status(struct shell *shell)
{
    if (shell->status == 0)
        return give_descriptor(shell->calls, shell->call, shell->null, status_fd, true);
    int file = memfd_create("status", MFD_CLOEXEC);
    dprintf(file, "return %u\n", shell->status);
    bool given = give_descriptor(shell->calls, shell->call, file, status_fd, true);
    close(file);
    return given;
}

static bool give_turn(struct shell *shell, const int *descriptors)
{
    for (int fd = 0; fd < 3; fd++)
        if (!give_descriptor(shell->calls, shell->call, descriptors[1 + fd], fd, false))
            return false;
    return give_descriptor(shell->calls, shell->call, descriptors[0], script_fd, true);
}

static void begin_turn(struct shell *shell, const int *descriptors)
{
    note_children(shell);
    /* It fails where a script took away the descriptors, by ulimit: the shell then ends. */
    bool given = give_status(shell) && give_turn(shell, descriptors);
    shell->state = given ? RUNNING : BROKEN;
    answer_call(shell->calls, shell->call, given ? 0 : EIO);
}

/* The host is trusted; one that breaks the protocol is not our host, and its shell goes as if it had left. */
static void read_turn(struct shell *shell)
{
    struct turn turn;
    int descriptors[MAX_DESCRIPTORS];
    size_t received;
    ssize_t length = receive(shell->turns, &turn, sizeof turn, descriptors, &received);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length == sizeof turn && turn.kind == TURN_RUN && received == 4 && shell->state == WAITING)
        begin_turn(shell, descriptors);
    else if (length == sizeof turn && turn.kind == TURN_SIGNAL && received == 0 && turn.signal < NSIG) {
        if (shell->state != WAITING && shell->pid > 0)
            signal_foreground(shell->pid, shell->earlier, shell->earlier_count, turn.signal);
    } else {
        close(shell->turns);
        shell->turns = -1;
        if (shell->pid > 0)
            kill(shell->pid, SIGKILL);
    }
    for (size_t i = 0; i < received; i++)
        close(descriptors[i]);
}

/* Process 1 takes the supervisor's exit as the sign that nothing is left. */
static void reap_all(struct shell *shell)
{
    struct signalfd_siginfo drained[16];
    while (read(shell->signals, drained, sizeof drained) > 0)
        ;
    int status;
    struct rusage usage;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0)
        if (pid == shell->pid) {
            report(shell->socket, status, &usage);
            shell->pid = 0;
        }
    if (pid < 0 && errno == ECHILD)
        _exit(0);
}

_Noreturn void serve_shell(struct shell *shell)
{
    for (;;) {
        struct pollfd polled[] = {
            {.fd = shell->turns, .events = POLLIN},
            {.fd = shell->calls, .events = POLLIN},
            {.fd = shell->signals, .events = POLLIN},
        };
        if (poll(polled, 3, -1) < 0)
            continue;
        if (polled[1].revents & POLLIN)
            read_call(shell);
        if (polled[0].revents)
            read_turn(shell);
        if (polled[2].revents)
            reap_all(shell);
        if (polled[1].revents & (POLLHUP | POLLERR))
            shell->calls = -1;
    }
}
