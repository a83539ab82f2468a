package io.agentfense.secret;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The variables of a process that hold secrets. A value is judged as a line of an {@code .env} is; and since a process is given
 * what it is to use, where a file may show what one could write, a name is enough: {@code DATABASE_PASSWORD=secret123}.
 * Stateless.
 */
public final class Variables {
    /** Of a value whose name says what it is. */
    public static final String BY_NAME = "secret-name";

    private static final String FILE = ".env";

    private static final Pattern NAME = Pattern.compile(
            ".*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|(?:API|ACCESS|PRIVATE|SECRET)[_-]?KEY)"
                    + "|(?:.*[_-])?(?:ENCRYPTION|SIGNING)[_-]?KEY",
            Pattern.CASE_INSENSITIVE);

    /** What is told by another name, switches something, counts it, or says where the secret is. */
    private static final Pattern NO_SECRET = Pattern.compile(
            "|true|false|yes|no|on|off|none|null|[0-9]{1,5}|/.*|file:.*|\\$.*|<.*>|\\*+|AF_SECRET_.*",
            Pattern.CASE_INSENSITIVE);

    private Variables() {}

    /** The names of those that hold secrets, in order, each with the id of the first rule that found one. */
    public static SortedMap<String, String> secrets(Map<String, String> variables) {
        SortedMap<String, String> found = new TreeMap<>();
        ContentScan scan = Scanner.standard().newScan();
        variables.forEach((name, value) -> rule(scan, name, value).ifPresent(rule -> found.put(name, rule)));
        return found;
    }

    private static Optional<String> rule(ContentScan scan, String name, String value) {
        List<Finding> findings = new ArrayList<>();
        byte[] line = (name + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
        scan.begin(FILE, findings::add);
        scan.feed(line, 0, line.length);
        boolean whole = scan.end();
        if (!findings.isEmpty()) {
            return Optional.of(findings.getFirst().rule().id());
        }
        if (!whole) {
            return Optional.of(Finding.UNSCANNED);
        }
        boolean named =
                NAME.matcher(name).matches() && !NO_SECRET.matcher(value).matches();
        return named ? Optional.of(BY_NAME) : Optional.empty();
    }
}
