package io.agentfense.secret.report;

import io.agentfense.secret.text.Ascii;

/** A path of bytes as a reference of RFC 3986: readable where it is ASCII, and what it was in any case. */
public final class PathUri {
    private static final String HEX = "0123456789ABCDEF";

    private PathUri() {}

    /** The reference: relative, or of the scheme {@code file} for an absolute path. */
    public static String of(byte[] path) {
        StringBuilder uri = new StringBuilder(path.length > 0 && path[0] == '/' ? "file://" : "");
        for (byte b : path) {
            if (Ascii.isWord(b) || b == '/' || b == '-' || b == '.' || b == '~') {
                uri.append((char) b);
            } else {
                uri.append('%').append(HEX.charAt(b >> 4 & 15)).append(HEX.charAt(b & 15));
            }
        }
        return uri.toString();
    }
}
