package io.agentfense.cli.delta;

import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.Meta;
import io.agentfense.workspace.delta.Printable;
import java.io.IOException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentfense ls}: the deltas that are kept. */
@Command(
        name = "ls",
        mixinStandardHelpOptions = true,
        header = {"Lists the deltas that runs left, the last one first.", "", "Examples:", "  agentfense ls", ""})
public final class LsCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (DeltaStore store = Store.open();
                JsonLines lines = JsonLines.toStandardOutput()) {
            for (Meta meta : store.list()) {
                String state = store.isBusy(meta.id()) ? "in use" : "kept";
                if (json) {
                    lines.delta(meta, state);
                } else {
                    System.out.printf(
                            "%-12s %-7s %s  %s  %s%n",
                            meta.id(),
                            state,
                            TIME.format(meta.created()),
                            Printable.text(meta.base()),
                            Printable.text(String.join(" ", meta.command())));
                }
            }
        }
        return 0;
    }
}
