package io.agentfense.client.tools;

import static io.agentfense.client.tools.AgentTool.optional;
import static io.agentfense.client.tools.AgentTool.required;

import io.agentfense.client.FileInfo;
import io.agentfense.client.ResourceLimitExceededException;
import io.agentfense.client.Sandbox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds files by their paths, among those that the sandbox lets be seen. */
final class GlobTool {
    /** Deeper than the server goes. */
    private static final int DEEP = 1 << 20;

    private GlobTool() {}

    static AgentTool in(Sandbox sandbox) {
        return new AgentTool(
                "Glob",
                "Finds files by a pattern such as src/**/*.java, the ones changed last first. A pattern without a slash is"
                        + " matched with names at any depth.",
                List.of(
                        required("pattern", AgentTool.Type.STRING, "The pattern, relative to path"),
                        optional("path", AgentTool.Type.STRING, "The directory to look in; /workspace if not given")),
                arguments -> find(
                        sandbox,
                        arguments.optional("path").orElse("/workspace"),
                        GlobPattern.of(arguments.text("pattern"))));
    }

    private record Found(String path, FileInfo file) {}

    private static String find(Sandbox sandbox, String directory, GlobPattern pattern) {
        List<Found> found = new ArrayList<>();
        walk(sandbox, directory, "", pattern, found);
        if (found.isEmpty()) {
            return "No files found";
        }
        found.sort(Comparator.comparing((Found one) -> one.file().modifiedAt())
                .reversed()
                .thenComparing(Found::path));
        return String.join("\n", found.stream().map(Found::path).toList());
    }

    /** In one call where that is not too much for one, else directory by directory. */
    private static void walk(Sandbox sandbox, String directory, String prefix, GlobPattern pattern, List<Found> found) {
        String at = prefix.isEmpty() ? directory : directory + "/" + prefix;
        try {
            sandbox.files().list(at, DEEP).forEach(file -> take(file, prefix, pattern, found));
        } catch (ResourceLimitExceededException e) {
            for (FileInfo file : sandbox.files().list(at)) {
                take(file, prefix, pattern, found);
                if (file.isDirectory()) {
                    walk(sandbox, directory, prefix + file.path() + "/", pattern, found);
                }
            }
        }
    }

    private static void take(FileInfo file, String prefix, GlobPattern pattern, List<Found> found) {
        String path = prefix + file.path();
        if (!file.isDirectory() && pattern.matches(path)) {
            found.add(new Found(path, file));
        }
    }
}
