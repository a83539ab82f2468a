package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.egress.credential.CredentialRule;
import io.agentfense.egress.credential.SandboxCredentials;
import io.agentfense.egress.policy.AllowRule;
import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.egress.policy.HostName;
import io.agentfense.testing.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs as they are elsewhere are served as who has a secret, by the host that it is for and by no other. */
class CredentialClientsTest {
    private static final String TOKEN = "ghp_s3cr3t+Value~for_tests0123456789";
    private static final int PORT = 8443;

    @TempDir
    static Path directory;

    private static OutsideWorld world;
    private static TlsService service;
    private static CertificateAuthority authority;
    private NetworkedShell shell;

    /** Each prints the status and the body of what it gets at the URL that it is given. */
    enum Client {
        CURL("curl -sS --fail-with-body -w '%{http_code} ' -d hi -H \"Authorization: Bearer $API_TOKEN\" $URL"),
        REQUESTS("""
                /usr/bin/python3 -c '
                import os, requests
                headers = {"Authorization": "Bearer " + os.environ["API_TOKEN"]}
                answer = requests.post(os.environ["URL"], data="hi", headers=headers)
                print(answer.text, answer.status_code)
                '
                """),
        FETCH("""
                node --input-type=module -e '
                const headers = {authorization: "Bearer " + process.env.API_TOKEN};
                const answer = await fetch(process.env.URL, {method: "POST", body: "hi", headers});
                console.log(await answer.text(), answer.status);
                '
                """),
        HTTP_CLIENT("""
                cat > Post.java <<'end'
                import java.net.URI;
                import java.net.http.*;
                void main() throws Exception {
                    var request = HttpRequest.newBuilder(URI.create(System.getenv("URL")))
                            .header("Authorization", "Bearer " + System.getenv("API_TOKEN"))
                            .POST(HttpRequest.BodyPublishers.ofString("hi"));
                    var answer = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
                    System.out.println(answer.body() + " " + answer.statusCode());
                }
                end
                %s/bin/java -XX:TieredStopAtLevel=1 Post.java
                """.formatted(System.getProperty("java.home")));

        private final String script;

        Client(String script) {
            this.script = script;
        }

        String post(NetworkedShell shell, String url) throws IOException {
            ExecutionResult result = shell.sh("cd /tmp; " + script, Map.of("URL", url));
            return result.stdout().text() + result.stderr().text();
        }
    }

    @BeforeAll
    static void open() throws Exception {
        world = OutsideWorld.open();
        authority = CertificateAuthority.in(directory);
        service = TlsService.at(
                world,
                PORT,
                authority
                        .issue("server", "DNS:api.example.com", "DNS:token.wild.test")
                        .context(),
                (request, out) -> {
                    boolean known = request.header("authorization").equals("Bearer " + TOKEN);
                    TlsService.reply(
                            out, known ? "200 OK" : "401 Unauthorized", "", known ? "got " + request.body() : "who?");
                });
    }

    /** One of its own for each, as what happens again within some seconds is only counted. */
    @BeforeEach
    void start() throws IOException {
        service.forget();
        EgressPolicy policy = EgressPolicy.of(
                        "tests", AllowRule.ofHost("api.example.com", PORT), AllowRule.ofHost("*.wild.test", PORT))
                .withDns(OutsideWorld.RESOLVER);
        SandboxCredentials credentials = SandboxCredentials.of(
                        List.of(rule("api.example.com", "API_TOKEN"), rule("token.wild.test", "OTHER_TOKEN")),
                        _ -> TOKEN,
                        Optional.of(authority.certificate()),
                        InstantSource.system())
                .withJavaTrustStore();
        shell = NetworkedShell.start(world, policy, credentials);
    }

    private static CredentialRule rule(String host, String variable) {
        return new CredentialRule(
                new HostName(host),
                List.of(PORT),
                "token",
                Optional.empty(),
                "{}",
                Optional.of(variable),
                List.of(),
                List.of());
    }

    @AfterEach
    void stop() throws IOException {
        shell.close();
    }

    @AfterAll
    static void close() throws IOException {
        world.close();
    }

    @ParameterizedTest
    @EnumSource
    void aProgramThatKnowsNothingOfThisIsServed(Client client) throws IOException {
        assertThat(client.post(shell, "https://api.example.com:" + PORT + "/login"))
                .contains("got hi", "200");
    }

    @ParameterizedTest
    @EnumSource
    void theSameCallToAnotherHostFailsAndIsTold(Client client) throws IOException {
        assertThat(client.post(shell, "https://token.wild.test:" + PORT + "/login"))
                .contains("403", "API_TOKEN is not for");
        assertThat(client.post(shell, "https://elsewhere.test:" + PORT + "/login"))
                .doesNotContain("got hi");
        assertThat(service.requests()).isEmpty();
        assertThat(shell.denials())
                .anyMatch(denial ->
                        denial.host().equals("token.wild.test") && denial.rule().contains("placeholder"))
                .anyMatch(denial -> denial.host().equals("elsewhere.test"));
    }

    @Test
    void javasStoreHasTheAuthoritiesOfThisHostToo() throws IOException {
        String listed = shell.sh("%s/bin/keytool -list -keystore /etc/ssl/agentfense.p12 -storepass x; grep -c BEGIN %s"
                .formatted(System.getProperty("java.home"), SandboxCredentials.AUTHORITIES));
        String inFile = listed.lines()
                .filter(line -> line.matches("[0-9]+"))
                .findFirst()
                .orElseThrow();
        assertThat(listed).contains("contains " + inFile + " entries");
        assertThat(Integer.parseInt(inFile)).isGreaterThan(100);
    }

    @Test
    void javasStoreCantBeChanged() throws IOException {
        assertThat(shell.sh("echo x >> /etc/ssl/agentfense.p12; rm -f /etc/ssl/agentfense.p12"))
                .contains("Permission denied", "Read-only file system");
    }
}
