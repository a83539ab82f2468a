package io.agentfense.cli.remote;

import io.agentfense.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code agentfense cp}: one file into a running sandbox, or out of it, by the sandbox's own rights. */
@Command(
        name = "cp",
        mixinStandardHelpOptions = true,
        header = {
            "Copies a file into a running sandbox, or out of it.",
            "",
            "Examples:",
            "  agentfense cp data.csv sb_0123456789abcdef:output/data.csv",
            "  agentfense cp sb_0123456789abcdef:output/report.txt .",
            ""
        })
public final class CpCommand implements Callable<Integer> {
    private static final Pattern INSIDE = Pattern.compile("(sb_[0-9a-f]+):(.+)");

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Parameters(index = "0", paramLabel = "FROM", description = "A file, or SANDBOX:PATH.")
    private String from = "";

    @Parameters(index = "1", paramLabel = "TO", description = "A file or directory, or SANDBOX:PATH.")
    private String to = "";

    @Override
    public Integer call() throws IOException {
        Matcher source = INSIDE.matcher(from);
        Matcher target = INSIDE.matcher(to);
        boolean out = source.matches();
        if (out == target.matches()) {
            throw new Failure(Failure.USAGE, "one side must be SANDBOX:PATH and the other a file of this machine");
        }
        if (out) {
            download(content(source), Path.of(source.group(2)), Path.of(to));
        } else {
            upload(Path.of(from), content(target));
        }
        return 0;
    }

    private static String content(Matcher inside) {
        return "/v1/sandboxes/" + inside.group(1) + "/fs/content?path=" + Server.encoded(inside.group(2));
    }

    private void download(String content, Path path, Path target) throws IOException {
        Path file = Files.isDirectory(target) ? target.resolve(String.valueOf(path.getFileName())) : target;
        try (InputStream in = options.connect().download(content)) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void upload(Path file, String content) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new Failure(Failure.USAGE, file + " is no file");
        }
        String mode = Files.isExecutable(file) ? "&mode=755" : "";
        options.connect().put(content + mode, BodyPublishers.ofFile(file));
    }
}
