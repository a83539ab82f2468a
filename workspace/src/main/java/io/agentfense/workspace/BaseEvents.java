package io.agentfense.workspace;

import io.agentfense.linux.Inotify;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What changes in one base directory, handed to every mount of this process that shows it. They share one inotify
 * instance, of which a user has 128 as a rule ({@code fs.inotify.max_user_instances}), and the thread that reads it.
 * Thread-safe.
 */
final class BaseEvents {
    private static final int EVENTS = Inotify.IN_MODIFY
            | Inotify.IN_ATTRIB
            | Inotify.IN_MOVED_FROM
            | Inotify.IN_MOVED_TO
            | Inotify.IN_CREATE
            | Inotify.IN_DELETE;

    /** Those that are listened to. Guarded by itself, for as long as it takes to open an instance. */
    private static final Map<Directory, BaseEvents> OPEN = new HashMap<>();

    private final Directory base;
    private final Inotify inotify;
    private final Set<BaseWatch> listeners = ConcurrentHashMap.newKeySet();

    /** Who listens to a watch, by its number. Guarded by this, as reading from the instance is. */
    private final Map<Integer, Set<BaseWatch>> watches = new HashMap<>();

    /** What makes a directory itself, under whatever name it was opened. */
    private record Directory(long device, long inode) {}

    /**
     * One event.
     *
     * @param watch the number of the directory's watch
     * @param mask {@link Inotify}'s IN bits
     * @param name of what changed in the directory, empty if the event is of the directory itself
     */
    record Event(int watch, int mask, byte[] name) {
        boolean has(int bits) {
            return (mask & bits) != 0;
        }
    }

    private BaseEvents(Directory base) throws LinuxException {
        this.base = base;
        this.inotify = Inotify.open();
        Thread.ofPlatform().daemon().name("base-events").start(this::run);
    }

    /**
     * Has a listener told of what it watches, until it {@linkplain #leave leaves}.
     *
     * @param directory a descriptor of the base
     * @throws LinuxException EMFILE if the user has too many inotify instances
     */
    static BaseEvents join(BaseWatch listener, int directory) throws LinuxException {
        Stat stat = new Stat();
        LinuxException.check("look at the base", stat.read(directory));
        Directory base = new Directory(stat.device, stat.inode);
        synchronized (OPEN) {
            BaseEvents events = OPEN.get(base);
            if (events == null) {
                events = new BaseEvents(base);
                OPEN.put(base, events);
            }
            events.listeners.add(listener);
            return events;
        }
    }

    /**
     * Tells a listener of changes in a directory from now on.
     *
     * @param held a descriptor of the directory, O_PATH too
     * @return false if no watch is to be had ({@code fs.inotify.max_user_watches})
     */
    synchronized boolean watch(BaseWatch listener, Node directory, int held) {
        int watch = inotify.add(held, EVENTS);
        if (watch < 0) {
            return false;
        }
        watches.computeIfAbsent(watch, _ -> new HashSet<>(1)).add(listener);
        listener.watches(watch, directory);
        return true;
    }

    private void run() {
        try {
            while (inotify.await()) {
                handOut();
            }
        } finally {
            inotify.release();
        }
    }

    /**
     * Hands out what the kernel has told so far: when this returns, each listener has its events, and soon deals with
     * them.
     */
    void handOut() {
        take();
        for (BaseWatch listener : listeners) {
            if (listener.isBehind()) {
                Tellers.ANY.execute(listener::catchUp);
            }
        }
    }

    private synchronized void take() {
        while (inotify.take()) {
            if ((inotify.mask & Inotify.IN_Q_OVERFLOW) != 0) {
                listeners.forEach(BaseWatch::lose);
                continue;
            }
            Set<BaseWatch> told = watches.get(inotify.watch);
            if (told != null) {
                byte[] name = Arrays.copyOf(inotify.name, inotify.length);
                Event event = new Event(inotify.watch, inotify.mask, name);
                told.forEach(listener -> listener.offer(event));
            }
            if ((inotify.mask & Inotify.IN_IGNORED) != 0) {
                watches.remove(inotify.watch);
            }
        }
    }

    /**
     * Tells a listener nothing any more. The last one to leave ends the listening; the thread goes on to close the
     * instance, for which the kernel waits until all its marks are destroyed ({@code inotify_release} in
     * {@code fs/notify}): 5 to 20 ms that nobody else has to wait.
     *
     * @param watched the numbers of its watches
     */
    void leave(BaseWatch listener, Set<Integer> watched) {
        synchronized (OPEN) {
            listeners.remove(listener);
            if (listeners.isEmpty()) {
                OPEN.remove(base);
                inotify.close();
                return;
            }
        }
        watched.forEach(watch -> forget(listener, watch));
    }

    private synchronized void forget(BaseWatch listener, int watch) {
        Set<BaseWatch> told = watches.get(watch);
        if (told != null && told.remove(listener) && told.isEmpty()) {
            watches.remove(watch);
            inotify.remove(watch);
        }
    }
}
