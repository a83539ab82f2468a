package io.agentfense.alert.text;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A mapping of a configuration and the key that it stands under. Immutable, if the mapping is. */
final class Section {
    private final String key;
    private final Map<?, ?> values;

    private Section(String key, Map<?, ?> values) {
        this.key = key;
        this.values = values;
    }

    /** The mapping under a key, which has keys of these only. */
    static Section of(String key, @Nullable Object value, Collection<String> known) {
        Section section = of(key, value);
        for (String name : section.names()) {
            if (!known.contains(name)) {
                throw section.problem(name, "unknown key; there are " + String.join(", ", known));
            }
        }
        return section;
    }

    /** The mapping under a key, whatever its keys are. */
    static Section of(String key, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new AlertConfigException(key, "must be a mapping");
        }
        return new Section(key, map);
    }

    List<String> names() {
        return values.keySet().stream().map(String::valueOf).toList();
    }

    boolean has(String name) {
        return values.get(name) != null;
    }

    @Nullable
    Object value(String name) {
        return values.get(name);
    }

    /** The full key of a name here. */
    String key(String name) {
        return key.isEmpty() ? name : key + "." + name;
    }

    String key() {
        return key;
    }

    AlertConfigException problem(String name, String problem) {
        return new AlertConfigException(key(name), problem);
    }

    /** What a text means, if there is one. */
    <T> Optional<T> text(String name, Function<String, T> meaning) {
        if (!has(name)) {
            return Optional.empty();
        }
        if (!(value(name) instanceof String text) || text.isEmpty()) {
            throw problem(name, "must be a string; put it in quotes");
        }
        return Optional.of(meant(name, () -> meaning.apply(text)));
    }

    /** The texts of a list, or one text; none if there is nothing. */
    List<String> texts(String name) {
        Object value = value(name);
        List<?> items = value == null ? List.of() : value instanceof List<?> list ? list : List.of(value);
        List<String> texts = new ArrayList<>();
        for (Object item : items) {
            if (!(item instanceof String text) || text.isEmpty()) {
                throw problem(name, "must be a string or a list of strings");
            }
            texts.add(text);
        }
        return texts;
    }

    /** What each item of a list means, by the item and its key. */
    <T> List<T> list(String name, BiFunction<String, @Nullable Object, T> meaning) {
        Object value = value(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw problem(name, "must be a list");
        }
        List<T> all = new ArrayList<>();
        for (Object item : list) {
            all.add(meaning.apply(key(name) + "[" + all.size() + "]", item));
        }
        return all;
    }

    Optional<Duration> duration(String name) {
        return text(name, TimeText::parse);
    }

    boolean truth(String name, boolean otherwise) {
        Object value = value(name);
        return switch (value) {
            case null -> otherwise;
            case Boolean truth -> truth;
            case String text when text.equals("true") || text.equals("false") -> text.equals("true");
            default -> throw problem(name, "must be true or false");
        };
    }

    Optional<BigDecimal> number(String name) {
        Object value = value(name);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(value.toString()));
        } catch (NumberFormatException e) {
            throw problem(name, "must be a number");
        }
    }

    Optional<Long> whole(String name, long least, long most) {
        return number(name).map(number -> {
            if (number.scale() > 0
                    || number.compareTo(BigDecimal.valueOf(least)) < 0
                    || number.compareTo(BigDecimal.valueOf(most)) > 0) {
                throw problem(name, "must be a whole number from " + least + " to " + most);
            }
            return number.longValue();
        });
    }

    <T> T required(String name, Optional<T> value) {
        return value.orElseThrow(() -> problem(name, "must be set"));
    }

    /** What is made of a name's value; a complaint about it gets the name's key. */
    <T> T meant(String name, Supplier<T> meaning) {
        try {
            return meaning.get();
        } catch (AlertConfigException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw problem(name, String.valueOf(e.getMessage()));
        }
    }

    /** One of some words. */
    static <T> Function<String, T> oneOf(Collection<T> all, Function<T, String> label) {
        return text -> all.stream()
                .filter(one -> label.apply(one).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown word '" + text + "'; use one of "
                        + String.join(", ", all.stream().map(label).toList())));
    }
}
