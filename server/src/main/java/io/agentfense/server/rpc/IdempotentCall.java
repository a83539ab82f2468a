package io.agentfense.server.rpc;

import com.google.protobuf.MessageLite;
import io.agentfense.server.store.Claim;
import io.agentfense.server.store.StoreException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A unary call under a key. Its answer is kept before it is sent, also if the client has gone: it is the client that did
 * not get its answer who asks again. Confined to the thread that works on the call.
 */
final class IdempotentCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final IdempotencyKey key;
    private boolean kept;

    IdempotentCall(ServerCall<Q, A> call, IdempotencyKey key) {
        super(call);
        this.key = key;
    }

    @Override
    public void sendMessage(A answer) {
        kept = key.complete((MessageLite) answer);
        super.sendMessage(answer);
    }

    /** Takes the request, and lets the method have it if it is the first. */
    ServerCall.Listener<Q> listener(ServerCall.Listener<Q> method) {
        return new SimpleForwardingServerCallListener<>(method) {
            private @Nullable Q request;

            @Override
            public void onMessage(Q message) {
                request = message;
                super.onMessage(message);
            }

            @Override
            public void onHalfClose() {
                if (request == null) {
                    super.onHalfClose();
                } else {
                    decide((MessageLite) request, super::onHalfClose);
                }
            }
        };
    }

    private void decide(MessageLite request, Runnable method) {
        Claim claim;
        try {
            claim = key.claim(getMethodDescriptor().getFullMethodName(), request);
        } catch (StoreException e) {
            refuse(Statuses.of(e).getStatus());
            return;
        }
        switch (claim) {
            case Claim.Fresh _ -> first(method);
            case Claim.Done done -> repeat(done.response());
            case Claim.Pending _ ->
                refuse(Status.ABORTED.withDescription(
                        "a request with this Idempotency-Key is still being worked on; try again"));
            case Claim.Mismatch _ ->
                refuse(Status.INVALID_ARGUMENT.withDescription("Idempotency-Key was used for another request"));
        }
    }

    /** When the method returns it has answered. */
    private void first(Runnable method) {
        try {
            method.run();
        } finally {
            if (!kept) {
                key.abandon();
            }
        }
    }

    private void repeat(byte[] answer) {
        sendHeaders(new Metadata());
        super.sendMessage(getMethodDescriptor().parseResponse(new ByteArrayInputStream(answer)));
        close(Status.OK, new Metadata());
    }

    private void refuse(Status status) {
        close(status, new Metadata());
    }
}
