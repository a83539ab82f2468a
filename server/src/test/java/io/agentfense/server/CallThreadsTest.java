package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls have as many threads as they need, and no more. */
class CallThreadsTest {
    private final CallThreads threads = new CallThreads(4);

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(threads.isTerminated()).isTrue();
    }

    @Test
    void callsOneAfterTheOtherShareAThread() throws Exception {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 50; i++) {
            threads.submit(() -> seen.add(Thread.currentThread())).get();
            // Its thread takes a moment to come back for the next one.
            TimeUnit.MILLISECONDS.sleep(2);
        }
        assertThat(seen).hasSizeLessThan(4);
    }

    @Test
    void callsAtOneTimeHaveAThreadEachAndThoseBeyondTheLimitWait() throws Exception {
        CountDownLatch four = new CountDownLatch(4);
        CountDownLatch go = new CountDownLatch(1);
        List<? extends Future<?>> calls = IntStream.range(0, 8)
                .mapToObj(_ -> threads.submit(() -> {
                    four.countDown();
                    go.await();
                    return 0;
                }))
                .toList();
        assertThat(four.await(10, TimeUnit.SECONDS)).isTrue();
        go.countDown();
        for (Future<?> call : calls) {
            assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo(0);
        }
    }

    @Test
    void whatIsScheduledRuns() throws Exception {
        assertThat(threads.schedule(() -> "done", 1, TimeUnit.MILLISECONDS).get(10, TimeUnit.SECONDS))
                .isEqualTo("done");
    }

    @Test
    void afterTheEndCallsAreRefused() {
        threads.shutdown();
        assertThatThrownBy(() -> threads.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
