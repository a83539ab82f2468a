package io.agentfense.server.sandbox;

import io.agentfense.server.store.PageRequest;
import io.agentfense.server.store.SandboxFilter;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SandboxState;
import io.agentfense.server.store.SandboxTable;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends sandboxes that nobody asked to be ended one by one. Thread-safe. */
public final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private final Sandboxes sandboxes;
    private final SandboxTable table;
    private final Trail trail;
    private final InstantSource clock;

    /** Of these sandboxes. */
    public Sweep(Sandboxes sandboxes, SandboxTable table, Trail trail, InstantSource clock) {
        this.sandboxes = sandboxes;
        this.table = table;
        this.trail = trail;
        this.clock = clock;
    }

    /** How one is ended. */
    @FunctionalInterface
    private interface End {
        void of(String id) throws Refusal;
    }

    private static void each(List<SandboxRecord> records, End end) {
        for (SandboxRecord record : records) {
            try {
                end.of(record.id());
            } catch (Refusal e) {
                LOG.debug("sandbox {} went by itself", record.id(), e);
            }
        }
    }

    /** Puts away sandboxes that died, and destroys those whose time is up but for the isolated, which are evidence. */
    public void tidy() {
        sandboxes.buryDead();
        List<SandboxRecord> expired = table.expired(clock.instant()).stream()
                .filter(record -> Isolation.of(record.labels()).isEmpty())
                .toList();
        expired.forEach(record -> {
            LOG.info("sandbox {} expires", record.id());
            trail.note(AuditEvents.expired(record, clock.instant()));
        });
        each(expired, sandboxes::destroy);
    }

    /** Stops every running sandbox of an owner, but for the isolated, whose processes stand still already. */
    public void stopAllOf(String ownerId, String reason) {
        SandboxFilter running = SandboxFilter.ALL.ofOwner(ownerId).in(SandboxState.RUNNING);
        each(table.list(running, PageRequest.ALL).items(), id -> sandboxes.stop(id, reason));
    }

    /** Destroys every sandbox of a codebase, which is deleted; none if one of them is isolated, so it can't be. */
    public void evict(String codebaseId) {
        List<SandboxRecord> all = table.list(SandboxFilter.ALL.ofCodebase(codebaseId), PageRequest.ALL)
                .items();
        if (all.stream().allMatch(record -> Isolation.of(record.labels()).isEmpty())) {
            each(all, sandboxes::destroy);
        }
    }
}
