package io.agentfense.secret.mask;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of secret names within a line or a string: {@code {user: a, password: b}}, {@code Server=x;Password=y},
 * {@code ?user=a&token=b}. Where a value without quotes ends is told by what its name stands behind. Stateless.
 */
final class InnerValues {
    /** Runs are bounded, so that nobody makes a search of a search. */
    private static final Pattern ASSIGNMENT =
            Pattern.compile("(?<![A-Za-z0-9_.-])(?<open>\\\\{0,8}[\"'])?(?<name>[A-Za-z0-9_.-]++(?:\\[[^]\\s]{0,16}])?)"
                    + "(?<close>\\\\{0,8}[\"'])?[ \\t]*(?:=>|[+?:=!]{0,2}=|:)[ \\t]*");

    private InnerValues() {}

    /** Adds those in a part of a text. */
    static void find(String text, int from, int to, Ranges found) {
        Matcher assignment = ASSIGNMENT.matcher(text);
        int at = from;
        while (at < to && assignment.region(at, to).find()) {
            // The value of another name may hold one: url=jdbc:…?password=…
            at = assignment.end("name") + 1;
            if (SecretName.is(assignment.group("name"))) {
                InnerValue value = InnerValue.at(text, assignment.end(), to, end(text, from, assignment));
                if (!SecretName.isHarmless(text.substring(value.start(), value.end()))) {
                    found.add(value.start(), value.end());
                }
                at = Math.max(at, value.next());
            }
        }
    }

    private static InnerValue.End end(String text, int from, Matcher assignment) {
        int before = assignment.start() - 1;
        boolean opened = assignment.group("open") != null && assignment.group("close") == null;
        if (opened || before == from - 1 && before >= 0 && InnerValue.isQuote(text.charAt(before))) {
            return InnerValue.End.OF_STRING;
        }
        while (before >= from && (text.charAt(before) == ' ' || text.charAt(before) == '\t')) {
            before--;
        }
        return switch (before < from ? ' ' : text.charAt(before)) {
            case '?', '&' -> InnerValue.End.OF_PARAMETER;
            case ';' -> InnerValue.End.OF_FIELD;
            case '{', '[', ',' -> InnerValue.End.OF_MEMBER;
            default -> InnerValue.End.OF_WORD;
        };
    }
}
