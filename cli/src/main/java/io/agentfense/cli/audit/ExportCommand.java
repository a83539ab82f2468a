package io.agentfense.cli.audit;

import io.agentfense.audit.export.ExportFormat;
import io.agentfense.audit.export.Exporter;
import io.agentfense.audit.query.AuditReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code agentfense audit export}: records in the formats that other programs read. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        header = {
            "Writes the records that are asked for in a format that other programs read.",
            "",
            "Examples:",
            "  agentfense audit export > audit.jsonl                    the log as it is",
            "  agentfense audit export --format csv --since 7d > week.csv",
            "  agentfense audit export --format ocsf --event permission_denied | my-siem",
            ""
        },
        footer = {
            "",
            "jsonl: lines of JSON as the log has them; json: one array of them; csv: RFC 4180,",
            "where a cell that looks like a formula begins with an apostrophe; ocsf: lines of",
            "JSON after OCSF 1.5.0; cef: lines of the Common Event Format, version 0."
        })
final class ExportCommand implements Callable<Integer> {
    /** Formats in lower case. */
    static final class Format implements ITypeConverter<ExportFormat> {
        @Override
        public ExportFormat convert(String text) {
            for (ExportFormat format : ExportFormat.values()) {
                if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return format;
                }
            }
            throw new TypeConversionException("'" + text + "' is no format; write jsonl, json, csv, ocsf or cef");
        }
    }

    @Mixin
    private LogChoice log = new LogChoice();

    @Mixin
    private FilterOptions filter = new FilterOptions();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            converter = Format.class,
            description = "jsonl (the default), json, csv, ocsf or cef.")
    private ExportFormat format = ExportFormat.JSONL;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        Exporter exporter = format.exporter();
        OutputStream out = new BufferedOutputStream(System.out, 64 * 1024);
        try (AuditReader reader = AuditReader.open(log.directory())) {
            exporter.begin(out);
            reader.read(filter.query(), (record, line) -> {
                exporter.write(record, line, out);
                return true;
            });
            exporter.end(out);
            out.flush();
            Skipped.tell(reader.skipped(), command);
        }
        if (System.out.checkError()) {
            throw new IOException("the export could not be written to the end");
        }
        return 0;
    }
}
