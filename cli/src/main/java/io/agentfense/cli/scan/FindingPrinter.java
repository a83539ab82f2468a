package io.agentfense.cli.scan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.agentfense.policy.PathText;
import io.agentfense.secret.Finding;
import io.agentfense.secret.report.FileFinding;
import io.agentfense.secret.report.Sarif;
import io.agentfense.secret.rule.Rule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Prints findings. No secret is in any of it, and a path gets to the terminal as no more than a path. */
final class FindingPrinter {
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final PrintWriter out;

    FindingPrinter(PrintWriter out) {
        this.out = out;
    }

    /** One line each, as compilers do: {@code path:line:column: rule: description: masked}. */
    void text(List<FileFinding> findings) {
        for (FileFinding each : findings) {
            Finding finding = each.finding();
            out.println(PathText.printable(each.path()) + ":" + finding.line() + ":" + finding.column() + ": "
                    + finding.rule().id() + ": " + finding.rule().description() + ": " + finding.masked());
        }
        out.flush();
    }

    /** One object a line; what was not scanned comes last. */
    void json(List<FileFinding> findings, List<Collected.Skipped> skipped) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            for (FileFinding each : findings) {
                object(json, each);
            }
            for (Collected.Skipped each : skipped) {
                json.writeStartObject();
                json.writeStringField("path", PathText.of(each.path()));
                json.writeStringField("skipped", each.reason());
                json.writeEndObject();
            }
        }
        if (!text.toString().isEmpty()) {
            out.println(text);
        }
        out.flush();
    }

    private static void object(JsonGenerator json, FileFinding each) throws IOException {
        Finding finding = each.finding();
        json.writeStartObject();
        json.writeStringField("path", PathText.of(each.path()));
        json.writeNumberField("line", finding.line());
        json.writeNumberField("column", finding.column());
        json.writeNumberField("end_line", finding.endLine());
        json.writeNumberField("end_column", finding.endColumn());
        json.writeNumberField("start", finding.start());
        json.writeNumberField("end", finding.end());
        json.writeStringField("rule", finding.rule().id());
        json.writeStringField("description", finding.rule().description());
        json.writeStringField("severity", ScanCommand.word(finding.rule().severity()));
        json.writeStringField("confidence", ScanCommand.word(finding.rule().confidence()));
        json.writeStringField("masked", finding.masked());
        json.writeEndObject();
    }

    void sarif(List<FileFinding> findings, List<Rule> rules, String version) throws IOException {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Sarif.write(log, version, rules, findings);
        out.println(log.toString(StandardCharsets.UTF_8));
        out.flush();
    }
}
