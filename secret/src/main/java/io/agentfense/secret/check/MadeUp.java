package io.agentfense.secret.check;

import io.agentfense.secret.text.Ascii;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a string was made up to stand where a secret would: a placeholder, a reference to one, a row of keys. */
public final class MadeUp {
    private static final double LEAST_SHARE = 0.72;

    /** None of these is likely by chance in a random string. */
    private static final List<String> WORDS = List.of(
            "example",
            "hmacsha",
            "pbewith",
            "pbkdf2",
            "withrsa",
            "placeholder",
            "changeme",
            "change_me",
            "change-me",
            "redacted",
            "insert",
            "replace",
            "your_",
            "your-",
            "yourkey",
            "yourtoken",
            "dummy",
            "xxxxx",
            "*****",
            "....",
            "12345678",
            "87654321",
            "abcdefg",
            "_here",
            "-here",
            "keyhere",
            "tokenhere",
            "notreal",
            "not-real",
            "foobar",
            "deadbeef",
            "sample",
            "lorem",
            "_token_",
            "todo");

    private static final Set<String> PASSWORDS = Set.of(
            "password",
            "password1",
            "password12",
            "password123",
            "passwd",
            "pass",
            "secret",
            "secret123",
            "admin",
            "administrator",
            "admin123",
            "root",
            "toor",
            "test",
            "testing",
            "test123",
            "test1234",
            "testpass",
            "testpassword",
            "guest",
            "user",
            "username",
            "pwd",
            "postgres",
            "mysql",
            "mongo",
            "mongodb",
            "redis",
            "rabbitmq",
            "default",
            "none",
            "null",
            "nil",
            "true",
            "false",
            "undefined",
            "empty",
            "string",
            "token",
            "qwerty",
            "letmein",
            "welcome",
            "hunter2",
            "mypassword",
            "my-password",
            "my_password",
            "mypass",
            "mysecret",
            "my-secret",
            "my_secret",
            "supersecret",
            "super-secret",
            "topsecret",
            "secretpassword",
            "pa55word",
            "passw0rd",
            "p4ssw0rd",
            "p@ssw0rd",
            "p@ssword",
            "pw",
            "abc123",
            "foo",
            "bar",
            "baz",
            "hello",
            "db_password",
            "masterkey",
            "asdf",
            "asdfasdf",
            "fake",
            "mock",
            "mockpassword",
            "s3cr3t",
            "s3cret",
            "open sesame",
            "opensesame",
            "ignored");

    private static final Pattern REFERENCE = Pattern.compile(
            "(?s)\\$.*|%[\\w.-]+%|.*(\\$\\{|\\$\\(|\\{\\{|<%|#\\{|%\\(|\\}\\}).*|<.*>|\\[.*\\]|\\{.*\\}|@[\\w.-]+@|ENC\\[.*|ENC\\(.*|__\\w+__|\\*+|%[sdvq]|:[a-z_]+|\\\\.*|!.*|&\\w+;.*");

    private MadeUp() {}

    /** Whether the random part of a token is not random: it holds a word, repeats, or counts up. */
    public static boolean token(String random) {
        String lower = random.toLowerCase(Locale.ROOT);
        // The words last: they cost most, and content may have been made to cost much.
        return Entropy.share(random) < LEAST_SHARE || isRow(lower) || hasWord(lower);
    }

    /** Whether this stands for a value: a variable, a template's expression, stars. */
    public static boolean isReference(String value) {
        return REFERENCE.matcher(value).matches();
    }

    /** Whether a password is one that is in every manual. */
    public static boolean password(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        return isReference(value)
                || hasWord(lower)
                || PASSWORDS.contains(lower)
                || lower.chars().distinct().count() < 4
                || isRow(lower);
    }

    private static boolean hasWord(String lower) {
        return WORDS.stream().anyMatch(lower::contains);
    }

    /** Whether most characters are the one before or its neighbour, as in 1234, abcd and aaaa. */
    private static boolean isRow(String lower) {
        int near = 0;
        for (int i = 1; i < lower.length(); i++) {
            int step = lower.charAt(i) - lower.charAt(i - 1);
            if (step >= -1 && step <= 1 && Ascii.isWord(lower.charAt(i))) {
                near++;
            }
        }
        return near * 2 > lower.length();
    }
}
