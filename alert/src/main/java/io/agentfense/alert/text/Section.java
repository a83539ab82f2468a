package io.agentfense.alert.text;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of a configuration and the key that it stands under. What can't be meant is an {@link AlertConfigException}.
 * Immutable, if the mapping is.
 */
public final class Section {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(5);
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    private final String key;
    private final Map<?, ?> values;

    private Section(String key, Map<?, ?> values) {
        this.key = key;
        this.values = values;
    }

    /** The mapping under a key, which has keys of these only. */
    public static Section of(String key, @Nullable Object value, Collection<String> known) {
        Section section = of(key, value);
        for (String name : section.names()) {
            if (!known.contains(name)) {
                throw section.problem(name, "unknown key; there are " + String.join(", ", known));
            }
        }
        return section;
    }

    /** The mapping under a key, whatever its keys are. */
    public static Section of(String key, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new AlertConfigException(key, "must be a mapping");
        }
        return new Section(key, map);
    }

    /** The names that it has. */
    public List<String> names() {
        return values.keySet().stream().map(String::valueOf).toList();
    }

    /** Whether a name has a value. */
    public boolean has(String name) {
        return values.get(name) != null;
    }

    /** The value of a name; null if there is none. */
    public @Nullable Object value(String name) {
        return values.get(name);
    }

    /** The full key of a name here. */
    String key(String name) {
        return key.isEmpty() ? name : key + "." + name;
    }

    /** The key that it stands under. */
    public String key() {
        return key;
    }

    /** A complaint about a name. */
    public AlertConfigException problem(String name, String problem) {
        return new AlertConfigException(key(name), problem);
    }

    /** What a text means, if there is one. */
    public <T> Optional<T> text(String name, Function<String, T> meaning) {
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
    public <T> List<T> list(String name, BiFunction<String, @Nullable Object, T> meaning) {
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
        return text(name, GoDuration::parse);
    }

    /** A truth, or what to take if there is none. */
    public boolean truth(String name, boolean otherwise) {
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

    /** What must be there. */
    public <T> T required(String name, Optional<T> value) {
        return value.orElseThrow(() -> problem(name, "must be set"));
    }

    /** A file, by its absolute path. */
    public Optional<Path> file(String name) {
        return text(name, Path::of).map(path -> {
            if (!path.isAbsolute()) {
                throw problem(name, "must be an absolute path");
            }
            return path;
        });
    }

    /** How long to wait for others: {@code timeout}, 10 seconds without it. */
    public Duration timeout() {
        Duration timeout = duration("timeout").orElse(DEFAULT_TIMEOUT);
        if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw problem("timeout", "must be from 1ms to " + GoDuration.print(LONGEST_TIMEOUT));
        }
        return timeout;
    }

    /**
     * {@code url}, of which nothing can be read on the way: of https, or of this machine.
     *
     * @param instead the key for what does not belong into it
     */
    public URI url(String instead) {
        URI url = required("url", text("url", URI::create));
        String host = url.getHost() == null ? "" : url.getHost();
        boolean safe = "https".equals(url.getScheme()) || "http".equals(url.getScheme()) && isThisMachine(host);
        if (host.isEmpty() || !safe) {
            throw problem("url", "must be an https URL, or an http URL of this machine");
        }
        if (url.getUserInfo() != null) {
            throw problem("url", "must not have a user or password in it; use " + instead);
        }
        return url;
    }

    /** Whether a host is this machine, as far as its name tells. */
    public static boolean isThisMachine(String host) {
        return THIS_MACHINE.contains(host);
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
    public static <T> Function<String, T> oneOf(Collection<T> all, Function<T, String> label) {
        return text -> all.stream()
                .filter(one -> label.apply(one).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown word '" + text + "'; use one of "
                        + String.join(", ", all.stream().map(label).toList())));
    }
}
