package io.agentfense.sandbox.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProcessorPackingTest {
    private final ProcessorPacking packing = new ProcessorPacking(List.of(0, 1, 2, 5));

    private List<Integer> take(String owner, double cpus) {
        return packing.take(owner, cpus).orElseThrow();
    }

    @Test
    void quotasThatComeToOneProcessorShareIt() {
        assertThat(take("a", 0.25)).containsExactly(5);
        assertThat(take("b", 0.5)).containsExactly(5);
        assertThat(take("c", 0.25)).containsExactly(5);
        assertThat(take("d", 0.1)).containsExactly(2);
    }

    @Test
    void theFullestWithRoomIsTaken() {
        take("a", 0.9);
        take("b", 0.5);
        assertThat(take("c", 0.4)).containsExactly(2);
        assertThat(take("d", 0.1)).isEqualTo(List.of(5)).isEqualTo(take("a", 0.9));
    }

    @Test
    void aQuotaOfSeveralTakesAsMany() {
        assertThat(take("a", 1.5)).containsExactly(2, 5);
        assertThat(take("b", 0.25)).containsExactly(5);
        assertThat(take("c", 2)).containsExactly(0, 1);
    }

    @Test
    void whatNeedsThemAllIsNotHeldToAny() {
        assertThat(packing.take("a", 3.01)).isEmpty();
        assertThat(packing.take("a", 64)).isEmpty();
        assertThat(new ProcessorPacking(List.of(0)).take("a", 0.1)).isEmpty();
        assertThat(new ProcessorPacking(List.of()).take("a", 0.1)).isEmpty();
    }

    @Test
    void whoHasSomeKeepsThemUntilTheyAreGivenBack() {
        take("a", 1);
        assertThat(take("b", 1)).containsExactly(2);
        packing.giveBack("a");
        packing.giveBack("a");
        assertThat(take("b", 1)).containsExactly(2);
        assertThat(take("c", 1)).containsExactly(5);
    }

    /** Who starts many loops and ends all of them but one keeps no neighbour on that one's processor. */
    @Test
    void nobodyStaysOnAnOverfullProcessorWhileAnotherHasLess() {
        for (String rival : List.of("r1", "r2", "r3", "r4", "r5", "r6", "r7")) {
            take(rival, 1);
        }
        List<Integer> before = take("victim", 1);
        String beside = List.of("r1", "r2", "r3", "r4", "r5", "r6", "r7").stream()
                .filter(rival -> take(rival, 1).equals(before))
                .findFirst()
                .orElseThrow();
        List.of("r1", "r2", "r3", "r4", "r5", "r6", "r7").stream()
                .filter(rival -> !rival.equals(beside))
                .forEach(packing::giveBack);
        List<Integer> after = take("victim", 1);
        assertThat(after).isNotEqualTo(before).isNotEqualTo(take(beside, 1)).isEqualTo(take("victim", 1));
    }

    /** Against a count of its own: nobody is put where it has no room while it has room elsewhere. */
    @Test
    void noProcessorIsOverfullWhileAnotherHasRoom() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<Integer> processors =
                    IntStream.range(0, 2 + random.nextInt(15)).boxed().toList();
            ProcessorPacking packed = new ProcessorPacking(processors);
            Map<Integer, Map<Integer, Double>> owners = new HashMap<>();
            for (int step = 0; step < 100; step++) {
                int owner = random.nextInt(20);
                if (owners.remove(owner) != null) {
                    packed.giveBack(owner);
                    continue;
                }
                double cpus = (1 + random.nextInt(20)) / 8.0;
                int count = (int) Math.ceil(cpus);
                Optional<List<Integer>> got = packed.take(owner, cpus);
                assertThat(got.isPresent()).isEqualTo(count < processors.size());
                if (got.isEmpty()) {
                    continue;
                }
                assertThat(got.get()).hasSize(count).doesNotHaveDuplicates().isSubsetOf(processors);
                double each = cpus / count;
                List<Integer> roomy = processors.stream()
                        .filter(processor -> load(owners, processor) + each <= 1)
                        .toList();
                long placedWell = got.get().stream().filter(roomy::contains).count();
                assertThat(placedWell).isEqualTo(Math.min(count, roomy.size()));
                Map<Integer, Double> share = new HashMap<>();
                got.get().forEach(processor -> share.put(processor, each));
                owners.put(owner, share);
            }
        }
    }

    private static double load(Map<Integer, Map<Integer, Double>> owners, int processor) {
        return owners.values().stream()
                .mapToDouble(share -> share.getOrDefault(processor, 0.0))
                .sum();
    }
}
