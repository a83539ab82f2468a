/* The parts of the program and what each gives the others. */
#ifndef AGENTFENSE_GUEST_H
#define AGENTFENSE_GUEST_H

#include "protocol.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

/* die.c: says what failed on standard error, with errno's message if errno is set, and exits with 125. */
_Noreturn void die(const char *what);

/* mounts.c: a mount namespace of our own, a copy of the one we are in; what happens in either is not seen in the other. */
void own_mounts(void);
/* The mounts at a path and below, which get no more of what happens to those they are copies of. */
void make_private(const char *mounts);
/* A detached copy of the mount at a path; with AT_RECURSIVE of all below it too. */
int clone_mounts(const char *path, unsigned int recursive);
/* Puts such a copy in its place and closes it; like mount(2), 0 or -1 with errno. */
int attach_mounts(int tree, const char *path);

/* template.c: makes a mount namespace for launch to copy. */
int template(char **paths);

/* launch.c: prepares the process on the host's side and becomes bubblewrap. */
int launch(char **arguments);

/* contact.c: gets the control socket from the host, which listens at a path. */
void call_host(const char *path);

/* network.c: what the server holds in the network namespace of a sandbox. */
int network(const char *mode);

/* init.c: process 1 of a sandbox. */
_Noreturn void init(void);

/* slice.c: asks for so much of the processor at a time, and is served the sooner the less that is; 0 for what is usual. Inherited. */
void ask_for_slice(uint64_t nanoseconds);

/* canary.c: tries what must fail, and exits; see there. */
_Noreturn void canary(char **arguments);

/* seccomp.c: installs the filter for this process and all it will start; dies if the kernel refuses. */
void install_seccomp_filter(void);

/* landlock.c: a ruleset that withholds nothing but a look into processes outside; -1 if the kernel has no such thing. */
int landlock_ruleset(void);
/* Puts the caller into a domain of its own under the ruleset; 0, or -1 with errno. */
int landlock_enter(int ruleset);

/* request.c: what to run. All pointers lead into memory that lives as long as the process. */
struct request {
    char *directory;
    char **arguments;
    char **environment;
};
/* Reads and checks a request; false with errno set if it is malformed or too large. */
bool read_request(int fd, struct request *request);

/* channel.c: one packet each way, never blocking. */
enum { MAX_DESCRIPTORS = 5 };
/* Receives a packet and its descriptors (close-on-exec). The packet's length, 0 at the end of file, -1 with errno. */
ssize_t receive(int socket, void *packet, size_t size, int *descriptors, size_t *count);
/* Sends a packet, with one descriptor unless it is -1; false if the other side is gone or does not read. */
bool send_packet(int socket, const void *packet, size_t size, int descriptor);
/* Tells a command's host side that it could not run. */
void send_failure(int socket, enum step step, int error);

/* In memory that process 1 shares with a supervisor, so that a signal finds the leader from its first moment. */
struct shared {
    _Atomic pid_t leader;   /* also its process group; 0 until it has one */
    _Atomic int early;      /* a signal that came before that */
    bool used;
};

/* command.c: becomes the supervisor of one command; see there. */
struct command_start {
    enum start_kind kind;
    int socket;
    int request;
    int streams[3]; /* given for STREAMS */
    int turns;      /* given for a SHELL */
    int program;    /* what to run, if it is not looked for by its name; else -1 */
    uint16_t rows, columns;
    int landlock;
    struct shared *shared;
};
_Noreturn void supervise(const struct command_start *start);
/* Tells how a command's leader ended. */
void report(int socket, int status, const struct rusage *usage);

/* shell.c: the supervisor's part for a shell that takes scripts in turns; see there. */
struct shell {
    pid_t pid; /* 0 once it has ended */
    int socket, turns, calls, signals, null;
    enum { RUNNING, RETURNING, WAITING, BROKEN } state;
    uint64_t call;   /* with which it waits */
    unsigned status; /* of its last turn */
    pid_t *earlier;  /* its children at the beginning of the turn */
    size_t earlier_count;
};
/* Before the shell is started: what it runs on. STEP_NONE, or what failed, with errno set. */
enum step prepare_shell(struct command_start *start, struct request *request, struct shell *shell);
_Noreturn void serve_shell(struct shell *shell);

/* private.c: a copy of a program that may only be executed; a descriptor, or -1 with errno. */
int private_program(const char *path);
/* Whether the kernel was told to let everybody look into processes that it would protect. */
bool protection_is_off(void);

/* root.c: gives up what a command may not have, where it is root; false with errno set. Its program may be unreadable. */
bool become_leader_as_root(bool unreadable);

/* calls.c: system calls that a shell makes to reach its supervisor, and no one can make in its name; see there. */
enum { CALL_BASE = 2000000000 };
struct call {
    uint64_t id;
    pid_t caller;
    unsigned value; /* 0 to 255 */
};
/* Has this process and all it starts later make such calls; the descriptor that takes them, or -1 with errno. */
int listen_for_calls(void);
bool take_call(int calls, struct call *call);
/* Puts a descriptor of ours into the caller's table as the given number, which it replaces; false with errno set. */
bool give_descriptor(int calls, uint64_t id, int descriptor, int number, bool close_on_exec);
/* Lets the call return: 0, or an error. */
void answer_call(int calls, uint64_t id, int error);

/* drain.c: outputs that nobody else reads any more. */
enum { MAX_DRAINS = 64 };
/* Takes a descriptor. Beyond their number the oldest is given up: who still writes it gets SIGPIPE. */
void add_drain(int output);
/* Fills in what to wait for; returns how many, at most MAX_DRAINS. */
size_t watch_drains(struct pollfd *polled);
/* After the wait, and before a drain is added. */
void read_drains(const struct pollfd *polled, size_t number);
/* In a process that shall not hold them. */
void close_drains(void);

/* tree.c: the processes below one process, wherever they went. */
void signal_tree(pid_t root, int signal);
/* Signals what a shell has in the foreground: its children, and what is below them, but for those that were there
 * before and those that it started asynchronously, which POSIX has it start without SIGINT and SIGQUIT. */
void signal_foreground(pid_t shell, const pid_t *earlier, size_t earlier_count, int signal);
/* Kills all below root, but what is at or below one of the spared, and even processes that fork without pause. */
void kill_tree(pid_t root, const pid_t *spared, size_t spared_count);

#endif
