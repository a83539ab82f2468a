package io.agentfense.egress;

import io.netty.channel.EventLoop;

/** Tells which secrets were used for what, uses alike of a few seconds in one. Confined to one event loop. */
final class UseLog {
    private static final int MOST_METHOD_CHARACTERS = 32;
    private static final int MOST_PATH_CHARACTERS = 1024;

    private record Kind(String secret, String host, int port, String method, String path, int status) {
        /** Of these there are no more than rules. */
        Kind coarser() {
            return new Kind(secret, host, port, "", "", 0);
        }

        CredentialUse times(int count) {
            return new CredentialUse(secret, host, port, method, path, status, count);
        }
    }

    private final Tally<Kind> tally;

    UseLog(EventLoop loop, EgressListener listener) {
        tally = new Tally<>(loop, Kind::coarser, (kind, count) -> listener.happened(kind.times(count)));
    }

    /**
     * A request got a secret.
     *
     * @param status 0 if nothing was answered
     */
    void note(String secret, Destination.Named host, String method, String path, int status) {
        tally.note(new Kind(
                secret,
                host.host(),
                host.port(),
                shortened(method, MOST_METHOD_CHARACTERS),
                shortened(path, MOST_PATH_CHARACTERS),
                status));
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    /** Tells what was only counted so far. */
    void tellRest() {
        tally.tellRest();
    }
}
