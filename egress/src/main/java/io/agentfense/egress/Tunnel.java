package io.agentfense.egress;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;

/** Joins a connection from inside with one to where it may go. Stateless; called on the event loop of both. */
final class Tunnel {
    private Tunnel() {}

    /** Opens the other side for a destination that was judged; a refusal is told, and the client's connection reset. */
    static void open(Gate gate, Channel client, Destination destination, Consumer<Channel> then) {
        gate.upstreams().open(destination).addListener((Future<Channel> opened) -> {
            if (!opened.isSuccess()) {
                if (opened.cause() instanceof DeniedException denied) {
                    gate.deny(destination, String.valueOf(denied.getMessage()));
                }
                Channels.reset(client);
            } else if (client.isActive()) {
                then.accept(opened.getNow());
            } else {
                var _ = opened.getNow().close();
            }
        });
    }

    /** Lets bytes flow: from outside at once, from inside once the first of them agree with a name that was used. */
    static void join(Gate gate, Channel client, Channel upstream, Destination destination) {
        upstream.pipeline().addLast(new Relay(client));
        if (destination instanceof Destination.Named named) {
            client.pipeline().addLast(new FirstBytes(gate, named, upstream));
        } else {
            client.pipeline().addLast(new PlaceholderGuard(gate, destination, upstream), new Relay(upstream));
        }
        upstream.read();
        client.read();
    }
}
