package io.agentfense.server;

import sun.misc.Signal;

/** The signal SIGHUP, which daemons take for a wish to read their configuration again. */
final class Hangup {
    private Hangup() {}

    /** Has something done for each SIGHUP, on a thread of its own; the process no longer ends with the first. */
    @SuppressWarnings("sunapi") // The only way to a signal in Java; jdk.unsupported keeps it for want of another.
    static void onEach(Runnable action) {
        Signal.handle(new Signal("HUP"), _ -> action.run());
    }
}
