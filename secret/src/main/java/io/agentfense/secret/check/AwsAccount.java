package io.agentfense.secret.check;

import io.agentfense.secret.text.Text;

/**
 * The account that an AWS access key id names: behind the four letters of its kind come 16 digits of base 32, whose first
 * 48 bits are, but for the first and the last 7, the account's twelve decimal digits.
 */
public final class AwsAccount {
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final long MOST = 999_999_999_999L;

    private AwsAccount() {}

    /** Whether a key id of 20 characters names an account that there can be. Older ids (I or J in fifth place) name none. */
    public static boolean exists(Text text, int start, int end) {
        int fifth = text.at(start + 4);
        if (fifth == 'I' || fifth == 'J') {
            return true;
        }
        long bits = 0;
        for (int i = start + 4; i < start + 14; i++) {
            int digit = DIGITS.indexOf(text.at(i));
            if (digit < 0) {
                return false;
            }
            bits = bits << 5 | digit;
        }
        long account = (bits >>> 2 & 0x7fff_ffff_ff80L) >>> 7;
        return account <= MOST;
    }
}
