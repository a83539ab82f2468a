package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.agentfense.api.ours.v1.AuditEntry;
import io.agentfense.api.ours.v1.AuditServiceGrpc.AuditServiceImplBase;
import io.agentfense.api.ours.v1.ReadAuditRequest;
import io.agentfense.audit.query.AuditFollower;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.audit.query.PathPattern;
import io.agentfense.audit.query.RecordVisitor;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.access.Caller;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code agentfense.v1.AuditService}. Thread-safe. */
public final class AuditRpc extends AuditServiceImplBase {
    /** How many records may be asked for at a time. */
    public static final int MOST = 100_000;

    private final Optional<Path> log;

    /** Of the log in a directory; of none if none is kept. */
    public AuditRpc(Optional<Path> log) {
        this.log = log;
    }

    @Override
    public void readAudit(ReadAuditRequest request, StreamObserver<AuditEntry> observer) {
        Caller caller = Door.caller();
        Outflow<AuditEntry> outflow = new Outflow<>(observer);
        outflow.run(() -> {
            Authorization.checkReadsAll(caller);
            AuditQuery query = query(request);
            Path directory = log.orElseThrow(Refusal::noAuditLog);
            RecordVisitor send = (record, line) -> {
                outflow.send(AuditEntry.newBuilder()
                        .setSequence(record.sequence())
                        .setRecordBytes(ByteString.copyFrom(line))
                        .build());
                return true;
            };
            if (request.getFollow()) {
                follow(outflow, directory, query, send);
            } else {
                try (AuditReader reader = AuditReader.open(directory)) {
                    reader.read(query, send);
                }
            }
        });
    }

    /** On a thread of its own, which the client's leaving ends. */
    private static void follow(Outflow<AuditEntry> outflow, Path directory, AuditQuery query, RecordVisitor send)
            throws Exception {
        outflow.onCancel(Thread.currentThread()::interrupt);
        try (AuditFollower follower = AuditFollower.open(directory, query.after())) {
            follower.follow(query, send);
        }
    }

    private static AuditQuery query(ReadAuditRequest request) throws Refusal {
        if (request.getLimit() < 0 || request.getLimit() > MOST) {
            throw new Refusal(Kind.INVALID, "limit: 0 to " + MOST);
        }
        return AuditQuery.ALL
                .ofSandbox(orNull(request.getSandboxId()))
                .ofUser(orNull(request.getUserId()))
                .of(Set.copyOf(request.getEventsList()))
                .between(
                        time(request.hasFrom(), request.getFrom(), "from"),
                        time(request.hasUntil(), request.getUntil(), "until"))
                .at(request.getPath().isEmpty() ? null : PathPattern.of(request.getPath()))
                .after(request.getAfter())
                .limited(request.getLimit(), request.getNewestFirst());
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Instant time(boolean given, Timestamp time, String field) throws Refusal {
        try {
            return given ? Instant.ofEpochSecond(time.getSeconds(), time.getNanos()) : null;
        } catch (DateTimeException | ArithmeticException e) {
            throw new Refusal(Kind.INVALID, field + " is no time", e);
        }
    }
}
