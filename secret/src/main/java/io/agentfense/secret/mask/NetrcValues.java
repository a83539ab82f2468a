package io.agentfense.secret.mask;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The passwords of a {@code .netrc}, which are words behind the word {@code password} wherever lines end. Stateless. */
final class NetrcValues {
    private static final Pattern PASSWORD = Pattern.compile(
            "(?<!\\S)(?:password|passwd|account)\\s+"
                    + "(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"(?!\\S)|((?:\"[^\"]*\"|'[^']*'|\\\\.|\\S)\\S*(?:(?<=\\\\)[ \\t]\\S*)*))",
            Pattern.DOTALL);

    private NetrcValues() {}

    static Ranges of(byte[] content) {
        Ranges ranges = new Ranges();
        // A byte is a character, so that offsets are the same.
        Matcher matcher = PASSWORD.matcher(new String(content, ISO_8859_1));
        while (matcher.find()) {
            int group = matcher.group(1) == null ? 2 : 1;
            ranges.add(matcher.start(group), matcher.end(group));
        }
        return ranges;
    }
}
