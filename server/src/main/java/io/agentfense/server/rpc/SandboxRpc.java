package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import io.agentfense.api.v1.DestroySandboxRequest;
import io.agentfense.api.v1.DestroySessionRequest;
import io.agentfense.api.v1.Empty;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.GetSessionRequest;
import io.agentfense.api.v1.ListSandboxesRequest;
import io.agentfense.api.v1.ListSandboxesResponse;
import io.agentfense.api.v1.ListSessionsRequest;
import io.agentfense.api.v1.ListSessionsResponse;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.api.v1.SandboxServiceGrpc.SandboxServiceImplBase;
import io.agentfense.api.v1.Session;
import io.agentfense.api.v1.SessionExecRequest;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import io.agentfense.sandbox.Output;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.Cancellation;
import io.agentfense.server.sandbox.CommandRequest;
import io.agentfense.server.sandbox.Commands;
import io.agentfense.server.sandbox.Creation;
import io.agentfense.server.sandbox.Finished;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Sandboxes;
import io.agentfense.server.sandbox.Sessions;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.server.store.Page;
import io.agentfense.server.store.PageRequest;
import io.agentfense.server.store.SandboxFilter;
import io.agentfense.server.store.SandboxRecord;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** {@code sandbox.v1.SandboxService}. Thread-safe. */
public final class SandboxRpc extends SandboxServiceImplBase {
    private final Door door;
    private final Creation creation;
    private final Sandboxes sandboxes;
    private final Commands commands;
    private final Sessions sessions;

    /** Over these services. */
    public SandboxRpc(Door door, Creation creation, Sandboxes sandboxes, Commands commands, Sessions sessions) {
        this.door = door;
        this.creation = creation;
        this.sandboxes = sandboxes;
        this.commands = commands;
        this.sessions = sessions;
    }

    @Override
    public void createSandbox(CreateSandboxRequest request, StreamObserver<Sandbox> observer) {
        Call.answer(observer, () -> {
            CodebaseRecord codebase = door.codebase(request.getCodebaseId(), Verb.CREATE);
            return SandboxMessages.of(creation.create(SandboxMessages.of(request, codebase.ownerId())));
        });
    }

    @Override
    public void getSandbox(GetSandboxRequest request, StreamObserver<Sandbox> observer) {
        Call.answer(observer, () -> SandboxMessages.of(door.sandbox(request.getSandboxId(), Verb.READ)));
    }

    @Override
    public void listSandboxes(ListSandboxesRequest request, StreamObserver<ListSandboxesResponse> observer) {
        Call.answer(observer, () -> {
            SandboxFilter filter = new SandboxFilter(
                    Authorization.listed(Door.caller(), ""),
                    Optional.of(request.getCodebaseId()).filter(id -> !id.isEmpty()),
                    SandboxMessages.state(request.getStatus(), request.getStatusValue()),
                    request.getLabelsMap());
            Page<SandboxRecord> page =
                    sandboxes.list(filter, new PageRequest(request.getPageSize(), request.getPageToken()));
            ListSandboxesResponse.Builder response = ListSandboxesResponse.newBuilder()
                    .setNextPageToken(page.nextToken().orElse(""));
            page.items().forEach(record -> response.addSandboxes(SandboxMessages.of(record)));
            return response.build();
        });
    }

    @Override
    public void startSandbox(StartSandboxRequest request, StreamObserver<Sandbox> observer) {
        Call.answer(observer, () -> {
            SandboxRecord record = door.sandbox(request.getSandboxId(), Verb.CHANGE);
            return SandboxMessages.of(sandboxes.start(record.id()));
        });
    }

    @Override
    public void stopSandbox(StopSandboxRequest request, StreamObserver<Sandbox> observer) {
        Call.answer(observer, () -> {
            SandboxRecord record = door.sandbox(request.getSandboxId(), Verb.CHANGE);
            return SandboxMessages.of(sandboxes.stop(record.id(), ""));
        });
    }

    @Override
    public void destroySandbox(DestroySandboxRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.DELETE);
            sandboxes.destroy(id, Authorization.isAdministrator(Door.caller()));
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void exec(ExecRequest request, StreamObserver<ExecResult> observer) {
        Cancellation cancellation = whenGone(observer);
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            return Results.of(commands.run(id, command(request), cancellation));
        });
    }

    @Override
    public void execStream(ExecRequest request, StreamObserver<ExecOutput> observer) {
        Outflow<ExecOutput> outflow = new Outflow<>(observer);
        outflow.run(() -> {
            Finished finished = commands.stream(
                    door.enter(request.getSandboxId(), Verb.EXECUTE),
                    command(request),
                    receiver(outflow, ExecOutput.OutputType.OUTPUT_TYPE_STDOUT),
                    receiver(outflow, ExecOutput.OutputType.OUTPUT_TYPE_STDERR),
                    outflow);
            outflow.send(ExecOutput.newBuilder().setResult(Results.of(finished)).build());
        });
    }

    static Output.Receiver receiver(Outflow<ExecOutput> outflow, ExecOutput.OutputType type) {
        return (bytes, length) -> outflow.send(ExecOutput.newBuilder()
                .setType(type)
                .setData(ByteString.copyFrom(bytes, 0, length))
                .build());
    }

    /** The command of a request.
     *
     * @throws Refusal INVALID
     */
    public static CommandRequest command(ExecRequest request) throws Refusal {
        Door.required(request.getCommand(), "command");
        byte[] stdin = request.getRawStdin().isEmpty()
                ? request.getStdinBytes().toByteArray()
                : request.getRawStdin().toByteArray();
        return new CommandRequest(
                request.getCommand(),
                stdin,
                request.getEnvMap(),
                request.getWorkdir(),
                Times.of(request.hasTimeout(), request.getTimeout(), "timeout"));
    }

    /** For a unary call: its client hung up, or its deadline passed. */
    static Cancellation whenGone(StreamObserver<?> observer) {
        return new Gone((ServerCallStreamObserver<?>) observer);
    }

    @Override
    public void createSession(CreateSessionRequest request, StreamObserver<Session> observer) {
        Call.answer(observer, () -> {
            String id = door.enter(request.getSandboxId(), Verb.EXECUTE);
            Sessions.NewSession created = sessions.create(id, request.getShell(), request.getEnvMap());
            return SessionMessages.of(created.record()).toBuilder()
                    .addAllWarnings(created.warnings())
                    .build();
        });
    }

    @Override
    public void getSession(GetSessionRequest request, StreamObserver<Session> observer) {
        Call.answer(observer, () -> SessionMessages.of(door.session(request.getSessionId(), Verb.READ)));
    }

    @Override
    public void listSessions(ListSessionsRequest request, StreamObserver<ListSessionsResponse> observer) {
        Call.answer(observer, () -> {
            Door.required(request.getSandboxId(), "sandbox_id");
            ListSessionsResponse.Builder response = ListSessionsResponse.newBuilder();
            // As clients know it: of a sandbox that is not there, no sessions.
            Optional<SandboxRecord> record = door.find(request.getSandboxId(), Verb.READ);
            record.ifPresent(
                    found -> sessions.list(found.id()).forEach(one -> response.addSessions(SessionMessages.of(one))));
            return response.build();
        });
    }

    @Override
    public void destroySession(DestroySessionRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            sessions.end(door.session(request.getSessionId(), Verb.EXECUTE).id());
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void sessionExec(SessionExecRequest request, StreamObserver<ExecResult> observer) {
        Cancellation cancellation = whenGone(observer);
        Call.answer(observer, () -> {
            String id = door.session(request.getSessionId(), Verb.EXECUTE).id();
            return Results.of(sessions.run(id, command(request), cancellation));
        });
    }

    @Override
    public void sessionExecStream(SessionExecRequest request, StreamObserver<ExecOutput> observer) {
        Outflow<ExecOutput> outflow = new Outflow<>(observer);
        outflow.run(() -> {
            String id = door.session(request.getSessionId(), Verb.EXECUTE).id();
            Finished finished = sessions.stream(
                    id,
                    command(request),
                    receiver(outflow, ExecOutput.OutputType.OUTPUT_TYPE_STDOUT),
                    receiver(outflow, ExecOutput.OutputType.OUTPUT_TYPE_STDERR),
                    outflow);
            outflow.send(ExecOutput.newBuilder().setResult(Results.of(finished)).build());
        });
    }

    /**
     * The command of a request.
     *
     * @throws Refusal INVALID
     */
    public static CommandRequest command(SessionExecRequest request) throws Refusal {
        Door.required(request.getCommand(), "command");
        return new CommandRequest(
                request.getCommand(),
                request.getRawStdin().toByteArray(),
                java.util.Map.of(),
                "",
                Times.of(request.hasTimeout(), request.getTimeout(), "timeout"));
    }
}
