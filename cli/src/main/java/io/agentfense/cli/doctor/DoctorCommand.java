package io.agentfense.cli.doctor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.agentfense.cli.remote.ServerChoice;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code agentfense doctor}: what this machine offers, or what a server keeps, and how to mend what is missing. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = {
            "Looks at what the kernel and the machine offer; with --deployment, at what",
            "a running server withholds from sandboxes that try, and writes down.",
            "",
            "Examples:",
            "  agentfense doctor",
            "  agentfense doctor --json",
            "  agentfense doctor --deployment --server http://localhost:8080",
            ""
        },
        footer = {
            "",
            "--deployment needs an administrator's key. It makes a codebase and three",
            "sandboxes of its own and removes them; the alert that it raises on purpose",
            "closes by itself.",
            "",
            "Exit code: 0 if all is well, 1 if something has to be mended."
        })
public final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print one array: name, state, finding and remedy of each.")
    private boolean json;

    @Option(names = "--deployment", description = "Go through the pre-deployment checklist with a running server.")
    private boolean deployment;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "90",
            description = "How long to wait for what the server does by the clock, such as expiry: ${DEFAULT-VALUE}.")
    private int patience;

    @Mixin
    private ServerChoice server = new ServerChoice();

    @Override
    public Integer call() throws IOException {
        List<Checkup> found = new ArrayList<>();
        Consumer<Checkup> told = json
                ? found::add
                : each -> {
                    found.add(each);
                    print(each);
                };
        if (deployment) {
            Deployment.checkUp(server.connect(), Duration.ofSeconds(patience), told);
        } else {
            Machine.checkups().forEach(told);
        }
        if (json) {
            document(found);
        }
        return found.stream().anyMatch(each -> each.state().isBad()) ? 1 : 0;
    }

    private static void print(Checkup each) {
        System.out.printf("%-8s %-22s %s%n", each.state().label(), each.name(), each.finding());
        if (!each.remedy().isEmpty()) {
            System.out.printf("%-8s %-22s mend: %s%n", "", "", each.remedy());
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
