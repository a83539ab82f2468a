package io.agentfense.secret.rule;

import io.agentfense.secret.text.Text;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One kind of credential. It is looked for wherever one of its literals stands, in either case, and nowhere else. Immutable,
 * thread-safe.
 */
public final class Rule {
    private final String id;
    private final String description;
    private final Severity severity;
    private final Confidence confidence;
    private final List<String> literals;
    private final Finder finder;
    private final boolean inBinary;
    private final @Nullable Pattern fileName;

    Rule(
            String id,
            String description,
            Severity severity,
            Confidence confidence,
            List<String> literals,
            Finder finder,
            boolean inBinary,
            @Nullable Pattern fileName) {
        this.id = id;
        this.description = description;
        this.severity = severity;
        this.confidence = confidence;
        this.literals = List.copyOf(literals);
        this.finder = finder;
        this.inBinary = inBinary;
        this.fileName = fileName;
    }

    static Rule of(
            String id,
            String description,
            Severity severity,
            Confidence confidence,
            List<String> literals,
            Finder finder) {
        return new Rule(id, description, severity, confidence, literals, finder, false, null);
    }

    /** The same rule for binary files too. */
    Rule inBinaryToo() {
        return new Rule(id, description, severity, confidence, literals, finder, true, fileName);
    }

    /** The same rule for files of such names alone. */
    Rule inFiles(String name) {
        return new Rule(id, description, severity, confidence, literals, finder, inBinary, Pattern.compile(name));
    }

    /** Its name: lower case and hyphens, never changed once published. */
    public String id() {
        return id;
    }

    /** What it finds, for people. */
    public String description() {
        return description;
    }

    public Severity severity() {
        return severity;
    }

    public Confidence confidence() {
        return confidence;
    }

    /** The literals, in lower-case ASCII, of which one stands in or before each secret of the kind. */
    public List<String> literals() {
        return literals;
    }

    /** Whether it is looked for in files that are not text. */
    public boolean isForBinary() {
        return inBinary;
    }

    /** Whether it is looked for in a file of this name, without its directory. */
    public boolean isFor(String name) {
        return fileName == null || fileName.matcher(name).matches();
    }

    /** Whether there is a secret for the literal at a range; where, is told to {@code hit}. */
    public boolean find(Text text, int literalStart, int literalEnd, Hit hit) {
        return finder.find(text, literalStart, literalEnd, hit);
    }

    @Override
    public String toString() {
        return id;
    }
}
