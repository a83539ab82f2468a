package io.agentfense.client;

import java.time.Duration;
import java.util.Optional;

/**
 * What a call is about, for the fields of its exception.
 *
 * @param operation in words, such as {@code write file}
 * @param id of a sandbox, codebase or session; empty if none
 * @param path empty if it is not about one
 * @param command empty if it runs none
 * @param began by {@link System#nanoTime}
 */
record Subject(
        Kind kind, String operation, String id, String path, String command, Optional<Duration> timeout, long began) {
    /** What the id is of. */
    enum Kind {
        SERVER,
        SANDBOX,
        CODEBASE,
        SESSION
    }

    static Subject server(String operation) {
        return of(Kind.SERVER, operation, "");
    }

    static Subject sandbox(String operation, String id) {
        return of(Kind.SANDBOX, operation, id);
    }

    static Subject codebase(String operation, String id) {
        return of(Kind.CODEBASE, operation, id);
    }

    static Subject session(String operation, String id) {
        return of(Kind.SESSION, operation, id);
    }

    private static Subject of(Kind kind, String operation, String id) {
        return new Subject(kind, operation, id, "", "", Optional.empty(), System.nanoTime());
    }

    Subject at(String path) {
        return new Subject(kind, operation, id, path, command, timeout, began);
    }

    Subject running(Command command) {
        return new Subject(kind, operation, id, path, command.text(), command.timeout(), began);
    }

    /** What a command was allowed, or else how long it took until now. */
    Duration allowed() {
        return timeout.orElseGet(() -> Duration.ofNanos(System.nanoTime() - began));
    }
}
