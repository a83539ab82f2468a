package io.agentfense.alert.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.alert.evaluate.AlertChange;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a program with {@link AlertJson} and a newline on its standard input. Its arguments are those of the
 * configuration, nothing of an alert; its environment is {@code PATH} and {@code LANG}; it starts in {@code /}. It is not
 * started again if it fails, as it may have done half of its work.
 */
final class CommandSink implements Sink {
    private static final Logger LOG = LoggerFactory.getLogger(CommandSink.class);

    private final Target.Command target;

    CommandSink(Target.Command target) throws IOException {
        this.target = target;
        String program = target.command().getFirst();
        if (!new File(program).canExecute()) {
            throw new IOException(program + ": there is no such program, or it may not be executed");
        }
    }

    @Override
    public void tell(AlertChange change) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(target.command())
                .directory(new File("/"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("LANG", "C.UTF-8");
        Process process = builder.start();
        byte[] json = (AlertJson.of(change) + "\n").getBytes(UTF_8);
        // On a thread of its own: a program that reads nothing keeps nobody waiting.
        Thread.startVirtualThread(() -> write(process, json));
        try {
            if (!process.waitFor(target.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RefusedException("it was killed, as it ran for " + target.timeout());
            }
            if (process.exitValue() != 0) {
                throw new RefusedException("its exit code is " + process.exitValue());
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void write(Process process, byte[] json) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(json);
        } catch (IOException e) {
            LOG.debug("a program did not read its alert", e);
        }
    }
}
