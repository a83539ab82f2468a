package io.agentfense.workspace.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.linux.Child;
import io.agentfense.linux.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lock ends when it is closed, and not before. */
class LockTest {
    private static final int SIGKILL = 9;

    @TempDir
    Path directory;

    @Test
    void oneAtATimeHoldsIt() throws Exception {
        try (StateDirectory state = new StateDirectory(Descriptor.openDirectory(directory.toString()))) {
            Lock first = Lock.take(state, "lock");
            assertThat(Lock.tryTake(state, "lock")).isNull();
            first.close();
            try (Lock second = Lock.tryTake(state, "lock")) {
                assertThat(second).isNotNull();
            }
        }
    }

    /** As each does while it is started, before it runs its program. */
    @Test
    void aChildThatHasACopyOfItsDescriptorDoesNotKeepIt() throws Exception {
        try (StateDirectory state = new StateDirectory(Descriptor.openDirectory(directory.toString()))) {
            Lock lock = Lock.take(state, "lock");
            int descriptor = descriptorOf(directory.toRealPath().resolve("lock"));
            Child child = Child.start(List.of("/bin/sleep", "1000"), descriptor);
            try {
                lock.close();
                try (Lock next = Lock.tryTake(state, "lock")) {
                    assertThat(next).isNotNull();
                }
            } finally {
                child.signal(SIGKILL);
                child.reap();
            }
        }
    }

    private static int descriptorOf(Path file) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(each -> leadsTo(each, file))
                    .mapToInt(each -> Integer.parseInt(each.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false;
        }
    }
}
