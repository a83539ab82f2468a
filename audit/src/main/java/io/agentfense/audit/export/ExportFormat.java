package io.agentfense.audit.export;

/** The formats in which records can be had. */
public enum ExportFormat {
    /** Lines of JSON, as the log has them. */
    JSONL,
    /** One JSON array. */
    JSON,
    /** RFC 4180, with a head. */
    CSV,
    /** Lines of JSON after the Open Cybersecurity Schema Framework 1.5.0. */
    OCSF,
    /** Lines of the Common Event Format, version 0. */
    CEF;

    /** A new exporter. */
    public Exporter exporter() {
        return switch (this) {
            case JSONL -> new JsonLines();
            case JSON -> new JsonArray();
            case CSV -> new Csv();
            case OCSF -> new Ocsf();
            case CEF -> new Cef();
        };
    }
}
