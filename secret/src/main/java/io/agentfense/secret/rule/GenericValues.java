package io.agentfense.secret.rule;

import io.agentfense.secret.check.Entropy;
import io.agentfense.secret.check.MadeUp;
import io.agentfense.secret.text.Ascii;
import java.util.regex.Pattern;

/** Whether a value that is given to a name such as password or token is a secret, by its looks alone. */
final class GenericValues {
    private static final Pattern UUID =
            Pattern.compile("(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/=_.~!@#$%^&*-]+");
    /** Words with something between them, paths, addresses, names of a namespace, dates. */
    private static final Pattern NAME = Pattern.compile(
            "(?:[A-Za-z]+[0-9]{0,4}[-_./:@ ]){1,}[A-Za-z]*[0-9]{0,4}|[A-Za-z]+[0-9]{0,4}|.*://.*|[/.~].*|\\d{4}-\\d\\d-\\d\\d.*|0x[0-9a-fA-F]+|sha\\d+[-:].*|arn:.*|projects/.*|[\\d.,:]+|-----.*|urn:.*|[\\w.+-]+@[\\w.-]+[.][a-z]+");

    private static final Pattern CODE = Pattern.compile(
            "[A-Za-z_$]+\\d{0,2}(?:(?:[.:]+|->)[A-Za-z_$]+\\d{0,2})*|&?\\w+[.;,]|[A-Z][A-Z0-9_]+|.*[|*].*|0x\\w+|\\d+[a-z]{1,2}");

    /** A name with a number in it, or several with dots between them. */
    private static final Pattern IDENTIFIER =
            Pattern.compile("[A-Za-z_$]+\\d{0,3}[A-Za-z_]*(?:[.][A-Za-z_$]+\\d{0,3}[A-Za-z_]*)*");

    private static final Pattern QUALIFIED = Pattern.compile("[A-Za-z_$][\\w$]*(?:[.][A-Za-z_$][\\w$]*){2,}");

    private static final double LEAST_PIECE = 4;

    private GenericValues() {}

    /** A key or token: random, of one alphabet, with a digit. */
    static boolean key(String value, boolean quoted) {
        return KEY.matcher(value).matches()
                && !MadeUp.isReference(value)
                && !MadeUp.token(value)
                && !NAME.matcher(value).matches()
                && hasDigitAndLetter(value)
                && Entropy.of(value) >= 3
                && !isWordy(value)
                && !QUALIFIED.matcher(value).matches()
                && (quoted
                        || !looksLikeCode(value) && !IDENTIFIER.matcher(value).matches());
    }

    /** A password: one word that mixes kinds of characters as nobody's identifiers do. */
    static boolean password(String value, boolean quoted) {
        return value.chars().allMatch(c -> c > ' ' && c < 127)
                && value.length() <= 80
                && !value.contains("\\u")
                && !MadeUp.password(value)
                && !NAME.matcher(value).matches()
                && !UUID.matcher(value).matches()
                && kinds(value) >= 2
                && hasDigitAndLetter(value)
                && (quoted || !looksLikeCode(value));
    }

    /** Whether there are letters of both cases, as in 40 random characters of base 64 and in no hash of base 16. */
    static boolean mixesCases(String value) {
        return value.chars().anyMatch(Ascii::isUpper) && value.chars().anyMatch(Ascii::isLower);
    }

    private static boolean hasDigitAndLetter(String value) {
        return value.chars().anyMatch(Ascii::isDigit) && value.chars().anyMatch(Ascii::isLetter);
    }

    private static int kinds(String value) {
        int lower = value.chars().anyMatch(Ascii::isLower) ? 1 : 0;
        int upper = value.chars().anyMatch(Ascii::isUpper) ? 1 : 0;
        int digit = value.chars().anyMatch(Ascii::isDigit) ? 1 : 0;
        int other = value.chars().anyMatch(c -> !Ascii.isLetter(c) && !Ascii.isDigit(c)) ? 1 : 0;
        return lower + upper + digit + other;
    }

    /** Whether a value without quotes is an expression: a path of names, a name, a constant, a number with its unit. */
    static boolean looksLikeCode(String value) {
        return CODE.matcher(value).matches();
    }

    /** Whether it is made of words, as names in camel case are: the pieces of one kind are long. */
    private static boolean isWordy(String value) {
        int pieces = 0;
        for (int i = 0; i < value.length(); i++) {
            if (i == 0 || kind(value.charAt(i)) != kind(value.charAt(i - 1)) && !isCapitalized(value, i)) {
                pieces++;
            }
        }
        return value.length() >= LEAST_PIECE * pieces;
    }

    private static boolean isCapitalized(String value, int at) {
        return Ascii.isLower(value.charAt(at)) && Ascii.isUpper(value.charAt(at - 1));
    }

    private static int kind(char c) {
        return Ascii.isLower(c) ? 0 : Ascii.isUpper(c) ? 1 : Ascii.isDigit(c) ? 2 : 3;
    }
}
