package io.agentfense.secret.check;

import io.agentfense.secret.text.Text;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The checksum of GitHub's and npm's tokens: the last six of 36 characters are the CRC-32 of the 30 before, in base 62.
 * See "Behind GitHub's new authentication token formats", 2021.
 */
public final class TokenChecksum {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 6;

    private TokenChecksum() {}

    /** Whether the checksum at the end of {@code prefix_} and 36 characters fits. */
    public static boolean fits(Text text, int start, int end) {
        String token = text.substring(start, end);
        String body = token.substring(token.indexOf('_') + 1);
        int cut = body.length() - LENGTH;
        return body.substring(cut).equals(of(body.substring(0, cut)));
    }

    /** The six characters that belong behind these. */
    public static String of(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
        char[] digits = new char[LENGTH];
        long rest = crc.getValue();
        for (int i = LENGTH - 1; i >= 0; i--, rest /= DIGITS.length()) {
            digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
        }
        return new String(digits);
    }
}
