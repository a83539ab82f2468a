package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.api.ours.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.agentfense.api.ours.v1.Incident;
import io.agentfense.api.ours.v1.IncidentServiceGrpc.IncidentServiceBlockingStub;
import io.agentfense.api.ours.v1.IsolateSandboxRequest;
import io.agentfense.api.ours.v1.ReadAuditRequest;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.ListFilesRequest;
import io.agentfense.api.v1.ResourceLimits;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxStatus;
import io.agentfense.api.v1.StartSandboxRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server on a machine without the means for a limit: it sees the control groups of processes nowhere. */
class DegradedTest {
    /** In a mount namespace of its own, so that for everybody else all stays where it is. */
    private static final List<String> WITHOUT_PIDS = List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "if mountpoint -q /sys/fs/cgroup/pids; then umount /sys/fs/cgroup/pids; else umount -l /sys/fs/cgroup; fi;"
                    + " exec \"$@\"",
            "sh");

    /** The same without any control group. */
    private static final List<String> WITHOUT_GROUPS =
            List.of("unshare", "--mount", "sh", "-c", "umount -R -l /sys/fs/cgroup; exec \"$@\"", "sh");

    @TempDir
    Path directory;

    private static Sandbox wanted(RemoteClient client, ResourceLimits.Builder limits) {
        return client.sandboxes()
                .createSandbox(CreateSandboxRequest.newBuilder()
                        .setCodebaseId(client.codebase())
                        .addPermissions(TestServer.ALL)
                        .setResources(limits)
                        .build());
    }

    private static Sandbox start(RemoteClient client, Sandbox sandbox) {
        return client.sandboxes()
                .startSandbox(StartSandboxRequest.newBuilder()
                        .setSandboxId(sandbox.getId())
                        .build());
    }

    @Test
    void aLimitThatCannotHoldIsAFailedStartThatSaysWhich() throws Exception {
        ServerProcess server = ServerProcess.start(WITHOUT_PIDS, directory, "");
        try {
            RemoteClient client = server.client();
            Sandbox sandbox = wanted(client, ResourceLimits.newBuilder().setPidsLimit(50));
            assertThatThrownBy(() -> start(client, sandbox))
                    .hasMessageContaining("failed to start sandbox")
                    .hasMessageContaining("control group");
            Sandbox failed = client.sandboxes()
                    .getSandbox(GetSandboxRequest.newBuilder()
                            .setSandboxId(sandbox.getId())
                            .build());
            assertThat(failed.getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_ERROR);
            assertThat(failed.getReason()).contains("control group");
            assertThat(failed.getDegradedList()).isEmpty();
        } finally {
            server.end();
        }
    }

    @Test
    void whereDegradedStartsAreAllowedItStartsWithTheOthersAndSaysWhatIsMissing() throws Exception {
        ServerProcess server = ServerProcess.start(WITHOUT_PIDS, directory, "sandbox: {allow_degraded: true}");
        try {
            RemoteClient client = server.client();
            ResourceLimits.Builder limits = ResourceLimits.newBuilder()
                    .setPidsLimit(50)
                    .setMemoryBytes(64 << 20)
                    .setNofile(77);
            Sandbox started = start(client, wanted(client, limits));

            assertThat(started.getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_RUNNING);
            assertThat(started.getDegradedList()).contains("pids_limit");
            assertThat(started.getResources().getPidsLimit()).isEqualTo(50);
            assertThat(client.exec(started.getId(), "ulimit -n").getStdout()).isEqualTo("77\n");
            if (!started.getDegradedList().contains("memory_bytes")) {
                assertThat(client.exec(started.getId(), "head -c 100000000 /dev/zero > /dev/shm/x")
                                .getLimitExceeded())
                        .isEqualTo("memory");
            }

            Sandbox whole = start(client, wanted(client, ResourceLimits.newBuilder()));
            assertThat(whole.getDegradedList()).isEmpty();
        } finally {
            server.end();
        }
    }

    private static Incident isolate(RemoteClient client, String sandbox, boolean kill) {
        return client.client(IncidentServiceBlockingStub.class)
                .isolateSandbox(IsolateSandboxRequest.newBuilder()
                        .setSandboxId(sandbox)
                        .setReason("a probe")
                        .setKill(kill)
                        .build());
    }

    @Test
    void whatCannotBeFrozenIsCutOffAndSaidToRunAndEndedIfThatIsAskedFor() throws Exception {
        ServerProcess server = ServerProcess.start(WITHOUT_GROUPS, directory, "sandbox: {commit: on_stop}");
        try {
            RemoteClient client = server.client();
            String codebase = client.codebase();
            String id = client.sandboxes()
                    .createSandbox(CreateSandboxRequest.newBuilder()
                            .setCodebaseId(codebase)
                            .addPermissions(TestServer.ALL)
                            .build())
                    .getId();
            client.sandboxes()
                    .startSandbox(
                            StartSandboxRequest.newBuilder().setSandboxId(id).build());
            client.exec(id, "echo evidence > loot");

            assertThatThrownBy(() -> isolate(client, id, false))
                    .hasMessageContaining("FAILED_PRECONDITION")
                    .hasMessageContaining("takes no calls any more")
                    .hasMessageContaining("its processes could not be frozen");
            assertThatThrownBy(() -> client.exec(id, "true")).hasMessageContaining("is isolated");
            Incident ended = isolate(client, id, true);
            assertThat(ended.getProcesses()).isEqualTo(Incident.Processes.KILLED);
            assertThat(ended.getSandbox().getStatus()).isEqualTo(SandboxStatus.SANDBOX_STATUS_STOPPED);
            assertThatThrownBy(() -> client.sandboxes()
                            .startSandbox(StartSandboxRequest.newBuilder()
                                    .setSandboxId(id)
                                    .build()))
                    .hasMessageContaining("is isolated");
            // Its end committed nothing, though it commits when it stops: that is evidence.
            assertThat(client.client(CodebaseServiceBlockingStub.class)
                            .listFiles(ListFilesRequest.newBuilder()
                                    .setCodebaseId(codebase)
                                    .build())
                            .getFilesList())
                    .isEmpty();
            List<String> told = new ArrayList<>();
            client.client(AuditServiceBlockingStub.class)
                    .readAudit(ReadAuditRequest.newBuilder()
                            .setSandboxId(id)
                            .addEvents("sandbox_isolated")
                            .build())
                    .forEachRemaining(entry -> told.add(entry.getRecord()));
            assertThat(told).hasSize(2);
            assertThat(told.getFirst()).contains("\"processes\":\"running\"");
            assertThat(told.getLast()).contains("\"processes\":\"killed\"");
        } finally {
            server.end();
        }
    }
}
