package io.agentfense.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a rule's pattern is to be read. */
public enum PatternType {
    /** With wildcards; without any it names one path, or a tree if it ends in {@code /}. */
    GLOB,
    /** Literally: that path and everything below it. */
    DIRECTORY,
    /** Literally: exactly that path. */
    FILE;

    /** The type's name in rules: {@code glob}, {@code directory}, {@code file}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The type of that {@linkplain #label() label}.
     *
     * @throws IllegalArgumentException if there is none; the message names the nearest and lists all
     */
    public static PatternType parse(String label) {
        return Arrays.stream(values())
                .filter(type -> type.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Spelling.unknown("type", label, labels())));
    }

    /** The labels of all types. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(PatternType::label).toList();
    }
}
