package io.agentfense.workspace.attacks;

/** Who mounts a workspace, how it lies over its base, and as whom the hostile program runs. */
public enum Setting {
    ROOT_DELTA(true, false, false, false),
    ROOT_DIRECT(true, false, true, false),
    ROOT_DELTA_STRICT(true, false, false, true),
    ROOT_DIRECT_STRICT(true, false, true, true),
    /** An ordinary user inside a mount of root's: what a server gives. */
    SERVED_DELTA(true, true, false, false),
    SERVED_DIRECT(true, true, true, false),
    /** An ordinary user's own mount, through fusermount3. */
    OWN_DELTA(false, true, false, false),
    OWN_DIRECT(false, true, true, false);

    final boolean rootMounts;
    final boolean ordinaryInside;
    public final boolean direct;
    final boolean strict;

    Setting(boolean rootMounts, boolean ordinaryInside, boolean direct, boolean strict) {
        this.rootMounts = rootMounts;
        this.ordinaryInside = ordinaryInside;
        this.direct = direct;
        this.strict = strict;
    }

    /** Whether the kernel opens by itself where the rules allow it, so that parts of the tree are mounts of their own. */
    public boolean silent() {
        return rootMounts && !strict;
    }

    public int uid() {
        return ordinaryInside ? OrdinaryUser.uid() : 0;
    }

    public int gid() {
        return ordinaryInside ? OrdinaryUser.gid() : 0;
    }
}
