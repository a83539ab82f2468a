package io.agentfense.cli;

import io.agentfense.linux.RawMode;
import io.agentfense.linux.Terminal;
import io.agentfense.linux.WindowSize;
import java.io.IOException;

/**
 * The terminal that this command was started in, lent to a program elsewhere: every key goes there. It is as before once
 * this is closed, and also when a signal ends the JVM first. Not thread-safe.
 */
public final class LocalTerminal implements AutoCloseable {
    /** Its descriptor: that of standard input. */
    public static final int DESCRIPTOR = 0;

    private final RawMode raw;
    private final Thread atExit = Thread.ofPlatform().unstarted(this::restore);

    private LocalTerminal(RawMode raw) {
        this.raw = raw;
    }

    /**
     * Its size.
     *
     * @param otherwise what to use if there is no terminal, for the error
     * @throws Failure USAGE if standard input is no terminal
     */
    public static WindowSize size(String otherwise) throws Failure {
        return Terminal.sizeOf(DESCRIPTOR)
                .orElseThrow(() ->
                        new Failure(Failure.USAGE, "standard input is no terminal; use: agentfense " + otherwise));
    }

    /** Lends it. */
    public static LocalTerminal lend() throws IOException {
        LocalTerminal lent = new LocalTerminal(RawMode.enter(DESCRIPTOR));
        Runtime.getRuntime().addShutdownHook(lent.atExit);
        return lent;
    }

    private void restore() {
        try {
            raw.close();
        } catch (IOException e) {
            // It is gone.
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending: it does the same once more.
        }
    }
}
