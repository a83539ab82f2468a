package io.agentfense.docker;

import java.io.IOException;

/** The tests' Docker Engine: one per JVM, started when it is first wanted. */
public final class TestEngine {
    /** A busybox and nothing else, not even a C library or accounts. */
    public static final String BUSYBOX = "agentfense-test/busybox:1";

    /** Bash, coreutils, busybox, sed, grep, findutils, curl and what they need, with Debian's accounts. */
    public static final String DEBIAN = "agentfense-test/debian:1";

    private static final DockerDaemon ONLY = new DockerDaemon();

    private TestEngine() {}

    /** Where it listens, starting it if need be. */
    public static String host() {
        return ONLY.host();
    }

    /** A connection to it. */
    public static Engine engine() {
        return Engine.at(host());
    }

    /** The process id of the daemon, whose network namespace its bridge is in. */
    public static long daemon() {
        return ONLY.pid();
    }

    /** Runs {@code docker}, and returns what it printed. */
    public static String docker(String... arguments) throws IOException {
        return ONLY.docker(arguments);
    }
}
