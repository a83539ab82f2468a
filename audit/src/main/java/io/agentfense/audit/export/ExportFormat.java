package io.agentfense.audit.export;

import java.util.function.Supplier;

/** The formats in which records can be had. */
public enum ExportFormat {
    /** Lines of JSON, as the log has them. */
    JSONL(JsonLines::new),
    /** One JSON array. */
    JSON(JsonArray::new),
    /** RFC 4180, with a head. */
    CSV(Csv::new),
    /** Lines of JSON after the Open Cybersecurity Schema Framework 1.5.0. */
    OCSF(Ocsf::new),
    /** Lines of the Common Event Format, version 0. */
    CEF(Cef::new);

    private final Supplier<Exporter> exporter;

    ExportFormat(Supplier<Exporter> exporter) {
        this.exporter = exporter;
    }

    /** A new exporter. */
    public Exporter exporter() {
        return exporter.get();
    }
}
