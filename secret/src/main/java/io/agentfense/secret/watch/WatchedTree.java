package io.agentfense.secret.watch;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.secret.Finding;
import io.agentfense.secret.watch.FileJudge.Judgement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Which files of one directory hold secrets. While it is watched a change is judged as soon as it is noticed, which takes some
 * hundredths of a second and the time to read the file; {@link #settle} has all changes judged that were made before it is
 * called. While it rests nothing is watched, and what was judged is remembered by the state of the files, so that
 * {@link #resume} reads only what changed. Names are those from the directory on, a byte being a character; no link is
 * followed.
 *
 * <p>Not noticed is what is written to a file through a mapping, until it is closed, and through a name of it that lies
 * elsewhere; the next {@link #resume} finds both. Thread-safe.
 */
public final class WatchedTree implements AutoCloseable {
    /** Changes come in bursts: a file is made, written and closed. */
    private static final long GATHERING_MILLIS = 20;

    private final SecretWatches watches;
    private final int root;
    private final FileJudge judge;
    private final Runnable listener;

    /** What changed, and whether content did. Guarded by itself. */
    private final Map<String, Boolean> pending = new HashMap<>();

    /** Whether events were lost. Guarded by {@link #pending}. */
    private boolean lost;

    private final AtomicBoolean catchingUp = new AtomicBoolean();

    // Guarded by this.
    private final NavigableMap<String, Judgement> files = new TreeMap<>();
    private final NavigableMap<String, Integer> directories = new TreeMap<>();
    private final NavigableMap<String, SecretFile> found = new TreeMap<>();
    private boolean watched;
    private boolean closed;

    private volatile List<SecretFile> secrets = List.of();

    private WatchedTree(SecretWatches watches, int root, FileJudge judge, Runnable listener) {
        this.watches = watches;
        this.root = root;
        this.judge = judge;
        this.listener = listener;
    }

    static WatchedTree open(SecretWatches watches, String directory, FileJudge judge, Runnable listener)
            throws LinuxException {
        return new WatchedTree(watches, Descriptor.openDirectory(directory), judge, listener);
    }

    static String joined(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    /** The files with secrets in the order of their names, as far as changes have been judged. */
    public List<SecretFile> secrets() {
        return secrets;
    }

    /**
     * Begins to watch, and judges all files.
     *
     * @throws LinuxException if not all directories can be watched, with what to raise; it rests then
     */
    public void resume() throws LinuxException {
        boolean changed;
        synchronized (this) {
            watched = true;
            examine("", false);
            SecretFile blind = found.values().stream()
                    .filter(file -> file.rule().equals(SecretFile.UNWATCHED))
                    .findFirst()
                    .orElse(null);
            if (blind != null) {
                pause();
                throw new LinuxException(
                        "watch for secrets (raise fs.inotify.max_user_watches or max_user_instances?)", Errno.ENOSPC);
            }
            changed = publish();
        }
        tell(changed);
    }

    /** Judges what was changed so far: when this returns, {@link #secrets} tells of it. Does nothing while it rests. */
    public void settle() {
        boolean changed;
        synchronized (this) {
            watches.drain();
            changed = watched && judgePending();
        }
        tell(changed);
    }

    /** Ends the watching, and remembers what was judged. */
    public synchronized void pause() {
        watched = false;
        watches.leave(this);
        directories.forEach((name, watch) -> watches.remove(this, watch, name));
        directories.clear();
        synchronized (pending) {
            pending.clear();
            lost = false;
        }
    }

    private void tell(boolean changed) {
        if (changed) {
            listener.run();
        }
    }

    /** For {@link SecretWatches}: something changed at a name. */
    void offer(String name, boolean rewritten) {
        synchronized (pending) {
            pending.merge(name, rewritten, Boolean::logicalOr);
        }
    }

    /** For {@link SecretWatches}: something changed, and nobody knows what. */
    void lose() {
        synchronized (pending) {
            lost = true;
        }
    }

    /** For {@link SecretWatches}: whether there is something to do that nobody does yet. */
    boolean beginCatchingUp() {
        return isBehind() && catchingUp.compareAndSet(false, true);
    }

    private boolean isBehind() {
        synchronized (pending) {
            return lost || !pending.isEmpty();
        }
    }

    /** For {@link SecretWatches}: does it, until there is nothing. */
    void catchUp() {
        do {
            try {
                Thread.sleep(GATHERING_MILLIS);
                settle();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                catchingUp.set(false);
            }
        } while (beginCatchingUp());
    }

    private boolean judgePending() {
        Map<String, Boolean> taken;
        boolean all;
        synchronized (pending) {
            taken = new HashMap<>(pending);
            all = lost;
            pending.clear();
            lost = false;
        }
        boolean done = false;
        try {
            if (all) {
                examine("", false);
            }
            taken.forEach(this::examine);
            done = true;
        } finally {
            if (!done) {
                // Of what was taken nobody knows any more.
                lose();
            }
        }
        return publish();
    }

    private boolean publish() {
        List<SecretFile> now = List.copyOf(found.values());
        boolean changed = !now.equals(secrets);
        secrets = now;
        return changed;
    }

    /** Looks at what is at a name now, and at all below it. */
    private void examine(String name, boolean rewritten) {
        if (closed) {
            return;
        }
        Stat stat = new Stat();
        int fd = Beneath.open(root, bytes(name), OpenFlags.O_PATH);
        int error = fd < 0 ? fd : stat.read(fd);
        Descriptor.close(fd);
        boolean directory = error >= 0 && stat.isDirectory();
        Map<String, Judgement> before = new HashMap<>(forgetBelow(name));
        Judgement own = files.remove(name);
        found.remove(name);
        if (directory) {
            walk(name, before);
        } else if (error >= 0 && stat.isRegular()) {
            judge(name, stat, rewritten ? null : own);
        }
    }

    /** Forgets all below a directory, and the directory; what was known of the files there. */
    private Map<String, Judgement> forgetBelow(String name) {
        SortedMap<String, Integer> gone = below(directories, name);
        gone.forEach((directory, watch) -> watches.remove(this, watch, directory));
        gone.clear();
        Integer own = directories.remove(name);
        if (own != null) {
            watches.remove(this, own, name);
        }
        below(found, name).clear();
        SortedMap<String, Judgement> known = below(files, name);
        Map<String, Judgement> before = new HashMap<>(known);
        known.clear();
        return before;
    }

    private static <T> SortedMap<String, T> below(NavigableMap<String, T> map, String name) {
        // '0' is the character behind '/'.
        return name.isEmpty() ? map : map.subMap(name + "/", name + "0");
    }

    private void walk(String start, Map<String, Judgement> before) {
        Deque<String> left = new ArrayDeque<>(List.of(start));
        Dirents entries = new Dirents();
        Stat stat = new Stat();
        while (!left.isEmpty()) {
            String name = left.pop();
            int fd = Beneath.open(root, bytes(name), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            if (fd < 0) {
                if (!FileJudge.isGone(fd)) {
                    found.put(name, new SecretFile(name, Finding.UNSCANNED, 0, FileState.UNKNOWN));
                }
                continue;
            }
            try {
                // Watched before it is listed: what comes after the listing is told.
                int watch = watches.add(this, name, fd);
                if (watch < 0) {
                    found.put(name, new SecretFile(name, SecretFile.UNWATCHED, 0, FileState.UNKNOWN));
                    continue;
                }
                directories.put(name, watch);
                list(fd, name, entries, stat, before, left);
            } finally {
                Descriptor.close(fd);
            }
        }
    }

    private void list(
            int fd, String directory, Dirents entries, Stat stat, Map<String, Judgement> before, Deque<String> left) {
        int more = entries.start(fd);
        for (more = more < 0 ? more : entries.next(); more > 0; more = entries.next()) {
            if (stat.read(fd, entries.name, entries.length) < 0) {
                continue;
            }
            String name = joined(directory, new String(entries.name, 0, entries.length, StandardCharsets.ISO_8859_1));
            if (stat.isDirectory()) {
                left.push(name);
            } else if (stat.isRegular()) {
                judge(name, stat, before.get(name));
            }
        }
        if (more < 0) {
            found.put(directory, new SecretFile(directory, Finding.UNSCANNED, 0, FileState.UNKNOWN));
        }
    }

    private void judge(String name, Stat stat, @Nullable Judgement known) {
        boolean same = known != null && known.settled() && known.state().equals(FileState.of(stat));
        Judgement now = same ? known : judge.judge(root, name, FileState.of(stat));
        if (now != null) {
            files.put(name, now);
            SecretFile secret = now.secret();
            if (secret != null) {
                found.put(name, secret);
            }
        }
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Opens what is at a path now; no component may be a link.
     *
     * @return a descriptor, the caller's to close, or a negated errno
     */
    public int open(byte[] path, int flags) {
        return Beneath.open(root, path, flags);
    }

    /** How many files are known, whether they hold secrets or not. */
    public synchronized int size() {
        return files.size();
    }

    /** Ends the watching and forgets. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            pause();
            closed = true;
            Descriptor.close(root);
        }
    }
}
