package io.agentfense.cli.audit;

import io.agentfense.audit.query.AuditReader;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code agentfense audit query}: the records that are asked for. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        header = {
            "Prints the records that are asked for, the oldest first.",
            "",
            "Examples:",
            "  agentfense audit query --sandbox sb_0123456789abcdef",
            "  agentfense audit query --event permission_denied --since 1h --path '**/.env*'",
            "  agentfense audit query --user me --newest-first --limit 20 --json",
            ""
        },
        footer = {"", "With --json each line is a record as the log has it. Nothing is verified: see audit verify."})
final class QueryCommand implements Callable<Integer> {
    @Mixin
    private LogChoice log = new LogChoice();

    @Mixin
    private FilterOptions filter = new FilterOptions();

    @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
    private int limit;

    @Option(names = "--newest-first", description = "The newest first.")
    private boolean newestFirst;

    @Option(names = "--json", description = "Print each record as a line of JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        RecordPrinter printer = new RecordPrinter(System.out, json);
        try (AuditReader reader = AuditReader.open(log.directory())) {
            reader.read(filter.query().limited(limit, newestFirst), printer::print);
            Skipped.tell(reader.skipped(), command);
        }
        return 0;
    }
}
