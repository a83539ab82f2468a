package io.agentfense.audit.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.log.Durability;
import io.agentfense.audit.outbound.TlsFiles;
import io.agentfense.testing.CertificateAuthority;
import io.agentfense.testing.CertifiedKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's rsyslog gets every record, over TCP and TLS, also when it is killed meanwhile, and no name forges a message. */
class SyslogForwardingTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path place;

    private Destination.Syslog syslog(String host, int port, Optional<TlsFiles> tls, BodyFormat format) {
        return new Destination.Syslog(host, port, tls, format, Forwarded.TIMEOUT);
    }

    @Test
    void aReceiverThatIsKilledMissesNothing() throws Exception {
        int port = Rsyslog.freePort();
        Rsyslog rsyslog = Rsyslog.tcp(place, port);
        try (Forwarded forwarded =
                Forwarded.start(place.resolve("log"), syslog("127.0.0.1", port, Optional.empty(), BodyFormat.JSON))) {
            forwarded.append(3000);
            await().atMost(LONG).until(() -> Rsyslog.sequences(place).size() > 100);
            rsyslog.kill();
            forwarded.append(3000);
            await().until(() -> forwarded.standing().failures() > 0);
            rsyslog = Rsyslog.tcp(place, port);
            forwarded
                    .log()
                    .append(AuditEvent.of(Instant.now(), "tested")
                            .with("path", "/workspace/a\n<13>1 - forged agentfense - - - x\r\0\u2028b")
                            .build())
                    .await();
            await().atMost(LONG).until(() -> new TreeSet<>(Rsyslog.sequences(place)).size() == 6002);
            await().atMost(LONG).until(() -> forwarded.standing().position() == 6002);
            assertThat(forwarded.standing().isUp()).isTrue();
        } finally {
            rsyslog.close();
        }
        assertThat(Rsyslog.lines(place)).noneMatch(line -> line.contains("\nforged") || line.startsWith("5 1 forged"));
        assertThat(Rsyslog.lines(place).getFirst())
                .matches("6 13 \\S+ agentfense audit_started \\[meta sequenceId=\"1\"] \\{\"timestamp\".*");
        assertThat(Rsyslog.lines(place))
                .anyMatch(line -> line.startsWith("4 13 ") && line.contains("permission_denied"));
    }

    @Test
    void anEndThatTheReceiverHasReadLeavesNothingToRepeat() throws Exception {
        int port = Rsyslog.freePort();
        Destination syslog = syslog("127.0.0.1", port, Optional.empty(), BodyFormat.JSON);
        try (Rsyslog _ = Rsyslog.tcp(place, port)) {
            Forwarded forwarded = Forwarded.start(place.resolve("log"), syslog);
            forwarded.append(200);
            forwarded
                    .log()
                    .append(AuditEvent.of(Instant.now(), "tested").build(), Durability.SYNC)
                    .await();
            forwarded.close();
            assertThat(forwarded.standing().position()).isEqualTo(202);
            try (Forwarded again = Forwarded.start(place.resolve("log"), syslog)) {
                await().until(() -> again.standing().lagRecords() == 0);
                await().until(() -> Rsyslog.sequences(place).size() == 204);
            }
            assertThat(Rsyslog.sequences(place)).isEqualTo(Forwarded.upTo(204));
        }
    }

    @Test
    void whatAReceiverDoesNotReadDoesNotCountHoweverLongTheConnectionHolds() throws Exception {
        try (ServerSocket receiver = new ServerSocket()) {
            receiver.setReceiveBufferSize(4096);
            receiver.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Destination syslog = new Destination.Syslog(
                    "127.0.0.1", receiver.getLocalPort(), Optional.empty(), BodyFormat.JSON, Duration.ofSeconds(3));
            try (Forwarded forwarded = Forwarded.start(place.resolve("log"), syslog);
                    Socket _ = receiver.accept()) {
                forwarded.append(3000);
                // It gives up by itself, since nothing moves.
                await().until(() -> forwarded.standing().failures() > 0);
                assertThat(forwarded.standing().position()).isLessThan(1000);
                long position = forwarded.standing().position();
                try (Socket again = receiver.accept()) {
                    String head = new String(again.getInputStream().readNBytes(200), US_ASCII);
                    assertThat(head).contains("sequenceId=\"" + (position + 1) + "\"");
                }
            }
        }
    }

    @Test
    void overTlsBothSidesProveWhoTheyAre() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(place);
        CertifiedKey server = authority.issue("server", "DNS:localhost");
        CertifiedKey client = authority.issue("client", "DNS:client");
        int port = Rsyslog.freePort();
        TlsFiles files = new TlsFiles(
                Optional.of(authority.certificate()),
                Optional.of(new TlsFiles.Pair(client.certificate(), client.key())));
        try (Rsyslog _ = Rsyslog.tls(place, port, authority, server);
                Forwarded forwarded = Forwarded.start(
                        place.resolve("log"), syslog("localhost", port, Optional.of(files), BodyFormat.OCSF))) {
            forwarded.append(500);
            await().atMost(LONG).until(() -> forwarded.standing().position() == 501);
            assertThat(Rsyslog.lines(place)).hasSize(501).allMatch(line -> line.contains("\"class_uid\":"));
        }
    }

    @Test
    void nobodyGetsARecordWhoseCertificateIsUnknownOrForAnotherName() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(place);
        CertifiedKey server = authority.issue("server", "DNS:elsewhere.example");
        CertifiedKey client = authority.issue("client", "DNS:client");
        int port = Rsyslog.freePort();
        Optional<TlsFiles> trusting = Optional.of(new TlsFiles(
                Optional.of(authority.certificate()),
                Optional.of(new TlsFiles.Pair(client.certificate(), client.key()))));
        try (Rsyslog _ = Rsyslog.tls(place, port, authority, server);
                Forwarded forwarded = Forwarded.start(
                        place.resolve("log"),
                        syslog("localhost", port, trusting, BodyFormat.JSON),
                        syslog("localhost", port, Optional.of(TlsFiles.USUAL), BodyFormat.JSON))) {
            forwarded.append(5);
            for (Forwarder forwarder : forwarded.forwarding().forwarders()) {
                await().until(() -> forwarder.standing().failures() > 1);
                assertThat(forwarder.standing().isUp()).isFalse();
                assertThat(forwarder.standing().position()).isZero();
            }
        }
        assertThat(Rsyslog.sequences(place)).isEmpty();
    }
}
