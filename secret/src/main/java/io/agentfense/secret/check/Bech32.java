package io.agentfense.secret.check;

import io.agentfense.secret.text.Ascii;
import io.agentfense.secret.text.Text;

/** The checksum of Bech32 (BIP 173), which age's keys end with. */
public final class Bech32 {
    private static final String DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int[] GENERATOR = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    private static final int CHECKSUM = 6;

    private Bech32() {}

    /** Whether the checksum at the end fits what is before it. */
    public static boolean fits(Text text, int start, int end) {
        String all = text.substring(start, end);
        int separator = all.lastIndexOf('1');
        int sum = expanded(all.substring(0, separator));
        for (int i = separator + 1; i < all.length(); i++) {
            sum = step(sum, DIGITS.indexOf(Ascii.lower(all.charAt(i))));
        }
        return sum == 1;
    }

    /** The six digits that belong behind a prefix, "1" and these digits; all in lower case. */
    public static String checksum(String prefix, String digits) {
        int sum = expanded(prefix);
        for (int i = 0; i < digits.length(); i++) {
            sum = step(sum, DIGITS.indexOf(digits.charAt(i)));
        }
        for (int i = 0; i < CHECKSUM; i++) {
            sum = step(sum, 0);
        }
        sum ^= 1;
        StringBuilder text = new StringBuilder();
        for (int i = CHECKSUM - 1; i >= 0; i--) {
            text.append(DIGITS.charAt(sum >>> 5 * i & 31));
        }
        return text.toString();
    }

    private static int expanded(String prefix) {
        int sum = 1;
        for (int i = 0; i < prefix.length(); i++) {
            sum = step(sum, Ascii.lower(prefix.charAt(i)) >>> 5);
        }
        sum = step(sum, 0);
        for (int i = 0; i < prefix.length(); i++) {
            sum = step(sum, Ascii.lower(prefix.charAt(i)) & 31);
        }
        return sum;
    }

    private static int step(int sum, int digit) {
        int top = sum >>> 25;
        int next = (sum & 0x1ffffff) << 5 ^ digit;
        for (int i = 0; i < GENERATOR.length; i++) {
            if ((top >>> i & 1) != 0) {
                next ^= GENERATOR[i];
            }
        }
        return next;
    }
}
