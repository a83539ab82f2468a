package io.agentfense.secret.rule;

/** Where a finder found a secret: filled again and again. Confined to its thread. */
public final class Hit {
    /** The first byte of the secret. */
    public int start;

    /** The byte behind the secret. */
    public int end;

    /** How many bytes of it every secret of the kind begins with. */
    public int publicPrefix;

    /** Says where; always true, so that a finder can end with it. */
    boolean at(int start, int end, int publicPrefix) {
        this.start = start;
        this.end = end;
        this.publicPrefix = publicPrefix;
        return true;
    }
}
