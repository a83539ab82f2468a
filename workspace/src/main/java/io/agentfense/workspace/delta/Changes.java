package io.agentfense.workspace.delta;

import io.agentfense.policy.Policy;
import io.agentfense.secret.mask.Masking;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a delta changes in a base as it is now. Sorted by path. Immutable; the entries' contents can be had while the
 * delta and the base's descriptor are open.
 *
 * <p>A file that was copied up but has the base's content, mode and time is no change. One whose time alone differs is
 * {@link Change.Kind#TOUCHED}: build tools go by times, so they land too. Times of directories and links are not
 * compared. If the base changed a path that the sandbox copied up and left alone, that is no change either.
 *
 * <p>A deletion stands for every path it removes that the sandbox could see; what the rules hid from it is not part of
 * the change and stays. A file with placeholders of masked secrets is compared as what it lands as. Owners, extended attributes and hard links between files are not carried.
 *
 * @param list the changes
 * @param skipped FIFOs, sockets and whatever else never leaves a sandbox
 * @param leftAlone files that the sandbox copied up and has not changed while the base has
 */
public record Changes(List<Change> list, List<Skipped> skipped, Set<BytePath> leftAlone) {
    /** Sorts both. */
    public Changes {
        list = list.stream().sorted().toList();
        skipped = skipped.stream().sorted(Comparator.comparing(Skipped::path)).toList();
        leftAlone = Set.copyOf(leftAlone);
    }

    /**
     * Compares.
     *
     * @param delta read, and kept from changing by the caller's lock
     * @param base descriptor of the codebase's root, opened for reading
     * @param policy decides what the sandbox could see and may change
     */
    public static Changes of(Delta delta, int base, Policy policy) throws IOException {
        return of(delta.roots(), base, policy, delta.loadOrigins(), delta.knownMasking());
    }

    /** {@link #of(Delta, int, Policy)} of the trees of a delta, topmost first, and its origins. */
    static Changes of(
            List<Integer> roots, int base, Policy policy, Map<BytePath, Identity> origins, @Nullable Masking masking)
            throws IOException {
        return new ChangeScan(roots, base, policy, origins, masking).run();
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }
}
