package io.agentfense.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What may be done with a path. Each level includes those before it. */
public enum Level {
    /** The path does not exist, as far as anything inside can tell. */
    NONE(1),
    /** It is listed and can be {@code stat}ed; its content can't be had. */
    VIEW(1 << 1),
    /** Its content too. It can be executed if its mode allows. */
    READ(1 << 2),
    /** It can also be created, changed, renamed and removed. */
    WRITE(1 << 3);

    private static final List<Level> ALL = List.of(values());

    private final int bit;

    Level(int bit) {
        this.bit = bit;
    }

    /** Whether this level includes {@code other}. */
    public boolean atLeast(Level other) {
        return compareTo(other) >= 0;
    }

    /** The level's name in rules: {@code none}, {@code view}, {@code read}, {@code write}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The level's bit in masks such as {@link PathState#levelsBelow()}; a greater level has a greater bit. */
    public int bit() {
        return bit;
    }

    /**
     * The level of that {@linkplain #label() label}.
     *
     * @throws IllegalArgumentException if there is none; the message names the nearest and lists all
     */
    public static Level parse(String label) {
        return ALL.stream()
                .filter(level -> level.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Spelling.unknown("level", label, labels())));
    }

    /** The labels of all levels, from least to most. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(Level::label).toList();
    }
}
