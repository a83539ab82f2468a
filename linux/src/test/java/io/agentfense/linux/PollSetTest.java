package io.agentfense.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sun.misc.Signal;
import sun.misc.SignalHandler;

class PollSetTest {
    private static final long TGKILL = 234;
    private static final long WINCH = 28;

    private Pipe pipe;
    private final PollSet poll = new PollSet(2);

    @BeforeEach
    void open() throws LinuxException {
        pipe = Pipe.open();
    }

    @AfterEach
    void close() {
        Descriptor.close(pipe.readEnd());
        Descriptor.close(pipe.writeEnd());
    }

    @Test
    void anEmptyPipeIsNotReadyToReadButToWrite() throws LinuxException {
        poll.watchInput(0, pipe.readEnd());
        poll.watchOutput(1, pipe.writeEnd());

        assertThat(poll.await(0)).isEqualTo(1);
        assertThat(poll.isReady(0)).isFalse();
        assertThat(poll.isReady(1)).isTrue();
    }

    @Test
    void bytesMakeItReady() throws LinuxException {
        poll.watchInput(0, pipe.readEnd());
        Transfer.writeFully(pipe.writeEnd(), new byte[1]);

        assertThat(poll.await(-1)).isEqualTo(1);
        assertThat(poll.isReady(0)).isTrue();
    }

    @Test
    void theEndOfTheFileMakesItReady() throws LinuxException {
        poll.watchInput(0, pipe.readEnd());
        Descriptor.close(pipe.writeEnd());

        assertThat(poll.await(-1)).isEqualTo(1);
    }

    @Test
    void anIgnoredSlotIsNeverReady() throws LinuxException {
        poll.watchOutput(1, pipe.writeEnd());
        poll.await(0);
        poll.ignore(1);

        assertThat(poll.await(0)).isZero();
        assertThat(poll.isReady(1)).isFalse();
    }

    @Test
    void aSignalIsNoReasonToStopWaiting() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        SignalHandler before = Signal.handle(new Signal("WINCH"), _ -> taken.countDown());
        try {
            poll.watchInput(0, pipe.readEnd());
            CompletableFuture<Long> thread = new CompletableFuture<>();
            CompletableFuture<Integer> ready = CompletableFuture.supplyAsync(
                    () -> {
                        thread.complete(Syscall.call(Syscall.GETTID, 0));
                        try {
                            return poll.await(60_000);
                        } catch (LinuxException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    task -> Thread.ofPlatform().start(task));
            Path call = Path.of("/proc/self/task/" + thread.get() + "/syscall");
            await().until(() -> Files.readString(call).startsWith(Syscall.POLL + " "));
            // SAFETY: no memory is passed; the signal has a handler.
            assertThat(Syscall.call(TGKILL, ProcessHandle.current().pid(), thread.get(), WINCH))
                    .isZero();
            taken.await();
            await().until(() -> ready.isDone() || Files.readString(call).startsWith(Syscall.POLL + " "));
            Transfer.writeFully(pipe.writeEnd(), new byte[1]);
            assertThat(ready.get()).isEqualTo(1);
        } finally {
            Signal.handle(new Signal("WINCH"), before);
        }
    }
}
