package io.agentfense.cli.delta;

import io.agentfense.policy.PathText;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.Printable;
import io.agentfense.workspace.delta.apply.Apply;
import io.agentfense.workspace.delta.apply.ApplyOptions;
import io.agentfense.workspace.delta.apply.ApplyResult;
import io.agentfense.workspace.delta.apply.Conflict;
import io.agentfense.workspace.delta.apply.ConflictException;
import io.agentfense.workspace.delta.apply.Refusal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense apply}: lands what a run changed in the codebase. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        header = {
            "Lands what a run changed in the codebase: all of it, or the paths named.",
            "",
            "Examples:",
            "  agentfense apply last",
            "  agentfense apply 3f9a src/main.py docs",
            "  agentfense apply last --dry-run",
            ""
        },
        footer = {"", "Exit code: 0, 6 if both sides changed a path (nothing is touched), 3 if there is no such delta."
        })
public final class ApplyCommand implements Callable<Integer> {
    private static final int CONFLICT = 6;

    @Option(names = "--force", description = "Let the run's side win where both sides changed a path.")
    private boolean force;

    @Option(names = "--dry-run", description = "Say what would land, and touch nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print one JSON object a line for each path.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "ID", description = "A delta, by its id, the start of it, or last.")
    private String id = "";

    @Parameters(index = "1..*", paramLabel = "PATH", description = "What to land; a directory means all below it.")
    private List<String> paths = List.of();

    @Override
    public Integer call() throws IOException {
        try (DeltaStore store = Store.open();
                Delta delta = store.open(store.resolve(id));
                JsonLines lines = JsonLines.toStandardOutput()) {
            ApplyOptions options = new ApplyOptions(Selected.paths(paths), force, dryRun);
            try {
                report(new Apply(store).run(delta, options), lines);
                return 0;
            } catch (ConflictException e) {
                System.err.println("agentfense: " + e.getMessage());
                for (Conflict conflict : e.conflicts()) {
                    conflict(conflict, lines);
                }
                System.err.println("agentfense: look at it with: agentfense diff " + delta.id()
                        + "; --force lets the run's side win");
                return CONFLICT;
            }
        }
    }

    private void conflict(Conflict conflict, JsonLines lines) throws IOException {
        if (json) {
            lines.path(conflict.path(), "conflict", conflict.base(), conflict.sandbox());
        }
        System.err.println(
                "agentfense: conflict: " + Printable.text(conflict.path().bytes()) + ": " + conflict.sandbox()
                        + " by the run, " + conflict.base() + " in the codebase");
    }

    private void report(ApplyResult result, JsonLines lines) throws IOException {
        for (Change change : result.applied()) {
            if (json) {
                lines.path(change.path(), "applied", change.kind().label(), null);
            } else {
                System.out.println(change.kind().label() + " "
                        + Printable.text(change.path().bytes()));
            }
        }
        for (Refusal refusal : result.refused()) {
            if (json) {
                lines.path(
                        refusal.change().path(),
                        "refused",
                        refusal.change().kind().label(),
                        refusal.reason());
            }
            System.err.println(RefusalLine.of(refusal));
        }
        for (BytePath kept : result.kept()) {
            System.err.println(
                    "agentfense: kept: " + Printable.text(kept.bytes()) + ": it holds what the run could not see");
        }
        if (!dryRun && !result.complete()) {
            System.err.println("agentfense: the delta keeps the rest");
        }
    }

    /** What the user named, relative to the codebase, a leading slash or /workspace allowed. */
    static final class Selected {
        private Selected() {}

        static List<BytePath> paths(List<String> given) {
            return given.stream().map(Selected::path).toList();
        }

        private static BytePath path(String text) {
            String relative = text.startsWith("/workspace/") ? text.substring("/workspace".length()) : text;
            String plain = relative.replaceAll("^(\\./|/)+", "").replaceAll("/+$", "");
            return BytePath.of(PathText.toBytes(plain));
        }
    }
}
