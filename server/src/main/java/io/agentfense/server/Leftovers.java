package io.agentfense.server;

import io.agentfense.server.store.Database;
import io.agentfense.server.store.PageRequest;
import io.agentfense.server.store.SandboxFilter;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.Meta;
import io.agentfense.workspace.delta.apply.Recovered;
import io.agentfense.workspace.delta.apply.Recovery;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts in order what a server that was killed left behind. Its processes died with it, since the kernel closed what they
 * hung on; mounts, half-made commits and records did not.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    static void clear(Database database, DeltaStore deltas, LiveMounts mounts, Instant now) throws IOException {
        for (Path mount : mounts.sweep()) {
            LOG.warn("cleared the mount that a killed server left at {}", mount);
        }
        for (Recovered recovered : Recovery.run(deltas)) {
            LOG.warn("delta {}: a commit was cut short; {}", recovered.id(), recovered.outcome());
        }
        int stopped = database.sandboxes().stopAllRunning("the server ended without stopping it", now);
        int closed = database.sessions().closeAll("the server ended", now);
        if (stopped > 0 || closed > 0) {
            LOG.warn("{} sandboxes are stopped and {} sessions closed: the server ended under them", stopped, closed);
        }
        int abandoned = database.idempotency().abandonAll();
        if (abandoned > 0) {
            LOG.warn("{} requests under an Idempotency-Key were cut short; repeated, they are new ones", abandoned);
        }
        dropOrphans(database, deltas);
    }

    /** Deltas that no sandbox names: the server ended between the two steps of making or destroying one. */
    private static void dropOrphans(Database database, DeltaStore deltas) throws IOException {
        Set<String> named = new HashSet<>();
        database.sandboxes()
                .list(SandboxFilter.ALL, PageRequest.ALL)
                .items()
                .forEach(record -> record.deltaId().ifPresent(named::add));
        for (Meta meta : deltas.list()) {
            if (!named.contains(meta.id())) {
                LOG.warn("dropped the delta {}, which no sandbox has", meta.id());
                deltas.discard(meta.id());
            }
        }
    }
}
