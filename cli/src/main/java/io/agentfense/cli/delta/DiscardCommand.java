package io.agentfense.cli.delta;

import io.agentfense.workspace.delta.DeltaStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code agentfense discard}: drops deltas. */
@Command(
        name = "discard",
        mixinStandardHelpOptions = true,
        header = {
            "Drops what runs changed; the codebase stays as it is.",
            "",
            "Examples:",
            "  agentfense discard last",
            "  agentfense discard 3f9a 77b0",
            ""
        })
public final class DiscardCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "ID", description = "A delta, by its id, the start of it, or last.")
    private List<String> ids = List.of();

    @Override
    public Integer call() throws IOException {
        try (DeltaStore store = Store.open()) {
            List<String> resolved = new java.util.ArrayList<>();
            for (String id : ids) {
                resolved.add(store.resolve(id));
            }
            for (String id : resolved) {
                store.discard(id);
                System.err.println("agentfense: dropped " + id);
            }
        }
        return 0;
    }
}
