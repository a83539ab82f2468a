package io.agentfense.server.audit;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.forward.Forwarder;
import io.agentfense.audit.forward.Forwarding;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.log.AuditLogOptions;
import io.agentfense.audit.log.AuditUnavailableException;
import io.agentfense.audit.log.Receipt;
import io.agentfense.audit.repeat.Repetitions;
import io.agentfense.server.config.AuditConfig;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.sandbox.Trail;
import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What happens, written to the audit log, or to none if there is to be none. Thread-safe. */
public final class AuditTrail implements Trail, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final String REQUEST = "request_id";

    /** Each has a lock of its own, so that a flood in one sandbox does not hold up most others. */
    private static final int SHARES = 16;

    private final @Nullable AuditLog log;
    private final List<Repetitions> repetitions;
    private final Tracer tracer;
    private @Nullable Forwarding forwarding;

    private AuditTrail(@Nullable AuditLog log, InstantSource clock, Tracer tracer) {
        this.log = log;
        this.tracer = tracer;
        repetitions =
                Stream.generate(() -> repetitions(log, clock)).limit(SHARES).toList();
    }

    private static Repetitions repetitions(@Nullable AuditLog log, InstantSource clock) {
        return new Repetitions("sandbox_id", Repetitions.WINDOW, Repetitions.MOST_KINDS, clock, event -> {
            if (log != null) {
                var _ = log.offer(event);
            }
        });
    }

    /**
     * Opens it.
     *
     * @param tracer sees what calls wait for
     * @throws IOException if the log can't be written, with what to do
     */
    public static AuditTrail open(AuditConfig config, InstantSource clock, Tracer tracer) throws IOException {
        if (!config.enabled()) {
            LOG.warn("audit.enabled is false: nothing that happens is written down");
            return new AuditTrail(null, clock, tracer);
        }
        AuditLogOptions options = AuditLogOptions.DEFAULT
                .with(config.durability())
                .with(config.onFailure())
                .withRotation(config.rotateBytes(), config.rotateAfter())
                .withRetention(config.retention())
                .withClock(clock);
        AuditTrail trail = new AuditTrail(AuditLog.open(config.path(), options), clock, tracer);
        try {
            trail.forward(config, clock);
            return trail;
        } catch (IOException | RuntimeException e) {
            trail.close();
            throw e;
        }
    }

    private void forward(AuditConfig config, InstantSource clock) throws IOException {
        if (log != null && !config.forward().isEmpty()) {
            forwarding = Forwarding.start(log, config.path(), config.forward(), this::note, clock);
        }
    }

    /** What sends its records to receivers. */
    public List<Forwarder> forwarders() {
        return forwarding == null ? List.of() : forwarding.forwarders();
    }

    /** The log, if there is one. */
    public Optional<AuditLog> log() {
        return Optional.ofNullable(log);
    }

    /** Whether what happens can be written down at present, or is not to be. */
    public boolean isWell() {
        return log().flatMap(AuditLog::trouble).isEmpty();
    }

    @Override
    public void check() throws Refusal {
        Optional<String> trouble = log().flatMap(AuditLog::trouble);
        if (trouble.isPresent()) {
            throw unavailable(trouble.get(), null);
        }
    }

    @Override
    public void urgeProof() {
        log().ifPresent(AuditLog::urgeCheckpoint);
    }

    @Override
    public Pending begin(AuditEvent event) throws Refusal {
        if (log == null) {
            return () -> {};
        }
        Step step = tracer.aside("audit.write").with("agentfense.audit.event", event.event());
        try {
            Receipt receipt = told(() -> log.append(ofRequest(event)));
            if (!step.equals(Step.UNSEEN)) {
                receipt.whenEnded(written -> end(step, written));
            }
            return () -> told(() -> {
                receipt.await();
                return receipt;
            });
        } catch (Refusal e) {
            step.close();
            throw e;
        }
    }

    private static void end(Step step, boolean written) {
        try (step) {
            if (written) {
                step.done();
            }
        }
    }

    /** What the log does or can't do, in the words of the server. */
    private static Receipt told(Writing writing) throws Refusal {
        try {
            return writing.take();
        } catch (AuditUnavailableException e) {
            throw unavailable(String.valueOf(e.getMessage()), e);
        } catch (InterruptedIOException e) {
            throw new Refusal(Kind.CANCELLED, "interrupted", e);
        }
    }

    @FunctionalInterface
    private interface Writing {
        Receipt take() throws AuditUnavailableException, InterruptedIOException;
    }

    @Override
    public void note(AuditEvent event) {
        try {
            record(event);
        } catch (Refusal e) {
            LOG.error("{} is not in the audit log: {}", event.event(), e.getMessage());
        }
    }

    @Override
    public void offer(AuditEvent event) {
        if (log != null) {
            var _ = log.offer(ofRequest(event));
        }
    }

    @Override
    public void repeated(String sandboxId, Object kind, Supplier<AuditEvent> event) {
        if (log != null) {
            repetitions
                    .get(Math.floorMod(sandboxId.hashCode(), SHARES))
                    .note(sandboxId, kind, () -> ofRequest(event.get()));
        }
    }

    /** With the id of the call that a thread works on, which its client knows too. */
    private static AuditEvent ofRequest(AuditEvent event) {
        String request = MDC.get(REQUEST);
        if (request == null) {
            return event;
        }
        LinkedHashMap<String, Object> fields = new LinkedHashMap<>(event.fields());
        fields.put(REQUEST, request);
        return new AuditEvent(event.timestamp(), event.event(), fields);
    }

    private static Refusal unavailable(String why, @Nullable Exception cause) {
        LOG.error("the audit log can't be written: {}", why);
        return new Refusal(Kind.UNAVAILABLE, "nothing is done that can't be recorded, and the audit log fails", cause);
    }

    /** Writes what was only counted so far, sends what can soon be sent, and closes the log. */
    @Override
    public void close() throws IOException {
        repetitions.forEach(Repetitions::close);
        if (forwarding != null) {
            forwarding.close();
        }
        if (log != null) {
            log.close();
        }
    }
}
