package io.agentfense.audit.forward;

import io.agentfense.audit.export.ExportFormat;
import java.util.Locale;

/** How records are written for a receiver. */
public enum BodyFormat {
    /** A line of JSON a record, as the log has it: whoever has all of them can verify them. */
    JSON(ExportFormat.JSONL, "application/x-ndjson"),
    /** One JSON array of the same. */
    JSON_ARRAY(ExportFormat.JSON, "application/json"),
    /** A line of JSON a record after the Open Cybersecurity Schema Framework. */
    OCSF(ExportFormat.OCSF, "application/x-ndjson"),
    /** A line of the Common Event Format a record. */
    CEF(ExportFormat.CEF, "text/plain; charset=utf-8");

    private final ExportFormat export;
    private final String mediaType;

    BodyFormat(ExportFormat export, String mediaType) {
        this.export = export;
        this.mediaType = mediaType;
    }

    /** The name in a configuration. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    ExportFormat export() {
        return export;
    }

    String mediaType() {
        return mediaType;
    }
}
