package io.agentfense.alert.sink;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where a sink tells alerts, as it was configured. Immutable; secrets are named by their files and not kept here. */
public sealed interface Target {
    /** The server's own log. */
    record Log() implements Target {}

    /**
     * A program's URL.
     *
     * @param url https, or http to this machine
     * @param secretFile holds the key that signs what is sent; unsigned without one
     * @param caFile certificates, in PEM, to be taken instead of the usual authorities
     * @param timeout for one attempt as a whole
     */
    record Webhook(URI url, Optional<Path> secretFile, Optional<Path> caFile, Duration timeout) implements Target {}

    /**
     * People's mailboxes.
     *
     * @param login who sends, where the server wants to know
     * @param caFile certificates, in PEM, to be taken instead of the usual authorities
     * @param timeout for connecting, and for each answer of the server
     */
    record Mail(
            String host,
            int port,
            Security security,
            Optional<Login> login,
            String from,
            List<String> to,
            Optional<Path> caFile,
            Duration timeout)
            implements Target {
        /** Keeps a copy of the receivers. */
        public Mail {
            to = List.copyOf(to);
        }
    }

    /**
     * A program that is started for each alert.
     *
     * @param command the program's absolute path, and its arguments as they are
     * @param timeout after which it is killed
     */
    record Command(List<String> command, Duration timeout) implements Target {
        /** Keeps a copy. */
        public Command {
            command = List.copyOf(command);
        }
    }

    /** Who sends mail. */
    record Login(String user, Path passwordFile) {}

    /** How mail is protected on its way. */
    enum Security {
        /** Not at all. */
        NONE,
        /** By STARTTLS, without which nothing is sent. */
        STARTTLS,
        /** By TLS from the first byte. */
        TLS
    }
}
