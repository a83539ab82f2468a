package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Short ways to say what most tests say. */
final class Policies {
    private Policies() {}

    /** A policy of globs in the form {@code pattern=level@priority}. */
    static Policy of(String... rules) {
        try {
            return Policy.compile(List.of(rules).stream().map(Policies::rule).toList());
        } catch (PolicyException e) {
            throw new AssertionError(e);
        }
    }

    static Policy preset(String name) {
        try {
            return Policy.compile(Presets.of(name));
        } catch (PolicyException e) {
            throw new AssertionError(e);
        }
    }

    static Rule rule(String text) {
        int equals = text.lastIndexOf('=');
        int at = text.indexOf('@', equals);
        int end = at < 0 ? text.length() : at;
        int priority = at < 0 ? 0 : Integer.parseInt(text.substring(at + 1));
        return Rule.of(text.substring(0, equals), Level.parse(text.substring(equals + 1, end)), priority);
    }

    static String level(Policy policy, String path) {
        return policy.evaluate(path.getBytes(UTF_8)).label();
    }

    static PathState at(Policy policy, String path) {
        return policy.locate(path.getBytes(UTF_8));
    }

    /** The levels of a mask, from least to most. */
    static List<String> below(Policy policy, String path) {
        int mask = at(policy, path).levelsBelow();
        return List.of(Level.values()).stream()
                .filter(level -> (mask & level.bit()) != 0)
                .map(Level::label)
                .toList();
    }
}
