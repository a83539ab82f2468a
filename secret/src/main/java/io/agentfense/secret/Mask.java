package io.agentfense.secret;

import io.agentfense.secret.text.Text;

/** What of a secret is shown. */
final class Mask {
    private static final int MOST_SHOWN = 4;
    private static final String STARS = "********";

    private Mask() {}

    /**
     * The beginning that is the same for all secrets of the kind, four characters at most, and eight stars however long the
     * rest is.
     */
    static String of(Text text, int start, int end, int publicPrefix) {
        int shown = Math.min(MOST_SHOWN, Math.min(publicPrefix, end - start));
        return text.substring(start, start + shown) + STARS;
    }
}
