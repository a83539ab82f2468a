package io.agentfense.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.audit.Logs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to the files of a log is found. */
class MutationTest {
    private static final int MUTATIONS = 10_000;

    @TempDir
    Path directory;

    private final Map<Path, byte[]> original = new HashMap<>();
    private List<Path> files = List.of();
    private Path touched = Path.of("");

    @BeforeEach
    void writeLog() throws IOException {
        Logs.writeFiles(directory, 100);
        files = new ArrayList<>(Logs.files(directory, ""));
        // The private key proves nothing; the log is read without it.
        files.removeIf(file -> file.endsWith("signing.key"));
        for (Path file : files) {
            original.put(file, Files.readAllBytes(file));
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(7);
        assertThat(Verifier.verify(directory).findings()).isEmpty();
        assertThat(Verifier.verify(directory).notes()).isEmpty();
    }

    @Test
    void tenThousandRandomMutationsAreEachFound() throws IOException {
        Random random = new Random(2026);
        Map<String, Integer> kinds = new HashMap<>();
        for (int i = 0; i < MUTATIONS; i++) {
            String what = mutate(random);
            if (what.isEmpty()) {
                i--;
                continue;
            }
            kinds.merge(what.split(" ")[0], 1, Integer::sum);
            assertThat(Verifier.verify(directory).findings())
                    .as("mutation %d: %s", i, what)
                    .isNotEmpty();
            restore();
        }
        assertThat(Verifier.verify(directory).findings()).isEmpty();
        assertThat(kinds.values()).as(kinds.toString()).hasSize(10).allMatch(count -> count > 300);
    }

    /** Changes the directory and says how; nothing if the change would have been none. */
    private String mutate(Random random) throws IOException {
        Path file = files.get(random.nextInt(files.size()));
        touched = file;
        byte[] content = original.get(file).clone();
        int at = random.nextInt(content.length);
        int other = random.nextInt(content.length);
        byte[] after;
        String what;
        switch (random.nextInt(10)) {
            case 0 -> {
                what = "flip";
                after = content.clone();
                after[at] ^= (byte) (1 << random.nextInt(8));
            }
            case 1 -> {
                what = "byte";
                after = content.clone();
                after[at] = (byte) random.nextInt(256);
            }
            case 2 -> {
                what = "truncate";
                after = Arrays.copyOf(content, at);
            }
            case 3 -> {
                what = "cut";
                int from = Math.min(at, other);
                after = join(
                        Arrays.copyOf(content, from), Arrays.copyOfRange(content, Math.max(at, other), content.length));
            }
            case 4 -> {
                what = "insert";
                byte[] more = new byte[1 + random.nextInt(4)];
                random.nextBytes(more);
                after = join(Arrays.copyOf(content, at), more, Arrays.copyOfRange(content, at, content.length));
            }
            case 5 -> {
                what = "remove-line";
                List<byte[]> lines = lines(content);
                lines.remove(random.nextInt(lines.size()));
                after = join(lines.toArray(new byte[0][]));
            }
            case 6 -> {
                what = "swap-lines";
                List<byte[]> lines = lines(content);
                java.util.Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
                after = join(lines.toArray(new byte[0][]));
            }
            case 7 -> {
                what = "repeat-line";
                List<byte[]> lines = lines(content);
                lines.add(random.nextInt(lines.size() + 1), lines.get(random.nextInt(lines.size())));
                after = join(lines.toArray(new byte[0][]));
            }
            case 8 -> {
                Files.delete(file);
                return "delete " + file;
            }
            default -> {
                what = "exchange";
                after = original.get(files.get(random.nextInt(files.size()))).clone();
            }
        }
        if (Arrays.equals(content, after)) {
            return "";
        }
        Files.write(file, after);
        return what + " " + file + " " + at;
    }

    private void restore() throws IOException {
        for (Map.Entry<Path, byte[]> entry : original.entrySet()) {
            if (entry.getKey().equals(touched)) {
                Files.write(entry.getKey(), entry.getValue());
            }
        }
    }

    private static List<byte[]> lines(byte[] content) {
        List<byte[]> lines = new ArrayList<>();
        for (String line : new String(content, StandardCharsets.ISO_8859_1).split("(?<=\n)")) {
            lines.add(line.getBytes(StandardCharsets.ISO_8859_1));
        }
        return lines;
    }

    private static byte[] join(byte[]... parts) {
        java.io.ByteArrayOutputStream joined = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
