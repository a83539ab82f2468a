package io.agentfense.audit.export;

import java.util.Map;
import java.util.Optional;

/**
 * Which class and activity of OCSF 1.5.0 an event is.
 *
 * @param uid the class, whose thousands are its category
 * @param activity the activity of that class
 */
record OcsfClass(int uid, int activity) {
    static final int FILE_SYSTEM_ACTIVITY = 1001;
    static final int PROCESS_ACTIVITY = 1007;
    static final int EVENT_LOG_ACTIVITY = 1008;
    static final int DETECTION_FINDING = 2004;
    static final int ACCOUNT_CHANGE = 3001;
    static final int AUTHENTICATION = 3002;
    static final int ENTITY_MANAGEMENT = 3004;
    static final int NETWORK_ACTIVITY = 4001;
    static final int HTTP_ACTIVITY = 4002;
    static final int APPLICATION_LIFECYCLE = 6002;
    static final int API_ACTIVITY = 6003;

    private static final int OTHER = 99;

    private static final Map<String, OcsfClass> BY_EVENT = Map.ofEntries(
            Map.entry("sandbox_created", new OcsfClass(ENTITY_MANAGEMENT, 1)),
            Map.entry("sandbox_destroyed", new OcsfClass(ENTITY_MANAGEMENT, 4)),
            Map.entry("rules_changed", new OcsfClass(ENTITY_MANAGEMENT, 3)),
            Map.entry("config_changed", new OcsfClass(ENTITY_MANAGEMENT, 3)),
            Map.entry("sandbox_started", new OcsfClass(APPLICATION_LIFECYCLE, 3)),
            Map.entry("sandbox_start_failed", new OcsfClass(APPLICATION_LIFECYCLE, 3)),
            Map.entry("sandbox_stopped", new OcsfClass(APPLICATION_LIFECYCLE, 4)),
            Map.entry("sandbox_expired", new OcsfClass(APPLICATION_LIFECYCLE, 4)),
            Map.entry("command_executed", new OcsfClass(PROCESS_ACTIVITY, 1)),
            Map.entry("session_command_executed", new OcsfClass(PROCESS_ACTIVITY, 1)),
            Map.entry("network_denied", new OcsfClass(NETWORK_ACTIVITY, 5)),
            Map.entry("resource_limit_exceeded", new OcsfClass(DETECTION_FINDING, 1)),
            Map.entry("alert_raised", new OcsfClass(DETECTION_FINDING, 1)),
            Map.entry("alert_closed", new OcsfClass(DETECTION_FINDING, 3)),
            Map.entry("authentication_failed", new OcsfClass(AUTHENTICATION, 1)),
            Map.entry("user_blocked", new OcsfClass(ACCOUNT_CHANGE, 9)),
            Map.entry("user_unblocked", new OcsfClass(ACCOUNT_CHANGE, 12)),
            Map.entry("audit_deleted", new OcsfClass(EVENT_LOG_ACTIVITY, 2)),
            Map.entry("audit_rotated", new OcsfClass(EVENT_LOG_ACTIVITY, 5)),
            Map.entry("audit_started", new OcsfClass(EVENT_LOG_ACTIVITY, 6)),
            Map.entry("audit_stopped", new OcsfClass(EVENT_LOG_ACTIVITY, 7)));

    /** The captions of the activities that are used here, by type. */
    private static final Map<Long, String> NAMES = Map.ofEntries(
            Map.entry(100101L, "Create"),
            Map.entry(100102L, "Read"),
            Map.entry(100103L, "Update"),
            Map.entry(100104L, "Delete"),
            Map.entry(100105L, "Rename"),
            Map.entry(100106L, "Set Attributes"),
            Map.entry(100107L, "Set Security"),
            Map.entry(100108L, "Get Attributes"),
            Map.entry(100114L, "Open"),
            Map.entry(100701L, "Launch"),
            Map.entry(100802L, "Delete"),
            Map.entry(100805L, "Rotate"),
            Map.entry(100806L, "Start"),
            Map.entry(100807L, "Stop"),
            Map.entry(200401L, "Create"),
            Map.entry(200403L, "Close"),
            Map.entry(300109L, "Lock"),
            Map.entry(300112L, "Unlock"),
            Map.entry(300201L, "Logon"),
            Map.entry(300401L, "Create"),
            Map.entry(300403L, "Update"),
            Map.entry(300404L, "Delete"),
            Map.entry(400105L, "Refuse"),
            Map.entry(400201L, "Connect"),
            Map.entry(400202L, "Delete"),
            Map.entry(400203L, "Get"),
            Map.entry(400204L, "Head"),
            Map.entry(400205L, "Options"),
            Map.entry(400206L, "Post"),
            Map.entry(400207L, "Put"),
            Map.entry(400208L, "Trace"),
            Map.entry(600203L, "Start"),
            Map.entry(600204L, "Stop"));

    /** Activities of files by the operation that was denied. */
    private static final Map<String, Integer> FILE_ACTIVITIES = Map.ofEntries(
            Map.entry("create", 1),
            Map.entry("mkdir", 1),
            Map.entry("mknod", 1),
            Map.entry("symlink", 1),
            Map.entry("link", 1),
            Map.entry("read", 2),
            Map.entry("readlink", 2),
            Map.entry("readdir", 2),
            Map.entry("write", 3),
            Map.entry("truncate", 3),
            Map.entry("unlink", 4),
            Map.entry("rmdir", 4),
            Map.entry("rename", 5),
            Map.entry("setattr", 6),
            Map.entry("chmod", 7),
            Map.entry("chown", 7),
            Map.entry("lookup", 8),
            Map.entry("getattr", 8),
            Map.entry("stat", 8),
            Map.entry("open", 14));

    /** Activities of HTTP by their methods, of which OCSF knows these. */
    private static final Map<String, Integer> HTTP_ACTIVITIES =
            Map.of("CONNECT", 1, "DELETE", 2, "GET", 3, "HEAD", 4, "OPTIONS", 5, "POST", 6, "PUT", 7, "TRACE", 8);

    /**
     * The class of an event; what OCSF has nothing nearer for is API activity, or activity of the log itself.
     *
     * @param operation on a file, or the method of a request; empty for none
     */
    static OcsfClass of(String event, String operation) {
        if (event.equals("permission_denied")) {
            return new OcsfClass(FILE_SYSTEM_ACTIVITY, FILE_ACTIVITIES.getOrDefault(operation, OTHER));
        }
        if (event.equals("credential_used")) {
            return new OcsfClass(HTTP_ACTIVITY, HTTP_ACTIVITIES.getOrDefault(operation, OTHER));
        }
        boolean ofTheLog = event.startsWith("audit_") || event.equals("events_dropped");
        return BY_EVENT.getOrDefault(event, new OcsfClass(ofTheLog ? EVENT_LOG_ACTIVITY : API_ACTIVITY, OTHER));
    }

    /** Whether the schema knows a method of HTTP. */
    static boolean knows(String method) {
        return HTTP_ACTIVITIES.containsKey(method);
    }

    /** What the schema calls the activity; nothing for one that it leaves to its source. */
    Optional<String> activityName() {
        return Optional.ofNullable(NAMES.get(type()));
    }

    int category() {
        return uid / 1000;
    }

    long type() {
        return 100L * uid + activity;
    }
}
