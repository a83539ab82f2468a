package io.agentfense.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.testing.CertificateAuthority;
import io.agentfense.testing.CertifiedKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Debian's rsyslogd, which writes what it gets into a file: a line a message, with what it made of the head. */
final class Rsyslog implements AutoCloseable {
    private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+),\"hash\":\"[0-9a-f]{64}\"}$");

    private final Process process;

    private Rsyslog(Process process) {
        this.process = process;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Over TCP. */
    static Rsyslog tcp(Path place, int port) throws IOException {
        return start(place, port, "module(load=\"imtcp\")");
    }

    /** Over TLS, for clients that have a certificate of the authority. */
    static Rsyslog tls(Path place, int port, CertificateAuthority authority, CertifiedKey itself) throws IOException {
        return start(place, port, """
                global(defaultNetstreamDriverCAFile="%s" defaultNetstreamDriverCertFile="%s"
                       defaultNetstreamDriverKeyFile="%s")
                module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1"
                       streamDriver.authMode="x509/certvalid")
                """.formatted(authority.certificate(), itself.certificate(), itself.key()));
    }

    private static Rsyslog start(Path place, int port, String module) throws IOException {
        Path config = Files.writeString(place.resolve("rsyslog.conf"), """
                global(workDirectory="%1$s" maxMessageSize="300k")
                %3$s
                template(name="raw" type="string"
                         string="%%syslogseverity%% %%syslogfacility%% %%hostname%% %%app-name%% %%msgid%% %%structured-data%% %%msg%%\\n")
                input(type="imtcp" address="127.0.0.1" port="%2$d")
                *.* action(type="omfile" file="%1$s/out" template="raw")
                """.formatted(place, port, module));
        Process process = new ProcessBuilder(
                        "/usr/sbin/rsyslogd",
                        "-n",
                        "-f",
                        config.toString(),
                        "-i",
                        place.resolve("pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(place.resolve("rsyslog.log").toFile())
                .start();
        await().until(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                return true;
            } catch (IOException e) {
                assertThat(process.isAlive())
                        .as(Files.readString(place.resolve("rsyslog.log")))
                        .isTrue();
                return false;
            }
        });
        return new Rsyslog(process);
    }

    /** The lines so far. */
    static List<String> lines(Path place) throws IOException {
        Path out = place.resolve("out");
        return Files.exists(out) ? Files.readAllLines(out) : List.of();
    }

    /** The numbers of the records that came whole, in the order in which they came. */
    static List<Long> sequences(Path place) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (String line : lines(place)) {
            Matcher matcher = SEQUENCE.matcher(line);
            if (matcher.find()) {
                numbers.add(Long.parseLong(matcher.group(1)));
            }
        }
        return numbers;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
