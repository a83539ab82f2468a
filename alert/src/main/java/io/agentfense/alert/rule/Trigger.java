package io.agentfense.alert.rule;

import java.time.Duration;

/** What is too much. Immutable. */
public sealed interface Trigger {
    /** The most events that a trigger counts before it raises: they are remembered one by one. */
    long MOST = 10_000;

    /** The longest time that a trigger takes. */
    Duration LONGEST = Duration.ofDays(31);

    /**
     * More than so many events within a sliding window; with 0, any.
     *
     * <p>The window ends with an event and does not hold what is just as old as it is long. The alert closes when no event
     * has come for as long as the window is.
     */
    record Count(long moreThan, Duration window) implements Trigger {
        /** Checks the ranges. */
        public Count {
            number(moreThan);
            time(window);
        }
    }

    /**
     * More than so many events in a row, however far apart, with no event between them that resets the row.
     *
     * <p>The alert closes at such an event, or when no further one of the row has come for {@code quiet}; the next row
     * begins at nothing.
     */
    record Consecutive(long moreThan, EventMatch reset, Duration quiet) implements Trigger {
        /** Checks the ranges. */
        public Consecutive {
            number(moreThan);
            time(quiet);
        }
    }

    /**
     * An event that opens something which no other event closes in time.
     *
     * <p>The alert is raised when that time is over and not at some later event; it closes at the event that closes. What
     * is open already is not opened anew. An event that closes and has none of the fields by which the rule counts apart
     * closes all there is.
     */
    record Lasting(EventMatch until, Duration longerThan) implements Trigger {
        /** Checks the ranges. */
        public Lasting {
            time(longerThan);
        }
    }

    private static void number(long moreThan) {
        if (moreThan < 0 || moreThan > MOST) {
            throw new IllegalArgumentException("must be from 0 to " + MOST);
        }
    }

    private static void time(Duration time) {
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("must be longer than nothing and at most " + LONGEST.toDays() + " days");
        }
    }
}
