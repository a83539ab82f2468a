package io.agentfense.server.rpc;

import io.agentfense.api.ours.v1.WatchEvent;
import io.agentfense.sandbox.files.FileEvent;
import io.agentfense.sandbox.files.FileException;
import io.agentfense.sandbox.files.FileWatch;
import io.agentfense.sandbox.files.SandboxPath;
import io.agentfense.server.sandbox.Cancellation;
import io.agentfense.server.sandbox.Files;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** A watch over files of a sandbox, for one who follows it however it travels. Stateless. */
public final class Watching {
    private Watching() {}

    /** Takes the messages. */
    @FunctionalInterface
    public interface Sink {
        /** Sends one; waits while the client does not take it. */
        void send(WatchEvent message) throws IOException;
    }

    /**
     * Sends events until the client goes away or the watch ends. The calling thread waits.
     *
     * @throws Refusal as {@link Files#look} before it begins; PRECONDITION when it ends, with the reason
     */
    public static void follow(Files files, String id, SandboxPath path, Sink sink, Cancellation cancellation)
            throws Exception {
        FileWatch watch = files.look(id, inside -> inside.watch(path, event -> tell(sink, event)));
        cancellation.onCancel(watch::close);
        try {
            watch.end().get();
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case FileException refused
                when refused.reason() != FileException.Reason.OTHER -> Files.refusal(refused);
                case IOException failed ->
                    new Refusal(Kind.PRECONDITION, "the watch ended: " + failed.getMessage(), failed);
                case null, default -> e;
            };
        }
    }

    private static void tell(Sink sink, FileEvent event) {
        WatchEvent message = WatchEvent.newBuilder()
                .setKind(
                        switch (event.what()) {
                            case READY -> WatchEvent.Kind.READY;
                            case APPEARED -> WatchEvent.Kind.CREATED;
                            case CHANGED -> WatchEvent.Kind.MODIFIED;
                            case VANISHED -> WatchEvent.Kind.REMOVED;
                            case OVERFLOW -> WatchEvent.Kind.OVERFLOW;
                        })
                .setPath(FileRpc.text(event.path()))
                .build();
        try {
            sink.send(message);
        } catch (IOException e) {
            // Whoever watched went away; the watch is being ended for that.
        }
    }
}
