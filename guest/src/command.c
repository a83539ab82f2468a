/*
 * The supervisor of one command: a child of process 1, parent of the command's leader, and subreaper of everything the
 * command leaves behind. It reports the leader's end, then reaps until nothing is left, and exits; background processes
 * live on below it.
 *
 * The command has its uid and may kill or stop it. Process 1 then continues it, or kills what it leaves (init.c).
 */
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the leader leaves in the memory it shares with the supervisor until it runs the program. */
struct failure {
    enum step step;
    int error;
};

static void default_signals(void)
{
    for (int signal = 1; signal < NSIG; signal++)
        sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void fail(volatile struct failure *failure, enum step step)
{
    failure->step = step;
    failure->error = errno;
    _exit(127);
}

/* In the vforked child: becomes the program, or leaves a failure. */
static _Noreturn void lead(const struct command_start *start, const struct request *request,
                           volatile struct failure *failure)
{
    setsid();
    start->shared->leader = getpid();
    if (start->kind == START_TERMINAL && ioctl(start->streams[0], TIOCSCTTY, 0) != 0)
        fail(failure, STEP_TERMINAL);
    for (int fd = 0; fd < 3; fd++)
        if (dup2(start->streams[fd], fd) != fd)
            fail(failure, STEP_SETUP);
    if (landlock_enter(start->landlock) != 0 || close_range(3, ~0U, start->program < 0 ? 0 : CLOSE_RANGE_CLOEXEC) != 0)
        fail(failure, STEP_SETUP);
    umask(022);
    ask_for_slice(0);
    if (chdir(request->directory) != 0)
        fail(failure, STEP_DIRECTORY);
    if (!become_leader_as_root(start->program >= 0))
        fail(failure, STEP_SETUP);
    default_signals();
    if (start->shared->early != 0)
        kill(getpid(), start->shared->early);
    if (start->program >= 0)
        execveat(start->program, "", request->arguments, request->environment, AT_EMPTY_PATH);
    else
        execvpe(request->arguments[0], request->arguments, request->environment);
    fail(failure, STEP_EXEC);
}

/* Opens a terminal of the sandbox's own, keeps the slave for the leader and sends the master to the host. */
static bool open_terminal(struct command_start *start)
{
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    int unlocked = 0;
    struct winsize size = {.ws_row = start->rows, .ws_col = start->columns};
    if (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) != 0 || ioctl(master, TIOCSWINSZ, &size) != 0)
        return false;
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0)
        return false;
    start->streams[0] = start->streams[1] = start->streams[2] = slave;
    struct event event = {.kind = EVENT_TERMINAL};
    bool sent = send_packet(start->socket, &event, sizeof event, master);
    close(master);
    return sent;
}

static uint64_t micros(struct timeval time)
{
    return time.tv_sec * 1000000ULL + time.tv_usec;
}

void report(int socket, int status, const struct rusage *usage)
{
    struct event event = {
        .kind = WIFSIGNALED(status) ? EVENT_SIGNALED : EVENT_EXITED,
        .value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
        .user_micros = micros(usage->ru_utime),
        .system_micros = micros(usage->ru_stime),
        .max_rss_kib = usage->ru_maxrss,
    };
    send_packet(socket, &event, sizeof event, -1);
}

/* Reaps until no child is left; process 1 takes its exit as the sign that the command is gone. */
static _Noreturn void reap(int socket, pid_t leader)
{
    for (;;) {
        int status;
        struct rusage usage;
        pid_t pid = wait4(-1, &status, 0, &usage);
        if (pid < 0 && errno == ECHILD)
            _exit(0);
        if (pid > 0 && pid == leader)
            report(socket, status, &usage);
    }
}

_Noreturn void supervise(const struct command_start *given)
{
    struct command_start start = *given;
    struct request request;
    struct shell shell;
    enum step unprepared;
    volatile struct failure failure = {STEP_NONE, 0};

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, "supervisor");
    if (!read_request(start.request, &request)) {
        send_failure(start.socket, STEP_REQUEST, errno);
        _exit(0);
    }
    if (start.kind == START_TERMINAL && !open_terminal(&start)) {
        send_failure(start.socket, STEP_TERMINAL, errno);
        _exit(0);
    }
    if (start.kind == START_SHELL && (unprepared = prepare_shell(&start, &request, &shell)) != STEP_NONE) {
        send_failure(start.socket, unprepared, errno);
        _exit(0);
    }
    /* execvpe looks for the program on the PATH of the process, and that shall be the command's. */
    environ = request.environment;
    pid_t leader = vfork();
    if (leader == 0)
        lead(&start, &request, &failure);
    if (leader < 0)
        failure = (struct failure){STEP_FORK, errno};
    bool failed = failure.step != STEP_NONE;
    if (failed)
        send_failure(start.socket, failure.step, failure.error);
    if (start.kind == START_SHELL && !failed) {
        shell.pid = leader;
        serve_shell(&shell);
    }
    /* What the supervisor kept open would keep the command's pipes open after its end. */
    int socket = dup3(start.socket, 0, O_CLOEXEC);
    close_range(1, ~0U, 0);
    reap(socket, failed ? 0 : leader);
}
