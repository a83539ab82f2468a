package io.agentfense.sandbox.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.sandbox.guest.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Answers of a file program that is ours, and of one that is not. */
class RecordReaderTest {
    private static byte[] header(int kind, int length) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(kind)
                .putInt(length)
                .array();
    }

    private static byte[] entry(String name) {
        ByteBuffer body = ByteBuffer.allocate(32 + name.length()).order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(0100644)
                .putInt(name.length())
                .putLong(7)
                .putLong(1000)
                .putInt(5)
                .putInt(0);
        return body.put(name.getBytes()).array();
    }

    private static byte[] answer() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header(1, 35));
        bytes.writeBytes(entry("abc"));
        bytes.writeBytes(header(2, 2));
        bytes.writeBytes(new byte[] {1, 2});
        bytes.writeBytes(header(5, 8));
        bytes.writeBytes(new byte[8]);
        return bytes.toByteArray();
    }

    private static List<FileRecord> read(byte[] answer, int step) throws ProtocolException {
        List<FileRecord> records = new ArrayList<>();
        RecordReader reader = new RecordReader(records::add);
        for (int at = 0; at < answer.length; at += step) {
            byte[] piece = Arrays.copyOfRange(answer, at, Math.min(answer.length, at + step));
            reader.accept(piece, piece.length);
        }
        FileRecord.End end = reader.end();
        if (end != null) {
            records.add(end);
        }
        return records;
    }

    @Test
    void recordsArriveHoweverTheBytesAreCut() throws ProtocolException {
        for (int step = 1; step < 80; step++) {
            List<FileRecord> records = read(answer(), step);
            assertThat(records).hasSize(3);
            assertThat(records.getFirst()).isInstanceOfSatisfying(FileRecord.Entry.class, entry -> {
                assertThat(entry.entry().path()).isEqualTo(SandboxPath.of("abc"));
                assertThat(entry.entry().size()).isEqualTo(7);
            });
        }
    }

    @Test
    void whatIsNoAnswerIsRefused() {
        byte[] nul = answer();
        nul[8 + 32] = 0;
        for (byte[] wrong : List.of(
                header(0, 0),
                header(6, 0),
                header(2, -1),
                header(2, 128 * 1024 + 1),
                header(1, 0),
                header(5, 0),
                nul)) {
            assertThatThrownBy(() -> read(wrong, 1000)).isInstanceOf(ProtocolException.class);
        }
        byte[] afterTheEnd = Arrays.copyOf(answer(), answer().length + 8);
        assertThatThrownBy(() -> read(afterTheEnd, 1000)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void garbageIsRefusedAndNothingElseHappens() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] answer = answer();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                answer[random.nextInt(answer.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(read(answer, 1 + random.nextInt(answer.length))).hasSizeLessThan(10);
            } catch (ProtocolException e) {
                assertThat(e).hasMessageStartingWith("the guest broke the protocol: ");
            }
        }
    }
}
