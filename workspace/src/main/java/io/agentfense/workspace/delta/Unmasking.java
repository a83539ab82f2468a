package io.agentfense.workspace.delta;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.agentfense.linux.LinuxException;
import io.agentfense.secret.mask.MaskKey;
import io.agentfense.secret.mask.Masked;
import io.agentfense.secret.mask.Masking;
import io.agentfense.secret.mask.Masking.Original;
import io.agentfense.secret.mask.Placeholder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Files of a sandbox with placeholders in the place of secrets, as they are once those are put back. A value comes from the
 * codebase's file of the same path, so that none gets anywhere it has not been. Stateless.
 */
final class Unmasking {
    /** The largest file that is looked at: eight times what is masked, since a placeholder is larger than a short value. */
    static final int MAX_BYTES = 8 * Masking.MAX_BYTES;

    private static final byte[] UNSEEN = "(not shown, since it can't be masked)\n".getBytes(ISO_8859_1);

    private Unmasking() {}

    /** Whether the sandbox's file may hold placeholders. */
    static boolean concerns(Entry after) throws LinuxException {
        return after.identity().isRegular()
                && after.identity().size() <= MAX_BYTES
                && Placeholder.occursIn(content(after));
    }

    /**
     * Whether the sandbox's file is what it is shown of the codebase's. Where it has a value in the place of a placeholder it
     * is another, also if the value is right: nobody is to find that out by who is told of a change.
     */
    static boolean isAsShown(Masking masking, Entry before, Entry after) throws LinuxException {
        if (before.identity().size() > Masking.MAX_BYTES || after.identity().size() > MAX_BYTES) {
            return false;
        }
        Masked shown = masking.mask(path(before.path()), content(before));
        return shown != null
                && shown.content().length == after.identity().size()
                && Arrays.equals(shown.content(), content(after));
    }

    /** Whether the codebase's file is what the sandbox's lands as. */
    static boolean isSame(Masking masking, Entry before, Entry after) throws LinuxException {
        byte[] restored = masking.restore(content(after), originals(before, List.of()));
        return before.identity().size() == restored.length && Arrays.equals(content(before), restored);
    }

    /** What a file with placeholders lands as, with values of other files too where the rules have it masked. */
    static Unmasked landing(Change change, List<Entry> others) throws LinuxException {
        Masking masking = Objects.requireNonNull(change.masking());
        byte[] edited = content(Objects.requireNonNull(change.after()));
        List<Original> originals = originals(change.before(), change.masked() ? others : List.of());
        return new Unmasked(masking, path(change.path()), change.masked(), edited, originals);
    }

    /** What of the codebase's content may be told of a change. */
    static byte[] seen(Change change, BytePath path, byte[] content) {
        Masking masking = change.masking() == null ? new Masking(MaskKey.random()) : change.masking();
        Masked masked = masking.mask(path(path), content);
        if (masked != null) {
            return masked.content();
        }
        // Of what can't be masked the sandbox has seen nothing, as long as it is to be.
        return change.masked() ? UNSEEN.clone() : content;
    }

    private static List<Original> originals(@Nullable Entry before, List<Entry> others) throws LinuxException {
        List<Entry> all = new ArrayList<>(others);
        if (before != null) {
            all.add(before);
        }
        List<Original> originals = new ArrayList<>();
        for (Entry each : all) {
            if (each.identity().isRegular() && each.identity().size() <= Masking.MAX_BYTES) {
                originals.add(new Original(path(each.path()), content(each)));
            }
        }
        return originals;
    }

    private static byte[] content(Entry entry) throws LinuxException {
        return entry.content(MAX_BYTES);
    }

    /** As the sandbox's mount told it. */
    private static String path(BytePath path) {
        return new String(path.raw(), 0, path.length(), ISO_8859_1);
    }
}
