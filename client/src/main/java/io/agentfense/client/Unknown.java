package io.agentfense.client;

/** A value that a newer server may send and this client has no name for. */
final class Unknown {
    private Unknown() {}

    static ServerFailureException value(String what, int value) {
        return new ServerFailureException(
                "the server sent a " + what + " that this client does not know: " + value, null);
    }
}
