package io.agentfense.server.sandbox;

import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.secret.Variables;
import io.agentfense.server.config.SentSecrets;
import io.agentfense.server.sandbox.Refusal.Kind;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Looks for credentials in the variables that commands and shells are given, which whatever runs in their sandbox can read.
 * Thread-safe.
 */
public final class EnvironmentScan {
    private final Supplier<SentSecrets> mode;
    private final EventLog events;
    private final InstantSource clock;

    /**
     * As configured.
     *
     * @param mode asked each time
     * @param events hears of each such variable
     */
    public EnvironmentScan(Supplier<SentSecrets> mode, EventLog events, InstantSource clock) {
        this.mode = mode;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Looks through what is given to a command or a shell.
     *
     * @return what its caller is to be told: the names of variables with credentials, and nothing of their values
     * @throws Refusal PRECONDITION if there are any and they are not to be given
     */
    List<String> look(RunningSandbox sandbox, Map<String, String> environment) throws Refusal {
        SentSecrets now = environment.isEmpty() ? SentSecrets.OFF : mode.get();
        if (now == SentSecrets.OFF) {
            return List.of();
        }
        Map<String, String> found = Variables.secrets(environment);
        String outcome = now == SentSecrets.BLOCK ? "refused" : "warned";
        found.forEach((name, rule) -> events.of(sandbox.record())
                .happened(new SandboxEvent.SecretVariable(clock.instant(), name, rule, outcome)));
        List<String> warnings = found.entrySet().stream()
                .map(each -> "env: " + each.getKey() + " looks like a secret (" + each.getValue()
                        + "), which whatever runs in the sandbox can read")
                .toList();
        if (now == SentSecrets.BLOCK && !warnings.isEmpty()) {
            throw new Refusal(Kind.PRECONDITION, String.join("; ", warnings) + "; secrets.environment is block");
        }
        return warnings;
    }
}
