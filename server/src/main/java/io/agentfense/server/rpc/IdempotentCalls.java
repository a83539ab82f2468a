package io.agentfense.server.rpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.api.ours.v1.DeltaServiceGrpc;
import io.agentfense.api.ours.v1.ProcessServiceGrpc;
import io.agentfense.api.v1.CodebaseServiceGrpc;
import io.agentfense.api.v1.SandboxServiceGrpc;
import io.agentfense.server.store.IdempotencyTable;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * Has a call that creates something, and carries an {@code Idempotency-Key}, done once: who did not get the answer asks
 * again with the same key and gets it, instead of a second sandbox. Stands behind the {@link Gatekeeper}, since each user's
 * keys are its own. Thread-safe.
 *
 * <p>Answers are kept, so a call whose answer is a secret (CreateKey) is not among these. There and on all other calls the
 * header is passed over.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">The Idempotency-Key header</a>
 */
public final class IdempotentCalls implements ServerInterceptor {
    private static final String HEADER = "idempotency-key";
    private static final int LONGEST_KEY = 255;

    private static final Set<String> CREATING = Set.of(
            CodebaseServiceGrpc.getCreateCodebaseMethod().getFullMethodName(),
            SandboxServiceGrpc.getCreateSandboxMethod().getFullMethodName(),
            SandboxServiceGrpc.getCreateSessionMethod().getFullMethodName(),
            DeltaServiceGrpc.getSnapshotMethod().getFullMethodName(),
            DeltaServiceGrpc.getForkMethod().getFullMethodName(),
            ProcessServiceGrpc.getStartProcessMethod().getFullMethodName());

    private final IdempotencyTable table;
    private final InstantSource clock;

    /** With the answers that are kept in a table. */
    public IdempotentCalls(IdempotencyTable table, InstantSource clock) {
        this.table = table;
        this.clock = clock;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!CREATING.contains(call.getMethodDescriptor().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        // Not of the metadata: what is not ASCII has become a question mark there, and two keys the same.
        List<String> keys = ServiceRequestContext.current().request().headers().getAll(HEADER);
        if (keys.isEmpty()) {
            return next.startCall(call, headers);
        }
        if (keys.size() > 1 || !isKey(keys.getFirst())) {
            String wanted = "Idempotency-Key must be one of 1 to " + LONGEST_KEY + " printable ASCII characters";
            call.close(Status.INVALID_ARGUMENT.withDescription(wanted), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        IdempotencyKey key = new IdempotencyKey(table, clock, Door.caller().userId(), keys.getFirst());
        IdempotentCall<Q, A> once = new IdempotentCall<>(call, key);
        return once.listener(next.startCall(once, headers));
    }

    private static boolean isKey(String text) {
        return !text.isEmpty() && text.length() <= LONGEST_KEY && text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }
}
