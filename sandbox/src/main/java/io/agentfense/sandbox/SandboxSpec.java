package io.agentfense.sandbox;

import io.agentfense.egress.credential.TrustFile;
import io.agentfense.linux.cgroup.ResourceLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a sandbox is made of.
 *
 * @param workspace an absolute path of a directory of the host, shown at {@code /workspace} with all that is mounted in
 *     it. Its files should belong to the user.
 * @param user whom its processes run as; the caller closes it after the sandbox
 * @param limits what all of its processes together may use
 * @param hostname what it calls itself: letters, digits and hyphens, at most 63
 * @param temporaryBytes the most that {@code /tmp} holds, and the most that {@code /dev/shm} holds; at least 4096
 * @param openFiles descriptors per process, at least 16; for an ordinary user no more than its own hard limit
 * @param trust files that say whom its programs trust; empty for whom the host trusts alone
 */
public record SandboxSpec(
        Path workspace,
        HostUser user,
        ResourceLimits limits,
        String hostname,
        long temporaryBytes,
        int openFiles,
        List<TrustFile> trust) {
    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final long DEFAULT_TEMPORARY_BYTES = 512L << 20;

    /** Descriptors per process, unless another number is asked for. */
    public static final int DEFAULT_OPEN_FILES = 4096;

    /** Refuses what could not start, or would mean something else to bubblewrap. */
    public SandboxSpec {
        if (!workspace.isAbsolute()) {
            throw new IllegalArgumentException("the workspace must be an absolute path, not " + workspace);
        }
        if (!HOSTNAME.matcher(hostname).matches()) {
            throw new IllegalArgumentException(
                    "a hostname has 1 to 63 letters, digits and hyphens, and no hyphen at its ends");
        }
        if (temporaryBytes < 4096) {
            throw new IllegalArgumentException("the size of /tmp must be at least 4096 bytes");
        }
        if (openFiles < 16) {
            throw new IllegalArgumentException("the limit on open files must be at least 16");
        }
    }

    /** A sandbox without limits but those of size on /tmp and /dev/shm (512 MiB each) and on open files (4096). */
    public static SandboxSpec of(Path workspace, HostUser user) {
        return new SandboxSpec(
                workspace,
                user,
                ResourceLimits.NONE,
                "sandbox",
                DEFAULT_TEMPORARY_BYTES,
                DEFAULT_OPEN_FILES,
                List.of());
    }

    /** The same with other limits. */
    public SandboxSpec withLimits(ResourceLimits newLimits) {
        return new SandboxSpec(workspace, user, newLimits, hostname, temporaryBytes, openFiles, trust);
    }

    /** The same with another hostname. */
    public SandboxSpec withHostname(String newHostname) {
        return new SandboxSpec(workspace, user, limits, newHostname, temporaryBytes, openFiles, trust);
    }

    /** The same with other sizes of /tmp and /dev/shm. */
    public SandboxSpec withTemporaryBytes(long bytes) {
        return new SandboxSpec(workspace, user, limits, hostname, bytes, openFiles, trust);
    }

    /** The same with another limit on open files. */
    public SandboxSpec withOpenFiles(int files) {
        return new SandboxSpec(workspace, user, limits, hostname, temporaryBytes, files, trust);
    }

    /** The same with other such files. */
    public SandboxSpec withTrust(List<TrustFile> files) {
        return new SandboxSpec(workspace, user, limits, hostname, temporaryBytes, openFiles, files);
    }
}
