package io.agentfense.alert.text;

import io.agentfense.alert.rule.Condition;
import io.agentfense.alert.rule.EventMatch;
import io.agentfense.alert.rule.Glob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which events are meant, and what must hold for their fields. Stateless. */
final class EventMatches {
    static final String EVENTS = "events";
    static final String WHERE = "where";
    static final String ONE_OF = "one_of";
    static final String GLOB = "glob";

    private EventMatches() {}

    /** Of the keys {@code events} and {@code where} of a section. */
    static EventMatch of(Section section) {
        List<String> names = section.texts(EVENTS);
        for (String name : names) {
            if (!name.matches("[a-z0-9_*?]{1,64}")) {
                throw section.problem(EVENTS, "'" + name + "' is no name of an event, such as permission_denied");
            }
        }
        return section.meant(EVENTS, () -> new EventMatch(names, where(section)));
    }

    /** Of a key's value: names, or a mapping with {@code events} and {@code where}. */
    static EventMatch of(Section section, String name) {
        Object value = section.value(name);
        return value instanceof Map
                ? of(Section.of(section.key(name), value, List.of(EVENTS, WHERE)))
                : section.meant(name, () -> new EventMatch(section.texts(name), Map.of()));
    }

    private static Map<String, Condition> where(Section section) {
        if (!section.has(WHERE)) {
            return Map.of();
        }
        Section fields = Section.of(section.key(WHERE), section.value(WHERE));
        Map<String, Condition> where = new LinkedHashMap<>();
        for (String field : fields.names()) {
            where.put(field, condition(fields, field));
        }
        return where;
    }

    private static Condition condition(Section fields, String field) {
        return switch (fields.value(field)) {
            case Map<?, ?> map -> compound(Section.of(fields.key(field), map, keys()));
            case List<?> list -> new Condition.OneOf(scalars(fields, field, list));
            case null, default -> new Condition.OneOf(scalars(fields, field, one(fields.value(field))));
        };
    }

    private static List<?> one(@Nullable Object value) {
        return value == null ? List.of() : List.of(value);
    }

    private static Condition compound(Section section) {
        List<Condition> all = new ArrayList<>();
        if (section.value(ONE_OF) instanceof List<?> list) {
            all.add(new Condition.OneOf(scalars(section, ONE_OF, list)));
        } else if (section.has(ONE_OF)) {
            throw section.problem(ONE_OF, "must be a list");
        }
        List<String> globs = section.texts(GLOB);
        if (!globs.isEmpty()) {
            all.add(new Condition.Like(globs.stream().map(Glob::new).toList()));
        }
        for (Condition.Comparison comparison : Condition.Comparison.values()) {
            section.number(comparison.label()).ifPresent(number -> all.add(new Condition.Compared(comparison, number)));
        }
        if (all.isEmpty()) {
            throw new AlertConfigException(section.key(), "needs one of " + String.join(", ", keys()));
        }
        return all.size() == 1 ? all.getFirst() : new Condition.All(all);
    }

    private static List<Object> scalars(Section section, String name, List<?> list) {
        List<Object> values = new ArrayList<>();
        for (Object item : list) {
            if (!(item instanceof String || item instanceof Number || item instanceof Boolean)) {
                throw section.problem(name, "must be strings, numbers or truths");
            }
            values.add(item);
        }
        if (values.isEmpty()) {
            throw section.problem(name, "needs a value");
        }
        return values;
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(List.of(ONE_OF, GLOB));
        for (Condition.Comparison comparison : Condition.Comparison.values()) {
            keys.add(comparison.label());
        }
        return keys;
    }
}
