package io.agentfense.client;

import io.agentfense.api.ours.v1.StartProcessRequest;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.SessionExecRequest;

/** Commands as requests. Stateless. */
final class CommandMessages {
    private CommandMessages() {}

    static ExecRequest exec(String sandboxId, Command command) {
        ExecRequest.Builder request = ExecRequest.newBuilder()
                .setSandboxId(sandboxId)
                .setCommand(command.text())
                .setRawStdin(command.input())
                .putAllEnv(command.environment())
                .setWorkdir(command.directory());
        command.timeout().map(Times::of).ifPresent(request::setTimeout);
        return request.build();
    }

    /** A session has a directory and variables of its own. */
    static SessionExecRequest session(String sessionId, Command command) {
        if (!command.directory().isEmpty() || !command.environment().isEmpty()) {
            throw new IllegalArgumentException(
                    "a session keeps its directory and variables: say cd and export in the command");
        }
        SessionExecRequest.Builder request = SessionExecRequest.newBuilder()
                .setSessionId(sessionId)
                .setCommand(command.text())
                .setRawStdin(command.input());
        command.timeout().map(Times::of).ifPresent(request::setTimeout);
        return request.build();
    }

    /** Input comes later, by the handle. */
    static StartProcessRequest process(String sandboxId, Command command, boolean input) {
        if (!command.input().isEmpty()) {
            throw new IllegalArgumentException("write the input to the handle of launchWithInput");
        }
        StartProcessRequest.Builder request = StartProcessRequest.newBuilder()
                .setSandboxId(sandboxId)
                .setCommand(command.text())
                .putAllEnv(command.environment())
                .setWorkdir(command.directory())
                .setStdin(input);
        command.timeout().map(Times::of).ifPresent(request::setTimeout);
        return request.build();
    }
}
