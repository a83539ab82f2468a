package io.agentfense.workspace.delta;

import io.agentfense.linux.At;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Gives a delta another upper, over the same or other layers, in one step: it is prepared beside the old one, the meta
 * names it, and from then on the old one is rubbish. Whoever opens the delta after a crash clears that away. Stateless.
 */
final class Renewal {
    private static final String HELD = "held";

    private Renewal() {}

    /** An empty upper for the next generation; its root looks like {@code like}, being the same directory inside. */
    static StateDirectory prepare(Delta delta, Stat like) throws LinuxException {
        StateDirectory directory = delta.directory();
        int next = delta.meta().generation() + 1;
        directory.removeTree(Delta.upperName(next));
        directory.removeTree(Delta.originsName(next));
        String name = Delta.upperName(next);
        directory.mkdir(name);
        StateDirectory upper = directory.open(name);
        LinuxException.check("set the mode of an upper", Descriptor.chmod(upper.fd(), like.mode & 07777));
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        At.utimens(
                directory.fd(),
                bytes,
                bytes.length,
                like.accessSeconds,
                like.accessNanos,
                like.modifySeconds,
                like.modifyNanos);
        return upper;
    }

    /** Puts what was prepared in force with a meta of the next generation. */
    static void take(Delta delta, Meta meta, StateDirectory layers) throws IOException {
        delta.checkpoint();
        delta.directory().sync();
        delta.update(meta);
        delta.checkpoint();
        Freeze.complete(delta.directory(), meta, layers);
        delta.reopen(layers);
    }

    /** Removes the uppers and logs of other generations, and what else a crash left. */
    static void clear(StateDirectory delta, Meta meta) throws LinuxException {
        for (String name : delta.list()) {
            boolean upper = name.startsWith(Delta.UPPER) && !name.equals(Delta.upperName(meta.generation()));
            boolean origins = name.startsWith(Delta.ORIGINS) && !name.equals(Delta.originsName(meta.generation()));
            if (upper || origins || name.equals(HELD)) {
                delta.removeTree(name);
            }
        }
    }

    /** The name in the delta's directory under which a file waits to be put into an upper. */
    static String held() {
        return HELD;
    }
}
