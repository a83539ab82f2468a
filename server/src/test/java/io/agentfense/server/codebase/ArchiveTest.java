package io.agentfense.server.codebase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tar streams, those of GNU tar among them. */
class ArchiveTest extends CodebaseFixture {
    private Path source;

    @BeforeEach
    void makeSource() throws IOException {
        source = Files.createDirectory(directory.resolve("source"));
    }

    private static byte[] run(Path where, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return output;
    }

    private byte[] tar(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("tar", "c"));
        command.addAll(List.of(options));
        command.add(".");
        return run(source, command.toArray(String[]::new));
    }

    private ArchiveResult upload(byte[] tar) throws CodebaseException {
        return files.uploadArchive(id, "", new ByteArrayInputStream(tar));
    }

    private byte[] download(String path) throws CodebaseException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.downloadArchive(id, path, out);
        return out.toByteArray();
    }

    /** What find says of a tree: types, modes, names, targets and sizes of files. */
    private static String tree(Path root) throws Exception {
        String format = "%y %m %P %l ";
        String all = new String(
                run(root, "find", ".", "-mindepth", "1", "-type", "f", "-printf", format + "%s %T@\n"),
                StandardCharsets.ISO_8859_1);
        all += new String(
                run(root, "find", ".", "-mindepth", "1", "!", "-type", "f", "-printf", format + "\n"),
                StandardCharsets.ISO_8859_1);
        return all.lines().sorted().toList().toString().replaceAll("\\.0000000000", "");
    }

    private void fill() throws Exception {
        Files.createDirectories(source.resolve("a/empty"));
        Files.writeString(source.resolve("a/plain"), "plain");
        Files.writeString(source.resolve("a/run.sh"), "#!/bin/sh\n");
        Files.createDirectories(source.resolve("n".repeat(120) + "/" + "m".repeat(140)));
        Files.writeString(source.resolve("n".repeat(120) + "/" + "m".repeat(140) + "/" + "ü".repeat(60)), "long");
        Files.createSymbolicLink(source.resolve("a/up"), Path.of("../a/plain"));
        Files.createSymbolicLink(source.resolve("a/dangling"), Path.of("nowhere/" + "x".repeat(120)));
        Files.write(source.resolve("big"), new byte[1_000_000]);
        run(source, "sh", "-c", "printf x > \"$(printf 'odd\\377\\n')\"; chmod 750 a/run.sh");
        run(source, "sh", "-c", "find . -type f -exec touch -d @1234567890 {} +");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax"})
    void aTreeComesOutAsItWentIn(String format) throws Exception {
        fill();
        ArchiveResult result = upload(tar("--format=" + format));
        assertThat(tree(root())).isEqualTo(tree(source));
        assertThat(result.files()).isEqualTo(5);
        assertThat(result.links()).isEqualTo(2);
        assertThat(result.bytes()).isEqualTo(5 + 10 + 4 + 1_000_000 + 1);
        assertThat(record().size()).isEqualTo(result.bytes());
        assertThat(record().fileCount()).isEqualTo(7);
        assertThat(codebases.recount(id)).isEqualTo(record());
        assertThat(staged()).isEmpty();
        assertThat(changed).containsExactly(id);
        Path back = Files.createDirectory(directory.resolve("back"));
        Path archive = Files.write(directory.resolve("back.tar"), download(""));
        run(back, "tar", "xpf", archive.toString());
        assertThat(tree(back)).isEqualTo(tree(source));
    }

    @Test
    void anArchiveGoesIntoADirectoryAndADirectoryIntoAnArchive() throws Exception {
        Files.writeString(source.resolve("f"), "1");
        files.uploadArchive(id, "sub/dir", new ByteArrayInputStream(tar()));
        assertThat(names("", true)).containsExactly("sub", "sub/dir", "sub/dir/f");
        Path archive = Files.write(directory.resolve("x.tar"), download("/sub"));
        assertThat(new String(run(directory, "tar", "tf", archive.toString()), StandardCharsets.UTF_8))
                .isEqualTo("dir/\ndir/f\n");
        assertThatThrownBy(() -> download("sub/dir/f")).isInstanceOf(CodebaseException.NotADirectory.class);
    }

    @Test
    void anArchiveReplacesWhatIsThereAndLeavesTheRest() throws Exception {
        put("f", "before");
        put("other", "other");
        Files.writeString(source.resolve("f"), "new");
        upload(tar());
        assertThat(get("f")).isEqualTo("new");
        assertThat(get("other")).isEqualTo("other");
        assertThat(record().size()).isEqualTo(8);
        assertThat(record().fileCount()).isEqualTo(2);
    }

    /** One entry of a tar that no tar program would write. */
    private static byte[] made(TarHeader... headers) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(out);
        for (TarHeader header : headers) {
            writer.entry(header);
            writer.write(new byte[(int) header.size()], (int) header.size());
            writer.endContent(header.size());
        }
        writer.end();
        return out.toByteArray();
    }

    private static TarHeader file(String name) {
        return new TarHeader(TarHeader.Kind.FILE, name.getBytes(StandardCharsets.UTF_8), new byte[0], 0644, 3, 0);
    }

    private static TarHeader link(TarHeader.Kind kind, String name, String target) {
        return new TarHeader(
                kind, name.getBytes(StandardCharsets.UTF_8), target.getBytes(StandardCharsets.UTF_8), 0777, 0, 0);
    }

    private void refused(byte[] tar) throws Exception {
        assertThatThrownBy(() -> upload(tar)).isInstanceOf(CodebaseException.class);
        assertThat(names("", true)).isEmpty();
        assertThat(record().size()).isZero();
        assertThat(staged()).isEmpty();
        assertThat(changed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "..",
                "../../x",
                "a/../../x",
                "a/..",
                "a/b/../../..",
                "b/../x",
                "./../a/./../../x",
                "",
            })
    void aLinkThatIsAbsoluteOrMightLeadOutIsRefused(String target) throws Exception {
        refused(made(file("first"), link(TarHeader.Kind.SYMLINK, "d/l", target.equals("..") ? "../.." : target)));
    }

    @Test
    void linksThatStayInsideAreKept() throws Exception {
        for (String target : List.of("x", "../x", "./../x/y", "a/b//c", "..", ".", "../..x")) {
            upload(made(link(TarHeader.Kind.SYMLINK, "d/l", target)));
            assertThat(files.stat(id, "d/l").linkText()).isEqualTo(target);
        }
    }

    @Test
    void nothingIsWrittenThroughALinkOfTheArchiveOrOfTheCodebase() throws Exception {
        refused(made(link(TarHeader.Kind.SYMLINK, "d", "."), file("d/f")));
        refused(made(file("d/f"), link(TarHeader.Kind.SYMLINK, "d", ".")));
        refused(made(file("d"), file("d/f")));
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createSymbolicLink(root().resolve("out"), outside);
        assertThatThrownBy(() -> upload(made(file("a"), file("out/f"))))
                .isInstanceOf(CodebaseException.InvalidPath.class);
        assertThat(outside).isEmptyDirectory();
        assertThat(names("", true)).containsExactly("out");
    }

    @Test
    void hardLinksDevicesAndPathsThatLeadOutAreRefused() throws Exception {
        refused(made(file("a"), link(TarHeader.Kind.HARD_LINK, "b", "a")));
        refused(made(file("a"), file("../b")));
        refused(made(file("a"), file("a/../../b")));
        refused(made(file("a"), file("x".repeat(256))));
        run(source, "mkfifo", "fifo");
        refused(tar());
        Files.delete(source.resolve("fifo"));
        run(source, "mknod", "null", "c", "0", "0");
        refused(tar());
        upload(made(file("/abs")));
        assertThat(names("", true)).containsExactly("abs");
    }

    @Test
    void anArchiveThatDoesNotFitWhatIsThereChangesNothing() throws Exception {
        put("f", "file");
        put("d/x", "x");
        changed.clear();
        assertThatThrownBy(() -> upload(made(file("a"), file("f/x")))).isInstanceOf(CodebaseException.class);
        assertThatThrownBy(() -> upload(made(file("a"), file("d")))).isInstanceOf(CodebaseException.NotAFile.class);
        assertThat(names("", true)).containsExactly("d", "d/x", "f");
        assertThat(changed).isEmpty();
    }

    @Test
    void aWholeArchiveIsOneDecisionOfTheQuota() throws Exception {
        ownerLimit = 8;
        refused(made(file("a"), file("b"), file("c")));
        upload(made(file("a"), file("b")));
        upload(made(file("a"), file("b")));
        assertThat(record().size()).isEqualTo(6);
    }

    @Test
    void aFileOfAnArchiveThatIsTooLargeIsRefusedBeforeItComes() throws Exception {
        byte[] large = made(file("a"));
        byte[] size = "77777777777".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, large, 124, size.length);
        checksum(large);
        assertThatThrownBy(() -> upload(large)).isInstanceOf(CodebaseException.TooLarge.class);
        assertThat(staged()).isEmpty();
    }

    private static void checksum(byte[] tar) {
        java.util.Arrays.fill(tar, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += tar[i] & 0xff;
        }
        byte[] text = String.format("%06o\0", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, tar, 148, text.length);
    }

    @Test
    void anArchiveCutShortAnywhereLeavesNothing() throws Exception {
        fill();
        byte[] whole = tar("--format=pax");
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            refused(java.util.Arrays.copyOf(whole, random.nextInt(end)));
        }
        refused(new byte[0]);
        refused("this is no tar".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aDamagedArchiveIsRefusedOrHarmless() throws Exception {
        fill();
        byte[] whole = tar("--format=pax");
        Random random = new Random(13);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = java.util.Arrays.copyOf(whole, 20_000);
            for (int n = 0; n < 3; n++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                upload(damaged);
            } catch (CodebaseException e) {
                assertThat(e).isNotInstanceOf(CodebaseException.Failed.class);
            }
        }
        assertThat(staged()).isEmpty();
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries.map(entry -> entry.getFileName().toString()).filter(name -> !name.contains("metadata")))
                    .containsExactlyInAnyOrder("codebases", "local", "source");
        }
    }

    @Test
    void sparseFilesAreRefusedRatherThanMisread() throws Exception {
        run(source, "truncate", "-s", "1M", "sparse");
        refused(tar("--sparse", "--format=gnu"));
        refused(tar("--sparse", "--format=pax"));
    }

    @Test
    void setIdBitsAreDropped() throws Exception {
        Files.writeString(source.resolve("su"), "x");
        run(source, "chmod", "6755", "su");
        upload(tar());
        assertThat(new String(run(root(), "stat", "-c", "%a", "su"), StandardCharsets.UTF_8).strip())
                .isEqualTo("755");
    }
}
