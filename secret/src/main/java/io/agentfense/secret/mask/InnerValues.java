package io.agentfense.secret.mask;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of secret names within a line or a string: {@code {user: a, password: b}}, {@code Server=x;Password=y},
 * {@code ?user=a&token=b}. Stateless.
 */
final class InnerValues {
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "(?<![A-Za-z0-9_.-])(?:\\\\?[\"'])?(?<name>[A-Za-z0-9_.-]+)(?:\\\\?[\"'])?[ \\t]*(?:=>|[:=])[ \\t]*"
                    + "(?:\\\\\"(?<escaped>.*?)\\\\\"|\"(?<double>[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|'(?<single>[^']*)'"
                    + "|(?<plain>[^\\s,;}\\]&\"'\\\\]+))");

    private static final String[] FORMS = {"escaped", "double", "single", "plain"};

    private InnerValues() {}

    /** Adds those in a part of a text. */
    static void find(String text, int from, int to, Ranges found) {
        Matcher assignment = ASSIGNMENT.matcher(text).region(from, to);
        int at = from;
        while (at < to && assignment.region(at, to).find()) {
            boolean secret = SecretName.is(assignment.group("name"));
            for (String form : FORMS) {
                String value = secret ? assignment.group(form) : null;
                if (value != null && !SecretName.isHarmless(value)) {
                    found.add(assignment.start(form), assignment.end(form));
                }
            }
            // The value of another name may hold one: url=jdbc:…?password=…
            at = secret ? assignment.end() : assignment.end("name") + 1;
        }
    }
}
