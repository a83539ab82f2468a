package io.agentfense.workspace;

import io.agentfense.fuse.Request;
import io.agentfense.linux.Errno;
import io.agentfense.policy.Level;

/**
 * The guard's questions: may this operation be, on this node or this name? Each answers zero or a negated errno and
 * records what it refuses. Stateless beside its view; thread-safe.
 *
 * <p>The kernel leaves modes to us, since {@code default_permissions} would cost a GETATTR of the parent after every
 * create and would refuse without a message, unrecorded. The sandbox's user owns everything, so the owner's bits decide;
 * root of the host passes, as everywhere.
 */
final class Access {
    static final int READ = 4;
    static final int WRITE = 2;
    static final int EXECUTE = 1;

    private final View view;

    Access(View view) {
        this.view = view;
    }

    /** Whether a node's content may be had. */
    int read(Node node, String operation) {
        return needs(node, Level.READ, operation);
    }

    /** Whether a node may be changed. */
    int write(Node node, String operation) {
        return needs(node, Level.WRITE, operation);
    }

    private int needs(Node node, Level level, String operation) {
        if (node.level.atLeast(level)) {
            return 0;
        }
        return view.deny(node, operation);
    }

    /** Whether a visible node's mode lets the caller do what the bits say. */
    static int mode(Request request, Node node, int bits) {
        if (request.uid() == 0 || ((node.mode >>> 6) & bits) == bits) {
            return 0;
        }
        return -Errno.EACCES;
    }

    /** Whether a name may come to be, or be changed, in a directory: {@code write} on the new path. */
    int make(Request request, Node directory, byte[] name, int length, String operation) {
        var state = directory.state.child(name, 0, length);
        if (!state.level().atLeast(Level.WRITE)) {
            return view.deny(directory, name, length, state, operation, Errno.EACCES);
        }
        return entries(request, directory);
    }

    /**
     * Whether a directory's own mode lets its entries be changed. That of a directory below {@code write} says nothing:
     * the rules of the entries do.
     */
    static int entries(Request request, Node directory) {
        return directory.level == Level.WRITE ? mode(request, directory, WRITE) : 0;
    }
}
