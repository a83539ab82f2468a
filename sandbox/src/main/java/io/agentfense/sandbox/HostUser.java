package io.agentfense.sandbox;

import io.agentfense.linux.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The host's user that a sandbox's processes run as; inside they see it as uid 1000.
 *
 * <p>Under root each sandbox has a uid of its own from a range for as long as this object is open, so two live sandboxes
 * never share one. Under an ordinary user it is that user. Where a container engine maps users, root inside is the user that
 * the engine says, the same for all its containers. Thread-safe.
 */
public final class HostUser implements AutoCloseable {
    /** The first uid of the range, far above those of people, services and user namespaces. */
    public static final long RANGE_START = 2_000_000_000L;

    /** How many sandboxes there can be at one time under root. */
    public static final int RANGE_SIZE = 65_536;

    private static final UidRange RANGE = new UidRange(Path.of("/run/agentfense/uid-locks"), RANGE_START, RANGE_SIZE);

    private final long uid;
    private final long gid;
    private final boolean own;
    private final UidRange.@Nullable Taken taken;

    private HostUser(long uid, long gid, boolean own, UidRange.@Nullable Taken taken) {
        this.uid = uid;
        this.gid = gid;
        this.own = own;
        this.taken = taken;
    }

    /**
     * Under root, a uid that no other sandbox has; else the user of this process.
     *
     * @throws IOException if the uids can't be locked, or all are taken
     */
    public static HostUser acquire() throws IOException {
        if (!Credentials.isRoot()) {
            return new HostUser(
                    Integer.toUnsignedLong(Credentials.uid()), Integer.toUnsignedLong(Credentials.gid()), false, null);
        }
        UidRange.Taken taken = RANGE.take();
        return new HostUser(taken.uid(), taken.uid(), true, taken);
    }

    /**
     * The user of the host that is root in user namespaces of somebody else's making.
     *
     * @throws IllegalArgumentException if it is the host's root
     */
    public static HostUser mapped(long uid, long gid) {
        if (uid <= 0 || gid <= 0) {
            throw new IllegalArgumentException("root of a sandbox can't be root of the host");
        }
        return new HostUser(uid, gid, true, null);
    }

    /** The host's uid, never 0. */
    public long uid() {
        return uid;
    }

    /** The host's gid: in the range the same number as the uid. */
    public long gid() {
        return gid;
    }

    /** Whether it is another than this process's. */
    boolean isOwn() {
        return own;
    }

    /** Gives the uid back; the sandbox has to be closed. */
    @Override
    public void close() {
        if (taken != null) {
            taken.close();
        }
    }
}
