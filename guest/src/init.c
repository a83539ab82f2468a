/*
 * init: process 1 of a sandbox. Takes commands from the host over the control socket, hands each to a supervisor
 * (command.c), passes orders on to its processes, and ends with the control socket: then the kernel kills everything in
 * the process-id namespace. The host's death closes the socket, so nothing outlives it.
 *
 * It stands on the untrusted side with the sandbox's uid. Nothing inside can signal it (process 1 gets only what it
 * handles) or read it (it is not dumpable). It never waits for anything but poll(2), and touches no file of the
 * workspace, so nothing inside can hold it up.
 */
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_COMMANDS = 1024, FIRST_PATIENCE_MS = 20, SLICE_NS = 100000 };

struct command {
    pid_t supervisor;
    int socket; /* -1 when the host has closed it */
    struct shared *shared;
    int patience_ms;  /* 0 unless it was ordered to be killed: how long until it is done more thoroughly */
    int64_t patience_ends;
};

static struct command commands[MAX_COMMANDS];
static size_t count;
static struct shared *shared; /* MAX_COMMANDS of them */
static int signals;
static int ruleset;

static void close_all(const int *descriptors, size_t number)
{
    for (size_t i = 0; i < number; i++)
        close(descriptors[i]);
}

static struct shared *take_shared(void)
{
    for (size_t slot = 0; slot < MAX_COMMANDS; slot++)
        if (!shared[slot].used) {
            shared[slot] = (struct shared){.used = true};
            return &shared[slot];
        }
    return NULL;
}

/* In the supervisor: gives up what belongs to process 1 and to other commands. */
static void close_inherited(void)
{
    close(CONTROL_FD);
    close(signals);
    for (size_t i = 0; i < count; i++)
        close(commands[i].socket);
    close_drains();
}

static void refuse_command(const struct command_start *command, int error)
{
    send_failure(command->socket, STEP_FORK, error);
    close(command->socket);
}

static void start_command(const struct start *start, const int *descriptors)
{
    struct command_start command = {
        .socket = descriptors[0],
        .request = descriptors[1],
        .kind = start->kind,
        .turns = -1,
        .program = -1,
        .rows = start->rows,
        .columns = start->columns,
        .landlock = ruleset,
        .shared = take_shared(),
    };
    if (!command.shared) {
        refuse_command(&command, EAGAIN);
        return;
    }
    if (command.kind == START_STREAMS)
        memcpy(command.streams, descriptors + 2, sizeof command.streams);
    if (command.kind == START_SHELL)
        command.turns = descriptors[2];
    pid_t supervisor = fork();
    if (supervisor == 0) {
        close_inherited();
        supervise(&command);
    }
    if (supervisor < 0) {
        refuse_command(&command, errno);
        command.shared->used = false;
        return;
    }
    commands[count++] = (struct command){supervisor, command.socket, command.shared, 0, 0};
}

/* How many descriptors a start brings; 0 if there is no such start. */
static size_t expected_descriptors(uint32_t kind)
{
    switch (kind) {
    case START_STREAMS:
        return 5;
    case START_TERMINAL:
        return 2;
    case START_SHELL:
        return 3;
    case START_DRAIN:
        return 1;
    default:
        return 0;
    }
}

/* A new command from the host, or its end. The host is trusted; one that breaks the protocol is not our host. */
static void read_control(void)
{
    struct start start;
    int descriptors[MAX_DESCRIPTORS];
    size_t received;
    ssize_t length = receive(CONTROL_FD, &start, sizeof start, descriptors, &received);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length != sizeof start || received == 0 || received != expected_descriptors(start.kind))
        _exit(0);
    if (start.kind == START_DRAIN) {
        add_drain(descriptors[0]);
        return;
    }
    start_command(&start, descriptors);
    close_all(descriptors + 1, received - 1);
}

static void signal_group(struct shared *target, int signal)
{
    if (target->leader == 0)
        target->early = signal;
    /* Looked at again: the leader looks for an early signal after it has set its id. */
    if (target->leader != 0)
        kill(-target->leader, signal);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void be_patient(struct command *command, int patience_ms)
{
    command->patience_ms = patience_ms;
    command->patience_ends = now_ms() + patience_ms;
}

/* Kills what can be seen. That is nearly always all; finish_kills sees to the rest. */
static void kill_command(struct command *command)
{
    signal_tree(command->supervisor, SIGKILL);
    be_patient(command, FIRST_PATIENCE_MS);
}

/* Stops the sandbox to kill what is left of commands that should be gone; seldom enough not to disturb the others. */
static void finish_kills(void)
{
    int64_t now = now_ms();
    for (size_t i = 0; i < count; i++)
        if (commands[i].patience_ms != 0 && commands[i].patience_ends <= now) {
            kill_tree(commands[i].supervisor, NULL, 0);
            be_patient(&commands[i], commands[i].patience_ms * 2);
        }
}

/* In milliseconds for poll(2): until finish_kills has to do something, -1 for ever. */
static int next_patience(void)
{
    int64_t earliest = INT64_MAX;
    for (size_t i = 0; i < count; i++)
        if (commands[i].patience_ms != 0 && commands[i].patience_ends < earliest)
            earliest = commands[i].patience_ends;
    if (earliest == INT64_MAX)
        return -1;
    int64_t left = earliest - now_ms();
    return left < 0 ? 0 : left;
}

static void obey(struct command *command, const struct order *order)
{
    int signal = order->signal;
    if (signal < 1 || signal >= NSIG)
        return;
    if (order->kind == ORDER_SIGNAL_GROUP || command->shared->leader == 0)
        signal_group(command->shared, signal);
    else if (order->kind == ORDER_SIGNAL_TREE && signal == SIGKILL)
        kill_command(command);
    else if (order->kind == ORDER_SIGNAL_TREE)
        signal_tree(command->supervisor, signal);
}

static void read_order(struct command *command)
{
    struct order order;
    int descriptors[MAX_DESCRIPTORS];
    size_t received;
    ssize_t length = receive(command->socket, &order, sizeof order, descriptors, &received);
    close_all(descriptors, received);
    if (length == sizeof order && received == 0)
        obey(command, &order);
    else if (length >= 0 || (errno != EAGAIN && errno != EINTR)) {
        close(command->socket);
        command->socket = -1;
    }
}

static struct command *command_of(pid_t supervisor)
{
    for (size_t i = 0; i < count; i++)
        if (commands[i].supervisor == supervisor)
            return &commands[i];
    return NULL;
}

static void kill_orphans(void)
{
    pid_t spared[MAX_COMMANDS];
    for (size_t i = 0; i < count; i++)
        spared[i] = commands[i].supervisor;
    kill_tree(getpid(), spared, count);
}

static void end_command(struct command *command, int status)
{
    bool murdered = WIFSIGNALED(status);
    if (murdered && command->socket >= 0) {
        /* If the leader's end was reported before, the host has it and ignores this. */
        struct event event = {.kind = EVENT_SIGNALED, .value = WTERMSIG(status)};
        send_packet(command->socket, &event, sizeof event, -1);
    }
    close(command->socket);
    command->shared->used = false;
    *command = commands[--count];
    if (murdered)
        kill_orphans();
}

static void reap_children(void)
{
    struct signalfd_siginfo drained[16];
    while (read(signals, drained, sizeof drained) > 0)
        ;
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
        struct command *command = command_of(pid);
        if (!command)
            continue;
        if (WIFSTOPPED(status))
            kill(pid, SIGCONT);
        else
            end_command(command, status);
    }
}

static _Noreturn void serve(void)
{
    static struct pollfd polled[MAX_COMMANDS + 2 + MAX_DRAINS];
    for (;;) {
        size_t watched = count;
        struct pollfd *outputs = polled + watched + 2;
        for (size_t i = 0; i < watched; i++)
            polled[i] = (struct pollfd){.fd = commands[i].socket, .events = POLLIN};
        polled[watched] = (struct pollfd){.fd = CONTROL_FD, .events = POLLIN};
        polled[watched + 1] = (struct pollfd){.fd = signals, .events = POLLIN};
        size_t drained = watch_drains(outputs);
        if (poll(polled, watched + 2 + drained, next_patience()) < 0)
            continue;
        finish_kills();
        read_drains(outputs, drained);
        for (size_t i = 0; i < watched; i++)
            if (polled[i].revents)
                read_order(&commands[i]);
        if (polled[watched].revents)
            read_control();
        if (polled[watched + 1].revents)
            reap_children();
    }
}

/* Nothing of bubblewrap's process is kept but the control socket. */
static void close_standard_streams(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        die("/dev/null");
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    close(null);
}

static void block_signals(void)
{
    sigset_t all, child;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0)
        die("signalfd");
}

_Noreturn void init(void)
{
    if (getpid() != 1)
        die("init has to be process 1");
    ask_for_slice(SLICE_NS);
    if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        die("prctl");
    install_seccomp_filter();
    if (close_range(CONTROL_FD + 1, ~0U, 0) != 0 || fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC) != 0)
        die("control socket");
    block_signals();
    shared = mmap(NULL, MAX_COMMANDS * sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        die("mmap");
    ruleset = landlock_ruleset();
    if (chdir("/") != 0)
        die("chdir");
    struct hello hello = {.magic = HELLO_MAGIC, .version = VERSION, .landlock = ruleset >= 0};
    if (!send_packet(CONTROL_FD, &hello, sizeof hello, -1))
        die("control socket");
    close_standard_streams();
    serve();
}
