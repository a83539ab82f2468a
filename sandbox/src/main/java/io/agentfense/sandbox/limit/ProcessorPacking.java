package io.agentfense.sandbox.limit;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which processors those run on who use their quota of processor time up: together on as few as their quotas come to, so
 * that the others stay free for whoever has work now and then. A quota is the same work on fewer processors, only not in
 * bursts: four loops under a quota of one processor otherwise take all of four for a quarter of the time, and nobody
 * else's command is served at once in it. Thread-safe.
 */
final class ProcessorPacking {
    private static final double FULL = 1 + 1e-9;

    private final List<Integer> processors;
    private final Map<Object, Share> shares = new HashMap<>();

    /** As much of each of these processors. */
    private record Share(List<Integer> processors, double ofEach) {}

    /** Onto processors of these numbers. */
    ProcessorPacking(List<Integer> processors) {
        this.processors = List.copyOf(processors);
    }

    /** The numbers of all processors. */
    List<Integer> all() {
        return processors;
    }

    /**
     * Takes processors, until they are given back.
     *
     * @param owner for whom; who has some already keeps them, unless they have more than they can do and others have less:
     *     else whoever shares one with a neighbour could end all else and hold it back for good
     * @param cpus its quota, in processors
     * @return their numbers: as many as the quota rounded up, the fullest on which it has room beside others; nothing if
     *     it needs them all
     */
    synchronized Optional<List<Integer>> take(Object owner, double cpus) {
        int count = (int) Math.ceil(cpus);
        if (count >= processors.size()) {
            return Optional.empty();
        }
        double ofEach = cpus / count;
        Share had = shares.remove(owner);
        Map<Integer, Double> taken = takenByOthers();
        Share best = new Share(best(count, ofEach, taken), ofEach);
        Share share = had != null && fullest(had, taken) <= Math.max(FULL, fullest(best, taken)) ? had : best;
        shares.put(owner, share);
        return Optional.of(share.processors());
    }

    private Map<Integer, Double> takenByOthers() {
        Map<Integer, Double> taken = new HashMap<>();
        for (Share share : shares.values()) {
            share.processors().forEach(processor -> taken.merge(processor, share.ofEach(), Double::sum));
        }
        return taken;
    }

    /** How much of the fullest of its processors is wanted, with what it wants itself. */
    private static double fullest(Share share, Map<Integer, Double> taken) {
        return share.ofEach()
                + share.processors().stream()
                        .mapToDouble(processor -> taken.getOrDefault(processor, 0.0))
                        .max()
                        .orElse(0);
    }

    private List<Integer> best(int count, double ofEach, Map<Integer, Double> taken) {
        // With room first, of these the fullest; else the emptiest. Interrupts often go to the first processor.
        Comparator<Integer> order = Comparator.comparingDouble(processor -> {
            double before = taken.getOrDefault(processor, 0.0);
            return before + ofEach <= FULL ? -before : before + 1;
        });
        return processors.stream()
                .sorted(order.thenComparing(Comparator.reverseOrder()))
                .limit(count)
                .sorted()
                .toList();
    }

    /** Gives back what was taken, if anything was. */
    synchronized void giveBack(Object owner) {
        shares.remove(owner);
    }
}
