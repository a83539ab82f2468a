package io.agentfense.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.agentfense.policy.PathText;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.Outcome;
import io.agentfense.workspace.Denials.Denial;
import io.agentfense.workspace.delta.Change;
import io.agentfense.workspace.delta.Printable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;

/**
 * What came of a run: how the command ended, what it changed, what it was refused.
 *
 * @param deltaId the delta's
 * @param kept whether the delta outlives the run
 * @param applied whether the changes have landed in the codebase
 */
record RunReport(
        ExecutionResult result,
        String deltaId,
        boolean kept,
        boolean applied,
        List<Change> changes,
        List<Denial> denials) {
    /** Most changes that a summary names one by one. */
    private static final int NAMED = 20;

    /** The same after its changes have landed. */
    RunReport asApplied() {
        return new RunReport(result, deltaId, false, true, changes, denials);
    }

    /** For a person: why it did not start, what changed, and where that is kept. */
    void summarize(PrintStream err) {
        if (result.outcome() instanceof Outcome.NotStarted never) {
            err.println("agentfense: " + never.reason());
        }
        if (result.outcome() instanceof Outcome.TimedOut) {
            err.println("agentfense: the command was ended, since its time was up");
        }
        if (result.outOfMemoryKills() > 0) {
            err.println("agentfense: the kernel killed " + result.outOfMemoryKills()
                    + " processes, since the memory limit was reached");
        }
        if (result.refusedProcesses() > 0) {
            err.println("agentfense: " + result.refusedProcesses() + " times the limit on processes refused one");
        }
        for (Change change : changes.subList(0, Math.min(NAMED, changes.size()))) {
            err.println("agentfense: " + change.kind().label() + " "
                    + Printable.text(change.path().bytes()));
        }
        if (changes.size() > NAMED) {
            err.println("agentfense: and " + (changes.size() - NAMED) + " more");
        }
        if (changes.isEmpty()) {
            err.println("agentfense: nothing changed");
        } else if (applied) {
            err.println("agentfense: applied to the codebase");
        } else if (kept) {
            err.println("agentfense: kept as delta " + deltaId + "; see agentfense diff " + deltaId);
        }
    }

    /** For a program: one JSON document in ASCII. What is not UTF-8 in a path comes as lone surrogates, as in PEP 383. */
    void document(OutputStream out) throws IOException {
        JsonFactory factory = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build();
        try (JsonGenerator json = factory.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("exit_code", result.exitCode());
            json.writeStringField("stdout", result.stdout().text());
            json.writeStringField("stderr", result.stderr().text());
            json.writeNumberField("duration_ms", result.duration().toMillis());
            json.writeStringField("sandbox_id", deltaId);
            json.writeStringField("delta_id", deltaId);
            json.writeArrayFieldStart("changes");
            for (Change change : changes) {
                json.writeStartObject();
                json.writeStringField("path", text(change.path().bytes()));
                json.writeStringField("kind", change.kind().label());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("denials");
            for (Denial denial : denials) {
                write(json, denial);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.write('\n');
        out.flush();
    }

    private static void write(JsonGenerator json, Denial denial) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", text(denial.path()));
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

    private static String text(byte[] path) {
        return "/" + PathText.of(path);
    }
}
