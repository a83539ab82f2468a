package io.agentfense.workspace;

import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides anew for what the kernel knows below a directory whose own decision has changed, and makes it forget what that
 * changes. For one thread and one change.
 */
final class Redecision {
    private final View view;
    private final HardLinks hardLinks;
    private final Stat stat = new Stat();

    /** Whose level is another now, and who may be used without being named again: directories, and files in use. */
    private final List<Node> held = new ArrayList<>();

    /** The numbers of the others. */
    private final List<Long> idle = new ArrayList<>();

    Redecision(View view, HardLinks hardLinks) {
        this.view = view;
        this.hardLinks = hardLinks;
    }

    /** Puts other rules in force. When this returns they hold for whatever is named or used from now on. */
    void decideBy(Policy policy) {
        Node root = view.root;
        root.state = policy.locate(view.tree.prefix);
        root.level = root.state.level();
        below(root);
        view.forgetNames();
        held.forEach(node -> view.notifier.node(node.id));
        view.notifier.node(root.id);
        // Whoever has a file by O_PATH alone can ask for nothing but the attributes that it had before.
        Tellers.ANY.execute(() -> idle.forEach(view.notifier::attributes));
    }

    /** Decides anew for all that is known below a directory. */
    void below(Node directory) {
        Children children = directory.children;
        if (children == null) {
            return;
        }
        List<Node> directories = new ArrayList<>();
        synchronized (directory) {
            children.forEach(child -> {
                decide(directory, child);
                if (child.isDirectory()) {
                    directories.add(child);
                }
            });
        }
        directories.forEach(this::below);
    }

    /** The caller holds the directory's monitor. */
    private void decide(Node directory, Node child) {
        Node.Link link = child.link;
        if (link == null || link.parent != directory) {
            return;
        }
        child.state = directory.state.child(link.name, 0, link.name.length);
        Level own = child.state.level();
        boolean shares = child.linked && view.isBase(child.layer()) && view.tree.stat(child, stat) == 0;
        Level level = shares ? hardLinks.level(stat, own) : own;
        boolean masked = shares ? hardLinks.masked(stat, child.state.isMasked()) : child.state.isMasked();
        boolean otherContent = child.mask(masked) && child.isRegular() && child.isInBase();
        if (level == child.level && !otherContent) {
            return;
        }
        synchronized (child) {
            child.level = level;
            // An open that was let through by the level before drops the pages that are there; their reads are asked
            // for.
            child.cacheStale = true;
            if (child.isDirectory() || child.opens > 0) {
                held.add(child);
            } else {
                idle.add(child.id);
            }
        }
    }
}
