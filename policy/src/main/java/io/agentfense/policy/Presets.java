package io.agentfense.policy;

import static io.agentfense.policy.Level.NONE;
import static io.agentfense.policy.Level.READ;
import static io.agentfense.policy.Level.VIEW;
import static io.agentfense.policy.Level.WRITE;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rules that are ready to use, by name. */
public final class Presets {
    private static final Map<String, List<Rule>> PRESETS = new LinkedHashMap<>();

    static {
        PRESETS.put(
                "agent-safe",
                List.of(
                        Rule.of("**/*", READ),
                        Rule.of("/output/**", WRITE, 10),
                        Rule.of("/tmp/**", WRITE, 10),
                        Rule.of("**/.git/**", NONE, 50),
                        Rule.of("**/.env*", NONE, 100),
                        Rule.of("**/secrets/**", NONE, 100),
                        Rule.of("**/*.key", NONE, 100),
                        Rule.of("**/*.pem", NONE, 100),
                        Rule.of("**/credentials*", NONE, 100)));
        PRESETS.put("read-only", List.of(Rule.of("**/*", READ)));
        PRESETS.put("full-access", List.of(Rule.of("**/*", WRITE)));
        PRESETS.put(
                "development",
                List.of(
                        Rule.of("**/*", WRITE),
                        Rule.of("**/.env*", NONE, 100),
                        Rule.of("**/secrets/**", NONE, 100),
                        Rule.of("**/*.key", NONE, 100),
                        Rule.of("**/*.pem", NONE, 100)));
        PRESETS.put("view-only", List.of(Rule.of("**/*", VIEW)));
        PRESETS.put("hide-secrets", hideSecrets());
    }

    private Presets() {}

    /** The names, in the order in which they should be offered. */
    public static List<String> names() {
        return List.copyOf(PRESETS.keySet());
    }

    /**
     * The preset's rules. {@code hide-secrets} only takes away: it is meant to follow another.
     *
     * @throws IllegalArgumentException if there is none of that name; the message names the nearest and lists all
     */
    public static List<Rule> of(String name) {
        return Optional.ofNullable(PRESETS.get(name))
                .orElseThrow(() -> new IllegalArgumentException(Spelling.unknown("preset", name, names())));
    }

    private static List<Rule> hideSecrets() {
        return List.of(
                Rule.of("**/.env*", NONE, 100),
                Rule.of("**/env.*", NONE, 100),
                Rule.of("**/credentials*", NONE, 100),
                Rule.of("**/secrets/**", NONE, 100),
                Rule.of("**/*.key", NONE, 100),
                Rule.of("**/*.pem", NONE, 100),
                Rule.of("**/*.p12", NONE, 100),
                Rule.of("**/*.pfx", NONE, 100),
                Rule.of("**/id_rsa*", NONE, 100),
                Rule.of("**/id_ed25519*", NONE, 100),
                Rule.of("**/id_ecdsa*", NONE, 100),
                Rule.of("**/.aws/**", NONE, 100),
                Rule.of("**/.gcp/**", NONE, 100),
                Rule.of("**/.azure/**", NONE, 100),
                Rule.of("**/*token*", NONE, 100),
                Rule.of("**/*secret*", NONE, 100),
                Rule.of("**/.git/**", NONE, 50));
    }
}
