package io.agentfense.workspace;

import io.agentfense.linux.Descriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor that several threads use and the {@link DescriptorCache} may take away. Whoever uses it holds it between
 * {@link #acquire} and {@link #release}; it is closed when it is retired and nobody holds it, so a number is never closed
 * under a system call. Lock-free.
 */
final class OpenFile {
    private static final int RETIRED = 1 << 30;
    private static final VarHandle USES;

    static {
        try {
            USES = MethodHandles.lookup().findVarHandle(OpenFile.class, "uses", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What the descriptor is for: the directory in layer N, or one of the two below. */
    static final int READING = -1;

    static final int WRITING = -2;

    final int fd;
    final int purpose;

    /** The node's next descriptor; guarded by the node's list discipline in {@link Node}. */
    volatile @Nullable OpenFile next;

    /** Whether it was used since the cache's hand last passed. */
    boolean touched = true;

    @SuppressWarnings("UnusedVariable")
    private volatile int uses = 1;

    /** Takes over a descriptor; the maker holds it once. */
    OpenFile(int fd, int purpose) {
        this.fd = fd;
        this.purpose = purpose;
    }

    /** Takes hold of it; false if it is retired. */
    boolean acquire() {
        while (true) {
            int now = (int) USES.getVolatile(this);
            if ((now & RETIRED) != 0) {
                return false;
            }
            if (USES.compareAndSet(this, now, now + 1)) {
                touched = true;
                return true;
            }
        }
    }

    /** Lets go; the last holder of a retired one closes it. */
    void release() {
        int before = (int) USES.getAndAdd(this, -1);
        if (before == (RETIRED | 1)) {
            Descriptor.close(fd);
        }
    }

    /** Gives it up: no one can acquire it any more, and it is closed as soon as no one holds it. Idempotent. */
    void retire() {
        while (true) {
            int now = (int) USES.getVolatile(this);
            if ((now & RETIRED) != 0) {
                return;
            }
            if (USES.compareAndSet(this, now, now | RETIRED)) {
                if (now == 0) {
                    Descriptor.close(fd);
                }
                return;
            }
        }
    }

    /** Retires it unless somebody holds it; false if somebody does. */
    boolean retireIfIdle() {
        if (USES.compareAndSet(this, 0, RETIRED)) {
            Descriptor.close(fd);
            return true;
        }
        return ((int) USES.getVolatile(this) & RETIRED) != 0;
    }

    boolean retired() {
        return ((int) USES.getVolatile(this) & RETIRED) != 0;
    }
}
