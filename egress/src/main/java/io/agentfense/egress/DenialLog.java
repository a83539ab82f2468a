package io.agentfense.egress;

import io.netty.channel.EventLoop;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tells of denials, the first of each kind at once and the rest of a few seconds in one with their count, so that a flood
 * of them is no flood of events. Confined to one event loop.
 */
final class DenialLog {
    private static final int SECONDS = 5;
    private static final int MOST_KINDS = 256;
    private static final int MOST_HOST_CHARACTERS = 255;

    private record Kind(String transport, String host, int port, String rule) {
        Denial times(int count) {
            return new Denial(transport, host, port, rule, count);
        }
    }

    private final EventLoop loop;
    private final DenialListener listener;
    private final Map<Kind, Integer> untold = new LinkedHashMap<>();

    DenialLog(EventLoop loop, DenialListener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    void note(String transport, Destination destination, String rule) {
        note(transport, destination.host(), destination.port(), rule);
    }

    void note(String transport, String host, int port, String rule) {
        Kind kind = new Kind(transport, shortened(host), port, rule);
        if (!untold.containsKey(kind) && untold.size() >= MOST_KINDS) {
            kind = new Kind(transport, "others", 0, "too many kinds of denials to tell each");
        }
        if (untold.isEmpty()) {
            var _ = loop.schedule(this::tellRest, SECONDS, TimeUnit.SECONDS);
        }
        Integer count = untold.get(kind);
        if (count == null) {
            untold.put(kind, 0);
            listener.denied(kind.times(1));
        } else {
            untold.put(kind, count + 1);
        }
    }

    private static String shortened(String host) {
        return host.length() <= MOST_HOST_CHARACTERS ? host : host.substring(0, MOST_HOST_CHARACTERS);
    }

    /** Tells what was only counted so far. */
    void tellRest() {
        untold.forEach((kind, count) -> {
            if (count > 0) {
                listener.denied(kind.times(count));
            }
        });
        untold.clear();
    }
}
