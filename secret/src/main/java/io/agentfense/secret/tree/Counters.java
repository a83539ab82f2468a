package io.agentfense.secret.tree;

import java.util.concurrent.atomic.LongAdder;

/** Counts while several scan. Thread-safe. */
final class Counters {
    final LongAdder files = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder binary = new LongAdder();
    final LongAdder ignored = new LongAdder();
    final LongAdder notRegular = new LongAdder();
    final LongAdder skipped = new LongAdder();

    TreeCount count() {
        return new TreeCount(files.sum(), bytes.sum(), binary.sum(), ignored.sum(), notRegular.sum(), skipped.sum());
    }
}
