package io.agentfense.workspace;

import io.agentfense.linux.Errno;
import io.agentfense.linux.Inotify;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.workspace.BaseEvents.Event;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches the directories of the base that the kernel has cached for one mount, and makes it forget what others change
 * there. Where no watch is to be had ({@code fs.inotify.max_user_watches}), the kernel is told to ask again every second
 * instead.
 *
 * <p>Thread-safe. Events are dealt with by one of the {@link Tellers}, or by whoever holds {@link #reading} in its stead. The kernel is told without any node's monitor, and may keep the teller waiting for a request that is being
 * answered.
 */
final class BaseWatch implements AutoCloseable {
    private static final int NAMES =
            Inotify.IN_MOVED_FROM | Inotify.IN_MOVED_TO | Inotify.IN_CREATE | Inotify.IN_DELETE;

    /** After our own write the time that an event of it may take, in nanoseconds. */
    private static final long OWN_WRITE_NANOS = 1_000_000_000L;

    /** Events kept while nobody may deal with them, as many as the kernel keeps for an instance by default. */
    private static final int MOST_PENDING = 16384;

    /**
     * Held by whoever deals with events. Outermost of all locks: its holder may wait for requests, but not stop them. To
     * be let go by {@link #letGo}.
     */
    final ReentrantLock reading = new ReentrantLock();

    private final View view;
    private final HardLinks hardLinks;
    private final Map<Integer, Node> directories = new ConcurrentHashMap<>();
    private final Queue<Event> pending = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pendingCount = new AtomicInteger();
    private final BaseEvents events;

    /** Whether events were lost: nobody knows what has changed. */
    private volatile boolean lost;

    /** Whether some directory is cached although no watch was to be had for it. */
    private volatile boolean blind;

    /** Guarded by {@link #reading}. */
    private boolean closed;

    BaseWatch(View view, HardLinks hardLinks) throws LinuxException {
        this.view = view;
        this.hardLinks = hardLinks;
        this.events = BaseEvents.join(this, view.tree.base().root);
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
        boolean watched = events.watch(this, directory, held.fd);
        held.release();
        if (watched) {
            directory.watched = true;
        } else {
            blind = true;
        }
    }

    /** For {@link BaseEvents}: events of this watch are of that directory. */
    void watches(int watch, Node directory) {
        directories.put(watch, directory);
    }

    /** For {@link BaseEvents}: takes an event, to be dealt with later. */
    void offer(Event event) {
        if (pendingCount.incrementAndGet() < MOST_PENDING) {
            pending.add(event);
        } else {
            pendingCount.decrementAndGet();
            lose();
        }
    }

    /** For {@link BaseEvents}: events were lost. */
    void lose() {
        lost = true;
    }

    /** Whether there is something to deal with. */
    boolean isBehind() {
        return lost || !pending.isEmpty();
    }

    /** Deals with what is pending, unless somebody holds {@link #reading}, who does it when letting go. */
    void catchUp() {
        while (isBehind() && reading.tryLock()) {
            try {
                if (closed) {
                    return;
                }
                drain(false);
            } finally {
                reading.unlock();
            }
        }
    }

    /** Lets go of {@link #reading}, and sees to what came in the meantime. */
    void letGo() {
        reading.unlock();
        catchUp();
    }

    /** Makes the kernel forget whatever others have changed in the base so far, also where nothing is watched. */
    void notice() {
        reading.lock();
        try {
            drainAll(false);
        } finally {
            letGo();
        }
        if (blind) {
            forgetAll();
        }
    }

    /**
     * Deals with all that has happened so far. The caller holds {@link #reading}.
     *
     * @param ours whether the events tell of a commit of this workspace, which adds no names to files that have some
     */
    void drainAll(boolean ours) {
        events.handOut();
        drain(ours);
    }

    private void drain(boolean ours) {
        if (lost) {
            lost = false;
            forgetAll();
        }
        for (Event event = pending.poll(); event != null; event = pending.poll()) {
            pendingCount.decrementAndGet();
            if (event.has(Inotify.IN_IGNORED)) {
                directories.remove(event.watch());
            } else if (event.name().length > 0) {
                changed(event, ours);
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

    private void changed(Event event, boolean ours) {
        Node directory = directories.get(event.watch());
        if (directory == null) {
            return;
        }
        byte[] name = event.name();
        int length = name.length;
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
            if (child != null && !stays && event.has(NAMES)) {
                child.pin();
                view.detach(directory, name, length, child);
            }
        }
        if (event.has(NAMES) && !stays) {
            directory.namesChange();
            if (!ours || event.has(Inotify.IN_ISDIR) || hasSeveralNames(directory, name, length)) {
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
                        && Appearance.shownMode(child, stat.mode) == child.mode);
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

    /** Ends the watching: when this returns nobody deals with an event any more. */
    @Override
    public void close() {
        view.undecided.close();
        reading.lock();
        try {
            closed = true;
        } finally {
            reading.unlock();
        }
        events.leave(this, directories.keySet());
    }
}
