package io.agentfense.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.agentfense.workspace.Denials;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Printable;
import java.io.IOException;
import java.io.PrintStream;

/** The document of {@code run --json}. */
final class RunDocument {
    private RunDocument() {}

    static void print(RunCommand.RunResult run, PrintStream out) throws IOException {
        try (JsonGenerator json =
                new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.writeStartObject();
            json.writeNumberField("exit_code", run.result().exitCode());
            json.writeStringField("stdout", run.result().stdout().text());
            json.writeStringField("stderr", run.result().stderr().text());
            json.writeNumberField("duration_ms", run.result().duration().toMillis());
            json.writeStringField("sandbox_id", run.deltaId());
            json.writeStringField("delta_id", run.deltaId());
            json.writeArrayFieldStart("changes");
            for (Change change : run.changes()) {
                json.writeStartObject();
                json.writeStringField("path", "/" + Printable.text(change.path().bytes()));
                json.writeStringField("kind", change.kind().label());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("denials");
            for (Denials.Denial denial : run.denials()) {
                json.writeStartObject();
                json.writeStringField("path", "/" + Printable.text(denial.path()));
                json.writeStringField("operation", denial.operation());
                json.writeStringField("permission", denial.permission().label());
                if (denial.rule() < 0) {
                    json.writeNullField("rule");
                } else {
                    json.writeNumberField("rule", denial.rule());
                }
                json.writeNumberField("count", denial.count());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println();
    }
}
