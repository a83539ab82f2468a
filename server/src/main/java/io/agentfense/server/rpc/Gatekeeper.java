package io.agentfense.server.rpc;

import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Authenticator;
import io.agentfense.server.access.Caller;
import io.agentfense.server.access.RateLimit;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.Set;

/**
 * Stands before every call: finds out who makes it and whether it comes too early, before any other work. Thread-safe.
 */
public final class Gatekeeper implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** What load balancers ask, who have no credentials. */
    private static final Set<String> OPEN = Set.of("grpc.health.v1.Health");

    private final Authenticator authenticator;
    private final RateLimit rate;

    /** With what knows the callers, and how often each may call. */
    public Gatekeeper(Authenticator authenticator, RateLimit rate) {
        this.authenticator = authenticator;
        this.rate = rate;
    }

    /**
     * Lets a caller in.
     *
     * @param authorization the value of the header, if there is one
     * @throws AccessException if it is not known, blocked, or comes too early
     */
    public Caller admit(Optional<String> authorization) throws AccessException {
        Caller caller = authenticator.authenticate(authorization);
        rate.check(caller.userId());
        return caller;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (OPEN.contains(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        Caller caller;
        try {
            caller = admit(Optional.ofNullable(headers.get(AUTHORIZATION)));
        } catch (AccessException e) {
            StatusRuntimeException refused = Statuses.of(e);
            Metadata trailers = refused.getTrailers();
            call.close(refused.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(Door.CALLER, caller), call, headers, next);
    }
}
