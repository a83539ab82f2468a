package io.agentfense.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentfense.cli.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Lines of ExecOutput as they come, each to where it belongs. Stateless. */
final class OutputPrinter {
    private OutputPrinter() {}

    /** Prints all of it; the command's exit code. */
    static int print(InputStream answer) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                JsonNode output = Server.JSON.readTree(line);
                if (output.hasNonNull("error")) {
                    throw Server.failure(output.get("error"));
                }
                PrintStream to = output.path("type").asText().equals("OUTPUT_TYPE_STDERR") ? System.err : System.out;
                to.write(output.path("data").binaryValue());
                to.flush();
                if (output.hasNonNull("result")) {
                    for (JsonNode warning : output.get("result").path("warnings")) {
                        System.err.println("agentfense: warning: " + warning.asText());
                    }
                    return output.get("result").path("exitCode").asInt();
                }
            }
        }
        throw new Failure(Failure.GENERAL, "the command's output ended before the command did");
    }
}
