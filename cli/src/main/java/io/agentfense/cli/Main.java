package io.agentfense.cli;

import io.agentfense.cli.alerts.AlertsCommand;
import io.agentfense.cli.audit.AuditCommand;
import io.agentfense.cli.delta.ApplyCommand;
import io.agentfense.cli.delta.DiffCommand;
import io.agentfense.cli.delta.DiscardCommand;
import io.agentfense.cli.delta.LsCommand;
import io.agentfense.cli.doctor.DoctorCommand;
import io.agentfense.cli.policy.PolicyCommand;
import io.agentfense.cli.remote.CodebaseCommand;
import io.agentfense.cli.remote.CpCommand;
import io.agentfense.cli.remote.ExecCommand;
import io.agentfense.cli.remote.IncidentCommand;
import io.agentfense.cli.remote.KeyCommand;
import io.agentfense.cli.remote.LogsCommand;
import io.agentfense.cli.remote.PsCommand;
import io.agentfense.cli.remote.SandboxCommand;
import io.agentfense.cli.remote.SecretCommand;
import io.agentfense.cli.remote.SessionCommand;
import io.agentfense.cli.remote.UserCommand;
import io.agentfense.cli.scan.ScanCommand;
import io.agentfense.workspace.delta.DeltaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command's entry. */
@Command(
        name = "agentfense",
        mixinStandardHelpOptions = true,
        version = "agentfense 0.1.0",
        header = {
            "Runs commands against a codebase and lets them touch only what a policy allows.",
            "",
            "Examples:",
            "  agentfense run . -- make test          run a command over this directory, under agent-safe",
            "  agentfense policy explain .env         which rule decides, and why",
            "  agentfense mount --rule '**/*=read' src /mnt/view",
            "  agentfense serve                       serve others; codebase, sandbox, exec and session talk to it",
            ""
        },
        subcommands = {
            RunCommand.class,
            ShellCommand.class,
            DiffCommand.class,
            ApplyCommand.class,
            DiscardCommand.class,
            LsCommand.class,
            MountCommand.class,
            PolicyCommand.class,
            ScanCommand.class,
            AuditCommand.class,
            AlertsCommand.class,
            CodebaseCommand.class,
            SandboxCommand.class,
            ExecCommand.class,
            SessionCommand.class,
            CpCommand.class,
            PsCommand.class,
            LogsCommand.class,
            IncidentCommand.class,
            UserCommand.class,
            KeyCommand.class,
            SecretCommand.class,
            DoctorCommand.class,
            CompletionCommand.class
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec spec;

    /** Runs the command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setStopAtPositional(false)
                .setUnmatchedOptionsArePositionalParams(false)
                .setExecutionExceptionHandler((failure, line, result) -> {
                    line.getErr().println("agentfense: " + message(failure));
                    return exitCode(failure);
                });
    }

    private static int exitCode(Exception failure) {
        if (failure instanceof Failure known) {
            return known.exitCode();
        }
        if (failure instanceof DeltaException known) {
            return known.reason() == DeltaException.Reason.NOT_FOUND ? Failure.NOT_FOUND : Failure.GENERAL;
        }
        return Failure.BEFORE_THE_COMMAND;
    }

    private static String message(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "say what to do: run, shell, mount, policy or doctor; --help tells more");
    }
}
