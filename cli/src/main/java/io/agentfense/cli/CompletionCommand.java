package io.agentfense.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code agentfense completion}: a script that teaches bash and zsh the commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        header = {
            "Prints a completion script for bash and zsh.",
            "",
            "Examples:",
            "  source <(agentfense completion)",
            "  agentfense completion > /etc/bash_completion.d/agentfense",
            ""
        })
final class CompletionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    @Override
    public Integer call() {
        System.out.print(AutoComplete.bash("agentfense", spec.root().commandLine()));
        return 0;
    }
}
