package io.agentfense.sandbox.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.sandbox.event.Resource;
import io.agentfense.sandbox.event.SandboxEvent;
import io.agentfense.sandbox.event.SandboxEvent.LimitExceeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How often is told what happens often. */
class LimitReportsTest {
    private long now = Long.MAX_VALUE - 1_000_000_000L;
    private final List<SandboxEvent> told = new ArrayList<>();
    private final LimitReports reports = new LimitReports(told::add, () -> now);

    private LimitExceeded last() {
        return (LimitExceeded) told.getLast();
    }

    private void pass(long millis) {
        now += millis * 1_000_000;
    }

    @Test
    void theFirstIsToldAtOnceAndTheNextTogetherLater() {
        reports.reached(Resource.MEMORY, 100, 90, 1);
        assertThat(told).hasSize(1);

        reports.reached(Resource.MEMORY, 100, 99, 2);
        reports.reached(Resource.MEMORY, 100, 95, 3);
        pass(4999);
        reports.tellDue();
        assertThat(told).hasSize(1);

        pass(1);
        reports.tellDue();
        assertThat(told).hasSize(2);
        assertThat(last().count()).isEqualTo(5);
        assertThat(last().usage()).isEqualTo(99);

        pass(100_000);
        reports.tellDue();
        assertThat(told).as("nothing new").hasSize(2);
    }

    @Test
    void oneKindSilencesNoOther() {
        reports.reached(Resource.MEMORY, 100, 100, 1);
        reports.reached(Resource.DISK, 100, 100, 1);
        assertThat(told).hasSize(2);
    }

    @Test
    void atTheEndAllIsTold() {
        reports.reached(Resource.DISK, 100, 100, 1);
        reports.reached(Resource.DISK, 100, 100, 7);
        reports.tellAll();
        assertThat(last().count()).isEqualTo(7);
        reports.tellAll();
        assertThat(told).hasSize(2);
    }

    @Test
    void theCountsAddUpWhateverComesWhen() {
        for (int seed = 0; seed < 200; seed++) {
            told.clear();
            Random random = new Random(seed);
            LimitReports some = new LimitReports(told::add, () -> now);
            long happened = 0;
            for (int step = 0; step < 100; step++) {
                long times = 1 + random.nextInt(3);
                some.reached(Resource.PROCESSES, 10, 10, times);
                happened += times;
                pass(random.nextInt(3000));
                some.tellDue();
            }
            some.tellAll();
            long sum = told.stream()
                    .mapToLong(event -> ((LimitExceeded) event).count())
                    .sum();
            assertThat(sum).as("seed %d", seed).isEqualTo(happened);
        }
    }
}
