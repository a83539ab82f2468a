package io.agentfense.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Memory that takes no room until it is used. */
class PagesTest {
    private static final long LARGE = 1L << 30;

    @Test
    void isZeroAndWritableToItsEnd() {
        MemorySegment memory = Pages.allocate(10_000);

        assertThat(memory.get(ValueLayout.JAVA_BYTE, 9_999)).isZero();
        memory.set(ValueLayout.JAVA_BYTE, 9_999, (byte) 7);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 9_999)).isEqualTo((byte) 7);
        assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, 10_000))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void takesNoRoomWhereItIsNotTouched() throws IOException {
        long before = resident();
        MemorySegment memory = Pages.allocate(LARGE);
        memory.set(ValueLayout.JAVA_BYTE, LARGE - 1, (byte) 1);

        assertThat(resident() - before).isLessThan(LARGE / 2);
        assertThat(memory.byteSize()).isEqualTo(LARGE);
    }

    @Test
    void tooMuchIsAnErrorThatSaysHowMuch() {
        assertThatThrownBy(() -> Pages.allocate(1L << 60))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessageContaining(Long.toString(1L << 60));
    }

    /** Bytes of this process in memory, {@code statm} of proc(5). */
    private static long resident() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1]) * 4096;
    }
}
