package io.agentfense.client;

import io.agentfense.api.ours.v1.AuditServiceGrpc;
import io.agentfense.api.ours.v1.AuditServiceGrpc.AuditServiceBlockingV2Stub;
import io.agentfense.api.ours.v1.DeltaServiceGrpc;
import io.agentfense.api.ours.v1.DeltaServiceGrpc.DeltaServiceBlockingStub;
import io.agentfense.api.ours.v1.FileServiceGrpc;
import io.agentfense.api.ours.v1.FileServiceGrpc.FileServiceBlockingStub;
import io.agentfense.api.ours.v1.FileServiceGrpc.FileServiceBlockingV2Stub;
import io.agentfense.api.ours.v1.IncidentServiceGrpc;
import io.agentfense.api.ours.v1.IncidentServiceGrpc.IncidentServiceBlockingStub;
import io.agentfense.api.ours.v1.IncidentServiceGrpc.IncidentServiceBlockingV2Stub;
import io.agentfense.api.ours.v1.ProcessServiceGrpc;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceBlockingStub;
import io.agentfense.api.ours.v1.ProcessServiceGrpc.ProcessServiceBlockingV2Stub;
import io.agentfense.api.ours.v1.RuleServiceGrpc;
import io.agentfense.api.ours.v1.RuleServiceGrpc.RuleServiceBlockingStub;
import io.agentfense.api.v1.CodebaseServiceGrpc;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingStub;
import io.agentfense.api.v1.CodebaseServiceGrpc.CodebaseServiceBlockingV2Stub;
import io.agentfense.api.v1.SandboxServiceGrpc;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceBlockingStub;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceBlockingV2Stub;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.BlockingClientCall;
import java.util.function.Function;
import java.util.function.Supplier;

/** The calls of a server, and what their failures are here. Thread-safe. */
final class Remote implements AutoCloseable {
    private final Endpoint endpoint;
    private final ManagedChannel channel;
    private final ArchiveUpload archives;

    /** Over a channel that it owns. */
    Remote(Endpoint endpoint, ManagedChannel channel, ArchiveUpload archives) {
        this.endpoint = endpoint;
        this.channel = channel;
        this.archives = archives;
    }

    SandboxServiceBlockingStub sandboxes() {
        return SandboxServiceGrpc.newBlockingStub(channel);
    }

    SandboxServiceBlockingV2Stub sandboxStreams() {
        return SandboxServiceGrpc.newBlockingV2Stub(channel);
    }

    CodebaseServiceBlockingStub codebases() {
        return CodebaseServiceGrpc.newBlockingStub(channel);
    }

    CodebaseServiceBlockingV2Stub codebaseStreams() {
        return CodebaseServiceGrpc.newBlockingV2Stub(channel);
    }

    FileServiceBlockingStub files() {
        return FileServiceGrpc.newBlockingStub(channel);
    }

    FileServiceBlockingV2Stub fileStreams() {
        return FileServiceGrpc.newBlockingV2Stub(channel);
    }

    ProcessServiceBlockingStub processes() {
        return ProcessServiceGrpc.newBlockingStub(channel);
    }

    ProcessServiceBlockingV2Stub processStreams() {
        return ProcessServiceGrpc.newBlockingV2Stub(channel);
    }

    DeltaServiceBlockingStub deltas() {
        return DeltaServiceGrpc.newBlockingStub(channel);
    }

    RuleServiceBlockingStub rules() {
        return RuleServiceGrpc.newBlockingStub(channel);
    }

    AuditServiceBlockingV2Stub auditStreams() {
        return AuditServiceGrpc.newBlockingV2Stub(channel);
    }

    IncidentServiceBlockingStub incidents() {
        return IncidentServiceGrpc.newBlockingStub(channel);
    }

    IncidentServiceBlockingV2Stub incidentStreams() {
        return IncidentServiceGrpc.newBlockingV2Stub(channel);
    }

    ArchiveUpload archives() {
        return archives;
    }

    /** Makes a call with one answer. */
    <T> T call(Subject subject, Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            throw failure(e, subject);
        }
    }

    /** Makes a call that creates something: once, also if the connection breaks before the answer. */
    <S extends AbstractStub<S>, T> T create(Subject subject, S stub, Function<S, T> call) {
        try {
            return new Creation().call(stub, call);
        } catch (StatusRuntimeException e) {
            throw failure(e, subject);
        } catch (InterruptedException e) {
            throw Interruption.of(e, subject);
        }
    }

    SandboxException failure(StatusRuntimeException e, Subject subject) {
        return Failures.of(e.getStatus(), e.getTrailers(), subject, endpoint);
    }

    SandboxException failure(StatusException e, Subject subject) {
        return Failures.of(e.getStatus(), e.getTrailers(), subject, endpoint);
    }

    /** The answers of a call. */
    <T> Answers<T> answers(Subject subject, BlockingClientCall<?, T> call) {
        return new Answers<>(this, subject, call);
    }

    /** Ends all calls that are under way. */
    @Override
    public void close() {
        channel.shutdownNow();
        archives.close();
    }
}
