/* Two routes in the namespace's table "local": local 0.0.0.0/0 and local ::/0, by way of the loopback device. */
#include "guest.h"
#include "network.h"

#include <errno.h>
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
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[512];
    } reply;
    if (send(netlink, &request, sizeof request, 0) != sizeof request)
        return errno;
    ssize_t length = recv(netlink, &reply, sizeof reply, 0);
    if (length < (ssize_t)(sizeof reply.header + sizeof reply.error) || reply.header.nlmsg_type != NLMSG_ERROR)
        return EPROTO;
    return -reply.error.error;
}

void route_everything_here(void)
{
    raise_loopback();
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (netlink < 0)
        die("netlink");
    errno = add_route(netlink, AF_INET);
    if (errno != 0)
        die("a local route for every IPv4 address");
    /* Where the namespace has no IPv6 nothing can be sent by it either. */
    add_route(netlink, AF_INET6);
    close(netlink);
}
