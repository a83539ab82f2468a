package io.agentfense.client;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command that starts a server: of {@code AGENTFENSE_SERVER}, or {@code agentfense serve} by {@code PATH}. Stateless. */
final class ServerProgram {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    private ServerProgram() {}

    /**
     * Finds it.
     *
     * @throws ConnectionException if there is none; it says what to do
     */
    static List<String> find(Map<String, String> environment, String endpoint) {
        String named = environment.getOrDefault("AGENTFENSE_SERVER", "");
        if (!named.isBlank()) {
            return words(named);
        }
        for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path program = Path.of(directory, "agentfense");
            if (!directory.isEmpty() && Files.isRegularFile(program) && Files.isExecutable(program)) {
                return List.of(program.toString(), "serve");
            }
        }
        throw new ConnectionException(
                endpoint,
                "nobody listens there, and none could be started, since there is no agentfense on PATH; put it there, or"
                        + " name a server's program in AGENTFENSE_SERVER",
                null);
    }

    /** As a shell divides them, with quotes around whole words alone. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
        }
        return words;
    }
}
