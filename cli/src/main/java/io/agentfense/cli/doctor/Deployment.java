package io.agentfense.cli.doctor;

import io.agentfense.cli.remote.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The pre-deployment checklist, tried with a running server: what it withholds is asked for in sandboxes of it, what it
 * writes down is read. Confined to one thread.
 */
final class Deployment {
    private final Laboratory laboratory;
    private final Confinement confinement;
    private final Oversight oversight;
    private final Consumer<Checkup> told;

    private Deployment(Server server, Laboratory laboratory, Duration patience, Consumer<Checkup> told) {
        this.laboratory = laboratory;
        this.confinement = new Confinement(server, laboratory);
        this.oversight = new Oversight(server, laboratory, patience);
        this.told = told;
    }

    /**
     * Goes through it.
     *
     * @param patience how long to wait for what the server does by the clock
     * @param told hears of each item as soon as it is known
     * @throws IOException if the server can't be asked at all
     */
    static void checkUp(Server server, Duration patience, Consumer<Checkup> told) throws IOException {
        try (Laboratory laboratory = Laboratory.open(server, Confinement.files())) {
            new Deployment(server, laboratory, patience, told).all();
        }
    }

    private void all() throws IOException {
        String shortLived = laboratory.sandbox(Map.of(), "1s");
        String sandbox = laboratory.sandbox(Map.of(), "");
        item("secrets are hidden", () -> confinement.secrets(sandbox));
        item("output is writable", () -> confinement.output(sandbox));
        item("sources are read-only", () -> confinement.sources(sandbox));
        item("memory limit", confinement::memory);
        item("processor limit", confinement::processor);
        item("network is off", () -> confinement.network(sandbox));
        item("audit log", () -> oversight.audit(sandbox));
        item("forwarded to a SIEM", oversight::forwarding);
        item("alerts", () -> oversight.alerts(sandbox));
        item("sandboxes expire", () -> oversight.expiry(shortLived));
    }

    /** What one item found. */
    @FunctionalInterface
    private interface Item {
        Checkup check() throws IOException;
    }

    private void item(String name, Item item) {
        Checkup found;
        try {
            found = item.check();
        } catch (IOException e) {
            found = Checkup.fail("can't be tried: " + e.getMessage(), "");
        }
        told.accept(found.named(name));
    }
}
