package io.agentfense.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.testing.CertificateAuthority;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail to a real server, Debian's aiosmtpd. */
class MailSinkTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private Process server;

    @AfterEach
    void end() {
        if (server != null) {
            server.destroyForcibly();
        }
    }

    @Test
    void aMailSaysWhatItIsAboutAndAHostileNameAddsNoReceiver() throws Exception {
        int port = serve("plain");
        new MailSink(target(port, Target.Security.NONE, Optional.empty(), Optional.empty()))
                .tell(Changes.raised("al_1"));

        assertThat(head()).isEqualTo("None agentfense@example.com ['ops@example.com', 'oncall@example.com']");
        MimeMessage mail = mail();
        assertThat(mail.getSubject())
                .startsWith("[AgentFense] raised, high: 11 denials in sb_")
                .contains("\\u000d\\u000aBcc");
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getHeader("Auto-Submitted", ",")).isEqualTo("auto-generated");
        assertThat(mail.getHeader("X-AgentFense-Alert", ",")).isEqualTo("al_1");
        assertThat((String) mail.getContent())
                .contains(Changes.raised("al_1").alert().message().strip())
                .contains(AlertJson.of(Changes.raised("al_1")));
    }

    @Test
    void byStartTlsWithALogin() throws Exception {
        CertificateAuthority authority = certify();
        int port = serve("starttls");
        new MailSink(target(port, Target.Security.STARTTLS, login("pass word"), Optional.of(authority.certificate())))
                .tell(Changes.raised("al_1"));

        assertThat(head()).startsWith("True ");
    }

    @Test
    void byTls() throws Exception {
        CertificateAuthority authority = certify();
        int port = serve("tls");
        new MailSink(target(port, Target.Security.TLS, Optional.empty(), Optional.of(authority.certificate())))
                .tell(Changes.raised("al_1"));

        assertThat(head()).as("all that this server hears comes by TLS").startsWith("None ");
    }

    @Test
    void aWrongPasswordIsARefusalThatDoesNotSayIt() throws Exception {
        CertificateAuthority authority = certify();
        int port = serve("starttls");
        Sink sink = new MailSink(
                target(port, Target.Security.STARTTLS, login("secret words"), Optional.of(authority.certificate())));

        assertThatThrownBy(() -> sink.tell(Changes.raised("al_1")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("does not take the login")
                .hasMessageNotContaining("secret words");
    }

    @ParameterizedTest
    @ValueSource(strings = {"starttls", "tls"})
    void nothingIsSentToWhoseCertificateIsUnknown(String mode) throws Exception {
        certify();
        Target.Security security = mode.equals("tls") ? Target.Security.TLS : Target.Security.STARTTLS;
        Sink sink = new MailSink(target(serve(mode), security, Optional.empty(), Optional.empty()));

        assertThatThrownBy(() -> sink.tell(Changes.raised("al_1"))).isInstanceOf(IOException.class);
        assertThat(directory.resolve("mail")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTTLS", "TLS"})
    void nothingIsSentInTheClearWhereTlsWasAskedFor(Target.Security security) throws Exception {
        Sink sink = new MailSink(target(serve("plain"), security, Optional.empty(), Optional.empty()));

        assertThatThrownBy(() -> sink.tell(Changes.raised("al_1"))).isInstanceOf(IOException.class);
        assertThat(directory.resolve("mail")).doesNotExist();
    }

    @Test
    void aReceiverThatDoesNotExistIsARefusal() throws Exception {
        Sink sink = new MailSink(target(serve("refuse"), Target.Security.NONE, Optional.empty(), Optional.empty()));

        assertThatThrownBy(() -> sink.tell(Changes.raised("al_1")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no such mailbox");
    }

    @Test
    void aServerThatIsNotThereMayComeBack() throws Exception {
        int port = serve("plain");
        server.destroyForcibly().waitFor();
        Sink sink = new MailSink(target(port, Target.Security.NONE, Optional.empty(), Optional.empty()));

        assertThatThrownBy(() -> sink.tell(Changes.raised("al_1")))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(RefusedException.class);
    }

    /** Has somebody vouch for the server. */
    private CertificateAuthority certify() throws IOException, InterruptedException {
        CertificateAuthority authority = CertificateAuthority.in(directory);
        authority.issue("server", "DNS:localhost");
        return authority;
    }

    private int serve(String mode) throws IOException {
        server = new ProcessBuilder("/usr/bin/python3", "src/test/resources/smtpd.py", directory.toString(), mode)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = server.inputReader();
        return Integer.parseInt(String.valueOf(out.readLine()));
    }

    private Optional<Target.Login> login(String password) throws IOException {
        Path file = Files.writeString(directory.resolve("password"), password + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return Optional.of(new Target.Login("agentfense", file));
    }

    private static Target.Mail target(
            int port, Target.Security security, Optional<Target.Login> login, Optional<Path> caFile) {
        return new Target.Mail(
                "localhost",
                port,
                security,
                login,
                "agentfense@example.com",
                List.of("ops@example.com", "oncall@example.com"),
                caFile,
                LONG);
    }

    private String head() throws IOException {
        return Files.readString(directory.resolve("mail")).lines().findFirst().orElseThrow();
    }

    private MimeMessage mail() throws Exception {
        byte[] all = Files.readAllBytes(directory.resolve("mail"));
        int head = new String(all, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        return new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(Arrays.copyOfRange(all, head, all.length)));
    }
}
