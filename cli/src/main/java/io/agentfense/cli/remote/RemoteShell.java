package io.agentfense.cli.remote;

import io.agentfense.cli.LocalTerminal;
import io.agentfense.linux.WindowSize;
import java.io.IOException;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A shell in a running sandbox of a server, on the terminal that this command was started in.
 *
 * @param sandbox its id
 * @param program the shell, or null for the server's choice
 * @param environment variables beside the defaults
 * @param workdir where it starts, by a path inside
 */
public record RemoteShell(String sandbox, @Nullable String program, Map<String, String> environment, String workdir) {
    /**
     * Runs it to its end.
     *
     * @return its exit code
     * @throws io.agentfense.cli.Failure if there is no terminal here, no such sandbox there, or the server goes away
     */
    public int run(ServerChoice server) throws IOException {
        WindowSize size = LocalTerminal.size("exec " + sandbox + " -- CMD");
        RemoteTerminal terminal = new RemoteTerminal(System.out);
        WebSocket socket = server.connect().open(path(size), RemoteTerminal.PROTOCOL, terminal);
        try (LocalTerminal lent = LocalTerminal.lend()) {
            assert lent != null;
            Thread.ofPlatform().daemon().name("keys").start(() -> terminal.type(System.in));
            return terminal.await(LocalTerminal.DESCRIPTOR);
        } finally {
            socket.abort();
        }
    }

    private String path(WindowSize size) {
        StringBuilder path = new StringBuilder("/v1/sandboxes/" + Server.encoded(sandbox) + "/terminal");
        path.append("?rows=").append(size.rows()).append("&cols=").append(size.columns());
        path.append("&workdir=").append(Server.encoded(workdir));
        if (program != null) {
            path.append("&command=").append(Server.encoded("exec " + ExecCommand.quoted(List.of(program))));
        }
        environment.forEach((name, value) -> path.append("&env=").append(Server.encoded(name + "=" + value)));
        return path.toString();
    }
}
