package io.agentfense.secret.rule;

import io.agentfense.secret.check.Check;
import io.agentfense.secret.check.MadeUp;
import io.agentfense.secret.text.Ascii;
import io.agentfense.secret.text.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token that says itself what it is: the literal is its beginning or a part of it. It stands alone, what varies looks
 * random, and a checksum fits if there is one.
 */
final class TokenFinder implements Finder {
    private static final int MOST_BYTES = 4096;

    private static final String RANDOM = "random";

    private final Pattern pattern;
    private final boolean hasRandom;
    private final int before;
    private final Check check;

    /**
     * @param pattern the whole token; the group {@code random}, if there is one, is what of it varies
     * @param before how many bytes of it may stand before the literal, 0 if it begins with it
     */
    TokenFinder(String pattern, int before, Check check) {
        this.pattern = Pattern.compile(pattern);
        this.hasRandom = this.pattern.namedGroups().containsKey(RANDOM);
        this.before = before;
        this.check = check;
    }

    @Override
    public boolean find(Text text, int literalStart, int literalEnd, Hit hit) {
        int from = literalStart;
        while (literalStart - from < before && isPart(text.at(from - 1))) {
            from--;
        }
        if (!beginsAt(text, from)) {
            return false;
        }
        Matcher matcher = pattern.matcher(text);
        matcher.region(from, Math.min(text.length(), from + MOST_BYTES));
        matcher.useTransparentBounds(true).useAnchoringBounds(false);
        if (!matcher.lookingAt() || matcher.end() < literalEnd) {
            return false;
        }
        int end = matcher.end();
        if (Ascii.isWord(text.at(end)) && Ascii.isWord(text.at(end - 1))) {
            return false;
        }
        int known = before == 0 ? literalEnd - literalStart : 0;
        String random = hasRandom ? matcher.group(RANDOM) : text.substring(from + known, end);
        return !MadeUp.token(random) && check.passes(text, from, end) && hit.at(from, end, known);
    }

    private static boolean isPart(int c) {
        return Ascii.isWord(c) || c == '-' || c == '.';
    }

    /** Whether a token can begin here: behind no letter or digit, unless it is the end of an escape. */
    static boolean beginsAt(Text text, int at) {
        int previous = text.at(at - 1);
        if (!Ascii.isWord(previous)) {
            return true;
        }
        boolean escape = text.at(at - 2) == '\\' && (previous == 'n' || previous == 't' || previous == 'r');
        boolean percent = text.at(at - 3) == '%' && Ascii.isHex(text.at(at - 2)) && Ascii.isHex(previous);
        return escape || percent;
    }
}
