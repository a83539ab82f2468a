package io.agentfense.server.sandbox;

import io.agentfense.server.sandbox.Refusal.Kind;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * That a sandbox is isolated. It stands in labels of the sandbox, so it outlives this process, and whoever may see the
 * sandbox sees it, its reason too.
 *
 * @param since when it began
 * @param by whose call it was
 * @param reason for people; empty if none was given
 */
public record Isolation(Instant since, String by, String reason) {
    /** Names that begin so are the server's own. */
    public static final String RESERVED = "agentfense.";

    /** The label of what is isolated. */
    public static final String LABEL = RESERVED + "isolated";

    /** Its value. */
    public static final String TRUE = "true";

    private static final String SINCE = RESERVED + "isolated_since";
    private static final String BY = RESERVED + "isolated_by";
    private static final String REASON = RESERVED + "isolated_reason";

    /** The labels that tell of an isolation, and go with it. */
    static final Set<String> LABELS = Set.of(LABEL, SINCE, BY, REASON);

    /** Of a sandbox with these labels. */
    public static Optional<Isolation> of(Map<String, String> labels) {
        return TRUE.equals(labels.get(LABEL))
                ? Optional.of(new Isolation(
                        Instant.parse(labels.getOrDefault(SINCE, Instant.EPOCH.toString())),
                        labels.getOrDefault(BY, ""),
                        labels.getOrDefault(REASON, "")))
                : Optional.empty();
    }

    Map<String, String> labels() {
        return Map.of(LABEL, TRUE, SINCE, since.toString(), BY, by, REASON, reason);
    }

    /**
     * Refuses labels that callers can't set.
     *
     * @throws Refusal INVALID
     */
    static void refuseReserved(Map<String, String> labels) throws Refusal {
        if (labels.keySet().stream().anyMatch(name -> name.startsWith(RESERVED))) {
            throw new Refusal(Kind.INVALID, "labels: names that begin with " + RESERVED + " are the server's own");
        }
    }

    /** What it means to whoever wants something of the sandbox. */
    public Refusal refusal(String sandboxId) {
        return new Refusal(
                Kind.PRECONDITION,
                "sandbox " + sandboxId + " is isolated (since " + since + (by.isEmpty() ? "" : ", by " + by)
                        + "): an administrator releases or destroys it");
    }
}
