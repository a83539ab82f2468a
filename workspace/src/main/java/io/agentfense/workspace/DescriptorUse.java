package io.agentfense.workspace;

/**
 * How often a descriptor of a file or directory was wanted.
 *
 * @param kept it was open already
 * @param opened it had to be opened
 */
public record DescriptorUse(long kept, long opened) {
    /** Never. */
    public static final DescriptorUse NONE = new DescriptorUse(0, 0);

    /** This and that of others. */
    public DescriptorUse plus(DescriptorUse others) {
        return new DescriptorUse(kept + others.kept, opened + others.opened);
    }
}
