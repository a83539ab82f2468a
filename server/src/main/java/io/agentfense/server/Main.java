package io.agentfense.server;

import io.agentfense.server.http.Version;
import picocli.CommandLine;

/** The daemon's command: {@code agentfense serve}. */
public final class Main {
    private Main() {}

    /** Runs the server until it is told to stop. */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new ServeCommand());
        line.getCommandSpec().version("agentfense-server " + Version.TEXT);
        System.exit(line.execute(arguments));
    }
}
