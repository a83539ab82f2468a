package io.agentfense.cli;

import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Whether the ignore files of agents count for a local codebase, as a mixin for {@code run} and {@code shell}. */
final class AgentIgnoreOption {
    @Option(
            names = "--agent-ignore",
            description =
                    "Hide what .agentignore, .aiignore and .cursorignore files name, by git's rules and as they are at"
                            + " the start, and these files; whatever the rules say.")
    private boolean given;

    /** The rules that hold over a codebase: these, with what its ignore files name withheld if that is asked for. */
    List<Rule> over(List<Rule> rules, Path base) throws IOException {
        if (!given) {
            return rules;
        }
        AgentIgnore named = AgentIgnore.of(base);
        System.err.println("agentfense: .agentignore, .aiignore and .cursorignore hide " + named.count()
                + (named.count() == 1 ? " file or directory" : " files and directories"));
        return named.over(rules);
    }
}
