package io.agentfense.server.config;

import java.util.List;

/** A value as somebody wrote it, before its key's type reads it. */
sealed interface Given {
    /** Of a flag or a variable: text, whatever it means. */
    record Text(String text) implements Given {}

    /** Of a file, where the kind of a word is known. */
    record Scalar(Kind kind, String text) implements Given {
        /** The kinds of YAML's core schema. */
        enum Kind {
            STRING,
            INTEGER,
            DECIMAL,
            BOOLEAN,
            NULL
        }

        /** Whether the file has a string here. */
        boolean isString() {
            return kind == Kind.STRING;
        }
    }

    /** A list of a file. */
    record Items(List<Scalar> items) implements Given {}

    /** A list where a list may be; the parts of a text between its commas. */
    default List<String> strings(String what) {
        return switch (this) {
            case Text(String text) when text.isEmpty() -> List.of();
            case Text(String text) -> List.of(text.split(",", -1));
            case Items(List<Scalar> items)
            when items.stream().allMatch(Scalar::isString) ->
                items.stream().map(Scalar::text).toList();
            case Items _, Scalar _ -> throw new IllegalArgumentException("must be a list of " + what);
        };
    }

    /** The string where a string may be. */
    default String string() {
        return switch (this) {
            case Text(String text) -> text;
            case Scalar(Scalar.Kind kind, String text) when kind == Scalar.Kind.STRING -> text;
            case Items _, Scalar _ -> throw new IllegalArgumentException("must be a string; put it in quotes");
        };
    }
}
