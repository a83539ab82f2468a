package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UidRangeTest {
    @TempDir
    Path directory;

    @Test
    void twoSandboxesNeverShareAUid() throws IOException {
        UidRange range = new UidRange(directory.resolve("locks"), 5000, 20);
        Set<Long> uids = new HashSet<>();
        List<UidRange.Taken> taken = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            UidRange.Taken next = range.take();
            taken.add(next);
            assertThat(next.uid()).isBetween(5000L, 5019L);
            assertThat(uids.add(next.uid())).isTrue();
        }
        assertThatThrownBy(range::take).hasMessageContaining("all 20 user ids for sandboxes are taken");

        taken.get(7).close();

        assertThat(range.take().uid()).isEqualTo(taken.get(7).uid());
    }

    @Test
    void norDoTwoProcesses() throws Exception {
        UidRange range = new UidRange(directory.resolve("locks"), 5000, 2);
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TakeOne.class.getName(),
                        directory.resolve("locks").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = other.inputReader();
        long theirs = Long.parseLong(said.readLine());

        assertThat(range.take().uid()).isNotEqualTo(theirs);
        assertThatThrownBy(range::take).isInstanceOf(IOException.class);

        other.destroyForcibly().waitFor();

        assertThat(range.take().uid()).isEqualTo(theirs);
    }

    /** Takes a uid and keeps it until it is killed. */
    static final class TakeOne {
        public static void main(String[] arguments) throws Exception {
            System.out.println(
                    new UidRange(Path.of(arguments[0]), 5000, 2).take().uid());
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
