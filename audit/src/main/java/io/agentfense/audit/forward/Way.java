package io.agentfense.audit.forward;

import io.agentfense.audit.outbound.Trust;
import java.io.IOException;
import java.time.InstantSource;

/**
 * Makes links to a receiver, a new one after each failure.
 *
 * @param opening what makes one
 * @param remembersBatches whether a batch that is sent again must be the same, so that the receiver knows it
 */
record Way(Opening opening, boolean remembersBatches) {
    /** Makes a link. */
    @FunctionalInterface
    interface Opening {
        Link open() throws IOException;
    }

    /**
     * The way to a destination.
     *
     * @param host the name of this machine
     * @throws IOException if a file does not hold what it should
     */
    static Way to(Destination destination, String host, InstantSource clock) throws IOException {
        return switch (destination) {
            case Destination.Syslog syslog -> {
                if (syslog.tls().isPresent()) {
                    var _ = Trust.of(syslog.tls().get());
                }
                yield new Way(() -> new SyslogLink(syslog, host), false);
            }
            case Destination.Webhook webhook -> {
                new WebhookLink(webhook, clock).close();
                yield new Way(() -> new WebhookLink(webhook, clock), true);
            }
            case Destination.Otlp otlp -> {
                new OtlpLink(otlp, host).close();
                yield new Way(() -> new OtlpLink(otlp, host), true);
            }
            case Destination.Stdout stdout -> new Way(() -> new StdoutLink(stdout.format()), false);
        };
    }
}
