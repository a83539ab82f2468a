package io.agentfense.server.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.agentfense.api.ours.v1.AccessServiceGrpc;
import io.agentfense.api.ours.v1.DeltaServiceGrpc;
import io.agentfense.api.ours.v1.FileServiceGrpc;
import io.agentfense.api.ours.v1.SecretServiceGrpc;
import io.agentfense.api.v1.CodebaseServiceGrpc;
import io.agentfense.audit.AuditEvent;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Caller;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Trail;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes down who changed what by a call, before the caller hears that it is done, and whose calls were refused for want of
 * rights. What happens in sandboxes is told by themselves. Stands behind the {@link Gatekeeper} and {@link IdempotentCalls}:
 * an answer that is only repeated is not written down again. Thread-safe.
 */
public final class CallTrail implements ServerInterceptor, RefusalListener {
    private static final Map<String, String> EVENTS = Map.ofEntries(
            Map.entry(CodebaseServiceGrpc.getCreateCodebaseMethod().getFullMethodName(), "codebase_created"),
            Map.entry(CodebaseServiceGrpc.getDeleteCodebaseMethod().getFullMethodName(), "codebase_deleted"),
            Map.entry(CodebaseServiceGrpc.getUploadFilesMethod().getFullMethodName(), "codebase_changed"),
            Map.entry(CodebaseServiceGrpc.getDeleteFileMethod().getFullMethodName(), "codebase_changed"),
            Map.entry(CodebaseServiceGrpc.getMoveFileMethod().getFullMethodName(), "codebase_changed"),
            Map.entry(FileServiceGrpc.getWriteFileMethod().getFullMethodName(), "file_changed"),
            Map.entry(FileServiceGrpc.getMakeDirectoryMethod().getFullMethodName(), "file_changed"),
            Map.entry(FileServiceGrpc.getMoveMethod().getFullMethodName(), "file_changed"),
            Map.entry(FileServiceGrpc.getRemoveMethod().getFullMethodName(), "file_changed"),
            Map.entry(DeltaServiceGrpc.getSnapshotMethod().getFullMethodName(), "snapshot_created"),
            Map.entry(DeltaServiceGrpc.getRollbackMethod().getFullMethodName(), "delta_rolled_back"),
            Map.entry(AccessServiceGrpc.getCreateKeyMethod().getFullMethodName(), "key_created"),
            Map.entry(AccessServiceGrpc.getRevokeKeyMethod().getFullMethodName(), "key_revoked"),
            Map.entry(AccessServiceGrpc.getBlockUserMethod().getFullMethodName(), "user_blocked"),
            Map.entry(AccessServiceGrpc.getUnblockUserMethod().getFullMethodName(), "user_unblocked"),
            Map.entry(SecretServiceGrpc.getSetSecretMethod().getFullMethodName(), "secret_set"),
            Map.entry(SecretServiceGrpc.getRemoveSecretMethod().getFullMethodName(), "secret_removed"));

    /** What of a request is told: names of things, and no content. */
    private static final Set<String> TOLD = Set.of(
            "user_id",
            "sandbox_id",
            "codebase_id",
            "snapshot_id",
            "key_id",
            "path",
            "file_path",
            "from",
            "to",
            "from_path",
            "to_path",
            "name",
            "role",
            "description",
            "reason");

    /** Stands where a sandbox does that is the source of what is repeated. */
    private static final String ACCESS = "access";

    private final Trail trail;
    private final RefusalListener next;
    private final InstantSource clock;

    /**
     * In a trail.
     *
     * @param next hears of refusals too
     */
    public CallTrail(Trail trail, RefusalListener next, InstantSource clock) {
        this.trail = trail;
        this.next = next;
        this.clock = clock;
    }

    @Override
    public void refused(Throwable why) {
        next.refused(why);
        if (why instanceof AccessException.Unauthenticated) {
            tell("authentication_failed", why);
        } else if (why instanceof AccessException.Denied || why instanceof AccessException.Hidden) {
            tell("authorization_failed", why);
        }
    }

    /** Whoever has no rights may try as often as they like. */
    private void tell(String event, Throwable why) {
        Caller caller = Door.CALLER.get();
        String user = caller == null ? "" : caller.userId();
        trail.repeated(
                ACCESS,
                event + " " + user + " " + why.getMessage(),
                () -> AuditEvent.of(clock.instant(), event)
                        .with("user_id", user)
                        .with("reason", why.getMessage())
                        .build());
    }

    /**
     * Something was done by a call that is none of gRPC.
     *
     * @throws Refusal UNAVAILABLE if that can't be written down
     */
    public void record(Caller caller, String event, Map<String, String> fields) throws Refusal {
        AuditEvent.Builder told = AuditEvent.of(clock.instant(), event);
        if (!fields.containsKey("user_id")) {
            told.with("user_id", caller.userId());
        }
        fields.forEach(told::with);
        if (fields.containsKey("user_id")) {
            told.with("by", caller.userId());
        }
        trail.record(told.build());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> handler) {
        String event = EVENTS.get(call.getMethodDescriptor().getFullMethodName());
        if (event == null) {
            return handler.startCall(call, headers);
        }
        Told<Q, A> told = new Told<>(call, event);
        return told.listener(handler.startCall(told, headers));
    }

    /** A call that is written down once it has ended well, before its caller is told so. */
    private final class Told<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final String event;
        private final Caller caller = Door.caller();
        private final Map<String, String> fields = new LinkedHashMap<>();
        private @Nullable A answer;

        Told(ServerCall<Q, A> call, String event) {
            super(call);
            this.event = event;
        }

        ServerCall.Listener<Q> listener(ServerCall.Listener<Q> listener) {
            return new SimpleForwardingServerCallListener<>(listener) {
                @Override
                public void onMessage(Q message) {
                    if (fields.isEmpty()) {
                        collect((Message) message);
                    }
                    super.onMessage(message);
                }
            };
        }

        private void collect(Message message) {
            message.getAllFields().forEach((field, value) -> {
                if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated()) {
                    collect((Message) value);
                } else if (TOLD.contains(field.getName())) {
                    fields.put(field.getName().equals("file_path") ? "path" : field.getName(), value.toString());
                }
            });
        }

        /** Each of these calls has one answer; it waits for its record. */
        @Override
        public void sendMessage(A message) {
            answer = message;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            A held = answer;
            if (!status.isOk() || held == null) {
                super.close(status, trailers);
                return;
            }
            try {
                record(caller, event, fields);
                super.sendMessage(held);
                super.close(status, trailers);
            } catch (Refusal e) {
                StatusRuntimeException refused = Statuses.of(e);
                super.close(refused.getStatus(), new Metadata());
            }
        }
    }
}
