package io.agentfense.workspace.delta;

import io.agentfense.secret.mask.Masking;
import io.agentfense.secret.mask.Masking.Original;
import io.agentfense.secret.mask.Placeholder;
import java.util.List;

/**
 * A sandbox's file with placeholders as it lands: with the values that they stand for. It was read and restored once, and is
 * as large as the file: to be let go of before the next is made. Immutable, thread-safe.
 */
public final class Unmasked {
    private final Masking masking;
    private final String path;
    private final boolean masked;
    private final byte[] edited;
    private final List<Original> originals;
    private final byte[] content;

    /**
     * Of a file that was read.
     *
     * @param path its path, a character for each byte
     * @param masked whether the rules have secrets of this path read as placeholders
     * @param edited what the sandbox has there
     * @param originals the files that the values come from
     */
    Unmasked(Masking masking, String path, boolean masked, byte[] edited, List<Original> originals) {
        this.masking = masking;
        this.path = path;
        this.masked = masked;
        this.edited = edited;
        this.originals = originals;
        this.content = masking.restore(edited, originals);
    }

    /** What lands. Not a copy. */
    public byte[] content() {
        return content;
    }

    /** Whether a placeholder is left, for which there is no value. */
    public boolean lacksValues() {
        return Placeholder.occursIn(content);
    }

    /** Whether it shows the sandbox no secret that was masked until now. */
    public boolean hidesValues() {
        return !masked || masking.hides(path, edited, originals);
    }
}
