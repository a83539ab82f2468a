/*
 * Nothing leaves the namespace, so a datagram to the world outside arrives at a port without a socket, and its sender
 * hears that it is unreachable. Packet sockets see it on its way; of TCP they see nothing, nor of the loopback network.
 */
#include "guest.h"
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* At a time, so that a flood of them costs its senders more than it costs us. */
enum { PACKETS_AT_A_TIME = 32, SEEN_BYTES = 64 };

#define CHECK(offset, size, value, if_equal, if_other) \
    BPF_STMT(BPF_LD | size | BPF_ABS, offset), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, if_equal, if_other)
#define DROP BPF_STMT(BPF_RET | BPF_K, 0)
#define TAKE BPF_STMT(BPF_RET | BPF_K, SEEN_BYTES)

static struct sock_filter ipv4[] = {
    CHECK(offsetof(struct iphdr, protocol), BPF_B, IPPROTO_TCP, 2, 0),
    CHECK(offsetof(struct iphdr, daddr), BPF_B, 127, 0, 1),
    DROP,
    TAKE,
};
/* ::1, word by word. */
static struct sock_filter ipv6[] = {
    CHECK(offsetof(struct ip6_hdr, ip6_nxt), BPF_B, IPPROTO_TCP, 8, 0),
    CHECK(offsetof(struct ip6_hdr, ip6_dst), BPF_W, 0, 0, 7),
    CHECK(offsetof(struct ip6_hdr, ip6_dst) + 4, BPF_W, 0, 0, 5),
    CHECK(offsetof(struct ip6_hdr, ip6_dst) + 8, BPF_W, 0, 0, 3),
    CHECK(offsetof(struct ip6_hdr, ip6_dst) + 12, BPF_W, 1, 0, 1),
    DROP,
    TAKE,
};

static int open_packets(uint16_t protocol, struct sock_filter *filter, unsigned short length)
{
    /* Bound to the protocol only once the filter is there. */
    int packets = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sock_fprog program = {length, filter};
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(protocol)};
    if (packets < 0 || setsockopt(packets, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0
        || bind(packets, (struct sockaddr *)&address, sizeof address) != 0)
        die("a packet socket");
    return packets;
}

void open_packet_sockets(int *sockets)
{
    sockets[0] = open_packets(ETH_P_IP, ipv4, sizeof ipv4 / sizeof ipv4[0]);
    sockets[1] = open_packets(ETH_P_IPV6, ipv6, sizeof ipv6 / sizeof ipv6[0]);
}

/* The port of a datagram's receiver, 0 where there is none. */
static uint16_t port_of(int protocol, const uint8_t *segment, size_t length)
{
    bool has_ports = protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE || protocol == IPPROTO_SCTP
                     || protocol == IPPROTO_DCCP;
    return has_ports && length >= 4 ? segment[2] << 8 | segment[3] : 0;
}

/* False for what is not worth telling: the kernel's own answer that something is unreachable. */
static bool read_ipv4(const uint8_t *packet, size_t length, struct network_notice *notice)
{
    const struct iphdr *header = (const void *)packet;
    size_t header_length = header->ihl * 4;
    if (length < sizeof *header || length < header_length)
        return false;
    notice->version = 4;
    notice->protocol = header->protocol;
    memcpy(notice->address, &header->daddr, sizeof header->daddr);
    const uint8_t *segment = packet + header_length;
    notice->port = port_of(header->protocol, segment, length - header_length);
    return header->protocol != IPPROTO_ICMP || length == header_length || segment[0] != ICMP_DEST_UNREACH;
}

static bool read_ipv6(const uint8_t *packet, size_t length, struct network_notice *notice)
{
    const struct ip6_hdr *header = (const void *)packet;
    if (length < sizeof *header)
        return false;
    notice->version = 6;
    notice->protocol = header->ip6_nxt;
    memcpy(notice->address, &header->ip6_dst, sizeof header->ip6_dst);
    const uint8_t *segment = packet + sizeof *header;
    notice->port = port_of(header->ip6_nxt, segment, length - sizeof *header);
    return header->ip6_nxt != IPPROTO_ICMPV6 || length == sizeof *header || segment[0] != ICMP6_DST_UNREACH;
}

bool tell_packets(int packets, int server)
{
    for (int i = 0; i < PACKETS_AT_A_TIME; i++) {
        _Alignas(8) uint8_t packet[SEEN_BYTES];
        struct network_notice notice = {.kind = NETWORK_PACKET};
        ssize_t length = recv(packets, packet, sizeof packet, MSG_DONTWAIT);
        if (length <= 0)
            return false;
        bool telling = packet[0] >> 4 == 4 ? read_ipv4(packet, length, &notice) : read_ipv6(packet, length, &notice);
        /* A server that does not read has heard enough. */
        if (telling)
            send_packet(server, &notice, sizeof notice, -1);
    }
    return true;
}
