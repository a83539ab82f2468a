package io.agentfense.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentfense doctor}: what this machine offers, what that means, and how to mend what is missing. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = {
            "Looks at what the kernel and the machine offer.",
            "",
            "Examples:",
            "  agentfense doctor",
            "  agentfense doctor --json",
            ""
        },
        footer = {"", "Exit code: 0 if sandboxes can run, 1 if something that they need is missing."})
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print one array: name, state, finding and remedy of each.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        List<Checkup> found = Checkup.all();
        if (json) {
            document(found);
        } else {
            print(found);
        }
        return found.stream().anyMatch(each -> each.state() == Checkup.State.MISSING) ? 1 : 0;
    }

    private static void print(List<Checkup> found) {
        for (Checkup each : found) {
            System.out.printf("%-8s %-22s %s%n", each.state().label(), each.name(), each.finding());
            if (!each.remedy().isEmpty()) {
                System.out.printf("%-8s %-22s mend: %s%n", "", "", each.remedy());
            }
        }
    }

    private static void document(List<Checkup> found) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartArray();
            for (Checkup each : found) {
                out.writeStartObject();
                out.writeStringField("name", each.name());
                out.writeStringField("state", each.state().label());
                out.writeStringField("finding", each.finding());
                out.writeStringField("remedy", each.remedy());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        System.out.println(text);
    }
}
