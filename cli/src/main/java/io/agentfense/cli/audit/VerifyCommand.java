package io.agentfense.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.audit.format.JsonLine;
import io.agentfense.audit.proof.NoteException;
import io.agentfense.audit.proof.VerifyingKey;
import io.agentfense.audit.verify.Finding;
import io.agentfense.audit.verify.Verification;
import io.agentfense.audit.verify.Verifier;
import io.agentfense.cli.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code agentfense audit verify}: whether every record is as it was written. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        header = {
            "Says whether every record is there and as it was written.",
            "",
            "Examples:",
            "  agentfense audit verify",
            "  agentfense audit verify --dir /mnt/evidence/audit --json",
            "  agentfense audit verify --checkpoint /mnt/usb/checkpoint --key /mnt/usb/signing.pub",
            ""
        },
        footer = {
            "",
            "Who can write to the directory has the key that signs, and could have made all of",
            "it anew. Copy the files 'checkpoint' and 'signing.pub' elsewhere now and then, and",
            "name them here: then that is found too.",
            "",
            "Exit code: 0 if all is as it was written, 1 if not, 2 if there is no log to verify."
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private LogChoice log = new LogChoice();

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "A checkpoint of the log that was kept elsewhere; repeatable.")
    private List<Path> checkpoints = List.of();

    @Option(names = "--key", paramLabel = "FILE", description = "The log's signing.pub, kept elsewhere.")
    private @Nullable Path key;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    @Override
    public Integer call() throws Failure {
        Verification verification;
        Path directory = log.directory();
        try {
            List<byte[]> kept = new ArrayList<>();
            for (Path checkpoint : checkpoints) {
                kept.add(Files.readAllBytes(checkpoint));
            }
            verification = Verifier.verify(directory, key == null ? null : key(key), kept);
        } catch (IOException e) {
            throw new Failure(Failure.USAGE, "the log can't be verified: " + e.getMessage());
        }
        if (json) {
            System.out.println(new String(JsonLine.of(document(verification)), UTF_8));
        } else {
            print(verification);
        }
        return verification.isWhole() ? 0 : 1;
    }

    private static VerifyingKey key(Path file) throws IOException {
        try {
            return VerifyingKey.parse(Files.readString(file));
        } catch (NoteException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private void print(Verification verification) {
        PrintWriter out = command.commandLine().getOut();
        for (Finding finding : verification.findings()) {
            out.println(finding);
        }
        for (String note : verification.notes()) {
            out.println("note: " + note);
        }
        if (verification.isWhole()) {
            out.println("whole: " + verification.records() + " records up to " + verification.size() + ", hash "
                    + verification.hash() + ", root " + verification.root());
        } else {
            out.println("not as it was written: " + verification.findings().size() + " found");
        }
        out.flush();
    }

    private static Map<String, Object> document(Verification verification) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("whole", verification.isWhole());
        document.put("records", verification.records());
        document.put("last_sequence", verification.size());
        document.put("hash", verification.hash());
        document.put("root", verification.root());
        document.put("proven_sequence", verification.proven());
        document.put(
                "findings",
                verification.findings().stream().map(VerifyCommand::document).toList());
        document.put("notes", verification.notes());
        return document;
    }

    private static Map<String, Object> document(Finding finding) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("file", finding.file());
        document.put("line", finding.line());
        document.put("message", finding.message());
        return document;
    }
}
