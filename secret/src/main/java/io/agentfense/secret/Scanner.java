package io.agentfense.secret;

import io.agentfense.secret.match.Literals;
import io.agentfense.secret.rule.Rule;
import io.agentfense.secret.rule.Rules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rules, compiled. Immutable, thread-safe, and expensive to make: have one. A thread that scans much takes a
 * {@link ContentScan} from it and uses that again and again.
 */
public final class Scanner {
    private static final class Standard {
        private static final Scanner INSTANCE = new Scanner(Rules.standard());
    }

    /** A rule and its place in the order in which rules win. */
    record Ranked(int rank, Rule rule) {}

    private final List<Rule> rules;
    private final Literals<Ranked> inText;
    private final Literals<Ranked> inBinary;
    private final Literals<Ranked> byName;

    private Scanner(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        inText = literals(rule -> rule.isFor(""));
        inBinary = literals(Rule::isForBinary);
        byName = literals(rule -> !rule.isFor(""));
    }

    /** The scanner with the rules that are built in. */
    public static Scanner standard() {
        return Standard.INSTANCE;
    }

    /** A scanner with some of the rules. */
    public static Scanner of(List<Rule> rules) {
        return new Scanner(rules);
    }

    private Literals<Ranked> literals(Predicate<Rule> chosen) {
        Map<String, List<Ranked>> literals = new LinkedHashMap<>();
        for (int rank = 0; rank < rules.size(); rank++) {
            Rule rule = rules.get(rank);
            if (chosen.test(rule)) {
                for (String literal : rule.literals()) {
                    literals.computeIfAbsent(literal, any -> new ArrayList<>()).add(new Ranked(rank, rule));
                }
            }
        }
        return Literals.of(literals);
    }

    /** The rules, in the order in which they win over each other. */
    public List<Rule> rules() {
        return rules;
    }

    /** Something to scan with again and again, for one thread, within the {@linkplain Budget#DEFAULT usual budget}. */
    public ContentScan newScan() {
        return newScan(Budget.DEFAULT);
    }

    /** Something to scan with again and again, for one thread, where each content has a budget. */
    public ContentScan newScan(Budget budget) {
        return new ContentScan(this, budget);
    }

    /**
     * Scans all of content that is in memory, however much work that is; for what may be hostile take {@link #newScan}.
     *
     * @param name the file's name, with or without its directory; some rules are for files of one name
     */
    public List<Finding> scan(String name, byte[] content) {
        List<Finding> findings = new ArrayList<>();
        ContentScan scan = newScan(Budget.UNLIMITED);
        scan.begin(name, findings::add);
        scan.feed(content, 0, content.length);
        var _ = scan.end();
        return findings;
    }

    Literals<Ranked> literals(boolean binary) {
        return binary ? inBinary : inText;
    }

    /** The literals of rules for files of one name, or null if none is for this one. */
    @Nullable
    Literals<Ranked> literalsFor(String name) {
        return rules.stream().anyMatch(rule -> !rule.isFor("") && rule.isFor(name)) ? byName : null;
    }
}
