/* Programs, sockets, watches, file handles. */
#include "probe.h"
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

/* exec PATH [ARGUMENT]: the errno of execve, or the exit code */
static void do_exec(char **words)
{
    int ends[2], error = 0, status;
    if (pipe2(ends, O_CLOEXEC) < 0)
        abort();
    pid_t child = fork();
    if (child == 0) {
        char *arguments[] = {words[0], words[1], NULL}, *environment[] = {NULL};
        struct where at = where(words[0]);
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        syscall(SYS_execveat, at.directory, at.path, arguments, environment, *at.path ? 0 : AT_EMPTY_PATH);
        error = errno;
        _exit(write(ends[1], &error, sizeof error) == sizeof error ? 127 : 126);
    }
    close(ends[1]);
    ssize_t told = read(ends[0], &error, sizeof error);
    close(ends[0]);
    waitpid(child, &status, 0);
    if (told == sizeof error) {
        errno = error;
        failed();
    } else {
        ok("%d", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
}

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    return address;
}

/* listen LETTER PATH */
static void do_listen(char **words)
{
    struct sockaddr_un address = address_of(words[1]);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    long result = bind(fd, (struct sockaddr *)&address, sizeof address);
    settle(result < 0 ? result : listen(fd, 1));
    keep(words[0], fd);
}

static void do_connect(char **words)
{
    struct sockaddr_un address = address_of(words[0]);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    settle(connect(fd, (struct sockaddr *)&address, sizeof address));
    close(fd);
}

/* watch LETTER PATH: everything that inotify can tell */
static void do_watch(char **words)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    settle(inotify_add_watch(fd, words[1], IN_ALL_EVENTS));
    keep(words[0], fd);
}

/* events LETTER: what a watch has had so far */
static void do_events(char **words)
{
    char buffer[65536] __attribute__((aligned(8)));
    fputs("OK", stdout);
    for (ssize_t length; (length = read(slot(words[0]), buffer, sizeof buffer)) > 0;)
        for (char *at = buffer; at < buffer + length;) {
            struct inotify_event *event = (struct inotify_event *)at;
            printf(" %x,", event->mask);
            escape(stdout, event->name, event->len ? strlen(event->name) : 0);
            at += sizeof *event + event->len;
        }
    putchar('\n');
}

struct handle {
    struct file_handle header;
    unsigned char bytes[MAX_HANDLE_SZ];
};

static void do_handle(char **words)
{
    struct handle handle = {.header.handle_bytes = MAX_HANDLE_SZ};
    int mount;
    settle(name_to_handle_at(AT_FDCWD, words[0], &handle.header, &mount, 0));
}

/* openhandle NODE: a file handle of a number that the kernel would have given */
static void do_openhandle(char **words)
{
    struct handle handle = {.header = {.handle_bytes = 12, .handle_type = 0x81}};
    unsigned long node = (unsigned long)number(words[0]);
    unsigned half[3] = {(unsigned)(node >> 32), (unsigned)node, 0};
    memcpy(handle.header.f_handle, half, sizeof half);
    int fd = open_by_handle_at(open(".", O_RDONLY | O_CLOEXEC), &handle.header, O_RDONLY);
    settle(fd);
}

/* hoard PATH COUNT: opens a file that many times, then closes all; how many it got */
static void do_hoard(char **words)
{
    long wanted = number(words[1]), got = 0;
    struct rlimit limit = {(rlim_t)wanted + 64, (rlim_t)wanted + 64};
    setrlimit(RLIMIT_NOFILE, &limit);
    int *fds = malloc((size_t)wanted * sizeof *fds);
    while (got < wanted && (fds[got] = open(words[0], O_RDONLY | O_CLOEXEC)) >= 0)
        got++;
    const char *reason = got < wanted ? strerrorname_np(errno) : "none";
    for (long i = 0; i < got; i++)
        close(fds[i]);
    free(fds);
    ok("%ld %s", got, reason);
}

const struct verb process_verbs[] = {
    {"exec", 1, do_exec}, {"listen", 2, do_listen}, {"connect", 1, do_connect}, {"watch", 2, do_watch},
    {"events", 1, do_events}, {"handle", 1, do_handle}, {"openhandle", 1, do_openhandle}, {"hoard", 2, do_hoard}, {0},
};
