package io.agentfense.server.rpc;

import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Authenticator;
import io.agentfense.server.access.CallPlaces;
import io.agentfense.server.access.Caller;
import io.agentfense.server.access.RateLimit;
import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.Set;

/**
 * Stands before every call: finds out who makes it, whether it comes too early, and whether its caller has too many others
 * open, before any other work. Thread-safe.
 */
public final class Gatekeeper implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** What load balancers ask, who have no credentials. */
    private static final Set<String> OPEN = Set.of("grpc.health.v1.Health");

    private final Authenticator authenticator;
    private final RateLimit rate;
    private final CallPlaces places;
    private final RefusalListener refusals;
    private final Tracer tracer;

    /**
     * With what knows the callers, and how often each may call.
     *
     * @param places for as many calls as there are threads
     * @param refusals hears of every call that is refused, here or later on
     */
    public Gatekeeper(
            Authenticator authenticator, RateLimit rate, CallPlaces places, RefusalListener refusals, Tracer tracer) {
        this.authenticator = authenticator;
        this.rate = rate;
        this.places = places;
        this.refusals = refusals;
        this.tracer = tracer;
    }

    /**
     * Lets a caller in.
     *
     * @param authorization the value of the header, if there is one
     * @throws AccessException if it is not known, blocked, or comes too early
     */
    public Caller admit(Optional<String> authorization) throws AccessException {
        Caller caller = known(authorization);
        tracer.caller(caller.userId());
        rate.check(caller.userId());
        return caller;
    }

    /**
     * Takes a place for a call on which a thread works, to be closed once none does any more.
     *
     * @throws AccessException if the caller has as many as are left for others
     */
    public CallPlaces.Place place(Caller caller) throws AccessException {
        return places.take(caller.userId());
    }

    private Caller known(Optional<String> authorization) throws AccessException {
        try (Step step = tracer.begin("authenticate")) {
            Caller caller = authenticator.authenticate(authorization);
            step.done();
            return caller;
        }
    }

    /** Says that a call was refused that is no call of gRPC. */
    public void refused(Throwable why) {
        refusals.refused(why);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (OPEN.contains(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        Caller caller;
        CallPlaces.Place place;
        try {
            caller = admit(Optional.ofNullable(headers.get(AUTHORIZATION)));
            place = place(caller);
        } catch (AccessException e) {
            refused(e);
            StatusRuntimeException refused = Statuses.of(e);
            Metadata trailers = refused.getTrailers();
            call.close(refused.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
        Context known = Context.current().withValue(Door.CALLER, caller);
        try {
            return new Placed<>(Contexts.interceptCall(known, new Heard<>(call), headers, next), place);
        } catch (RuntimeException e) {
            place.close();
            throw e;
        }
    }

    /** A call that gives its place back at its end, which is told after all else. */
    private static final class Placed<Q> extends SimpleForwardingServerCallListener<Q> {
        private final CallPlaces.Place place;

        Placed(ServerCall.Listener<Q> listener, CallPlaces.Place place) {
            super(listener);
            this.place = place;
        }

        @Override
        public void onComplete() {
            try (place) {
                super.onComplete();
            }
        }

        @Override
        public void onCancel() {
            try (place) {
                super.onCancel();
            }
        }
    }

    /** A call whose refusal is told on. */
    private final class Heard<Q, A> extends SimpleForwardingServerCall<Q, A> {
        Heard(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            Throwable why = status.getCause();
            if (why != null) {
                refused(why);
            }
            super.close(status, trailers);
        }
    }
}
