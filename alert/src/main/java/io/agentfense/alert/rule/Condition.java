package io.agentfense.alert.rule;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What must hold for a field of an event. A field that is not there meets none. Immutable. */
public sealed interface Condition {
    /** Whether it holds for a field's value: a text, number or truth; anything else meets none. */
    boolean holds(@Nullable Object value);

    /**
     * It is one of these.
     *
     * @param values texts, numbers and truths
     */
    record OneOf(List<Object> values) implements Condition {
        /** Keeps a copy. */
        public OneOf {
            values = List.copyOf(values);
        }

        @Override
        public boolean holds(@Nullable Object value) {
            return value != null && values.stream().anyMatch(wanted -> same(wanted, value));
        }

        private static boolean same(Object wanted, Object value) {
            return wanted instanceof Number a && value instanceof Number b
                    ? decimal(a).compareTo(decimal(b)) == 0
                    : wanted.equals(value);
        }
    }

    /** It is a text that one of the patterns matches. */
    record Like(List<Glob> patterns) implements Condition {
        /** Keeps a copy. */
        public Like {
            patterns = List.copyOf(patterns);
        }

        @Override
        public boolean holds(@Nullable Object value) {
            return value instanceof String text && patterns.stream().anyMatch(pattern -> pattern.matches(text));
        }
    }

    /** It is a number that compares so. */
    record Compared(Comparison comparison, BigDecimal to) implements Condition {
        @Override
        public boolean holds(@Nullable Object value) {
            return value instanceof Number number
                    && comparison.holds(decimal(number).compareTo(to));
        }
    }

    /** All of these hold. */
    record All(List<Condition> conditions) implements Condition {
        /** Keeps a copy. */
        public All {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(@Nullable Object value) {
            return conditions.stream().allMatch(condition -> condition.holds(value));
        }
    }

    /** How a number compares. */
    enum Comparison {
        MORE_THAN,
        AT_LEAST,
        LESS_THAN,
        AT_MOST;

        /** The word in configurations. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean holds(int sign) {
            return switch (this) {
                case MORE_THAN -> sign > 0;
                case AT_LEAST -> sign >= 0;
                case LESS_THAN -> sign < 0;
                case AT_MOST -> sign <= 0;
            };
        }
    }

    private static BigDecimal decimal(Number number) {
        return number instanceof Long || number instanceof Integer
                ? BigDecimal.valueOf(number.longValue())
                : new BigDecimal(number.toString());
    }
}
