package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense exec}: one command in a running sandbox. */
@Command(
        name = "exec",
        mixinStandardHelpOptions = true,
        header = {
            "Runs a command in a running sandbox of a server.",
            "",
            "Examples:",
            "  agentfense exec sb_0123456789abcdef -- make test",
            "  agentfense exec --shell sb_0123456789abcdef -- 'grep -r TODO . | wc -l'",
            ""
        },
        footer = {"", "The exit code is the command's own."})
public final class ExecCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions options = new ServerOptions();

    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "Set a variable inside. Repeatable.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--workdir", paramLabel = "PATH", defaultValue = "", description = "Where the command starts.")
    private String workdir = "";

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "End it after so long.")
    private @Nullable Integer timeout;

    @Option(names = "--stdin", description = "Send what this command reads, whole, as input.")
    private boolean stdin;

    @Option(names = "--shell", description = "Take the command as text for a shell, not as words.")
    private boolean shell;

    @Parameters(index = "0", paramLabel = "SANDBOX")
    private String sandbox = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "CMD", description = "The command, after --.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException {
        ObjectNode body = Server.object().put("command", shell ? String.join(" ", command) : quoted(command));
        body.put("workdir", workdir);
        environment.forEach((name, value) -> body.withObject("env").put(name, value));
        if (timeout != null) {
            body.put("timeout", timeout + "s");
        }
        if (stdin) {
            body.put("raw_stdin", System.in.readAllBytes());
        }
        return OutputPrinter.print(
                options.connect().stream("/v1/sandboxes/" + Server.encoded(sandbox) + "/exec/stream", body));
    }

    /** Words as a shell reads them back. */
    static String quoted(List<String> words) {
        return words.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
