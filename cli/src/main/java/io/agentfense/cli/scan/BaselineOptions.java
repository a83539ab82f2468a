package io.agentfense.cli.scan;

import io.agentfense.cli.Failure;
import io.agentfense.secret.report.Baseline;
import io.agentfense.secret.report.FileFinding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The baseline that findings are compared with, and the one that is written. */
final class BaselineOptions {
    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "Don't tell what this file knows: rule, path and a salted fingerprint of the secret.")
    private @Nullable Path baseline;

    @Option(
            names = "--write-baseline",
            paramLabel = "FILE",
            description = "Write all that was found to this file, and end with 0.")
    private @Nullable Path written;

    /** Those that the baseline does not know. */
    List<FileFinding> unknown(List<FileFinding> all) throws Failure {
        if (baseline == null) {
            return all;
        }
        Baseline known = read(baseline);
        return all.stream().filter(finding -> !known.has(finding)).toList();
    }

    boolean isWritten() {
        return written != null;
    }

    /** Writes all, if that is wanted, with the salt of the file that is there. */
    void write(List<FileFinding> all) throws Failure {
        if (written == null) {
            return;
        }
        Baseline before = Files.exists(written) ? read(written) : Baseline.empty();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            before.of(all).write(content);
            Files.write(written, content.toByteArray());
        } catch (IOException e) {
            throw new Failure(Failure.USAGE, "the baseline can't be written: " + e.getMessage());
        }
    }

    private static Baseline read(Path file) throws Failure {
        try {
            return Baseline.read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new Failure(Failure.USAGE, "the baseline " + file + " can't be read: " + e.getMessage());
        }
    }
}
