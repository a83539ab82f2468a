import io.agentfense.client.Command;
import io.agentfense.client.CommandTimeoutException;
import io.agentfense.client.CommitMode;
import io.agentfense.client.ResourceLimits;
import io.agentfense.client.Sandbox;

static final Duration LONGEST = Duration.ofMinutes(5);
static final int TIMED_OUT = 124; // as of timeout(1)
static final ResourceLimits LIMITS =
        ResourceLimits.DEFAULT.withMemoryBytes(1L << 30).withCpuQuota(100_000).withPidsLimit(200);

/**
 * Runs a project's tests in a sandbox, with limits, and hands their exit code on. They may write where they like. Nothing of
 * that reaches the project: it is shown as a patch at the end.
 *
 * <p>Usage: CiRunner DIRECTORY COMMAND
 */
void main(String[] arguments) {
    if (arguments.length != 2) {
        System.err.println("usage: CiRunner DIRECTORY COMMAND");
        System.exit(2);
    }
    int code;
    try (var sandbox = Sandbox.fromLocal(Path.of(arguments[0]))
            .preset("development")
            .resources(LIMITS)
            .commit(CommitMode.MANUAL)
            .start()) {
        code = test(sandbox, arguments[1]);
        showChanges(sandbox);
    }
    System.exit(code);
}

/** Runs the command and shows its output as it comes; its exit code. */
int test(Sandbox sandbox, String command) {
    try (var running = sandbox.stream(Command.of(command).within(LONGEST))) {
        var result = running.transferTo(System.out, System.err);
        result.limitExceeded().ifPresent(limit -> System.err.println("ran into the limit of " + limit));
        return result.exitCode();
    } catch (CommandTimeoutException e) {
        System.err.println("the tests took longer than " + LONGEST.toSeconds() + " seconds");
        return TIMED_OUT;
    }
}

void showChanges(Sandbox sandbox) {
    var changes = sandbox.diff();
    if (!changes.isEmpty()) {
        IO.println("the tests changed " + changes.size() + " paths:");
        System.out.writeBytes(sandbox.patch());
    }
}
