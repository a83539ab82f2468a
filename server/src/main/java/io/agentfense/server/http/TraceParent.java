package io.agentfense.server.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header by which a client says which trace a call is part of. Stateless.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context</a>
 */
final class TraceParent {
    /** Its name. */
    static final String HEADER = "traceparent";

    /** Version, trace, parent, flags; a later version may have more after them. */
    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?");

    private static final String NO_VERSION = "ff";
    private static final String FIRST_VERSION = "00";

    private TraceParent() {}

    /** The id of the trace, 32 hexadecimal digits; nothing for what the specification does not allow. */
    static Optional<String> traceId(String header) {
        Matcher matcher = FORM.matcher(header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String version = matcher.group(1);
        String trace = matcher.group(2);
        boolean tooLong = version.equals(FIRST_VERSION) && matcher.group(4) != null;
        return version.equals(NO_VERSION) || tooLong || isZero(trace) || isZero(matcher.group(3))
                ? Optional.empty()
                : Optional.of(trace);
    }

    private static boolean isZero(String digits) {
        return digits.chars().allMatch(digit -> digit == '0');
    }
}
