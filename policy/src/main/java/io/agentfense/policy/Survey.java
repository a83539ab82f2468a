package io.agentfense.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All that rules can tell apart, found by going through their automata: a name of each class, a path of each state. */
final class Survey {
    /** States and steps that are looked at before a survey gives up. */
    private static final int LIMIT = 200_000;

    private static final String INVALID_BYTE = PathText.of(new byte[] {(byte) 0xff});

    /** A path and what it leads to. */
    record Found(String path, PathState state) {}

    private Survey() {}

    /** A path of each state of the policy, the shortest; empty if there are too many. */
    static Optional<List<Found>> paths(List<Rule> rules) {
        Policy policy = compile(rules);
        return names(policy).flatMap(names -> paths(policy, names));
    }

    /** A policy of its own that forgets nothing, for rules that are known to compile. */
    static Policy compile(List<Rule> rules) {
        try {
            return Policy.compile(rules, Long.MAX_VALUE);
        } catch (PolicyException e) {
            throw new IllegalStateException("rules of a compiled policy can't be compiled", e);
        }
    }

    /** A name of each class, the shortest; empty if the automaton is too large. The policy must be nobody else's. */
    static Optional<List<byte[]>> names(Policy policy) {
        NameDfa dfa = policy.automaton().names();
        Map<NameClass, String> names = new LinkedHashMap<>();
        List<Prefix> prefixes = new ArrayList<>(List.of(new Prefix(dfa.start(), "")));
        Set<Integer> seen = new HashSet<>(List.of(dfa.start()));
        for (int i = 0; i < prefixes.size(); i++) {
            if ((i + 1L) * dfa.alphabet().size() > LIMIT) {
                return Optional.empty();
            }
            for (int read = 0; read < dfa.alphabet().size(); read++) {
                Prefix longer = prefixes.get(i).then(read, dfa);
                names.putIfAbsent(dfa.end(longer.state), longer.text);
                if (seen.add(longer.state)) {
                    prefixes.add(longer);
                }
            }
        }
        return Optional.of(names.values().stream().map(PathText::toBytes).toList());
    }

    /** The beginning of a name and what it leads to. */
    private record Prefix(int state, String text) {
        Prefix then(int read, NameDfa dfa) {
            return new Prefix(
                    dfa.step(state, read), text + character(dfa.alphabet().representative(read)));
        }
    }

    private static String character(int representative) {
        return representative == Utf8.INVALID ? INVALID_BYTE : Character.toString(representative);
    }

    private static Optional<List<Found>> paths(Policy policy, List<byte[]> names) {
        Set<PathState> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Found> found = new ArrayList<>(List.of(new Found("", policy.root())));
        seen.add(policy.root());
        for (int i = 0; i < found.size(); i++) {
            if ((i + 1L) * names.size() > LIMIT) {
                return Optional.empty();
            }
            for (byte[] name : names) {
                PathState child = found.get(i).state().child(name);
                if (seen.add(child)) {
                    found.add(new Found(found.get(i).path() + "/" + PathText.of(name), child));
                }
            }
        }
        return Optional.of(found);
    }
}
