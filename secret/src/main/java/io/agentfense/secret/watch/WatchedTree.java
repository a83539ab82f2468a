package io.agentfense.secret.watch;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

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
    private final Runnable listener;
    private final Unjudged unjudged = new Unjudged();
    private final AtomicBoolean catchingUp = new AtomicBoolean();

    // Guarded by this.
    private final Judgements judgements;
    private boolean watched;
    private boolean closed;

    private volatile List<SecretFile> secrets = List.of();

    private WatchedTree(SecretWatches watches, int root, FileJudge judge, Runnable listener) {
        this.watches = watches;
        this.root = root;
        this.listener = listener;
        this.judgements = new Judgements(watches, this, root, judge);
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
            if (judgements.secrets().stream().anyMatch(file -> file.rule().equals(SecretFile.UNWATCHED))) {
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
        judgements.leaveDirectories();
        unjudged.clear();
    }

    private void tell(boolean changed) {
        if (changed) {
            listener.run();
        }
    }

    /** For {@link SecretWatches}: something changed at a name. */
    void offer(String name, boolean rewritten) {
        unjudged.add(name, rewritten);
    }

    /** For {@link SecretWatches}: something changed, and nobody knows what. */
    void lose() {
        unjudged.lose();
    }

    /** For {@link SecretWatches}: whether there is something to do that nobody does yet. */
    boolean beginCatchingUp() {
        return !unjudged.isEmpty() && catchingUp.compareAndSet(false, true);
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
        Unjudged.Taken taken = unjudged.take();
        boolean done = false;
        try {
            if (taken.lost()) {
                examine("", false);
            }
            taken.names().forEach(this::examine);
            done = true;
        } finally {
            if (!done) {
                // Of what was taken nobody knows any more.
                unjudged.lose();
            }
        }
        return publish();
    }

    private void examine(String name, boolean rewritten) {
        if (!closed) {
            judgements.examine(name, rewritten);
        }
    }

    private boolean publish() {
        List<SecretFile> now = judgements.secrets();
        boolean changed = !now.equals(secrets);
        secrets = now;
        return changed;
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
        return judgements.size();
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
