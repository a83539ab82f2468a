/* The parts of the network mode; see network.c. */
#ifndef AGENTFENSE_NETWORK_H
#define AGENTFENSE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What the server is told, each in one packet; io.agentfense.egress.NamespaceLink reads the same. */
enum network_kind {
    NETWORK_SOCKET = 1, /* which of enum network_socket, with its descriptor */
    NETWORK_READY = 2,
    NETWORK_REACHED = 3, /* the tag of an order, with the connected socket */
    NETWORK_UNREACHED = 4, /* the tag of an order, and why */
    NETWORK_PACKET = 5, /* that one was sent to where nobody is */
};
enum network_socket { SOCKET_STREAMS, SOCKET_NAMES, SOCKET_NAMES_BY_STREAM, SOCKET_PROXY };
struct network_notice {
    uint32_t kind;
    uint32_t tag; /* or which */
    uint32_t error;
    uint16_t port;
    uint8_t protocol, version;
    uint8_t address[16]; /* an IPv4 address in its first four bytes */
};

/* What the server orders: a connection to a port of the loopback device inside. */
struct network_order {
    uint32_t tag;
    uint32_t port;
};

/* network_routes.c: every address is one of this namespace's own, so that what is sent to it arrives here. */
void route_everything_here(void);

/* network_lookup.c: connections to any address and port but those of the loopback network come to this listener. */
void steer_streams_to(int listener);

/* network_packets.c: sockets that see what is sent to others by other means than TCP; IPv4 and IPv6. */
enum { PACKET_SOCKETS = 2 };
void open_packet_sockets(int *sockets);
/* Tells the server of what came in; true if there may be more than it takes at a time. */
bool tell_packets(int packets, int server);

#endif
