package io.agentfense.client;

import io.agentfense.api.ours.v1.ListProcessesRequest;
import io.agentfense.api.v1.CreateSessionRequest;
import java.util.List;
import java.util.Map;

/** What runs in a sandbox: the calls. Thread-safe. */
final class CommandCalls {
    private final Remote remote;
    private final String id;

    CommandCalls(Remote remote, String sandboxId) {
        this.remote = remote;
        id = sandboxId;
    }

    ExecResult run(Command command) {
        var request = CommandMessages.exec(id, command);
        Subject subject = Subject.sandbox("run", id).running(command);
        return ResultMessages.of(
                command.text(), remote.call(subject, () -> remote.sandboxes().exec(request)));
    }

    CommandStream stream(Command command) {
        Subject subject = Subject.sandbox("run", id).running(command);
        return new CommandStream(
                command.text(),
                remote.answers(subject, remote.sandboxStreams().execStream(CommandMessages.exec(id, command))));
    }

    BackgroundCommand launch(Command command, boolean input) {
        var request = CommandMessages.process(id, command, input);
        return new BackgroundCommand(
                remote,
                remote.create(Subject.sandbox("launch", id), remote.processes(), stub -> stub.startProcess(request)));
    }

    List<BackgroundCommand> background() {
        ListProcessesRequest request =
                ListProcessesRequest.newBuilder().setSandboxId(id).build();
        return remote
                .call(
                        Subject.sandbox("list processes", id),
                        () -> remote.processes().listProcesses(request))
                .getProcessesList()
                .stream()
                .map(process -> new BackgroundCommand(remote, process))
                .toList();
    }

    Session session(String shell, Map<String, String> environment) {
        CreateSessionRequest request = CreateSessionRequest.newBuilder()
                .setSandboxId(id)
                .setShell(shell)
                .putAllEnv(environment)
                .build();
        return new Session(
                remote,
                remote.create(
                                Subject.sandbox("create session", id),
                                remote.sandboxes(),
                                stub -> stub.createSession(request))
                        .getId());
    }
}
