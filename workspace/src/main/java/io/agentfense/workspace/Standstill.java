package io.agentfense.workspace;

import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import java.util.ArrayList;
import java.util.List;

/**
 * A moment in which a mounted workspace answers nobody, so that its layers may be changed. Programs wait meanwhile; what
 * the kernel writes past this process ({@code passthrough}) goes on all the same. {@link #close} lets them go on and then
 * makes the kernel forget what is not true any more. Confined to its thread.
 */
public final class Standstill implements AutoCloseable {
    private final Workspace workspace;
    private final List<Relocation> relocations = new ArrayList<>();
    private boolean closed;

    Standstill(Workspace workspace) {
        this.workspace = workspace;
    }

    /** What programs do with a file at this moment. */
    public enum Use {
        /** Nobody has it open. */
        NONE,
        /** It is open for reading. */
        READ,
        /** It may be written at any time: it is open for writing, or mapped, or the kernel serves it by itself. */
        WRITTEN,
        /** It has to stay in the delta for the workspace's own sake. */
        NEEDED
    }

    /** How a path below the root is in use, by that name. What is in use has the next commit look again once it is not. */
    public Use use(byte[] path) {
        Use use = Use.NONE;
        for (View view : workspace.views()) {
            Use here = new Uses(view).of(path);
            use = here.compareTo(use) > 0 ? here : use;
        }
        return use;
    }

    /** The paths of all files of the top layer that may be written at any time, by every name that is known. */
    public List<byte[]> written() {
        List<byte[]> paths = new ArrayList<>();
        workspace.views().forEach(view -> new Uses(view).written(paths));
        return paths;
    }

    /**
     * A file, a link or a directory that showed as {@code was} lies at {@code is} now, with the same content: as when it
     * is about to go from the delta, and the base shows through.
     *
     * @param keepsNumber whether its number is that of {@code is} already
     */
    public void moved(Stat was, Stat is, boolean keepsNumber) {
        workspace.guises().put(was, is, keepsNumber);
    }

    /** Counts a change that was made in the delta by somebody else. */
    public void raise() {
        workspace.mark().raise();
    }

    /** From here on changes are new ones; to be called before the delta is looked at. */
    public void lower() {
        workspace.mark().lower();
    }

    /**
     * The layers have changed, though not what programs see of them: each file is looked for where it lies now. Inode
     * numbers, descriptors and caches stay good.
     *
     * @param roots descriptors of the delta's trees, the top first
     */
    public void relocate(List<Integer> roots) throws LinuxException {
        relocations.addAll(workspace.relocate(roots, false));
    }

    /**
     * The layers have changed, and what programs see is what they hold now. Descriptors of what is gone, or is another
     * file now, give ESTALE or EIO.
     *
     * @param roots descriptors of the delta's trees, the top first
     */
    public void replace(List<Integer> roots) throws LinuxException {
        relocations.addAll(workspace.relocate(roots, true));
    }

    /** Lets requests be answered again, and returns once the kernel knows what has changed. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            workspace.goOn(relocations);
        }
    }
}
