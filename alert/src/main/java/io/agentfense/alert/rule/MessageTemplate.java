package io.agentfense.alert.rule;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message with places for fields, such as {@code {count} denials in {sandbox_id}}. Immutable.
 *
 * <p>What is put in is hostile: control and format characters, line and paragraph separators, and halves of surrogate
 * pairs become {@code \}{@code uXXXX}, a backslash is doubled, and each is cut at 200 characters.
 *
 * @param text with {@code {name}} for each place
 */
public record MessageTemplate(String text) {
    /** The most characters of a template. */
    public static final int LONGEST = 1000;

    private static final int LONGEST_VALUE = 200;
    private static final Pattern PLACE = Pattern.compile("\\{([a-z][a-z0-9_]{0,63})\\}");

    /** Checks that all braces are those of places. */
    public MessageTemplate {
        String rest = PLACE.matcher(text).replaceAll("");
        if (rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
            throw new IllegalArgumentException("has a brace that is none of a place such as {sandbox_id}");
        }
        if (text.length() > LONGEST || text.isBlank()) {
            throw new IllegalArgumentException("must have 1 to " + LONGEST + " characters");
        }
    }

    /**
     * The message.
     *
     * @param values gives what belongs in a place; null if there is none, which shows as {@code -}
     */
    public String fill(Function<String, @Nullable Object> values) {
        StringBuilder filled = new StringBuilder();
        Matcher place = PLACE.matcher(text);
        int end = 0;
        while (place.find()) {
            filled.append(text, end, place.start());
            Object value = values.apply(place.group(1));
            put(filled, value == null ? "-" : value.toString());
            end = place.end();
        }
        return filled.append(text, end, text.length()).toString();
    }

    private static void put(StringBuilder filled, String value) {
        int[] characters = value.codePoints().limit(LONGEST_VALUE + 1L).toArray();
        for (int i = 0; i < Math.min(characters.length, LONGEST_VALUE); i++) {
            put(filled, characters[i]);
        }
        if (characters.length > LONGEST_VALUE) {
            filled.append('…');
        }
    }

    private static void put(StringBuilder filled, int character) {
        boolean plain = switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
        if (character == '\\') {
            filled.append("\\\\");
        } else if (plain) {
            filled.appendCodePoint(character);
        } else {
            filled.append(String.format("\\u%04x", character));
        }
    }
}
