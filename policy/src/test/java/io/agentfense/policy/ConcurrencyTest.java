package io.agentfense.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
    private static final int THREADS = 8;
    private static final int POLICIES = 40;

    @Test
    void threadsThatLearnAndForgetTogetherDecideAsOne() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int seed = 0; seed < POLICIES; seed++) {
                Random random = new Random(seed);
                List<Rule> rules = RandomPolicies.rules(random);
                List<byte[]> paths = new ArrayList<>();
                for (int i = 0; i < 400; i++) {
                    paths.add(RandomPolicies.path(random));
                }
                Policy policy = Policy.compile(rules, seed % 2 == 0 ? PathAutomaton.BUDGET : 300);
                for (List<Integer> decisions : together(threads, () -> decisions(policy, paths))) {
                    assertThat(decisions).as("seed %d", seed).isEqualTo(expected(rules, paths));
                }
            }
        }
    }

    private static List<Integer> decisions(Policy policy, List<byte[]> paths) {
        return paths.stream().map(path -> policy.locate(path).rule()).toList();
    }

    private static List<Integer> expected(List<Rule> rules, List<byte[]> paths) {
        return paths.stream().map(path -> ReferenceModel.decide(rules, path)).toList();
    }

    private static <T> List<T> together(ExecutorService threads, Callable<T> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<T>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            running.add(threads.submit(() -> {
                start.await();
                return task.call();
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : running) {
            results.add(future.get());
        }
        return results;
    }
}
