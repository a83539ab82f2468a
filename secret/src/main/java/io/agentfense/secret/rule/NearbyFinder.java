package io.agentfense.secret.rule;

import io.agentfense.secret.check.Check;
import io.agentfense.secret.check.MadeUp;
import io.agentfense.secret.text.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A secret whose form says little, and what stands before it says the rest: the name of its service, its key in a file.
 * The secret is the pattern's group {@code secret}; it begins at the literal.
 */
final class NearbyFinder implements Finder {
    private final Pattern pattern;
    private final int reach;
    private final Check check;

    /**
     * @param pattern from the literal on, which it begins with
     * @param reach how many bytes from there on are looked at
     */
    NearbyFinder(String pattern, int reach, Check check) {
        this.pattern = Pattern.compile(pattern);
        this.reach = reach;
        this.check = check;
    }

    @Override
    public boolean find(Text text, int literalStart, int literalEnd, Hit hit) {
        Matcher matcher = pattern.matcher(text);
        matcher.region(literalStart, Math.min(text.length(), literalStart + reach));
        matcher.useTransparentBounds(true);
        if (!matcher.lookingAt()) {
            return false;
        }
        int start = matcher.start("secret");
        int end = matcher.end("secret");
        return check.passes(text, start, end) && hit.at(start, end, 0);
    }

    /** The check of what looks random. */
    static boolean isRandom(Text text, int start, int end) {
        return !MadeUp.token(text.substring(start, end));
    }

    /** The check of what somebody may have chosen. */
    static boolean isPassword(Text text, int start, int end) {
        return !MadeUp.password(text.substring(start, end));
    }
}
