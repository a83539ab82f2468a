package io.agentfense.server.rest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.audit.query.AuditFollower;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import io.agentfense.audit.query.PathPattern;
import io.agentfense.audit.query.RecordVisitor;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.rpc.AuditRpc;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/audit}: records of the audit log as they stand there, one a line, for auditors and administrators. The
 * query selects: {@code sandbox_id}, {@code user_id}, {@code event} (several with commas), {@code from}, {@code until},
 * {@code path}, {@code after} (a sequence), {@code limit}, {@code newest_first=true}; {@code follow=true} goes on with what
 * is written until the client goes. Thread-safe.
 */
public final class AuditRecords extends RestService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/audit";

    private final Gatekeeper gatekeeper;
    private final Optional<Path> log;

    /** Of the log in a directory; of none if none is kept. */
    public AuditRecords(Gatekeeper gatekeeper, Optional<Path> log) {
        this.gatekeeper = gatekeeper;
        this.log = log;
    }

    @Override
    protected HttpResponse doGet(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::read);
    }

    private void read(Exchange exchange) throws Exception {
        Authorization.checkReadsAll(exchange.caller());
        AuditQuery query = query(exchange);
        Path directory = log.orElseThrow(Refusal::noAuditLog);
        exchange.beginLines();
        RecordVisitor send = (_, line) -> {
            byte[] whole = new byte[line.length + 1];
            System.arraycopy(line, 0, whole, 0, line.length);
            whole[line.length] = '\n';
            exchange.send(whole, 0, whole.length);
            return true;
        };
        if (exchange.queryParameter("follow").equals("true")) {
            follow(exchange, directory, query, send);
            return;
        }
        try (AuditReader reader = AuditReader.open(directory)) {
            reader.read(query, send);
        }
    }

    private static void follow(Exchange exchange, Path directory, AuditQuery query, RecordVisitor send)
            throws Exception {
        Thread follower = Thread.currentThread();
        AtomicReference<@Nullable Thread> interrupted = new AtomicReference<>(follower);
        exchange.onCancel(() -> {
            Thread waiting = interrupted.getAndSet(null);
            if (waiting != null) {
                waiting.interrupt();
            }
        });
        try (AuditFollower log = AuditFollower.open(directory, query.after())) {
            log.follow(query, send);
        } catch (InterruptedException e) {
            // The client has gone, which is how this ends.
            return;
        } finally {
            if (interrupted.getAndSet(null) == null) {
                // Taken back: the thread goes on to other calls.
                var _ = Thread.interrupted();
            }
        }
    }

    private static AuditQuery query(Exchange exchange) throws Refusal {
        String events = exchange.queryParameter("event");
        String path = exchange.queryParameter("path");
        long limit = exchange.queryNumber("limit", 10);
        if (limit > AuditRpc.MOST) {
            throw new Refusal(Kind.INVALID, "limit: at most " + AuditRpc.MOST);
        }
        return AuditQuery.ALL
                .ofSandbox(orNull(exchange.queryParameter("sandbox_id")))
                .ofUser(orNull(exchange.queryParameter("user_id")))
                .of(events.isEmpty() ? Set.of() : Set.of(events.split(",", -1)))
                .between(time(exchange, "from"), time(exchange, "until"))
                .at(path.isEmpty() ? null : PathPattern.of(path))
                .after(exchange.queryNumber("after", 10))
                .limited((int) limit, exchange.queryParameter("newest_first").equals("true"));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Instant time(Exchange exchange, String name) throws Refusal {
        String text = exchange.queryParameter(name);
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new Refusal(Kind.INVALID, name + ": a time as 2026-02-03T10:15:30Z", e);
        }
    }
}
