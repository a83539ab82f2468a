package io.agentfense.cli.scan;

import io.agentfense.cli.Failure;
import io.agentfense.secret.Scanner;
import io.agentfense.secret.report.FileFinding;
import io.agentfense.secret.rule.Confidence;
import io.agentfense.secret.rule.Rule;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code agentfense scan}: whether there are secrets in files, before anybody else sees them. */
@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        header = {
            "Finds credentials in files: tokens, keys, passwords.",
            "",
            "Examples:",
            "  agentfense scan                       this directory, without what .gitignore leaves out",
            "  agentfense scan --no-ignore src .env  all of it",
            "  git diff --cached | agentfense scan -",
            "  agentfense scan --sarif . > secrets.sarif",
            "  agentfense scan --write-baseline known.json .   what is there now is known",
            "  agentfense scan --baseline known.json .         and only what is new is told",
            ""
        },
        footer = {
            "",
            "Ignore files are .gitignore and .sandboxignore; with --no-ignore .git is scanned too.",
            "Links are not followed. A file with a NUL in its first 8 KiB is no text, and only looked",
            "through for private keys; UTF-16 with a byte order mark is text. A line with the comment",
            "agentfense:allow (or gitleaks:allow) is passed over.",
            "",
            "Exit code: 0 if nothing was found, 1 if secrets were, 2 if not all could be scanned."
        })
public final class ScanCommand implements Callable<Integer> {
    /** How findings are printed. */
    enum Format {
        TEXT,
        JSON,
        SARIF
    }

    @Parameters(paramLabel = "DIR|FILE", arity = "0..*", description = "What to scan; - is standard input.")
    private List<String> paths = List.of();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text, json (one object a line) or sarif (2.1.0).")
    private Format format = Format.TEXT;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean json;

    @Option(names = "--sarif", description = "The same as --format sarif.")
    private boolean sarif;

    @Option(
            names = "--confidence",
            paramLabel = "LEVEL",
            description = "Tell only what is at least so sure: low (unless given), medium or high.")
    private Confidence confidence = Confidence.LOW;

    @Option(names = "--rules", description = "Print the rules and scan nothing.")
    private boolean listRules;

    @Mixin
    private FileOptions files = new FileOptions();

    @Mixin
    private BaselineOptions baseline = new BaselineOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Scanner scanner = Scanner.standard();
        if (listRules) {
            printRules(scanner.rules());
            return 0;
        }
        Collected found = new Collected(confidence);
        try {
            Progress progress = Progress.start(command.commandLine().getErr());
            try {
                files.scan(scanner, paths.isEmpty() ? List.of(".") : paths, found, progress);
            } finally {
                progress.stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.USAGE, "interrupted");
        }
        return tell(scanner, found);
    }

    private int tell(Scanner scanner, Collected found) throws IOException {
        List<FileFinding> all = found.findings();
        List<FileFinding> fresh = baseline.unknown(all);
        FindingPrinter printer = new FindingPrinter(command.commandLine().getOut());
        switch (json ? Format.JSON : sarif ? Format.SARIF : format) {
            case TEXT -> printer.text(fresh);
            case JSON -> printer.json(fresh, found.skipped());
            case SARIF -> printer.sarif(fresh, scanner.rules(), version());
        }
        PrintWriter err = command.commandLine().getErr();
        found.skipped().forEach(skipped -> err.println("agentfense: not scanned: " + skipped.text()));
        err.println(found.summary(fresh.size(), all.size() - fresh.size()));
        baseline.write(all);
        if (!fresh.isEmpty() && !baseline.isWritten()) {
            return 1;
        }
        return found.skipped().isEmpty() ? 0 : Failure.USAGE;
    }

    private String version() {
        String[] lines = command.root().version();
        return lines.length == 0 ? "0" : lines[0].replace("agentfense ", "");
    }

    private void printRules(List<Rule> rules) {
        Map<String, Rule> byId = new LinkedHashMap<>();
        rules.forEach(rule -> byId.putIfAbsent(rule.id(), rule));
        PrintWriter out = command.commandLine().getOut();
        byId.forEach((id, rule) -> out.printf(
                "%-28s %-7s %-7s %s%n", id, word(rule.severity()), word(rule.confidence()), rule.description()));
        out.flush();
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
