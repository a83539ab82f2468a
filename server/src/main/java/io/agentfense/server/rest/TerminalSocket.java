package io.agentfense.server.rest;

import io.agentfense.server.rpc.Door;
import io.agentfense.server.rpc.Gatekeeper;
import io.agentfense.server.rpc.TerminalMessages;
import io.agentfense.server.sandbox.InteractiveCommands;

/**
 * {@code GET /v1/sandboxes/{sandbox_id}/terminal}: what Terminal is in gRPC, as a WebSocket that speaks
 * {@code agentfense.terminal.v1}. {@link TerminalQuery} says how it is started. Then binary frames are the terminal's bytes,
 * both ways, and text frames are JSON about it ({@link TerminalControl}); the last before the close is {@code exit} or
 * {@code error}. Thread-safe.
 */
public final class TerminalSocket extends AdmittedSocket {
    /** Where it is to be found. */
    public static final String PATH = "/v1/sandboxes/{sandbox_id}/terminal";

    private static final String PROTOCOL = "agentfense.terminal.v1";

    /** For terminals in these sandboxes. */
    public TerminalSocket(Gatekeeper gatekeeper, Door door, InteractiveCommands commands) {
        this(gatekeeper, new TerminalMessages(door, commands));
    }

    private TerminalSocket(Gatekeeper gatekeeper, TerminalMessages terminals) {
        super(gatekeeper, PROTOCOL, (context, in, caller) -> TerminalFrames.open(context, in, terminals, caller));
    }
}
