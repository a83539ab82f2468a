package io.agentfense.egress;

import io.netty.channel.EventLoop;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import java.util.function.UnaryOperator;

/**
 * Tells of what happens again and again, the first of each kind at once and the rest of a few seconds in one with their
 * count, so that a flood is no flood of events. Confined to one event loop.
 *
 * @param <K> what makes two the same; with {@code equals} and {@code hashCode}
 */
final class Tally<K> {
    private static final int SECONDS = 5;
    private static final int MOST_KINDS = 256;

    private final EventLoop loop;
    private final UnaryOperator<K> coarser;
    private final ObjIntConsumer<K> teller;
    private final Map<K, Integer> untold = new LinkedHashMap<>();

    /**
     * An empty one.
     *
     * @param coarser a kind that stands for one and others alike, once there are too many to tell each
     * @param teller hears of a kind, and how many there were
     */
    Tally(EventLoop loop, UnaryOperator<K> coarser, ObjIntConsumer<K> teller) {
        this.loop = loop;
        this.coarser = coarser;
        this.teller = teller;
    }

    void note(K one) {
        K kind = untold.containsKey(one) || untold.size() < MOST_KINDS ? one : coarser.apply(one);
        if (untold.isEmpty()) {
            var _ = loop.schedule(this::tellRest, SECONDS, TimeUnit.SECONDS);
        }
        Integer count = untold.get(kind);
        if (count == null) {
            untold.put(kind, 0);
            teller.accept(kind, 1);
        } else {
            untold.put(kind, count + 1);
        }
    }

    /** Tells what was only counted so far. */
    void tellRest() {
        untold.forEach((kind, count) -> {
            if (count > 0) {
                teller.accept(kind, count);
            }
        });
        untold.clear();
    }
}
