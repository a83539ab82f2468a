package io.agentfense.sandbox.guarded;

import io.agentfense.egress.credential.TrustFile;
import io.agentfense.linux.cgroup.ResourceLimits;
import io.agentfense.policy.Policy;
import io.agentfense.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.List;

/**
 * What a guarded sandbox is made of.
 *
 * @param base the codebase's directory
 * @param policy what may be seen and touched
 * @param limits what all processes together may use
 * @param deltaLimit the most bytes that the delta may take, {@link Long#MAX_VALUE} for no limit
 * @param openFiles descriptors per process
 * @param strictOpen have every open asked for, also where the kernel could open by itself
 * @param liveRules whether the rules may change while it runs
 * @param trust files that say whom its programs trust; empty for whom the host trusts alone
 */
public record GuardedSpec(
        Path base,
        Policy policy,
        ResourceLimits limits,
        long deltaLimit,
        int openFiles,
        boolean strictOpen,
        boolean liveRules,
        List<TrustFile> trust) {
    /** Without limits, for rules that stay. */
    public static GuardedSpec of(Path base, Policy policy) {
        return new GuardedSpec(
                base,
                policy,
                ResourceLimits.NONE,
                Long.MAX_VALUE,
                SandboxSpec.DEFAULT_OPEN_FILES,
                false,
                false,
                List.of());
    }

    /** The same with limits. */
    public GuardedSpec withLimits(ResourceLimits newLimits, long newDeltaLimit) {
        return new GuardedSpec(base, policy, newLimits, newDeltaLimit, openFiles, strictOpen, liveRules, trust);
    }

    /** The same with another limit on open files. */
    public GuardedSpec withOpenFiles(int files) {
        return new GuardedSpec(base, policy, limits, deltaLimit, files, strictOpen, liveRules, trust);
    }

    /** The same, asking for every open or not. */
    public GuardedSpec withStrictOpen(boolean strict) {
        return new GuardedSpec(base, policy, limits, deltaLimit, openFiles, strict, liveRules, trust);
    }

    /** The same for rules that may change while it runs. */
    public GuardedSpec withLiveRules() {
        return new GuardedSpec(base, policy, limits, deltaLimit, openFiles, strictOpen, true, trust);
    }

    /** The same with other such files. */
    public GuardedSpec withTrust(List<TrustFile> files) {
        return new GuardedSpec(base, policy, limits, deltaLimit, openFiles, strictOpen, liveRules, files);
    }
}
