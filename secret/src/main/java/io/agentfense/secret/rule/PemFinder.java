package io.agentfense.secret.rule;

import io.agentfense.secret.text.Ascii;
import io.agentfense.secret.text.Text;
import java.util.Base64;
import java.util.Locale;

/**
 * A private key in PEM (RFC 7468) or an OpenPGP armour, over lines or in a string with escapes. The secret is what is
 * between the two lines, without headers. It has to decode, and to begin as a key of its kind does.
 */
final class PemFinder implements Finder {
    private static final int MOST_BYTES = 32 * 1024;
    private static final int LEAST_DIGITS = 60;
    private static final int LABEL_BYTES = 48;
    private static final int HEADER_BYTES = 200;

    private final String near;
    private final int reach;

    /** Any. */
    PemFinder() {
        this("", 0);
    }

    /** Only such that have a text, in lower case, at most so many bytes before or behind. */
    PemFinder(String near, int reach) {
        this.near = near;
        this.reach = reach;
    }

    @Override
    public boolean find(Text text, int literalStart, int literalEnd, Hit hit) {
        int label = text.find("-----", literalEnd, literalEnd + LABEL_BYTES);
        if (label < 0) {
            return false;
        }
        String kind = text.substring(literalEnd, label).trim().toUpperCase(Locale.ROOT);
        if (!kind.endsWith("PRIVATE KEY") && !kind.equals("PGP PRIVATE KEY BLOCK")) {
            return false;
        }
        int from = label + 5;
        // Any five hyphens end it, so that a file full of such lines is read once.
        int end = text.find("-----", from, from + MOST_BYTES);
        int to = end < 0 ? Math.min(text.length(), from + MOST_BYTES) : end;
        int start = body(text, from, to);
        if (!near.isEmpty() && text.find(near, literalStart - reach, to + reach) < 0) {
            return false;
        }
        return digits(text, start, to, kind, hit);
    }

    /** Where the first line without a header begins. */
    private static int body(Text text, int from, int to) {
        int at = from;
        for (int colon = header(text, at, to); colon >= 0; colon = header(text, at, to)) {
            int end = colon;
            while (end < to && text.at(end) != '\n' && !(text.at(end) == '\\' && text.at(end + 1) == 'n')) {
                end++;
            }
            at = Math.min(to, text.at(end) == '\\' ? end + 2 : end + 1);
        }
        return at;
    }

    /** The colon of a header such as {@code Proc-Type:} that stands next, or -1. */
    private static int header(Text text, int from, int to) {
        int at = from;
        while (at < to && at - from < HEADER_BYTES && !Ascii.isLetter(text.at(at))) {
            at += text.at(at) == '\\' ? 2 : 1;
        }
        while (at < to && at - from < HEADER_BYTES && (Ascii.isWord(text.at(at)) || text.at(at) == '-')) {
            at++;
        }
        return text.at(at) == ':' ? at : -1;
    }

    /** Takes the digits of base 64 from what may stand between them in files and in the source of any language. */
    private static boolean digits(Text text, int from, int to, String kind, Hit hit) {
        StringBuilder digits = new StringBuilder();
        int first = -1;
        int last = from;
        for (int at = from; at < to; at++) {
            int c = text.at(at);
            if (c == '\\' && (text.at(at + 1) == 'n' || text.at(at + 1) == 'r' || text.at(at + 1) == 't')) {
                at++;
            } else if (Ascii.isLetter(c) || Ascii.isDigit(c) || c == '/' || c == '+' && !isConcatenation(text, at)) {
                first = first < 0 ? at : first;
                last = at + 1;
                digits.append((char) c);
            } else if (c == '=' && first >= 0) {
                last = at + 1;
            } else if (!Ascii.isSpace(c) && "\"'+,\\;.>#*|-=".indexOf(c) < 0) {
                break;
            }
        }
        return digits.length() >= LEAST_DIGITS && isKey(digits, kind) && hit.at(first, last, 0);
    }

    private static boolean isConcatenation(Text text, int at) {
        return Ascii.isSpace(text.at(at - 1)) && Ascii.isSpace(text.at(at + 1)) || text.at(at - 1) == '"';
    }

    private static boolean isKey(StringBuilder digits, String kind) {
        byte[] start = Base64.getDecoder().decode(digits.substring(0, 20));
        if (digits.chars().distinct().count() < 12) {
            return false;
        }
        if (kind.startsWith("OPENSSH")) {
            return new String(start, java.nio.charset.StandardCharsets.ISO_8859_1).startsWith("openssh-key-v1");
        }
        if (kind.startsWith("PGP")) {
            return (start[0] & 0x80) != 0;
        }
        // Under DEK-Info it is ciphertext, which begins with anything.
        return start[0] == 0x30
                || kind.equals("RSA PRIVATE KEY")
                || kind.equals("EC PRIVATE KEY")
                || kind.equals("DSA PRIVATE KEY");
    }
}
