package io.agentfense.server.sandbox;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.sandbox.event.SandboxEvents;
import io.agentfense.secret.Scanner;
import io.agentfense.secret.tree.TreeOptions;
import io.agentfense.secret.watch.FileState;
import io.agentfense.secret.watch.SecretFile;
import io.agentfense.secret.watch.SecretWatches;
import io.agentfense.server.config.SandboxSecrets;
import io.agentfense.server.config.SecretsConfig;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.workspace.delta.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks for secrets in the codebases of sandboxes, and keeps sandboxes from them, as the configuration wants it at their start.
 * What was judged is remembered for some codebases that nobody uses. Thread-safe.
 */
public final class SecretGuard implements AutoCloseable {
    private static final int MOST_RESTING = 64;
    private static final int MOST_TOLD = 100;

    private final Supplier<SecretsConfig> config;
    private final EventLog eventLog;
    private final InstantSource clock;
    private final SecretWatches watches = new SecretWatches(Scanner.standard(), TreeOptions.MAX_BYTES);
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("secret-guard-", 0).factory());
    private final Map<String, Withholding> withholdings = new ConcurrentHashMap<>();

    /** What each sandbox wrote into its codebase, until it is destroyed. */
    private final Map<String, Map<String, FileState>> own = new ConcurrentHashMap<>();

    /** The one that was used last is the last. Guarded by this. */
    private final Map<Directory, WatchedCodebase> codebases = new LinkedHashMap<>();

    /** What makes a directory itself, whatever its name. */
    private record Directory(long device, long inode) {}

    /** Who writes down which files with secrets a sandbox has in its codebase. */
    @FunctionalInterface
    interface Teller {
        /** Waits for nothing. */
        void tell(SandboxRecord sandbox, List<SecretFile> files, String outcome);
    }

    /**
     * As configured.
     *
     * @param config asked at each start
     * @param eventLog hears of each file with secrets
     */
    public SecretGuard(Supplier<SecretsConfig> config, EventLog eventLog, InstantSource clock) {
        this.config = config;
        this.eventLog = eventLog;
        this.clock = clock;
    }

    /**
     * A sandbox is to start: has all files of its codebase judged.
     *
     * @param base the codebase's directory
     * @throws IOException if they can't be
     */
    Withholding begin(SandboxRecord record, Path base) throws IOException {
        SecretsConfig now = config.get();
        SandboxSecrets mode = now.sandboxes();
        WatchedCodebase codebase = mode == SandboxSecrets.OFF ? null : entered(base);
        Withholding withholding = new Withholding(
                record,
                mode,
                allowed(now.allow()),
                codebase,
                own.computeIfAbsent(record.id(), _ -> new ConcurrentHashMap<>()),
                this::tell,
                threads);
        withholdings.put(record.id(), withholding);
        return withholding;
    }

    /** Of patterns that the configuration has checked. */
    private static Policy allowed(List<String> patterns) {
        return Policy.ofChecked(
                patterns.stream().map(pattern -> Rule.of(pattern, Level.READ)).toList());
    }

    private WatchedCodebase entered(Path base) throws LinuxException {
        while (true) {
            WatchedCodebase codebase = codebase(base);
            codebase.enter();
            synchronized (this) {
                // It may have been taken for one that rests a moment ago.
                if (codebases.containsValue(codebase)) {
                    return codebase;
                }
            }
            codebase.leave();
        }
    }

    private synchronized WatchedCodebase codebase(Path base) throws LinuxException {
        Directory directory = directory(base);
        WatchedCodebase codebase = codebases.remove(directory);
        if (codebase == null) {
            codebase = new WatchedCodebase(changed -> watches.tree(base.toString(), changed));
        }
        codebases.put(directory, codebase);
        forgetEldest();
        return codebase;
    }

    private static Directory directory(Path base) throws LinuxException {
        Stat stat = new Stat();
        int fd = Descriptor.openDirectory(base.toString());
        try {
            LinuxException.check("stat", stat.read(fd));
            return new Directory(stat.device, stat.inode);
        } finally {
            Descriptor.close(fd);
        }
    }

    private void forgetEldest() {
        Iterator<WatchedCodebase> eldest = codebases.values().iterator();
        for (int i = codebases.size(); i > MOST_RESTING && eldest.hasNext(); i--) {
            WatchedCodebase each = eldest.next();
            if (!each.isUsed() && eldest.hasNext()) {
                eldest.remove();
                each.tree().close();
            }
        }
    }

    private void tell(SandboxRecord sandbox, List<SecretFile> files, String outcome) {
        SandboxEvents events = eventLog.of(sandbox);
        files.stream()
                .limit(MOST_TOLD)
                .forEach(file -> events.happened(
                        new SandboxEvent.SecretFound(clock.instant(), file.path(), file.rule(), file.line(), outcome)));
    }

    /** A codebase was changed by this server: when this returns, what is a secret now is withheld from all sandboxes. */
    void changed(String codebaseId) {
        for (Withholding each : withholdings.values()) {
            if (each.codebaseId().equals(codebaseId)) {
                each.enforce();
            }
        }
    }

    /** What lands the changes of a sandbox. */
    @FunctionalInterface
    interface Landing<T> {
        T land() throws IOException;
    }

    /**
     * Lands what a sandbox wrote, which is its own then.
     *
     * @param landed what of the result has landed
     */
    <T> T land(String sandboxId, Landing<T> landing, Function<T, List<Change>> landed) throws IOException {
        Withholding withholding = withholdings.get(sandboxId);
        if (withholding == null) {
            return landing.land();
        }
        withholding.lock().lock();
        try {
            T result = landing.land();
            withholding.landed(landed.apply(result));
            return result;
        } finally {
            withholding.lock().unlock();
        }
    }

    /** What a running sandbox is kept from; null for one that does not run. */
    @Nullable
    Withholding of(String sandboxId) {
        return withholdings.get(sandboxId);
    }

    /** A sandbox has ended, or did not start. */
    void end(String sandboxId, Withholding withholding) {
        if (withholdings.remove(sandboxId, withholding)) {
            withholding.close();
        }
    }

    /** A sandbox is no more. */
    void forget(String sandboxId) {
        own.remove(sandboxId);
    }

    @Override
    public void close() {
        threads.shutdown();
        synchronized (this) {
            codebases.values().forEach(codebase -> codebase.tree().close());
            codebases.clear();
        }
        watches.close();
    }
}
