package io.agentfense.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What this server is. Stateless. */
public final class Version {
    /** Its version, as built. */
    public static final String TEXT = text();

    private Version() {}

    private static String text() {
        String built = Version.class.getPackage().getImplementationVersion();
        return built == null ? "development" : built;
    }

    static String json() {
        ObjectNode node = ApiJson.MAPPER.createObjectNode();
        node.put("name", "agentfense");
        node.put("version", TEXT);
        node.put("java", Runtime.version().toString());
        return node.toString();
    }
}
