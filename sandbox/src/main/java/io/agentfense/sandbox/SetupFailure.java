package io.agentfense.sandbox;

import io.agentfense.linux.Errno;
import io.agentfense.sandbox.guest.GuestEvent;

/** Puts a guest's report that a command never ran into words, and into a shell's exit code. */
final class SetupFailure {
    private static final int FAILED = 125;
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private SetupFailure() {}

    static Outcome.NotStarted explain(Command command, GuestEvent.Failed failed) {
        String cause = Errno.message(failed.errno());
        return switch (failed.step()) {
            case EXEC ->
                new Outcome.NotStarted(
                        failed.step(),
                        "cannot run " + command.arguments().getFirst() + ": " + cause,
                        failed.errno() == Errno.ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
            case DIRECTORY ->
                new Outcome.NotStarted(
                        failed.step(), "cannot start in " + command.absoluteDirectory() + ": " + cause, FAILED);
            case FORK ->
                new Outcome.NotStarted(
                        failed.step(),
                        "cannot start a process in the sandbox: " + cause
                                + (failed.errno() == Errno.EAGAIN ? "; its limit on processes is reached" : ""),
                        FAILED);
            case TERMINAL ->
                new Outcome.NotStarted(failed.step(), "cannot open a terminal in the sandbox: " + cause, FAILED);
            case PRIVACY ->
                new Outcome.NotStarted(
                        failed.step(),
                        "cannot keep a shell private from what it runs; turn off what shows it: sysctl"
                                + " fs.suid_dumpable=0",
                        FAILED);
            case CALLS ->
                new Outcome.NotStarted(
                        failed.step(),
                        "cannot follow a shell: " + cause + "; that takes Linux 5.19 or later, and no other"
                                + " supervisor of its system calls",
                        FAILED);
            case REQUEST, SETUP ->
                new Outcome.NotStarted(failed.step(), "cannot prepare the command: " + cause, FAILED);
        };
    }
}
