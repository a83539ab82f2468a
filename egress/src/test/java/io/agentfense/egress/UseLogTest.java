package io.agentfense.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.egress.policy.HostName;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Uses of secrets are told once and then counted, and no flood of them hides which secret was used. */
class UseLogTest {
    private static final Destination.Named HOST = new Destination.Named(new HostName("api.example.com"), 443);

    private static List<CredentialUse> told(Consumer<UseLog> uses) throws Exception {
        List<CredentialUse> told = new ArrayList<>();
        DefaultEventLoop loop = new DefaultEventLoop();
        try {
            UseLog log = new UseLog(loop, event -> told.add((CredentialUse) event));
            loop.submit(() -> {
                        uses.accept(log);
                        log.tellRest();
                    })
                    .get();
            return told;
        } finally {
            loop.shutdownGracefully();
        }
    }

    @Test
    void theFirstIsToldAtOnceAndTheRestAsACount() throws Exception {
        List<CredentialUse> told = told(log -> {
            for (int i = 0; i < 5; i++) {
                log.note("token", HOST, "GET", "/a", 200);
            }
            log.note("token", HOST, "GET", "/a", 404);
        });
        assertThat(told)
                .containsExactly(
                        new CredentialUse("token", "api.example.com", 443, "GET", "/a", 200, 1),
                        new CredentialUse("token", "api.example.com", 443, "GET", "/a", 404, 1),
                        new CredentialUse("token", "api.example.com", 443, "GET", "/a", 200, 4));
    }

    @Test
    void aFloodOfPathsHidesNoOtherSecretAndNoCount() throws Exception {
        List<CredentialUse> told = told(log -> {
            for (int i = 0; i < 10_000; i++) {
                log.note("token", HOST, "GET", "/" + i, 200);
            }
            log.note("other", HOST, "DELETE", "/everything", 200);
        });
        assertThat(told).hasSizeLessThan(300);
        assertThat(told.stream().mapToInt(CredentialUse::count).sum()).isEqualTo(10_001);
        assertThat(told).filteredOn(use -> use.secret().equals("other")).hasSize(1);
    }

    @Test
    void noPathIsLongerThanItMayBe() throws Exception {
        List<CredentialUse> told = told(log -> log.note("token", HOST, "G".repeat(99), "/" + "x".repeat(99_999), 200));
        assertThat(told).singleElement().satisfies(use -> {
            assertThat(use.path()).hasSize(1024);
            assertThat(use.method()).hasSize(32);
        });
    }
}
