package io.agentfense.rulefile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.Locale;
import org.yaml.snakeyaml.LoaderOptions;

/** Chooses JSON or YAML for a file, and bounds what either may take. */
final class Parsers {
    /** A rule file is three levels deep. */
    private static final int MAX_DEPTH = 16;

    /** More than the largest policy: 10,000 patterns of 4,096 bytes. */
    private static final int MAX_LENGTH = 64 << 20;

    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxDocumentLength(MAX_LENGTH)
            .build();

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(CONSTRAINTS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final YAMLFactory YAML = YAMLFactory.builder()
            .streamReadConstraints(CONSTRAINTS)
            .loaderOptions(loaderOptions())
            .build();

    private Parsers() {}

    /** JSON by the name {@code *.json}, YAML by {@code *.yaml} and {@code *.yml}; else JSON if it looks so. */
    static JsonParser open(String file, String text) throws IOException {
        String name = file.toLowerCase(Locale.ROOT);
        boolean json = name.endsWith(".json");
        boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
        String start = text.stripLeading();
        boolean looksJson = start.startsWith("[") || start.startsWith("{");
        return json || (!yaml && looksJson) ? JSON.createParser(text) : YAML.createParser(text);
    }

    private static LoaderOptions loaderOptions() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_LENGTH);
        options.setNestingDepthLimit(MAX_DEPTH);
        return options;
    }
}
