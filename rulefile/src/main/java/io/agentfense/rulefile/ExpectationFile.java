package io.agentfense.rulefile;

import io.agentfense.policy.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file of expectations, YAML or JSON: a list of {@code {path, level}} or {@code {path, operation, allowed}}. */
public final class ExpectationFile {
    private static final List<String> KEYS = List.of("path", "level", "operation", "allowed");

    /** An expectation while it is read. */
    private static final class Fields {
        @Nullable
        String path;

        @Nullable
        Level level;

        @Nullable
        Operation operation;

        @Nullable
        Boolean allowed;
    }

    private final Document document;
    private final List<Expectation> expectations = new ArrayList<>();

    private ExpectationFile(Document document) {
        this.document = document;
    }

    /**
     * The file's expectations, in their order.
     *
     * @param fileName for messages, and to tell JSON from YAML by its ending
     * @param content the file's bytes
     * @throws RuleFileException at the first thing that is wrong
     */
    public static List<Expectation> parse(String fileName, byte[] content) throws RuleFileException {
        try (Document document = Document.open(fileName, content)) {
            ExpectationFile file = new ExpectationFile(document);
            document.list("expectations", file::readExpectation);
            document.end();
            return List.copyOf(file.expectations);
        }
    }

    private void readExpectation() throws RuleFileException {
        Location location = document.location();
        Fields fields = new Fields();
        document.object("an expectation", KEYS, key -> readField(key, fields));
        expectations.add(expectation(location, fields));
    }

    private void readField(String key, Fields fields) throws RuleFileException {
        switch (key) {
            case "path" -> fields.path = path();
            case "level" -> fields.level = document.word(key, Level::parse);
            case "operation" -> fields.operation = document.word(key, Operation::parse);
            default -> fields.allowed = document.bool(key);
        }
    }

    private static Expectation expectation(Location location, Fields fields) throws RuleFileException {
        if (fields.path != null && fields.level != null && fields.operation == null && fields.allowed == null) {
            return new Expectation.OfLevel(location, fields.path, fields.level);
        }
        if (fields.path != null && fields.level == null && fields.operation != null && fields.allowed != null) {
            return new Expectation.OfOperation(location, fields.path, fields.operation, fields.allowed);
        }
        throw new RuleFileException(
                location, "an expectation needs the keys path and level, or path, operation and allowed");
    }

    private String path() throws RuleFileException {
        String path = document.string("path");
        if (("/" + path + "/").contains("/../")) {
            throw document.error("a path with \"..\"; write where it leads to, counted from the workspace's root");
        }
        return path;
    }
}
