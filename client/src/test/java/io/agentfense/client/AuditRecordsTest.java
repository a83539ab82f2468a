package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happened is found by who asks for it, and followed. */
class AuditRecordsTest {
    @TempDir
    Path directory;

    private AgentFenseClient client;
    private Sandbox sandbox;
    private AuditQuery mine;

    @BeforeEach
    void start() throws Exception {
        client = SharedServer.get().client();
        sandbox = client.fromLocal(Project.in(directory).file(".env", "x").directory())
                .preset(Presets.AGENT_SAFE)
                .start();
        mine = AuditQuery.ALL.ofSandbox(sandbox.id());
    }

    @AfterEach
    void end() {
        sandbox.close();
        client.close();
    }

    private List<String> events(AuditQuery query) {
        return client.audit().records(query).stream().map(AuditRecord::event).toList();
    }

    @Test
    void recordsAreFoundBySandboxUserEventTimeAndPath() {
        sandbox.run("cat .env; exit 3");
        await().until(() -> events(mine).contains("permission_denied"));

        List<AuditRecord> records = client.audit().records(mine);
        assertThat(records).extracting(AuditRecord::event).startsWith("sandbox_created", "sandbox_started");
        assertThat(records).extracting(AuditRecord::sequence).isSorted();
        assertThat(records).allSatisfy(record -> {
            assertThat(record.sandboxId()).contains(sandbox.id());
            assertThat(record.line()).contains("\"sequence\":" + record.sequence());
            assertThat(record.timestamp())
                    .isBetween(sandbox.info().createdAt(), Instant.now().plusSeconds(1));
        });
        AuditRecord command =
                client.audit().records(mine.of("command_executed")).getFirst();
        assertThat(command.fields()).containsEntry("exit_code", 3L).containsEntry("command", "cat .env; exit 3");

        String user = records.getFirst().userId().orElseThrow();
        assertThat(events(mine.ofUser(user))).isEqualTo(events(mine));
        assertThat(events(mine.ofUser("nobody"))).isEmpty();
        assertThat(events(mine.at("/workspace/.env*"))).containsOnly("permission_denied");
        assertThat(events(mine.of("sandbox_created", "sandbox_started")))
                .containsExactly("sandbox_created", "sandbox_started");
        assertThat(events(mine.from(command.timestamp().plusNanos(1000)))).doesNotContain("sandbox_created");
        assertThat(events(mine.until(command.timestamp())))
                .contains("sandbox_created")
                .doesNotContain("command_executed");
        assertThat(events(mine.first(1))).containsExactly("sandbox_created");
        assertThat(client.audit().records(mine.last(1)).getFirst().sequence())
                .isGreaterThanOrEqualTo(records.getLast().sequence());
        assertThat(events(mine.after(records.getFirst().sequence()))).doesNotContain("sandbox_created");
        assertThatThrownBy(() -> events(mine.first(100_001))).isInstanceOf(InvalidConfigurationException.class);
    }

    @Test
    void aNameThatIsNotUtf8ComesByteForByte() {
        sandbox.run("cat \"$(printf '.env\\200')\"");
        await().until(() -> events(mine).contains("permission_denied"));
        assertThat(client.audit().records(mine.of("permission_denied")))
                .extracting(record -> record.text("path"))
                .contains(Optional.of("/workspace/.env\udc80"));
    }

    @Test
    void whoFollowsHearsOfWhatComesUntilItIsClosed() {
        try (AuditStream stream = client.audit().follow(mine.of("command_executed"))) {
            sandbox.run("echo one");
            assertThat(stream.next().orElseThrow().text("command")).contains("echo one");
            sandbox.run("echo two");
            assertThat(stream.next().orElseThrow().text("command")).contains("echo two");
            CompletableFuture<Optional<AuditRecord>> waiting =
                    CompletableFuture.supplyAsync(stream::next, Thread::startVirtualThread);
            stream.close();
            await().until(waiting::isDone);
            assertThat(waiting.exceptionNow()).isInstanceOf(CallCancelledException.class);
        }
    }
}
