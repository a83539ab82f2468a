package io.agentfense.server.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import io.agentfense.policy.Withheld;
import io.agentfense.secret.watch.FileState;
import io.agentfense.secret.watch.SecretFile;
import io.agentfense.server.config.SandboxSecrets;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files with secrets that one sandbox is kept from, from before its start to its end. A file of the codebase that it has
 * written itself, and nobody else since, is its own. Thread-safe.
 *
 * <p>{@link #lock} is held while its rules are changed and while it commits, so that a file is its own before anybody judges
 * that it holds a secret; behind it come the locks of the delta and of the tree.
 */
final class Withholding implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Withholding.class);

    private final SandboxRecord record;
    private final SandboxSecrets mode;
    private final Policy allowed;
    private final @Nullable WatchedCodebase codebase;
    private final Map<String, FileState> own;
    private final SecretGuard.Teller teller;
    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean enforcing = new AtomicBoolean();

    /** Guarded by {@link #lock}. */
    private final Set<SecretFile> told = new HashSet<>();

    private volatile @Nullable RunningSandbox running;

    /** By the rules that the sandbox was given last: it reads no secret of what these mask. */
    private volatile @Nullable Policy given;

    /**
     * For one sandbox.
     *
     * @param allowed gives any level to what may hold secrets
     * @param codebase entered for this; null if nobody looks for secrets
     * @param own what it wrote, with the state in which it left that
     * @param threads on which rules are changed once somebody else has changed a file
     */
    Withholding(
            SandboxRecord record,
            SandboxSecrets mode,
            Policy allowed,
            @Nullable WatchedCodebase codebase,
            Map<String, FileState> own,
            SecretGuard.Teller teller,
            Executor threads) {
        this.record = record;
        this.mode = mode;
        this.allowed = allowed;
        this.codebase = codebase;
        this.own = own;
        this.teller = teller;
        this.threads = threads;
    }

    /** What is held while its rules change and while it commits. */
    ReentrantLock lock() {
        return lock;
    }

    String codebaseId() {
        return record.codebaseId();
    }

    /** Whether anybody looks for secrets. */
    boolean isLooking() {
        return codebase != null;
    }

    /** The files that it is kept from, or would be. */
    List<SecretFile> files() {
        return codebase == null
                ? List.of()
                : codebase.tree().secrets().stream()
                        .filter(file -> !file.state().equals(own.get(file.name())))
                        .filter(file -> allowed.evaluate(file.path()) == Level.NONE)
                        .filter(file -> !isMasked(file))
                        .toList();
    }

    private boolean isMasked(SecretFile file) {
        Policy policy = given;
        return policy != null && policy.locate(file.path()).isMasked();
    }

    /** What was found in the file at a path, if it is withheld for that. */
    Optional<SecretFile> at(byte[] path) {
        return mode == SandboxSecrets.HIDE
                ? files().stream()
                        .filter(file -> Arrays.equals(file.path(), path))
                        .findFirst()
                : Optional.empty();
    }

    /**
     * The rules that hold, by those that the sandbox was given: these come first, with their indexes. Tells of files that were
     * not told of before.
     *
     * @throws FoundSecrets if it may not start with such files and does not run yet
     */
    List<Rule> over(List<Rule> rules) throws IOException {
        lock.lock();
        try {
            given = Policy.ofChecked(rules);
            List<SecretFile> files = files();
            // What is gone is told of again if it comes back, and takes no room until then.
            told.retainAll(new HashSet<>(files));
            List<SecretFile> fresh = files.stream().filter(told::add).toList();
            teller.tell(record, fresh, outcome());
            if (mode == SandboxSecrets.BLOCK && running == null && !files.isEmpty()) {
                throw new FoundSecrets(files);
            }
            return mode == SandboxSecrets.HIDE
                    ? Withheld.over(rules, files.stream().map(SecretFile::path).toList())
                    : rules;
        } finally {
            lock.unlock();
        }
    }

    private String outcome() {
        return switch (mode) {
            case OFF, WARN -> "warned";
            case BLOCK -> running == null ? "refused" : "warned";
            case HIDE -> "hidden";
        };
    }

    /** From now on what changes in the codebase is enforced in the sandbox. */
    void begin(RunningSandbox started) {
        running = started;
        if (codebase != null) {
            codebase.users().add(this);
            enforce();
        }
    }

    /** Something has changed: enforces it soon. Waits for nothing. */
    void changed() {
        if (!enforcing.getAndSet(true)) {
            threads.execute(() -> {
                enforcing.set(false);
                enforce();
            });
        }
    }

    /** Has all that was changed in the codebase so far judged, and enforced in the sandbox. */
    void enforce() {
        RunningSandbox sandbox = running;
        if (sandbox == null || codebase == null) {
            return;
        }
        lock.lock();
        try {
            // What it has committed itself may have been judged by half.
            codebase.tree().settle();
            sandbox.enforceRules();
        } catch (IOException e) {
            if (sandbox.isAlive()) {
                LOG.error("files with secrets may be seen in sandbox {}", sandbox.id(), e);
            }
        } finally {
            lock.unlock();
        }
    }

    /** These changes have landed in the codebase. The caller holds the lock. */
    void landed(List<Change> changes) {
        if (codebase == null || changes.isEmpty()) {
            return;
        }
        for (Change change : changes) {
            boolean content = change.kind() == Change.Kind.ADDED
                    || change.kind() == Change.Kind.MODIFIED
                    || change.kind() == Change.Kind.TYPE;
            if (content && change.after() != null) {
                own(change.path().bytes(), change.after().identity());
            }
        }
        // Of the rest nobody asks whose it is.
        codebase.tree().settle();
        Set<String> secret =
                codebase.tree().secrets().stream().map(SecretFile::name).collect(Collectors.toSet());
        own.keySet().retainAll(secret);
    }

    /** It is its own if it is still what landed. */
    private void own(byte[] path, Identity landed) {
        Stat stat = new Stat();
        int fd = codebase == null ? -1 : codebase.tree().open(path, OpenFlags.O_PATH);
        boolean there = fd >= 0 && stat.read(fd) >= 0 && stat.isRegular();
        Descriptor.close(fd);
        if (there && landed.isRegular() && stat.size == landed.size() && landed.sameTime(Identity.of(stat))) {
            own.put(new String(path, StandardCharsets.ISO_8859_1), FileState.of(stat));
        }
    }

    /** The sandbox has ended, or did not start. */
    @Override
    public void close() {
        if (codebase != null) {
            codebase.users().remove(this);
            codebase.leave();
        }
    }
}
