package io.agentfense.policy;

import static io.agentfense.policy.Finding.Check.READABLE_SECRETS;
import static io.agentfense.policy.Finding.Severity.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out which files that usually hold secrets can be read, at the root and in the directories that rules name. */
final class ReadableSecrets {
    /** Directories of rules that are tried. */
    private static final int DIRECTORIES = 200;

    private ReadableSecrets() {}

    static List<Finding> check(Policy policy) {
        Map<Integer, List<String>> readable = new LinkedHashMap<>();
        for (Rule secret : Presets.of("hide-secrets")) {
            String name = example(secret.pattern());
            directories(policy).stream()
                    .map(directory -> directory + name)
                    .filter(path -> isReadable(policy.locate(path.getBytes(UTF_8))))
                    .findFirst()
                    .ifPresent(path -> readable.computeIfAbsent(
                                    policy.locate(path.getBytes(UTF_8)).rule(), _ -> new ArrayList<>())
                            .add(PathText.printable(path.getBytes(UTF_8))));
        }
        return readable.entrySet().stream()
                .map(entry -> finding(policy.ranked().get(entry.getKey()), entry.getValue()))
                .toList();
    }

    private static boolean isReadable(PathState state) {
        return state.level().atLeast(Level.READ) && !state.isMasked();
    }

    /** A name the pattern of the preset is meant for: {@code x.key} for {@code *.key}. */
    private static String example(String pattern) {
        return pattern.substring("**".length())
                .replace("/**", "/x")
                .replace("/*.", "/x.")
                .replace(".*", ".x")
                .replace("*", "");
    }

    private static Set<String> directories(Policy policy) {
        Set<String> directories = new LinkedHashSet<>(List.of("", "/x"));
        policy.ranked().stream().limit(DIRECTORIES).forEach(rule -> {
            String directory = new String(rule.pattern().literalDirectory(), UTF_8);
            directories.add(directory.isEmpty() ? "" : "/" + directory);
        });
        return directories;
    }

    private static Finding finding(RankedRule rule, List<String> paths) {
        return new Finding(
                READABLE_SECRETS,
                WARNING,
                rule.index(),
                Lint.name(rule) + " leaves what usually holds secrets readable: " + String.join(", ", paths),
                "add the preset hide-secrets, or none rules for these, or mask them");
    }
}
