package io.agentfense.workspace;

import io.agentfense.linux.Inotify;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Watches the directories of the base that the kernel has cached, and makes it forget what others change there. Where no
 * watch is to be had (fs.inotify.max_user_watches), the kernel is told to ask again every second instead.
 *
 * <p>Thread-safe. One thread of its own reads the events; it never waits for a request.
 */
final class BaseWatch implements AutoCloseable {
    private static final int EVENTS = Inotify.IN_MODIFY
            | Inotify.IN_ATTRIB
            | Inotify.IN_MOVED_FROM
            | Inotify.IN_MOVED_TO
            | Inotify.IN_CREATE
            | Inotify.IN_DELETE;
    private static final int NAMES =
            Inotify.IN_MOVED_FROM | Inotify.IN_MOVED_TO | Inotify.IN_CREATE | Inotify.IN_DELETE;

    /** After our own write the time that an event of it may take, in nanoseconds. */
    private static final long OWN_WRITE_NANOS = 1_000_000_000L;

    private final View view;
    private final HardLinks hardLinks;
    private final Inotify inotify;
    private final Map<Integer, Node> directories = new ConcurrentHashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    BaseWatch(View view, HardLinks hardLinks) throws LinuxException {
        this.view = view;
        this.hardLinks = hardLinks;
        this.inotify = Inotify.open();
        Thread.ofPlatform().daemon().name("base-watch").start(this::run);
    }

    /** Sees to it that changes in a directory are noticed from now on; before anything of it is told to the kernel. */
    void watch(Node directory) {
        if (directory.watched) {
            return;
        }
        Layer base = view.tree.layers[view.tree.layers.length - 1];
        if ((directory.layers() & base.bit()) == 0) {
            directory.watched = true;
            return;
        }
        OpenFile held = view.tree.directory(directory, base);
        if (held == null) {
            return;
        }
        int watch = inotify.add(held.fd, EVENTS);
        held.release();
        if (watch >= 0) {
            directories.put(watch, directory);
            directory.watched = true;
        }
    }

    private void run() {
        try {
            read();
        } finally {
            ended.countDown();
            inotify.release();
        }
    }

    private void read() {
        while (inotify.next() > 0) {
            if ((inotify.mask & Inotify.IN_Q_OVERFLOW) != 0) {
                hardLinks.forget();
                view.notifier.everyName();
            } else if ((inotify.mask & Inotify.IN_IGNORED) != 0) {
                directories.remove(inotify.watch);
            } else if (inotify.length > 0) {
                Node directory = directories.get(inotify.watch);
                if (directory != null) {
                    changed(directory, inotify.name, inotify.length, inotify.mask);
                }
            }
        }
    }

    private void changed(Node directory, byte[] name, int length, int mask) {
        Node child;
        synchronized (directory) {
            child = directory.directory().get(name, length);
            if (child != null && asTold(directory, name, length, child)) {
                return;
            }
            if (child != null && (mask & NAMES) != 0) {
                view.detach(directory, name, length, child);
            }
        }
        if ((mask & NAMES) != 0) {
            hardLinks.forget();
            view.notifier.entry(directory.id, name, length);
            view.notifier.node(directory.id);
            tellAncestors(directory);
        }
        if (child != null) {
            forgetContent(child);
        }
    }

    private void forgetContent(Node child) {
        boolean ours =
                child.passedOpens > 0 || child.writtenAt != 0 && System.nanoTime() - child.writtenAt < OWN_WRITE_NANOS;
        if (ours) {
            view.notifier.attributes(child.id);
        } else {
            view.notifier.node(child.id);
        }
    }

    /** Whether the kernel already knows a child as it is now: the event is of what we did ourselves. */
    private boolean asTold(Node directory, byte[] name, int length, Node child) {
        Layer layer = view.tree.layers[child.layer()];
        Stat stat = Work.get().stat;
        if (view.tree.stat(directory, layer, name, length, stat) < 0 || !child.is(stat)) {
            return false;
        }
        return child.isDirectory()
                || (stat.size == child.toldSize
                        && stat.modifySeconds * 1_000_000_000L + stat.modifyNanos == child.toldMtime
                        && View.shownMode(child, stat.mode) == child.mode);
    }

    /** A bare directory is there only for what lies below it, which has just changed. */
    private void tellAncestors(Node directory) {
        for (Node at = directory; at.level == Level.NONE; ) {
            Node.@Nullable Link link = at.link;
            if (link == null) {
                return;
            }
            view.notifier.entry(link.parent.id, link.name, link.name.length);
            view.notifier.node(link.parent.id);
            at = link.parent;
        }
    }

    /**
     * Ends the watching. Its thread goes on to close the descriptor, for which the kernel waits until all its marks are
     * destroyed ({@code inotify_release} in {@code fs/notify}): 5 to 20 ms that nobody else has to wait.
     */
    @Override
    public void close() {
        view.undecided.close();
        view.strayPages.close();
        inotify.close();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
