package io.agentfense.workspace;

import io.agentfense.linux.Errno;
import io.agentfense.linux.Inotify;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches the directories of the base that the kernel has cached, and makes it forget what others change there. Where no
 * watch is to be had (fs.inotify.max_user_watches), the kernel is told to ask again every second instead.
 *
 * <p>Thread-safe. One thread of its own waits for events; whoever holds {@link #reading} may take them in its stead. The
 * kernel is told without any node's monitor, and may keep the teller waiting for a request that is being answered.
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

    /** Held by whoever takes events. Outermost of all locks: its holder may wait for requests, but not stop them. */
    final ReentrantLock reading = new ReentrantLock();

    private final View view;
    private final HardLinks hardLinks;
    private final Inotify inotify;
    private final Map<Integer, Node> directories = new ConcurrentHashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Whether some directory is cached although no watch was to be had for it. */
    private volatile boolean blind;

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
        Layer base = view.tree.base();
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
        } else {
            blind = true;
        }
    }

    private void run() {
        try {
            while (inotify.await()) {
                reading.lock();
                try {
                    drain(false);
                } finally {
                    reading.unlock();
                }
            }
        } finally {
            ended.countDown();
            inotify.release();
        }
    }

    /** Makes the kernel forget whatever others have changed in the base so far, also where nothing is watched. */
    void notice() {
        reading.lock();
        try {
            drain(false);
        } finally {
            reading.unlock();
        }
        if (blind) {
            forgetAll();
        }
    }

    /**
     * Takes the events that are there. The caller holds {@link #reading}.
     *
     * @param ours whether they tell of a commit of this workspace, which adds no names to files that have some
     */
    void drain(boolean ours) {
        while (inotify.take()) {
            if ((inotify.mask & Inotify.IN_Q_OVERFLOW) != 0) {
                forgetAll();
            } else if ((inotify.mask & Inotify.IN_IGNORED) != 0) {
                directories.remove(inotify.watch);
            } else if (inotify.length > 0) {
                Node directory = directories.get(inotify.watch);
                if (directory != null) {
                    changed(directory, inotify.name, inotify.length, inotify.mask, ours);
                }
            }
        }
    }

    /** Nobody knows what has changed. */
    private void forgetAll() {
        hardLinks.forget();
        view.forgetNames();
        view.nodes.forEach(node -> {
            if (node.layer() == 0) {
                forgetContent(node);
            }
        });
    }

    private void changed(Node directory, byte[] name, int length, int mask, boolean ours) {
        Work.Found found = Work.get().found;
        Node child;
        boolean stays = false;
        synchronized (directory) {
            child = directory.directory().get(name, length);
            if (child != null) {
                stays = view.lies(directory, name, length, child, found);
                if (stays && (!view.isBase(child.layer()) || asTold(child, found.stat))) {
                    return;
                }
            }
            if (child != null && !stays && (mask & NAMES) != 0) {
                child.pin();
                view.detach(directory, name, length, child);
            }
        }
        if ((mask & NAMES) != 0 && !stays) {
            directory.namesChange();
            if (!ours || (mask & Inotify.IN_ISDIR) != 0 || hasSeveralNames(directory, name, length)) {
                hardLinks.forget();
            }
            view.notifier.entry(directory.id, name, length);
            view.notifier.node(directory.id);
            tellAncestors(directory);
        }
        if (child != null) {
            forgetContent(child);
        }
    }

    private boolean hasSeveralNames(Node directory, byte[] name, int length) {
        Stat stat = Work.get().stat;
        int result = view.tree.stat(directory, view.tree.base(), name, length, stat);
        return result == 0 ? stat.links > 1 && !stat.isDirectory() : result != -Errno.ENOENT;
    }

    private void forgetContent(Node child) {
        boolean recent = child.writtenAt != 0 && System.nanoTime() - child.writtenAt < OWN_WRITE_NANOS;
        // Over a delta no write of ours goes to the base.
        if (view.direct && (child.passedOpens > 0 || recent)) {
            view.notifier.attributes(child.id);
        } else {
            view.notifier.node(child.id);
        }
    }

    /** Whether the kernel already knows a child as it is now: the event is of what we did ourselves. */
    private static boolean asTold(Node child, Stat stat) {
        return child.isDirectory()
                || (stat.size == child.toldSize
                        && Guise.modified(stat) == child.toldMtime
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
