package io.agentfense.secret.watch;

import io.agentfense.linux.Inotify;
import io.agentfense.linux.LinuxException;
import io.agentfense.secret.Scanner;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Directories that are watched for secrets, by one inotify instance for all of them, of which a user has 128 as a rule
 * ({@code fs.inotify.max_user_instances}). Nothing is opened before the first. Thread-safe.
 */
public final class SecretWatches implements AutoCloseable {
    private static final int EVENTS = Inotify.IN_MODIFY
            | Inotify.IN_CLOSE_WRITE
            | Inotify.IN_ATTRIB
            | Inotify.IN_MOVED_FROM
            | Inotify.IN_MOVED_TO
            | Inotify.IN_CREATE
            | Inotify.IN_DELETE;

    private static final int REWRITTEN = Inotify.IN_MODIFY | Inotify.IN_CLOSE_WRITE;

    private final Scanner scanner;
    private final long maxBytes;
    private final Set<WatchedTree> trees = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("secret-watch-", 0).factory());

    /** Under which names trees know the directory of a watch: two of them may share one. Guarded by this. */
    private final Map<Integer, Map<WatchedTree, String>> watches = new HashMap<>();

    /** Guarded by this. */
    private @Nullable Inotify inotify;

    private volatile boolean closed;

    /**
     * None yet.
     *
     * @param maxBytes the largest file that is read; a larger one counts as one with a secret
     */
    public SecretWatches(Scanner scanner, long maxBytes) {
        this.scanner = scanner;
        this.maxBytes = maxBytes;
    }

    /**
     * A directory, of which nothing is known yet: {@link WatchedTree#resume} looks at it.
     *
     * @param listener told after what is secret has changed, on any thread; it must not wait
     * @throws LinuxException if there is no such directory
     */
    public WatchedTree tree(String directory, Runnable listener) throws LinuxException {
        return WatchedTree.open(this, directory, new FileJudge(scanner, maxBytes), listener);
    }

    /** Tells a tree of changes in one of its directories from now on; a negated errno if no watch is to be had. */
    synchronized int add(WatchedTree tree, String name, int directory) {
        int watch;
        try {
            watch = open().add(directory, EVENTS);
        } catch (LinuxException e) {
            return -e.errno();
        }
        if (watch >= 0) {
            watches.computeIfAbsent(watch, _ -> new HashMap<>()).put(tree, name);
            trees.add(tree);
        }
        return watch;
    }

    private Inotify open() throws LinuxException {
        Inotify present = inotify;
        if (present == null) {
            Inotify made = Inotify.open();
            inotify = made;
            Thread.ofPlatform().daemon().name("secret-events").start(() -> run(made));
            present = made;
        }
        return present;
    }

    /** Tells a tree nothing any more of a directory that it knows by this name. */
    synchronized void remove(WatchedTree tree, int watch, String name) {
        Map<WatchedTree, String> told = watches.get(watch);
        Inotify present = inotify;
        // It may have been moved, and be watched by another name already.
        if (present != null && told != null && told.remove(tree, name) && told.isEmpty()) {
            watches.remove(watch);
            present.remove(watch);
        }
    }

    /** Tells a tree nothing any more. */
    void leave(WatchedTree tree) {
        trees.remove(tree);
    }

    private void run(Inotify opened) {
        try {
            while (opened.await()) {
                drain();
                for (WatchedTree tree : trees) {
                    if (tree.beginCatchingUp()) {
                        threads.execute(tree::catchUp);
                    }
                }
            }
        } finally {
            opened.release();
        }
    }

    /** Hands out what the kernel has told so far. */
    synchronized void drain() {
        Inotify present = inotify;
        while (present != null && !closed && present.take()) {
            if ((present.mask & Inotify.IN_Q_OVERFLOW) != 0) {
                trees.forEach(WatchedTree::lose);
                continue;
            }
            Map<WatchedTree, String> told = watches.get(present.watch);
            if ((present.mask & Inotify.IN_IGNORED) != 0) {
                watches.remove(present.watch);
            } else if (told != null && present.length > 0) {
                String name = new String(present.name, 0, present.length, StandardCharsets.ISO_8859_1);
                boolean rewritten = (present.mask & REWRITTEN) != 0;
                told.forEach((tree, directory) -> tree.offer(WatchedTree.joined(directory, name), rewritten));
            }
        }
    }

    /** Ends the watching. The trees are to be closed before. */
    @Override
    public synchronized void close() {
        closed = true;
        threads.shutdown();
        Inotify present = inotify;
        if (present != null) {
            present.close();
        }
    }
}
