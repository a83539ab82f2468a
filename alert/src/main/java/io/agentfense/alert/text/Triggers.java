package io.agentfense.alert.text;

import io.agentfense.alert.rule.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The kinds of rules and the keys that each has of its own. */
enum Triggers {
    COUNT {
        @Override
        Trigger read(Section rule) {
            long moreThan = rule.required("more_than", rule.whole("more_than", 0, Trigger.MOST));
            Duration window = rule.required("window", rule.duration("window"));
            return rule.meant("window", () -> new Trigger.Count(moreThan, window));
        }
    },
    ANY {
        @Override
        Trigger read(Section rule) {
            Duration window = rule.duration("window").orElse(Duration.ofMinutes(1));
            return rule.meant("window", () -> new Trigger.Count(0, window));
        }
    },
    CONSECUTIVE {
        @Override
        Trigger read(Section rule) {
            long moreThan = rule.required("more_than", rule.whole("more_than", 0, Trigger.MOST));
            Duration quiet = rule.duration("quiet").orElse(Duration.ofHours(1));
            return rule.meant("quiet", () -> new Trigger.Consecutive(moreThan, EventMatches.of(rule, "reset"), quiet));
        }
    },
    LASTING {
        @Override
        Trigger read(Section rule) {
            Duration longerThan = rule.required("longer_than", rule.duration("longer_than"));
            return rule.meant("longer_than", () -> new Trigger.Lasting(EventMatches.of(rule, "until"), longerThan));
        }
    };

    abstract Trigger read(Section rule);

    /** The keys that only some kinds have. */
    List<String> keys() {
        return switch (this) {
            case COUNT -> List.of("more_than", "window");
            case ANY -> List.of("window");
            case CONSECUTIVE -> List.of("more_than", "reset", "quiet");
            case LASTING -> List.of("longer_than", "until");
        };
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
