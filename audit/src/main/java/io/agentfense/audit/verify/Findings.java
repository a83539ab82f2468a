package io.agentfense.audit.verify;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects findings, and no more of them than somebody would read. Not thread-safe. */
final class Findings {
    private static final int MOST = 100;

    private final List<Finding> list = new ArrayList<>();

    void add(String file, long line, @Nullable String message) {
        if (list.size() < MOST) {
            list.add(new Finding(file, line, String.valueOf(message)));
        }
    }

    /** Adds one about a whole file of which there is none yet. */
    void addUnlessAny(String file, String message) {
        if (list.stream().noneMatch(finding -> finding.file().equals(file))) {
            add(file, 0, message);
        }
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    List<Finding> list() {
        return list;
    }
}
