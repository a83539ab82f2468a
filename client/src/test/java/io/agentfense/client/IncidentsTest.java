package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox is isolated, reported and released by a program. */
class IncidentsTest {
    @TempDir
    Path directory;

    @Test
    void aSandboxIsIsolatedReportedAndReleased() throws Exception {
        try (AgentFenseClient client = SharedServer.get().client();
                Sandbox sandbox = client.fromLocal(Project.in(directory).directory())
                        .preset(Presets.FULL_ACCESS)
                        .commit(CommitMode.ON_STOP)
                        .start()) {
            sandbox.run("echo evidence > written").orThrow();
            Incident incident = client.incidents().isolate(sandbox.id(), "odd behaviour");
            assertThat(incident.sandbox().id()).isEqualTo(sandbox.id());
            assertThat(incident.reason()).isEqualTo("odd behaviour");
            assertThat(incident.processes()).isEqualTo(Incident.Processes.FROZEN);
            assertThat(incident.isolatedAt()).isAfter(sandbox.info().createdAt());
            assertThat(client.incidents().list())
                    .extracting(it -> it.sandbox().id())
                    .contains(sandbox.id());
            assertThatThrownBy(() -> sandbox.run("true"))
                    .isInstanceOf(InvalidStateException.class)
                    .hasMessageContaining("isolated");

            ByteArrayOutputStream report = new ByteArrayOutputStream();
            client.incidents().report(sandbox.id(), "for the file", report);
            byte[] archive = new GZIPInputStream(new ByteArrayInputStream(report.toByteArray())).readAllBytes();
            assertThat(new String(archive, StandardCharsets.ISO_8859_1)).contains("evidence");

            assertThat(client.incidents().release(sandbox.id(), "a false alarm").status())
                    .isEqualTo(SandboxStatus.RUNNING);
            assertThat(sandbox.run("cat written").stdout()).hasToString("evidence\n");
            assertThatThrownBy(() -> client.incidents().release(sandbox.id(), ""))
                    .isInstanceOf(InvalidStateException.class)
                    .hasMessageContaining("is not isolated");
            assertThat(client.audit()
                            .records(AuditQuery.ALL.ofSandbox(sandbox.id()).of("sandbox_isolated", "sandbox_released")))
                    .extracting(record -> record.text("reason").orElse(""))
                    .containsExactly("odd behaviour", "a false alarm");
        }
    }

    @Test
    void aSandboxThatNeverWasHasNoReport() {
        try (AgentFenseClient client = SharedServer.get().client()) {
            assertThatThrownBy(() -> client.incidents().report("sb_none", "", new ByteArrayOutputStream()))
                    .isInstanceOf(SandboxNotFoundException.class);
            assertThatThrownBy(() -> client.incidents().isolateOrKill("sb_0000000000000000", ""))
                    .isInstanceOf(SandboxNotFoundException.class);
        }
    }
}
