package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.server.access.CallPlaces;
import io.agentfense.server.access.Caller;
import io.agentfense.server.http.ErrorBody;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.Statuses;
import io.agentfense.server.sandbox.Cancellation;
import io.agentfense.server.sandbox.Refusal;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * One request that a thread of its own works on: who calls, its body as a stream, and an answer that is sent no faster
 * than the client takes it. Confined to that thread.
 */
final class Exchange implements Cancellation {
    private static final MediaType LINES = MediaType.parse("application/x-ndjson");
    private static final int OCTAL = 8;
    private static final long PERMISSION_BITS = 0777;

    private final ServiceRequestContext context;
    private final HttpRequest request;
    private final HttpResponseWriter response;
    private final Caller caller;
    private boolean started;
    private boolean inLines;

    private Exchange(ServiceRequestContext context, HttpRequest request, HttpResponseWriter response, Caller caller) {
        this.context = context;
        this.request = request;
        this.response = response;
        this.caller = caller;
    }

    /** What answers a request. */
    @FunctionalInterface
    interface Handler {
        void handle(Exchange exchange) throws Exception;
    }

    /** Lets the caller in, and has a thread work on the request. */
    static HttpResponse serve(
            ServiceRequestContext context, HttpRequest request, Gatekeeper gatekeeper, Handler handler) {
        HttpResponseWriter response = HttpResponse.streaming();
        context.blockingTaskExecutor().execute(() -> {
            try {
                Caller caller =
                        gatekeeper.admit(Optional.ofNullable(request.headers().get("authorization")));
                try (CallPlaces.Place _ = gatekeeper.place(caller)) {
                    new Exchange(context, request, response, caller).work(handler);
                }
            } catch (InterruptedIOException e) {
                // The client went away before all of its body had come; nobody is there to be told.
                response.close(e);
            } catch (Exception e) {
                gatekeeper.refused(e);
                refuse(response, Statuses.of(e));
            }
        });
        return response;
    }

    private void work(Handler handler) throws Exception {
        try {
            handler.handle(this);
            response.close();
        } catch (Exception e) {
            if (!started) {
                throw e;
            }
            end(Statuses.of(e));
        }
    }

    /** The answer has begun well: lines have one for what came then, of others the client sees that they break off. */
    private void end(StatusRuntimeException e) {
        if (inLines && response.tryWrite(HttpData.wrap(ErrorBody.line(e.getStatus())))) {
            response.close();
        } else {
            response.close(e);
        }
    }

    /** Answers a request that has no answer yet. */
    static void refuse(HttpResponseWriter response, StatusRuntimeException e) {
        String message = e.getStatus().getDescription();
        ErrorBody.write(response, e.getStatus().getCode(), message == null ? "" : message, Statuses.more(e));
    }

    RequestHeaders headers() {
        return request.headers();
    }

    /** Works on it on a second thread, which is none of those that other calls need. */
    void aside(Runnable work) {
        Thread.ofPlatform().daemon().name("aside").start(work);
    }

    Caller caller() {
        return caller;
    }

    String pathParameter(String name) {
        return String.valueOf(context.pathParam(name));
    }

    String queryParameter(String name) {
        return Optional.ofNullable(context.queryParam(name)).orElse("");
    }

    /**
     * A number of the query, 0 if it is not there.
     *
     * @throws Refusal INVALID
     */
    long queryNumber(String name, int radix) throws Refusal {
        String text = queryParameter(name);
        try {
            return text.isEmpty() ? 0 : Long.parseUnsignedLong(text, radix);
        } catch (NumberFormatException e) {
            throw new Refusal(Refusal.Kind.INVALID, name + ": not a number", e);
        }
    }

    /**
     * The query parameter {@code mode}: permission bits in octal, 0 if it is not there.
     *
     * @throws Refusal INVALID
     */
    int queryMode() throws Refusal {
        long mode = queryNumber("mode", OCTAL);
        if ((mode & ~PERMISSION_BITS) != 0) {
            throw new Refusal(Refusal.Kind.INVALID, "mode: permission bits only, at most 777 in octal");
        }
        return (int) mode;
    }

    /** The body as it comes; the client waits while nobody reads. */
    InputStream body() {
        context.clearRequestTimeout();
        return request.toInputStream(part -> part instanceof HttpData data ? data : HttpData.empty());
    }

    /** The whole body, if it is not long. */
    byte[] shortBody() throws IOException {
        context.setMaxRequestLength(8 << 20);
        try (InputStream in = body()) {
            return in.readAllBytes();
        }
    }

    void begin(MediaType type) {
        begin(ResponseHeaders.of(HttpStatus.OK, "content-type", type.toString()));
    }

    void begin(ResponseHeaders headers) {
        started = true;
        context.clearRequestTimeout();
        response.write(headers);
    }

    /** Begins an answer of lines of JSON, unless it has begun already. */
    void beginLines() {
        if (!started) {
            inLines = true;
            begin(LINES);
        }
    }

    /** Answers with one JSON document. */
    void answer(byte[] json) throws IOException {
        begin(MediaType.JSON_UTF_8);
        send(json, 0, json.length);
    }

    /** Throws if there is nobody to answer any more. */
    void refuseIfGone() throws IOException {
        if (!response.isOpen()) {
            throw new IOException("the client went away");
        }
    }

    /** Sends a piece of the answer and waits until the client has taken it. */
    void send(byte[] bytes, int offset, int length) throws IOException {
        Consumption.send(response, HttpData.copyOf(bytes, offset, length));
    }

    /** The answer as a stream. */
    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                send(bytes, offset, length);
            }
        };
    }

    @Override
    public void onCancel(Runnable action) {
        var _ = context.whenRequestCancelled().thenAccept(_ -> action.run());
        var _ = response.whenComplete().exceptionally(_ -> {
            action.run();
            return null;
        });
    }
}
