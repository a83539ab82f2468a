/*
 * network: the server's hand in the network namespace of a sandbox. It enters the namespace by a descriptor of the
 * sandbox's process 1 (standard input) and speaks with the server on a socket (standard output), for as long as that is
 * open. It has nothing else of the sandbox: its files, users and processes are the host's.
 *
 *   network reach     connects to ports inside for the server
 *   network egress    and first sees to it that whatever is sent from inside to the world comes to the server's sockets
 */
#include "guest.h"
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PROCESS = STDIN_FILENO, SERVER = STDOUT_FILENO };
enum { NOBODY = 65534, BACKLOG = 512, TO_CONNECT_MS = 2000, NAMES_PORT = 53, PROXY_PORT = 3128 };

static void enter_namespace(void)
{
    /* An ordinary user has rights over the namespace only in the user namespace that the sandbox made. */
    int kinds = geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET;
    if (setns(PROCESS, kinds) != 0)
        die("the network namespace of the sandbox");
    close(PROCESS);
}

/*
 * Listens, if it is for streams; at port 0 the kernel chooses one. Connections of a network that was cut may not have come
 * to their end yet and are no reason not to listen anew; another listener still is.
 */
static int bound(int family, int type, const char *text, uint16_t port)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr *address = family == AF_INET6 ? (struct sockaddr *)&six : (struct sockaddr *)&four;
    socklen_t length = family == AF_INET6 ? sizeof six : sizeof four;
    inet_pton(family, text, family == AF_INET6 ? (void *)&six.sin6_addr : (void *)&four.sin_addr);
    int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int anew = type == SOCK_STREAM;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &anew, sizeof anew) != 0 ||
        bind(fd, address, length) != 0 || (type == SOCK_STREAM && listen(fd, BACKLOG) != 0))
        die("a socket for the server");
    return fd;
}

/* Waits for a server that is behind with its reading. */
static void tell(struct network_notice notice, int descriptor)
{
    while (!send_packet(SERVER, &notice, sizeof notice, descriptor)) {
        if (errno != EAGAIN)
            die("the server");
        poll(&(struct pollfd){.fd = SERVER, .events = POLLOUT}, 1, -1);
    }
}

static void hand_over(enum network_socket which, int descriptor)
{
    tell((struct network_notice){.kind = NETWORK_SOCKET, .tag = which}, descriptor);
    close(descriptor);
}

static void set_up_egress(int *packets)
{
    if (geteuid() != 0) {
        errno = 0;
        die("a policy of the kind egress takes a server that runs as root");
    }
    open_packet_sockets(packets);
    /* Takes IPv4 too. */
    int streams = bound(AF_INET6, SOCK_STREAM, "::", 0);
    steer_streams_to(streams);
    route_everything_here();
    hand_over(SOCKET_STREAMS, streams);
    hand_over(SOCKET_NAMES, bound(AF_INET, SOCK_DGRAM, "127.0.0.1", NAMES_PORT));
    hand_over(SOCKET_NAMES_BY_STREAM, bound(AF_INET, SOCK_STREAM, "127.0.0.1", NAMES_PORT));
    hand_over(SOCKET_PROXY, bound(AF_INET, SOCK_STREAM, "127.0.0.1", PROXY_PORT));
}

/* What is left to do needs no rights. */
static void give_up_rights(void)
{
    bool root = geteuid() == 0;
    if (root && (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0
                 || setresuid(NOBODY, NOBODY, NOBODY) != 0))
        die("giving up root");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        die("prctl");
}

/* A connected socket, or -1 with errno. */
static int connect_to(int family, uint16_t port)
{
    struct sockaddr_in four = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in6 six = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    bool is_four = family == AF_INET;
    int failed = connect(fd, is_four ? (void *)&four : (void *)&six, is_four ? sizeof four : sizeof six);
    int error = failed ? errno : 0;
    if (error == EINPROGRESS) {
        struct pollfd polled = {.fd = fd, .events = POLLOUT};
        socklen_t length = sizeof error;
        if (poll(&polled, 1, TO_CONNECT_MS) <= 0)
            error = ETIMEDOUT;
        else
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    }
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

static void obey(const struct network_order *order)
{
    int reached = connect_to(AF_INET, order->port);
    if (reached < 0 && errno == ECONNREFUSED)
        reached = connect_to(AF_INET6, order->port);
    if (reached < 0) {
        tell((struct network_notice){.kind = NETWORK_UNREACHED, .tag = order->tag, .error = errno}, -1);
        return;
    }
    tell((struct network_notice){.kind = NETWORK_REACHED, .tag = order->tag}, reached);
    close(reached);
}

/* False once the server has gone. */
static bool read_order(void)
{
    struct network_order order;
    int descriptors[MAX_DESCRIPTORS];
    size_t count;
    ssize_t length = receive(SERVER, &order, sizeof order, descriptors, &count);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (length != sizeof order || count != 0 || order.port == 0 || order.port > UINT16_MAX)
        return false;
    obey(&order);
    return true;
}

static void serve(const int *packets)
{
    static const struct timespec breath = {.tv_nsec = 50 * 1000 * 1000};
    struct pollfd polled[1 + PACKET_SOCKETS] = {{.fd = SERVER, .events = POLLIN}};
    for (int i = 0; i < PACKET_SOCKETS; i++)
        polled[1 + i] = (struct pollfd){.fd = packets[i], .events = POLLIN};
    for (;;) {
        bool flood = false;
        if (poll(polled, 1 + PACKET_SOCKETS, -1) < 0)
            continue;
        if (polled[0].revents && !read_order())
            return;
        for (int i = 0; i < PACKET_SOCKETS; i++)
            if (polled[1 + i].revents && tell_packets(packets[i], SERVER))
                flood = true;
        if (flood)
            nanosleep(&breath, NULL);
    }
}

int network(const char *mode)
{
    bool egress = strcmp(mode, "egress") == 0;
    if (!egress && strcmp(mode, "reach") != 0) {
        errno = EINVAL;
        die(mode);
    }
    signal(SIGPIPE, SIG_IGN);
    enter_namespace();
    int packets[PACKET_SOCKETS] = {-1, -1};
    if (egress)
        set_up_egress(packets);
    give_up_rights();
    tell((struct network_notice){.kind = NETWORK_READY}, -1);
    serve(packets);
    return 0;
}
