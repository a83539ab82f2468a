package io.agentfense.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;

/** Takes samples whenever the benchmark asks, so that rounds of several programs can be interleaved. */
final class Samples {
    private Samples() {}

    /** What is timed once. */
    @FunctionalInterface
    interface Probe {
        /** Nanoseconds that it took. */
        long nanos() throws IOException;
    }

    /** Warms up, says {@code ready}; then for each line of input the median of some samples, in microseconds. */
    static void answer(int samples, Probe probe) throws IOException {
        for (int i = 0; i < 3; i++) {
            median(samples, probe);
        }
        System.out.println("ready");
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while (requests.readLine() != null) {
            System.out.println(median(samples, probe) / 1e3);
        }
    }

    private static long median(int samples, Probe probe) throws IOException {
        long[] nanos = new long[samples];
        for (int i = 0; i < samples; i++) {
            nanos[i] = probe.nanos();
        }
        return LongStream.of(nanos).sorted().toArray()[samples / 2];
    }
}
