package io.agentfense.secret.mask;

import io.agentfense.secret.Budget;
import io.agentfense.secret.ContentScan;
import io.agentfense.secret.Scanner;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Replaces secrets in text by placeholders, and placeholders by what they stand for. Immutable, thread-safe.
 *
 * <p>Nothing is kept of the values: to put them back takes the content that they come from. A placeholder is derived from the
 * value, the file's path, what stands before it on its line, and how many such lines come before. So it stays while the
 * rest of the file changes; and who may write such a file can't fill it with guesses and see which has the placeholder of the
 * value: of one content there is one view, so each guess takes the value's own place.
 */
public final class Masking {
    /** In place of a rule's id, for a value whose name tells that it is secret. */
    public static final String BY_NAME = "secret-name";

    /** Larger content is refused: it would be scanned while a program waits for its first byte. */
    public static final int MAX_BYTES = 4 << 20;

    /** More of them in one file would take more memory and time than a program's first byte is worth. */
    private static final int MOST_SECRETS = 20_000;

    private final MaskKey key;

    /** With placeholders of that key. */
    public Masking(MaskKey key) {
        this.key = key;
    }

    /** What was found, what of it a name tells, and by which rules. */
    private record Found(Ranges ranges, Ranges named, Set<String> rules) {}

    /**
     * The content with its secrets masked.
     *
     * @param path the file's, below the root of its tree, a character for each byte
     * @return null if it can't be told with certainty what of it is secret: it is no UTF-8 text, too large, not what its name
     *     says it is, cost too much to scan, or holds what looks like placeholders
     */
    public @Nullable Masked mask(String path, byte[] content) {
        Found found = find(path, content);
        if (found == null) {
            return null;
        }
        List<Stand> stands = stands(path, content, found);
        byte[] shown = shown(content, stands);
        boolean returns = Arrays.equals(new Restoration(values(content, stands)).of(shown), content);
        return returns ? new Masked(shown, stands.size(), found.rules) : null;
    }

    /**
     * Puts back what placeholders stand for, byte for byte.
     *
     * @param edited what was made of masked content
     * @param originals the files that the values come from
     * @return the content; a placeholder whose value is in none of the originals stays
     */
    public byte[] restore(byte[] edited, Collection<Original> originals) {
        return Placeholder.occursIn(edited) ? new Restoration(values(originals)).of(edited) : edited;
    }

    /**
     * Whether what is put back stays masked, wherever its placeholder has got to: at a name that tells no secret, or in a file
     * of another kind, it would be read as it is. What stands where it stood may be known by a repetition; what stands
     * elsewhere is to be known by itself, since the other may go.
     *
     * @param path of the file that is to hold the content, as for {@link #mask}
     * @param edited what was made of masked content
     * @param originals the files that the values come from
     */
    public boolean hides(String path, byte[] edited, Collection<Original> originals) {
        Restoration restoration = new Restoration(values(originals));
        byte[] content = restoration.of(edited);
        Found found = findItself(path, content);
        List<Ranges.Range> alone = found == null ? List.of() : found.ranges.joined();
        if (found == null || !addRepetitions(content, found)) {
            // Nobody would read anything of it now, but might once somebody else mends it.
            return restoration.places().isEmpty();
        }
        List<Ranges.Range> all = found.ranges.joined();
        Map<String, Integer> known = known(originals);
        List<Restoration.Place> repeated = new ArrayList<>();
        for (Restoration.Place place : restoration.places()) {
            if (Ranges.covers(alone, place.start(), place.end())) {
                known.computeIfPresent(value(content, place.start(), place.end()), (_, count) -> count - 1);
            } else if (place.stays() && Ranges.covers(all, place.start(), place.end())) {
                repeated.add(place);
            } else {
                return false;
            }
        }
        // All by which it was known are still there: what has come instead of one must not count, or it would be tried.
        return repeated.stream()
                .allMatch(place -> known.getOrDefault(value(content, place.start(), place.end()), 1) <= 0);
    }

    /** How often each value is known by itself. */
    private static Map<String, Integer> known(Collection<Original> originals) {
        Map<String, Integer> known = new HashMap<>();
        for (Original original : originals) {
            Found found = findItself(original.path(), original.content());
            Set<Ranges.Range> ranges = found == null ? Set.of() : new HashSet<>(found.ranges.all());
            ranges.forEach(
                    range -> known.merge(value(original.content(), range.start(), range.end()), 1, Integer::sum));
        }
        return known;
    }

    private static String value(byte[] content, int start, int end) {
        return new String(content, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** A file that was masked: its path as for {@link #mask}, and what it holds. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Original(String path, byte[] content) {}

    private Map<String, Restoration.Value> values(Collection<Original> originals) {
        Map<String, Restoration.Value> values = new HashMap<>();
        for (Original original : originals) {
            Found found = find(original.path(), original.content());
            if (found != null) {
                byte[] content = original.content();
                values.putAll(values(content, stands(original.path(), content, found)));
            }
        }
        return values;
    }

    private static byte[] shown(byte[] content, List<Stand> stands) {
        ByteArrayOutputStream shown = new ByteArrayOutputStream(content.length);
        int at = 0;
        for (Stand stand : stands) {
            shown.write(content, at, stand.range.start() - at);
            shown.writeBytes(stand.placeholder);
            at = stand.range.end();
        }
        shown.write(content, at, content.length - at);
        return shown.toByteArray();
    }

    private static Map<String, Restoration.Value> values(byte[] content, List<Stand> stands) {
        Map<String, Restoration.Value> values = new HashMap<>();
        byte[] shown = shown(content, stands);
        int longer = 0;
        for (Stand stand : stands) {
            byte[] value = Arrays.copyOfRange(content, stand.range.start(), stand.range.end());
            String before = PlainText.beginningOfLine(shown, stand.range.start() + longer);
            longer += stand.placeholder.length - value.length;
            values.put(new String(stand.placeholder, StandardCharsets.US_ASCII), new Restoration.Value(value, before));
        }
        return values;
    }

    /** What stands in the place of a part of a content. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Stand(Ranges.Range range, byte[] placeholder) {}

    private List<Stand> stands(String path, byte[] content, Found found) {
        List<Stand> stands = new ArrayList<>();
        Map<String, Integer> before = new HashMap<>();
        for (Ranges.Range range : found.ranges.joined()) {
            String line = PlainText.beginningOfLine(content, range.start());
            int number = before.merge(line, 1, Integer::sum);
            List<String> place = List.of(path, line, Integer.toString(number));
            stands.add(new Stand(range, Placeholder.of(key, place, content, range.start(), range.end())));
        }
        return stands;
    }

    private static @Nullable Found find(String path, byte[] content) {
        Found itself = findItself(path, content);
        return itself != null && addRepetitions(content, itself) ? itself : null;
    }

    /** What is known by itself, and not for standing elsewhere too. */
    private static @Nullable Found findItself(String path, byte[] content) {
        if (content.length > MAX_BYTES || !PlainText.is(content)) {
            return null;
        }
        Ranges ranges = new Ranges();
        Set<String> rules = new TreeSet<>();
        ContentScan scan = Scanner.standard().newScan(Budget.DEFAULT);
        scan.begin(path, finding -> {
            ranges.add((int) finding.start(), (int) finding.end());
            rules.add(finding.rule().id());
        });
        scan.feed(content, 0, content.length);
        if (!scan.end()) {
            return null;
        }
        Ranges named = NamedValues.of(path, content, ranges);
        if (named == null) {
            return null;
        }
        if (!named.joined().isEmpty()) {
            rules.add(BY_NAME);
        }
        ranges.addAll(named);
        return new Found(ranges, named, rules);
    }

    /**
     * What is secret in one place is secret wherever it stands: in a comment, or in a URL of an odd form. False if there is
     * too much of it to look for.
     */
    private static boolean addRepetitions(byte[] content, Found found) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        Ranges again = Repetitions.of(text, found.ranges, found.named, MOST_SECRETS);
        if (again == null) {
            return false;
        }
        found.ranges.addAll(again);
        return found.ranges.joined().size() <= MOST_SECRETS;
    }
}
