package io.agentfense.cli;

import java.util.List;
import picocli.CommandLine.Mixin;

/** The options of a run over a directory, as a mixin for {@code run} and {@code shell}. */
final class RunOptions {
    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Mixin
    private SandboxOptions sandbox = new SandboxOptions();

    @Mixin
    private SecretOptions secrets = new SecretOptions();

    @Mixin
    private AgentIgnoreOption agentIgnore = new AgentIgnoreOption();

    @Mixin
    private Ending ending = new Ending();

    /** Those of its sandbox, and of the command in it. */
    SandboxOptions sandbox() {
        return sandbox;
    }

    /** The run of a command over a directory. */
    LocalRun over(String directory, List<String> command) throws Failure {
        return new LocalRun(directory, rules, sandbox, secrets, agentIgnore, command, ending.afterwards());
    }
}
