package io.agentfense.alert.text;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 30s}, {@code 10m}, {@code 24h}, {@code 1h30m}, {@code 1.5s}. Stateless. */
public final class GoDuration {
    private static final Pattern PART = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h)");
    private static final long SECONDS_OF_HOUR = 3600;
    private static final long SECONDS_OF_MINUTE = 60;

    private GoDuration() {}

    /**
     * Reads one; {@code 0} needs no unit.
     *
     * @throws IllegalArgumentException for anything else, and for what is too long to count in nanoseconds
     */
    public static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher part = PART.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (end < text.length() && part.find(end) && part.start() == end) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(nanosOf(part.group(2)))));
            end = part.end();
        }
        if (end == 0 || end < text.length()) {
            throw new IllegalArgumentException("must be a duration such as 30s, 10m, 24h or 1h30m");
        }
        try {
            return Duration.ofNanos(nanos.toBigInteger().longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("must be a duration of at most 292 years", e);
        }
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> SECONDS_OF_MINUTE * 1_000_000_000L;
            default -> SECONDS_OF_HOUR * 1_000_000_000L;
        };
    }

    /** The shortest text that reads as the same duration. */
    public static String print(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        part(text, duration.toHours(), "h");
        part(text, duration.toMinutesPart(), "m");
        if (duration.toNanosPart() % 1_000_000 == 0) {
            part(text, duration.toSecondsPart(), "s");
            part(text, duration.toMillisPart(), "ms");
        } else {
            part(text, duration.toSecondsPart(), "s");
            part(text, duration.toNanosPart(), "ns");
        }
        return text.toString();
    }

    private static void part(StringBuilder text, long amount, String unit) {
        if (amount != 0) {
            text.append(amount).append(unit);
        }
    }
}
