/* Two routes in the namespace's table "local": local 0.0.0.0/0 and local ::/0, by way of the loopback device. */
#include "guest.h"
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* In every network namespace. */
enum { LOOPBACK_INDEX = 1 };

static void raise_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0 || ioctl(socket_fd, SIOCGIFFLAGS, &request) != 0)
        die("the loopback device");
    request.ifr_flags |= IFF_UP;
    if (ioctl(socket_fd, SIOCSIFFLAGS, &request) != 0)
        die("the loopback device");
    close(socket_fd);
}

/* Sends a request that asks for an acknowledgement; 0, or an error. */
static int ask(int netlink, const struct nlmsghdr *request)
{
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[512];
    } reply;
    if (send(netlink, request, request->nlmsg_len, 0) != (ssize_t)request->nlmsg_len)
        return errno;
    ssize_t length = recv(netlink, &reply, sizeof reply, 0);
    if (length < (ssize_t)(sizeof reply.header + sizeof reply.error) || reply.header.nlmsg_type != NLMSG_ERROR)
        return EPROTO;
    return -reply.error.error;
}

/*
 * An address beside 127.0.0.1: getaddrinfo with AI_ADDRCONFIG gives no addresses of a kind of which the machine has none
 * but of the loopback network. The first of each range of synthetic addresses stands for no name.
 */
static int add_address(int netlink, unsigned char family, const char *text)
{
    struct {
        struct nlmsghdr header;
        struct ifaddrmsg address;
        struct rtattr local_header;
        unsigned char local[sizeof(struct in6_addr)];
    } request = {
        .header = {0, RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, 1, 0},
        .address = {.ifa_family = family, .ifa_flags = IFA_F_NODAD, .ifa_index = LOOPBACK_INDEX},
    };
    size_t length = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
    request.header.nlmsg_len = offsetof(typeof(request), local) + length;
    request.address.ifa_prefixlen = length * 8;
    request.local_header = (struct rtattr){RTA_LENGTH(length), IFA_LOCAL};
    inet_pton(family, text, request.local);
    return ask(netlink, &request.header);
}

/* 0, or an error. */
static int add_route(int netlink, unsigned char family)
{
    struct {
        struct nlmsghdr header;
        struct rtmsg route;
        struct rtattr device_header;
        uint32_t device;
    } request = {
        .header = {sizeof request, RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, 1, 0},
        .route = {
            .rtm_family = family,
            .rtm_table = RT_TABLE_LOCAL,
            .rtm_protocol = RTPROT_STATIC,
            .rtm_scope = family == AF_INET ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE,
            .rtm_type = RTN_LOCAL,
        },
        .device_header = {RTA_LENGTH(sizeof(uint32_t)), RTA_OIF},
        .device = LOOPBACK_INDEX,
    };
    return ask(netlink, &request.header);
}

void route_everything_here(void)
{
    raise_loopback();
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (netlink < 0)
        die("netlink");
    errno = add_address(netlink, AF_INET, "198.18.0.0");
    if (errno != 0)
        die("an IPv4 address");
    errno = add_route(netlink, AF_INET);
    if (errno != 0)
        die("a local route for every IPv4 address");
    /* Where the namespace has no IPv6 nothing can be sent by it either. */
    add_address(netlink, AF_INET6, "2001:2::");
    add_route(netlink, AF_INET6);
    close(netlink);
}
