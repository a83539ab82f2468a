package io.agentfense.bench;

import io.agentfense.audit.AuditEvent;
import io.agentfense.audit.log.AuditLog;
import io.agentfense.audit.log.AuditLogOptions;
import io.agentfense.audit.log.Durability;
import io.agentfense.audit.verify.Verification;
import io.agentfense.audit.verify.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/** Times the audit log: how many events it takes, how long an acknowledgement takes, and how fast it is verified. */
public final class AuditProbe {
    private static final int MOST_SAMPLES = 1 << 22;

    private AuditProbe() {}

    /**
     * Arguments: the log's directory, batched or sync, how many threads append, for how many seconds, and how many events
     * a second they want to append together, 0 for as many as they can. Or: the directory, and verify.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Path.of(args[0]);
        if (args[1].equals("verify")) {
            verify(directory);
            return;
        }
        Durability durability = args[1].equals("sync") ? Durability.SYNC : Durability.BATCHED;
        int threads = Integer.parseInt(args[2]);
        long nanos = Long.parseLong(args[3]) * 1_000_000_000;
        long rate = Long.parseLong(args[4]);
        try (AuditLog log = AuditLog.open(directory, AuditLogOptions.DEFAULT.with(durability))) {
            append(log, threads, 2_000_000_000L, rate);
            report(append(log, threads, nanos, rate));
        }
    }

    /**
     * What a run came to.
     *
     * @param latencies nanoseconds from the call to the acknowledgement, sorted
     */
    private record Run(long events, double seconds, double processorSeconds, long[] latencies, long backlog) {}

    private static Run append(AuditLog log, int threads, long nanos, long rate) throws InterruptedException {
        long begin = System.nanoTime();
        long processor = processorNanos();
        long[][] latencies = new long[threads][];
        AtomicLong backlog = new AtomicLong();
        Thread[] all = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            int thread = t;
            all[t] = Thread.ofPlatform().start(() -> {
                try {
                    latencies[thread] = append(log, begin, nanos, rate == 0 ? 0 : rate / threads, backlog);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
        for (Thread thread : all) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        long[] sorted =
                Arrays.stream(latencies).flatMapToLong(LongStream::of).sorted().toArray();
        return new Run(sorted.length, seconds, (processorNanos() - processor) / 1e9, sorted, backlog.get());
    }

    private static long[] append(AuditLog log, long begin, long nanos, long rate, AtomicLong backlog)
            throws IOException {
        long[] latencies = new long[1 << 16];
        int count = 0;
        for (long now = System.nanoTime(); now - begin < nanos && count < MOST_SAMPLES; now = System.nanoTime()) {
            if (rate > 0 && count >= (now - begin) * rate / 1_000_000_000) {
                LockSupport.parkNanos(1_000_000);
                continue;
            }
            log.append(denial(count)).await();
            if (count == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * count);
            }
            latencies[count++] = System.nanoTime() - now;
            if (count % 256 == 0) {
                backlog.accumulateAndGet(log.backlog(), Math::max);
            }
        }
        return Arrays.copyOf(latencies, count);
    }

    private static AuditEvent denial(int number) {
        return AuditEvent.of(Instant.now(), "permission_denied")
                .with("sandbox_id", "sb_0123456789abcdef")
                .with("path", "/workspace/src/module" + number % 1000 + "/.env")
                .with("operation", "open")
                .with("permission", "none")
                .with("user_id", "user_001")
                .with("rule", "**/.env*")
                .with("pid", number)
                .with("executable", "/usr/bin/cat")
                .build();
    }

    private static long processorNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static void report(Run run) {
        long[] latencies = run.latencies;
        System.out.printf(
                "{\"events_per_second\": %.0f, \"processors\": %.2f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"backlog\": %d}%n",
                run.events / run.seconds,
                run.processorSeconds / run.seconds,
                latencies[latencies.length / 2] / 1e3,
                latencies[latencies.length * 99 / 100] / 1e3,
                run.backlog);
    }

    private static void verify(Path directory) throws IOException {
        long begin = System.nanoTime();
        Verification verification = Verifier.verify(directory);
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "{\"records\": %d, \"records_per_second\": %.0f, \"whole\": %b}%n",
                verification.records(), verification.records() / seconds, verification.isWhole());
    }
}
