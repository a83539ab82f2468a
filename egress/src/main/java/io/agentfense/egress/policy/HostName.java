package io.agentfense.egress.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host name as it is compared: ASCII in lower case, without the dot at its end. An address in any spelling is no host
 * name, which is why the last label begins with a letter ({@code 0x7f.1} and {@code 127.1} are addresses to many programs).
 *
 * @param text at most 253 characters in labels of 1 to 63 letters, digits, hyphens and underscores
 */
public record HostName(String text) {
    private static final int MOST_CHARACTERS = 253;
    private static final Pattern NAME =
            Pattern.compile("(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");

    /** Refuses what {@link #parse} does not take. */
    public HostName {
        if (text.length() > MOST_CHARACTERS || !NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a host name in lower case");
        }
    }

    /**
     * What somebody wrote as a host name; nothing if it is none. Names of other scripts are known in their ASCII form
     * ({@code xn--…}) alone.
     */
    public static Optional<HostName> parse(String written) {
        // ASCII alone: other letters have lower cases that are ASCII, such as the Kelvin sign.
        if (!written.chars().allMatch(c -> c < 128)) {
            return Optional.empty();
        }
        String lower = written.toLowerCase(Locale.ROOT);
        String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        boolean valid = name.length() <= MOST_CHARACTERS && NAME.matcher(name).matches();
        return valid ? Optional.of(new HostName(name)) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
