package io.agentfense.server.sandbox;

import io.agentfense.sandbox.Output;
import io.agentfense.server.store.SessionRecord;
import java.util.List;
import java.util.Map;

/** Shell sessions in sandboxes. */
public final class Sessions {
    public SessionRecord create(String sandboxId, String shell, Map<String, String> environment) throws Refusal {
        throw new Refusal(Refusal.Kind.UNSUPPORTED, "not yet");
    }

    public List<SessionRecord> list(String sandboxId) {
        return List.of();
    }

    public void close(String id, String reason) throws Refusal {}

    public Finished run(String id, CommandRequest request, Cancellation cancellation) throws Refusal {
        throw new Refusal(Refusal.Kind.UNSUPPORTED, "not yet");
    }

    public Finished stream(
            String id,
            CommandRequest request,
            Output.Receiver stdout,
            Output.Receiver stderr,
            Cancellation cancellation)
            throws Refusal {
        throw new Refusal(Refusal.Kind.UNSUPPORTED, "not yet");
    }
}
