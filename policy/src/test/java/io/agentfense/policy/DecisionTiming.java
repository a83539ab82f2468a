package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/** Prints, as JSON lines, what a decision and a compilation take for policies of several sizes. */
public final class DecisionTiming {
    private static final int ROUNDS = 9;
    private static final int STEPS = 4_000_000;
    private static final byte[][] NAMES = bytes(
            "main.py",
            "README.md",
            "package.json",
            "index.test.ts",
            "src",
            "node_modules",
            ".gitignore",
            "UserRepositoryImpl.java",
            "conftest.py",
            "docker-compose.yml",
            ".env",
            "tls.pem",
            "Makefile",
            "lib.rs",
            "caf\u00e9.txt",
            "__init__.py");

    private static long sink;

    private DecisionTiming() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws PolicyException {
        for (int size : new int[] {10, 100, 1_000, 10_000}) {
            print("mixed", size, rules(size));
        }
        print("pathological", 10_000, pathological(10_000));
    }

    private static void print(String kind, int size, List<Rule> rules) throws PolicyException {
        long[] compiled = new long[3];
        for (int i = 0; i < compiled.length; i++) {
            long start = System.nanoTime();
            sink += Policy.compile(rules).rules().size();
            compiled[i] = System.nanoTime() - start;
        }
        Policy policy = Policy.compile(rules);
        long cold = cold(policy);
        double warm = warm(policy);
        System.out.printf(
                Locale.ROOT,
                "{\"policy\": \"%s\", \"rules\": %d, \"first_compile_ms\": %.1f, \"compile_ms\": %.1f,"
                        + " \"first_decision_us\": %.1f, \"decision_ns\": %.1f, \"remembered_ints\": %d}%n",
                kind,
                size,
                compiled[0] / 1e6,
                LongStream.of(compiled).min().orElseThrow() / 1e6,
                cold / 1e3 / NAMES.length,
                warm,
                policy.automaton().remembered());
    }

    private static long cold(Policy policy) {
        long start = System.nanoTime();
        for (byte[] name : NAMES) {
            sink += policy.root().child(name).rule();
        }
        return System.nanoTime() - start;
    }

    /** Nanoseconds of one step from a known directory, the median of all rounds after the first. */
    private static double warm(Policy policy) {
        PathState[] directories = Arrays.stream(bytes("src", "src/pkg", "lib/pkg7/src", "web/app"))
                .map(policy::locate)
                .toArray(PathState[]::new);
        double[] rounds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            sink += walk(directories);
            rounds[round] = (double) (System.nanoTime() - start) / STEPS;
        }
        double[] sorted = Arrays.stream(rounds).skip(1).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static long walk(PathState[] directories) {
        long sum = 0;
        for (int i = 0; i < STEPS; i++) {
            // A power of two of each: a division would take as long as the step.
            byte[] name = NAMES[i & (NAMES.length - 1)];
            sum += directories[(i >> 4) & (directories.length - 1)]
                    .child(name, 0, name.length)
                    .rule();
        }
        return sum;
    }

    /** The preset agent-safe and rules as projects have them. */
    private static List<Rule> rules(int size) {
        List<Rule> rules = new ArrayList<>(Presets.of("agent-safe"));
        for (int i = rules.size(); i < size; i++) {
            rules.add(
                    switch (i % 4) {
                        case 0 -> Rule.of("/services/svc" + i + "/src/**", Level.WRITE, 1);
                        case 1 -> Rule.of("**/*.gen" + i, Level.VIEW, 2);
                        case 2 -> Rule.of("/lib/pkg" + i + "/**/test_*.py", Level.READ, 3);
                        default -> Rule.file("/config/app" + i + ".yaml", Level.NONE);
                    });
        }
        return rules;
    }

    private static List<Rule> pathological(int size) {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String a = Integer.toString(i % 36, 36);
            String b = Integer.toString(i / 36 % 36, 36);
            String c = Integer.toString(i / 1296 % 36, 36);
            rules.add(Rule.of("**/*" + a + "*/**/*" + b + "*/**/*" + c + "*", Level.values()[i % 4], i % 7));
        }
        return rules;
    }

    private static byte[][] bytes(String... texts) {
        return Arrays.stream(texts).map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
    }
}
