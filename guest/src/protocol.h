/*
 * What the host and process 1 say to each other, over SOCK_SEQPACKET sockets: one message, one packet, fixed sizes.
 * Java's io.agentfense.sandbox.guest.Protocol mirrors this file; VERSION changes with any of it.
 *
 * The control socket carries `hello` once, then a `start` for each command. Its end of file ends the sandbox.
 * Each command has a socket of its own, handed over by its `start`: `order`s come in, `event`s go out, and its end of
 * file says that nothing of the command runs any more.
 */
#ifndef AGENTFENSE_PROTOCOL_H
#define AGENTFENSE_PROTOCOL_H

#include <stdint.h>

enum { VERSION = 2, HELLO_MAGIC = 0x41464731 };

/* Where bubblewrap leaves the control socket in process 1. */
enum { CONTROL_FD = 3 };

/* Process 1 is ready. */
struct hello {
    uint32_t magic;
    uint32_t version;
    uint32_t landlock; /* 1 if commands can't look into each other's memory */
    uint32_t reserved;
};

/*
 * Run a command. Descriptors: its socket, its request, and for STREAMS standard input, output and error. A SHELL takes
 * scripts in turns (shell.c); its third descriptor is the socket on which they come. A DRAIN is no command: its one
 * descriptor is an output that nobody reads any more, which process 1 reads from then on, so that who writes it goes on.
 */
enum start_kind { START_STREAMS = 1, START_TERMINAL = 2, START_SHELL = 3, START_DRAIN = 4 };
struct start {
    uint32_t kind;
    uint16_t rows;
    uint16_t columns;
};

/* The request: this header, then NUL-terminated strings: the directory, the arguments, the environment. */
enum { REQUEST_MAGIC = 0x41465231, REQUEST_MAX_BYTES = 2 * 1024 * 1024, REQUEST_MAX_STRINGS = 65536 };
struct request_header {
    uint32_t magic;
    uint32_t arguments;
    uint32_t variables;
    uint32_t reserved;
};

enum order_kind { ORDER_SIGNAL_GROUP = 1, ORDER_SIGNAL_TREE = 2 };
struct order {
    uint32_t kind;
    uint32_t signal;
};

/* A turn of a shell. RUN brings descriptors: the script, and its standard input, output and error. */
enum turn_kind {
    TURN_RUN = 1,
    TURN_SIGNAL = 2, /* signals what the script that runs has in the foreground */
};
struct turn {
    uint32_t kind;
    uint32_t signal;
};

enum event_kind {
    EVENT_TERMINAL = 1, /* a descriptor comes along: the terminal's master */
    EVENT_EXITED = 2,   /* value: the exit status */
    EVENT_SIGNALED = 3, /* value: the signal */
    EVENT_FAILED = 4,   /* the command never ran; value: errno, step: what failed */
    EVENT_WAITING = 5,  /* the shell waits for its next turn; value: the exit status of the last one, at first 0 */
};
enum step {
    STEP_NONE = 0,
    STEP_REQUEST = 1,
    STEP_FORK = 2,
    STEP_TERMINAL = 3,
    STEP_DIRECTORY = 4,
    STEP_SETUP = 5,
    STEP_EXEC = 6,
    STEP_PRIVACY = 7, /* the kernel was told to let everybody look into a shell: fs.suid_dumpable is 1 */
    STEP_CALLS = 8,   /* the kernel is older than 5.19, or another program filters system calls as we do */
};
struct event {
    uint32_t kind;
    uint32_t value;
    uint32_t step;
    uint32_t reserved;
    uint64_t user_micros;
    uint64_t system_micros;
    uint64_t max_rss_kib;
};

#endif
