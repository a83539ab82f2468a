package io.agentfense.secret.text;

/** Classes of ASCII characters; anything outside of ASCII, -1 too, is in none. */
public final class Ascii {
    private Ascii() {}

    /** An upper-case letter as a lower-case one, anything else as it is. */
    public static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }

    public static boolean isUpper(int c) {
        return c >= 'A' && c <= 'Z';
    }

    public static boolean isLower(int c) {
        return c >= 'a' && c <= 'z';
    }

    public static boolean isLetter(int c) {
        return isUpper(c) || isLower(c);
    }

    public static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** A letter, a digit or an underscore. */
    public static boolean isWord(int c) {
        return isLetter(c) || isDigit(c) || c == '_';
    }

    /** A digit of either case, base 16. */
    public static boolean isHex(int c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /** A character of base 64 of either alphabet, without padding. */
    public static boolean isBase64(int c) {
        return isWord(c) || c == '+' || c == '/' || c == '-';
    }

    /** A space or a tab. */
    public static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    /** A space, a tab or the end of a line. */
    public static boolean isSpace(int c) {
        return isBlank(c) || c == '\n' || c == '\r';
    }
}
