package io.agentfense.cli;

import io.agentfense.policy.Level;
import io.agentfense.policy.PathText;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import io.agentfense.policy.Withheld;
import io.agentfense.secret.Scanner;
import io.agentfense.secret.tree.TreeOptions;
import io.agentfense.secret.watch.SecretFile;
import io.agentfense.secret.watch.SecretWatches;
import io.agentfense.secret.watch.WatchedTree;
import io.agentfense.workspace.Workspace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files with secrets in the codebase of one local run, from before its start to its end. Thread-safe. */
final class LocalSecrets implements AutoCloseable {
    private static final int MOST_TOLD = 20;

    private final SecretOptions.Mode mode;
    private final Policy allowed;
    private final List<Rule> rules;

    /** By those rules, without such as withhold files. */
    private final Policy given;

    private final SecretWatches watches = new SecretWatches(Scanner.standard(), TreeOptions.MAX_BYTES);
    private final @Nullable WatchedTree tree;

    /** Guarded by this. */
    private final Set<SecretFile> told = new HashSet<>();

    /** Guarded by this. */
    private @Nullable Workspace followed;

    private LocalSecrets(SecretOptions options, Path base, List<Rule> rules) throws IOException {
        this.mode = options.mode();
        this.allowed = options.allowed();
        this.rules = rules;
        this.given = Policy.ofChecked(rules);
        this.tree = mode == SecretOptions.Mode.OFF ? null : watches.tree(base.toString(), this::enforce);
    }

    /**
     * Looks at all files of a codebase, and says which have secrets.
     *
     * @param rules those that hold whatever is found
     * @throws Failure 125 if some have and nothing may run then
     * @throws IOException if they can't be looked at
     */
    static LocalSecrets open(SecretOptions options, Path base, List<Rule> rules) throws IOException {
        LocalSecrets secrets = new LocalSecrets(options, base, rules);
        boolean done = false;
        try {
            if (secrets.tree != null) {
                secrets.tree.resume();
            }
            secrets.tell(System.err);
            if (secrets.mode == SecretOptions.Mode.BLOCK && !secrets.files().isEmpty()) {
                throw new Failure(
                        Failure.BEFORE_THE_COMMAND,
                        "nothing was run, since there are files with secrets; take them out, or --allow-secrets");
            }
            done = true;
            return secrets;
        } finally {
            if (!done) {
                secrets.close();
            }
        }
    }

    /** Whether files are hidden as they become secrets. */
    boolean hides() {
        return mode == SecretOptions.Mode.HIDE;
    }

    /** The rules that hold: those given, with their indexes, and behind them such as withhold files with secrets. */
    List<Rule> rules() {
        return hides()
                ? Withheld.over(rules, files().stream().map(SecretFile::path).toList())
                : rules;
    }

    private List<SecretFile> files() {
        return tree == null
                ? List.of()
                : tree.secrets().stream()
                        .filter(file -> allowed.evaluate(file.path()) == Level.NONE)
                        .filter(file -> !given.locate(file.path()).isMasked())
                        .toList();
    }

    /** Hides in a mounted workspace what is a secret, from now until this is closed. */
    void follow(Workspace workspace) {
        synchronized (this) {
            followed = workspace;
        }
        if (tree != null) {
            tree.settle();
            enforce();
        }
    }

    private synchronized void enforce() {
        Workspace workspace = followed;
        if (workspace != null && hides()) {
            List<Rule> next = rules();
            if (!next.equals(workspace.policy().rules())) {
                workspace.changeRules(Policy.ofChecked(next));
            }
        }
    }

    /** Says a line of each file that was not told of yet. */
    synchronized void tell(PrintStream err) {
        List<SecretFile> fresh = files().stream().filter(told::add).toList();
        for (SecretFile file : fresh.subList(0, Math.min(MOST_TOLD, fresh.size()))) {
            err.println(
                    "agentfense: " + (hides() ? "hidden, since it holds a secret: " : "a file with a secret: ") + "/"
                            + PathText.printable(file.path())
                            + (file.line() > 0 ? ":" + file.line() : "") + ": " + file.rule());
        }
        if (fresh.size() > MOST_TOLD) {
            err.println("agentfense: and " + (fresh.size() - MOST_TOLD) + " more files with secrets");
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            followed = null;
        }
        if (tree != null) {
            tree.close();
        }
        watches.close();
    }
}
