package io.agentfense.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TransferTest {
    @Test
    void whatAMemoryFileHoldsIsReadBackInPieces() throws LinuxException {
        byte[] content = new byte[200_000];
        new Random(7).nextBytes(content);
        int file = MemoryFile.of(content);
        byte[] read = new byte[content.length];
        byte[] piece = new byte[Transfer.MAX_BYTES * 2];
        int total = 0;
        for (int step; (step = Transfer.read(file, piece)) > 0; total += step) {
            assertThat(step).isLessThanOrEqualTo(Transfer.MAX_BYTES);
            System.arraycopy(piece, 0, read, total, step);
        }
        Descriptor.close(file);

        assertThat(Arrays.equals(read, content)).isTrue();
    }

    @Test
    void anEmptyPipeThatDoesNotBlockAnswersEagain() throws LinuxException {
        Pipe pipe = Pipe.open();
        Pipe.dontBlock(pipe.readEnd());

        assertThat(Transfer.read(pipe.readEnd(), new byte[1])).isEqualTo(-Errno.EAGAIN);
        Descriptor.close(pipe.readEnd());
        Descriptor.close(pipe.writeEnd());
    }

    @Test
    void writingWithoutAReaderIsAnErrorAndNoSignal() throws LinuxException {
        Pipe pipe = Pipe.open();
        Descriptor.close(pipe.readEnd());

        assertThatThrownBy(() -> Transfer.writeFully(pipe.writeEnd(), new byte[1]))
                .hasMessage("write: Broken pipe");
        Descriptor.close(pipe.writeEnd());
    }

    @Test
    void theTypesOfDescriptorsAreTold() throws LinuxException {
        Pipe pipe = Pipe.open();
        UnixSocket.Pair sockets = UnixSocket.pair();
        int device = Descriptor.open("/dev/null", OpenFlags.O_RDWR);
        int file = MemoryFile.of(new byte[0]);
        int directory = Descriptor.open("/", OpenFlags.O_RDONLY);

        assertThat(DescriptorType.of(pipe.readEnd())).isEqualTo(DescriptorType.PIPE);
        assertThat(DescriptorType.of(sockets.ours())).isEqualTo(DescriptorType.SOCKET);
        assertThat(DescriptorType.of(device)).isEqualTo(DescriptorType.CHARACTER_DEVICE);
        assertThat(DescriptorType.of(file)).isEqualTo(DescriptorType.REGULAR_FILE);
        assertThat(DescriptorType.of(directory)).isEqualTo(DescriptorType.DIRECTORY);
        assertThat(DescriptorType.of(-1)).isEqualTo(DescriptorType.OTHER);
        for (int fd :
                new int[] {pipe.readEnd(), pipe.writeEnd(), sockets.ours(), sockets.theirs(), device, file, directory
                }) {
            Descriptor.close(fd);
        }
    }
}
