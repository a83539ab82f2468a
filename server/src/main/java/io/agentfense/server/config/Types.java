package io.agentfense.server.config;

import io.agentfense.alert.text.GoDuration;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Rule;
import io.agentfense.policy.Spelling;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The types that keys have. Stateless. */
final class Types {
    /** Any string. */
    static final ValueType<String> TEXT = of(Given::string, UnaryOperator.identity());

    static final ValueType<Boolean> BOOLEAN = of(Types::bool, String::valueOf);

    /** A list of any strings. */
    static final ValueType<List<String>> TEXTS = of(given -> List.copyOf(given.strings("names")), List::toString);

    /** A list of patterns of rules. */
    static final ValueType<List<String>> PATTERNS =
            of(given -> given.strings("patterns").stream().map(Types::pattern).toList(), List::toString);

    /** A path, made absolute from the current directory. */
    static final ValueType<Path> PATH = of(given -> path(given.string()), Path::toString);

    /** The same, or nothing for the empty string. */
    static final ValueType<Optional<Path>> OPTIONAL_PATH = of(
            given -> given.string().isEmpty() ? Optional.empty() : Optional.of(path(given.string())),
            path -> path.map(Path::toString).orElse(""));

    /** A list of paths. */
    static final ValueType<List<Path>> PATHS = of(
            given -> given.strings("paths").stream().map(Types::path).toList(),
            paths -> paths.stream().map(Path::toString).toList().toString());

    static final ValueType<ListenAddress> ADDRESS =
            of(given -> ListenAddress.parse(given.string()), ListenAddress::toString);

    /** The same, or nothing for the empty string. */
    static final ValueType<Optional<ListenAddress>> OPTIONAL_ADDRESS = of(
            given -> given.string().isEmpty() ? Optional.empty() : Optional.of(ListenAddress.parse(given.string())),
            address -> address.map(ListenAddress::toString).orElse(""));

    private Types() {}

    /** A path, or a URL, which is left as it is. */
    static final ValueType<String> DATABASE = of(
            given -> {
                String text = given.string();
                return isUrl(text) ? text : path(text).toString();
            },
            Types::withoutPassword);

    /** A share of a whole, 0 to 1. */
    static final ValueType<Double> RATIO = of(Types::ratio, String::valueOf);

    /** A whole number of a range, both ends included. */
    static ValueType<Long> whole(long least, long most) {
        return of(given -> whole(given, least, most), String::valueOf);
    }

    /** The same, where it fits an int. */
    static ValueType<Integer> count(int most) {
        return of(given -> Math.toIntExact(whole(given, 0, most)), String::valueOf);
    }

    /** A duration of a range, both ends included. */
    static ValueType<Duration> duration(Duration least, Duration most) {
        return of(
                given -> {
                    Duration value = GoDuration.parse(given.string());
                    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                        throw new IllegalArgumentException(
                                "must be from " + GoDuration.print(least) + " to " + GoDuration.print(most));
                    }
                    return value;
                },
                GoDuration::print);
    }

    /** One of an enum's constants in lower case. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        List<E> constants = List.of(type.getEnumConstants());
        List<String> words = constants.stream().map(Types::word).toList();
        return of(
                given -> {
                    int at = words.indexOf(given.string());
                    if (at < 0) {
                        throw unknown(given.string(), words);
                    }
                    return constants.get(at);
                },
                Types::word);
    }

    /** The same with {@code off} among the words, which YAML reads as false where nobody puts it in quotes. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type, E off) {
        ValueType<E> plain = oneOf(type);
        return of(given -> isOff(given) ? off : plain.read(given), plain::print);
    }

    private static boolean isOff(Given given) {
        return given instanceof Given.Scalar(Given.Scalar.Kind kind, String text)
                && kind == Given.Scalar.Kind.BOOLEAN
                && List.of("off", "false").contains(text.toLowerCase(Locale.ROOT));
    }

    /** The same with other words that mean a constant too. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type, String alias, E meaning) {
        ValueType<E> plain = oneOf(type);
        return of(
                given -> given.equals(new Given.Text(alias))
                                || given.equals(new Given.Scalar(Given.Scalar.Kind.STRING, alias))
                        ? meaning
                        : plain.read(given),
                plain::print);
    }

    /** A list of some of these words, at least one. */
    static ValueType<List<String>> someOf(List<String> words) {
        return of(
                given -> {
                    List<String> chosen = given.strings("names");
                    chosen.stream()
                            .filter(word -> !words.contains(word))
                            .findFirst()
                            .ifPresent(word -> {
                                throw unknown(word, words);
                            });
                    if (chosen.isEmpty()) {
                        throw new IllegalArgumentException("must name at least one of " + String.join(", ", words));
                    }
                    return List.copyOf(chosen);
                },
                List::toString);
    }

    /** Whether a database's location is a URL rather than a path. */
    static boolean isUrl(String location) {
        return location.matches("(?:jdbc:)?postgres(?:ql)?:.*");
    }

    private static IllegalArgumentException unknown(String word, List<String> words) {
        String near = Spelling.nearest(word, words)
                .map(found -> "; did you mean '" + found + "'?")
                .orElse("");
        return new IllegalArgumentException("must be one of " + String.join(", ", words) + near);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String pattern(String text) {
        try {
            Policy.compile(List.of(Rule.of(text, Level.READ)));
            return text;
        } catch (PolicyException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static boolean bool(Given given) {
        String text =
                given instanceof Given.Scalar(Given.Scalar.Kind kind, String word) && kind == Given.Scalar.Kind.BOOLEAN
                        ? word
                        : given instanceof Given.Text(String word) ? word : "";
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    private static long whole(Given given, long least, long most) {
        String text = switch (given) {
            case Given.Text(String word) -> word;
            case Given.Scalar(Given.Scalar.Kind kind, String word) when kind == Given.Scalar.Kind.INTEGER -> word;
            case Given.Scalar _, Given.Items _ -> "";
        };
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a whole number from " + least + " to " + most, e);
        }
        if (value < least || value > most) {
            throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
        }
        return value;
    }

    private static double ratio(Given given) {
        String text = switch (given) {
            case Given.Text(String word) -> word;
            case Given.Scalar(Given.Scalar.Kind kind, String word)
            when kind == Given.Scalar.Kind.DECIMAL || kind == Given.Scalar.Kind.INTEGER -> word;
            case Given.Scalar _, Given.Items _ -> "";
        };
        if (!text.matches("0|1|[01]?\\.\\d{1,15}") || Double.parseDouble(text) > 1) {
            throw new IllegalArgumentException("must be a number from 0 to 1, such as 0.25");
        }
        return Double.parseDouble(text);
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("must be a path");
        }
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("must be a path", e);
        }
    }

    /** A URL can hold a password after the user's name, and as an option. */
    private static String withoutPassword(String location) {
        return isUrl(location)
                ? location.replaceFirst("(//[^/?#]*?):[^/?#]*@", "$1:****@")
                        .replaceAll("(?i)([?&][a-z]*password=)[^&]*", "$1****")
                : location;
    }

    private static <T> ValueType<T> of(Function<Given, T> reader, Function<T, String> printer) {
        return new ValueType<>() {
            @Override
            public T read(Given given) {
                return reader.apply(given);
            }

            @Override
            public String print(T value) {
                return printer.apply(value);
            }
        };
    }

    /** The words of an enum, for documentation. */
    static String words(Class<? extends Enum<?>> type) {
        return String.join(
                ", ", Arrays.stream(type.getEnumConstants()).map(Types::word).toList());
    }
}
