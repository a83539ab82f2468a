package io.agentfense.secret.check;

import io.agentfense.secret.text.Ascii;

/** Shannon's entropy of a string's characters, in bits a character, and what may be expected of a random one. */
public final class Entropy {
    private Entropy() {}

    /** Bits a character. */
    public static double of(String text) {
        int[] counts = new int[256];
        for (int i = 0; i < text.length(); i++) {
            counts[text.charAt(i) & 0xff]++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / text.length();
                bits -= share * Math.log(share) / Math.log(2);
            }
        }
        return bits;
    }

    /** The entropy of a string as a share, 0 to 1, of the most that one of its length and alphabet can have. */
    public static double share(String text) {
        double most = Math.min(Math.log(text.length()), Math.log(alphabet(text))) / Math.log(2);
        return most <= 0 ? 0 : of(text) / most;
    }

    /** How many characters the narrowest of the usual alphabets has that holds all of a string's, separators aside. */
    private static int alphabet(String text) {
        boolean digits = true;
        boolean hex = true;
        boolean upper = false;
        boolean lower = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean separator = c == '-' || c == '_' || c == '.';
            digits &= Ascii.isDigit(c);
            hex &= Ascii.isHex(c) || separator;
            upper |= Ascii.isUpper(c);
            lower |= Ascii.isLower(c);
        }
        boolean oneCase = !(upper && lower);
        return digits ? 10 : hex && oneCase ? 17 : oneCase ? 36 : 64;
    }
}
