package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One file is one file, whichever way its opens go: through the page cache, past it, before and after a copy-up. */
@ParameterizedClass
@EnumSource(MountedTree.Kind.class)
class CoherenceTest {
    @Parameter
    MountedTree.Kind kind;

    private MountedTree tree;
    private Path file;

    @BeforeEach
    void mount() throws Exception {
        tree = MountedTree.over(
                kind,
                List.of(new Rule("**/*", Level.WRITE, PatternType.GLOB, 0)),
                base -> MountedTree.file(base, "file", "0123456789"));
        file = tree.mount.resolve("file");
    }

    @AfterEach
    void unmount() {
        tree.close();
    }

    private static String at(FileChannel channel, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        channel.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void aReaderThatWasThereBeforeSeesWhatAWriterWrites() throws IOException {
        try (FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThat(at(reader, 10)).isEqualTo("0123456789");
            try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
                writer.write(bytes("abc"), 0);
                assertThat(at(reader, 10)).isEqualTo("abc3456789");
            }
            assertThat(at(reader, 10)).isEqualTo("abc3456789");
        }
        assertThat(file).hasContent("abc3456789");
    }

    @Test
    void aReaderThatComesLaterSeesItToo() throws IOException {
        assertThat(file).hasContent("0123456789");
        try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
            writer.write(bytes("xyz"), 0);
            try (FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
                assertThat(at(reader, 10)).isEqualTo("xyz3456789");
            }
        }
        assertThat(file).hasContent("xyz3456789");
    }

    @Test
    void aMappingAndAWriteAreTheSameBytes() throws IOException {
        try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
            var mapping = random.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, 10);
            mapping.put(0, (byte) 'M');
            assertThat(at(random.getChannel(), 2)).isEqualTo("M1");
            random.getChannel().write(bytes("W"), 1);
            assertThat(mapping.get(1)).isEqualTo((byte) 'W');
        }
        assertThat(file).hasContent("MW23456789");
    }

    @Test
    void appendsOfTwoWritersAllStay() throws IOException {
        try (FileChannel first = FileChannel.open(file, StandardOpenOption.APPEND);
                FileChannel second = FileChannel.open(file, StandardOpenOption.APPEND)) {
            for (int i = 0; i < 5; i++) {
                first.write(bytes("aa"));
                second.write(bytes("bb"));
            }
        }
        assertThat(file).hasContent("0123456789" + "aabb".repeat(5));
    }

    @Test
    void truncationShowsAtOnceEverywhere() throws IOException {
        try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE);
                FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
            writer.write(bytes("longer than before"), 0);
            writer.truncate(4);
            assertThat(reader.size()).isEqualTo(4);
            assertThat(at(reader, 10)).isEqualTo("long");
        }
        Files.newOutputStream(file, StandardOpenOption.TRUNCATE_EXISTING).close();
        assertThat(file).isEmptyFile();
    }

    @Test
    void aNewFileIsReadAsItWasWritten() throws IOException {
        Path fresh = tree.mount.resolve("fresh");
        try (FileChannel both = FileChannel.open(
                fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            both.write(bytes("content"), 0);
            assertThat(at(both, 7)).isEqualTo("content");
            Files.move(fresh, tree.mount.resolve("renamed"));
            both.write(bytes("C"), 0);
        }
        assertThat(tree.mount.resolve("renamed")).hasContent("Content");
    }
}
