package io.agentfense.sandbox.limit;

import io.agentfense.linux.cgroup.Cgroup;
import java.util.List;
import java.util.Optional;

/**
 * The quota of processor time of one sandbox: tells when it is used up for long, and packs onto few processors who uses it
 * up. Not thread-safe.
 */
final class QuotaWatch {
    private final Cgroup cgroup;
    private final double cpus;
    private final ProcessorPacking packing;
    private final QuotaUse use;
    private final ThrottleWindow window = new ThrottleWindow();
    private long lastMicros;
    private long throttled;
    private boolean packed;

    QuotaWatch(Cgroup cgroup, double cpus, ProcessorPacking packing, long now) {
        this.cgroup = cgroup;
        this.cpus = cpus;
        this.packing = packing;
        use = new QuotaUse(cpus, now);
    }

    /**
     * Looks at what it has used by now.
     *
     * @param micros its processor time since it was made; 0 if nobody counts it
     * @return in how many periods of the latest while it used its quota up, if that is to be told; else 0
     */
    long look(long micros, long now) {
        if (micros == 0 || micros != lastMicros) {
            throttled = cgroup.throttling().throttled();
            lastMicros = micros;
        }
        use.add(micros, throttled, now);
        if (use.isUsedUp()) {
            pack();
        } else if (packed) {
            unpack();
        }
        return window.add(use.periods(), now);
    }

    /** Each time anew: who was started just when its group was taken in is outside. */
    private void pack() {
        Optional<List<Integer>> processors = packing.take(this, cpus);
        if (processors.isPresent()) {
            packed = cgroup.runOn(processors.get());
            if (!packed) {
                packing.giveBack(this);
            }
        }
    }

    private void unpack() {
        packed = false;
        cgroup.runOn(packing.all());
        packing.giveBack(this);
    }

    /** To be called when nothing is looked at any more. */
    void close() {
        packing.giveBack(this);
    }
}
