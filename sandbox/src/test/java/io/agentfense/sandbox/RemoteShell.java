package io.agentfense.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/** A sandbox of an ordinary user's JVM, which takes scripts line by line. */
final class RemoteShell implements Shell {
    private final Path workspace;
    private final Process jvm;
    private final PrintWriter scripts;
    private final BufferedReader answers;

    private RemoteShell(Path workspace, Process jvm) {
        this.workspace = workspace;
        this.jvm = jvm;
        scripts = new PrintWriter(jvm.outputWriter(), true);
        answers = jvm.inputReader();
    }

    static RemoteShell start() throws IOException {
        Path workspace = OrdinaryUser.directory();
        return new RemoteShell(
                workspace,
                OrdinaryUser.java(RemoteShell.class, workspace.toString()).start());
    }

    /** The other side: starts a sandbox, and answers each line. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader scripts = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        try (HostUser user = HostUser.acquire();
                Sandbox sandbox = BwrapRuntime.find().start(SandboxSpec.of(Path.of(arguments[0]), user))) {
            for (String line; (line = scripts.readLine()) != null; ) {
                Command command = Command.of("sh", "-c", decode(line)).withEnvironment(Map.of("FROM_REQUEST", "yes"));
                ExecutionResult result = sandbox.exec(command).await();
                System.out.println(result.exitCode()
                        + " " + encode(result.stdout().text())
                        + " " + encode(result.stderr().text()));
            }
        }
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String decode(String encoded) {
        return new String(Base64.getDecoder().decode(encoded), UTF_8);
    }

    @Override
    public Ran sh(String script) throws IOException {
        scripts.println(encode(script));
        String answer = answers.readLine();
        if (answer == null) {
            throw new AssertionError("the ordinary user's JVM ended");
        }
        String[] parts = answer.split(" ", -1);
        return new Ran(Integer.parseInt(parts[0]), decode(parts[1]), decode(parts[2]));
    }

    @Override
    public Path workspace() {
        return workspace;
    }

    @Override
    public void close() throws IOException {
        scripts.close();
        jvm.onExit().join();
        Trees.delete(workspace);
    }
}
