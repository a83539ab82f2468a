package io.agentfense.server.sandbox;

import io.agentfense.server.config.RuntimeConfig;
import java.time.Duration;
import java.util.Optional;

/** How long a command may take: what was asked for, within what the configuration allows. Stateless. */
final class Timeouts {
    private Timeouts() {}

    /**
     * The time for a command.
     *
     * @param wanted none, or zero, for the default
     * @throws Refusal INVALID if it is negative or longer than {@code runtime.max_timeout}
     */
    static Duration of(Optional<Duration> wanted, RuntimeConfig config) throws Refusal {
        Duration timeout = wanted.filter(duration -> !duration.isZero()).orElse(config.defaultTimeout());
        if (timeout.isNegative()) {
            throw new Refusal(Refusal.Kind.INVALID, "timeout must not be negative");
        }
        if (timeout.compareTo(config.maxTimeout()) > 0) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "timeout of " + timeout.toSeconds() + " s is longer than the "
                            + config.maxTimeout().toSeconds() + " s of runtime.max_timeout");
        }
        return timeout;
    }
}
