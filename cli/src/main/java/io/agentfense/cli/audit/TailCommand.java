package io.agentfense.cli.audit;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.query.AuditFollower;
import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.AuditReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code agentfense audit tail}: the last records, and those that come. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        header = {
            "Prints the last records, and with -f those that come.",
            "",
            "Examples:",
            "  agentfense audit tail",
            "  agentfense audit tail -f --event permission_denied --event network_denied",
            "  agentfense audit tail -f -n 0 --json | my-forwarder",
            ""
        })
final class TailCommand implements Callable<Integer> {
    private record Line(AuditRecord record, byte[] bytes) {}

    @Mixin
    private LogChoice log = new LogChoice();

    @Mixin
    private FilterOptions filter = new FilterOptions();

    @Option(names = "-n", paramLabel = "N", description = "How many of the last (default: ${DEFAULT-VALUE}).")
    private int lines = 10;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with those that come, until a signal.")
    private boolean follow;

    @Option(names = "--json", description = "Print each record as a line of JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = log.directory();
        RecordPrinter printer = new RecordPrinter(System.out, json);
        long last = 0;
        List<Line> found = new ArrayList<>();
        try (AuditReader reader = AuditReader.open(directory)) {
            // What comes after this record is followed, and nothing before it.
            for (AuditRecord record : reader.list(AuditQuery.ALL.limited(1, true))) {
                last = record.sequence();
            }
            long until = last;
            if (lines > 0) {
                reader.read(
                        filter.query().limited(lines, true),
                        (record, line) -> record.sequence() > until || found.add(new Line(record, line)));
            }
        }
        for (Line line : found.reversed()) {
            printer.print(line.record, line.bytes);
        }
        if (follow) {
            try (AuditFollower follower = AuditFollower.open(directory, last)) {
                follower.follow(filter.query(), printer::print);
            }
        }
        return 0;
    }
}
