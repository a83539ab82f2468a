package io.agentfense.cli.delta;

import io.agentfense.linux.Descriptor;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Changes;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.GitPatch;
import io.agentfense.workspace.delta.Printable;
import io.agentfense.workspace.delta.Skipped;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense diff}: what a run changed. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        header = {
            "Shows what a run changed, against the codebase as it is now.",
            "",
            "Examples:",
            "  agentfense diff last",
            "  agentfense diff last --stat",
            "  agentfense diff last --name-only src",
            "  agentfense diff last | git apply --check",
            ""
        },
        footer = {"", "The patch is one that git apply takes, binary files included."})
public final class DiffCommand implements Callable<Integer> {
    @Option(names = "--name-only", description = "Only the paths, with what happened to them.")
    private boolean nameOnly;

    @Option(names = "--stat", description = "How many lines of each file, as git diff --stat.")
    private boolean stat;

    @Option(names = "--json", description = "Print one JSON object a line for each path.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "ID", description = "A delta, by its id, the start of it, or last.")
    private String id = "";

    @Parameters(index = "1..*", paramLabel = "PATH", description = "Only these, and what lies below them.")
    private List<String> paths = List.of();

    @Override
    public Integer call() throws IOException {
        try (DeltaStore store = Store.open();
                Delta delta = store.open(store.resolve(id))) {
            int base = Descriptor.openDirectory(delta.meta().base());
            try {
                show(Changes.of(delta, base, Policy.compile(delta.meta().rules())));
            } catch (PolicyException e) {
                throw new IOException("the rules of delta " + delta.id() + " can't be read: " + e.getMessage(), e);
            } finally {
                Descriptor.close(base);
            }
        }
        return 0;
    }

    private void show(Changes changes) throws IOException {
        List<BytePath> selected = ApplyCommand.Selected.paths(paths);
        List<Change> wanted = changes.list().stream()
                .filter(change -> selected.isEmpty()
                        || selected.stream()
                                .anyMatch(path -> change.path().equals(path)
                                        || change.path().isBelow(path)))
                .toList();
        if (json) {
            try (JsonLines lines = JsonLines.toStandardOutput()) {
                for (Change change : wanted) {
                    lines.path(change.path(), "kind", change.kind().label(), null);
                }
            }
        } else if (nameOnly) {
            for (Change change : wanted) {
                System.out.println(change.kind().label() + " "
                        + Printable.text(change.path().bytes()));
            }
        } else if (stat) {
            new ChangeSummary(wanted).print(System.out);
        } else {
            new GitPatch(new BufferedOutputStream(System.out, 1 << 16)).write(wanted);
        }
        for (Skipped skipped : changes.skipped()) {
            System.err.println("agentfense: " + Printable.text(skipped.path().bytes()) + " stays in the delta: "
                    + skipped.reason());
        }
    }
}
