package io.agentfense.client;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a program that is one source file, as a user of the client would, against the tests' server. */
final class SourceProgram {
    private SourceProgram() {}

    /** What came of it: its exit code, and what it wrote to both outputs. */
    record End(int code, String printed) {}

    static End run(Path at, Path source, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(ProcessHandle.current().info().command().orElseThrow(), "-cp", classPath(), source.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(at.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"));
        builder.environment().put("AGENTFENSE_ENDPOINT", SharedServer.get().address());
        builder.environment().remove("AGENTFENSE_API_KEY");
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new End(process.waitFor(), printed);
    }

    /** What users of the client have: nothing of the modules that the tests' server is made of. */
    private static String classPath() {
        Pattern servers = Pattern.compile(".*/(server|sandbox|workspace|fuse|linux|policy|cli|armeria)/.*");
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !servers.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
