package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.egress.credential.CredentialRule;
import io.agentfense.egress.credential.SandboxCredentials;
import io.agentfense.egress.policy.AllowRule;
import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.egress.policy.HostName;
import io.agentfense.testing.CertificateAuthority;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a call that a host served as who has a secret, nothing in a sandbox holds the secret, or a key that signs. */
class CredentialRemainsTest {
    private static final String TOKEN = "ghp_s3cr3t+Value~for_tests0123456789";
    private static final String HOST = "api.example.com";
    private static final int PORT = 8443;

    @TempDir
    Path directory;

    @Test
    void whatIsInMemoryInFilesAndInTheEnvironmentIsOnlyThePlaceholder() throws Exception {
        CertificateAuthority authority = CertificateAuthority.in(directory);
        CredentialRule rule = new CredentialRule(
                new HostName(HOST),
                List.of(PORT),
                "token",
                Optional.empty(),
                "{}",
                Optional.of("API_TOKEN"),
                List.of(),
                List.of());
        SandboxCredentials credentials = SandboxCredentials.of(
                        List.of(rule), _ -> TOKEN, Optional.of(authority.certificate()), InstantSource.system())
                .withJavaTrustStore();
        EgressPolicy policy =
                EgressPolicy.of("tests", AllowRule.ofHost(HOST, PORT)).withDns(OutsideWorld.RESOLVER);
        try (OutsideWorld world = OutsideWorld.open();
                NetworkedShell shell = NetworkedShell.start(world, policy, credentials)) {
            TlsService.at(world, PORT, authority.issue("server", "DNS:" + HOST).context(), (request, out) -> {
                String sent = request.header("authorization");
                String status = sent.equals("Bearer " + TOKEN) ? "200 OK" : "401 Unauthorized";
                String encoded = Base64.getEncoder().encodeToString(sent.getBytes(StandardCharsets.UTF_8));
                TlsService.reply(out, status, "X-Sent: " + sent + "\r\n", "served " + sent + " " + encoded);
            });
            String said = shell.python(
                    Files.readString(Path.of("src/test/python/gather.py")), "https://" + HOST + ":" + PORT, "gathered");
            assertThat(said).contains("200", "served", "dumped=False");
            Path gathered = shell.workspace();
            String placeholder = shell.sh("printf %s $API_TOKEN");
            assertThat(SecretSearch.in(gathered, placeholder.getBytes(StandardCharsets.UTF_8)))
                    .anyMatch(found -> found.startsWith("raw") && found.endsWith("/memory"))
                    .anyMatch(found -> found.startsWith("raw") && found.endsWith("/environ"));
            assertThat(SecretSearch.in(gathered, TOKEN.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
            List<byte[]> keys = PrivateKeys.of(credentials);
            assertThat(keys).as("of the authority, and of the host").hasSize(2);
            for (byte[] key : keys) {
                assertThat(SecretSearch.in(gathered, key)).isEmpty();
            }
            try (var files = Files.list(gathered.resolve("gathered"))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .contains("1", "%etc%ssl%agentfense.pem", "%etc%ssl%agentfense.p12");
            }
        }
    }

    @Test
    void theSearchFindsASecretInEveryForm() throws Exception {
        byte[] bytes = TOKEN.getBytes(StandardCharsets.UTF_8);
        List<String> forms = List.of(
                TOKEN,
                HexFormat.of().formatHex(bytes),
                HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT),
                encoded("user:" + TOKEN + "\n"),
                encoded("usr:" + TOKEN + "\n"),
                encoded("us:" + TOKEN + "\n"),
                Base64.getUrlEncoder().encodeToString(bytes),
                URLEncoder.encode(TOKEN, StandardCharsets.UTF_8));
        for (String form : forms) {
            Path file = Files.writeString(directory.resolve("file"), "before " + form + " behind");
            assertThat(SecretSearch.in(directory, bytes)).as(form).isNotEmpty();
            Files.delete(file);
            assertThat(SecretSearch.in(directory, bytes)).isEmpty();
        }
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
