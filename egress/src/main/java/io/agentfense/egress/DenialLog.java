package io.agentfense.egress;

import io.netty.channel.EventLoop;

/** Tells of denials, those alike of a few seconds in one. Confined to one event loop. */
final class DenialLog {
    private static final int MOST_HOST_CHARACTERS = 255;

    private record Kind(String transport, String host, int port, String rule) {
        Kind coarser() {
            return new Kind(transport, "others", 0, "too many kinds of denials to tell each");
        }

        Denial times(int count) {
            return new Denial(transport, host, port, rule, count);
        }
    }

    private final Tally<Kind> tally;

    DenialLog(EventLoop loop, EgressListener listener) {
        tally = new Tally<>(loop, Kind::coarser, (kind, count) -> listener.happened(kind.times(count)));
    }

    void note(String transport, Destination destination, String rule) {
        note(transport, destination.host(), destination.port(), rule);
    }

    void note(String transport, String host, int port, String rule) {
        tally.note(new Kind(transport, shortened(host), port, rule));
    }

    private static String shortened(String host) {
        return host.length() <= MOST_HOST_CHARACTERS ? host : host.substring(0, MOST_HOST_CHARACTERS);
    }

    /** Tells what was only counted so far. */
    void tellRest() {
        tally.tellRest();
    }
}
