package io.agentfense.server.codebase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodebaseFilesTest extends CodebaseFixture {
    private Path secret;

    @BeforeEach
    void hideASecret() throws Exception {
        secret = Files.writeString(directory.resolve("secret"), "secret");
    }

    private static String hash(String algorithm, String content) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance(algorithm).digest(content.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsUploadedIsDownloadedAndToldByBothSums() throws Exception {
        UploadResult result = put("/src/main.py", "print(1)\n");
        assertThat(result)
                .isEqualTo(new UploadResult(
                        id,
                        "/src/main.py",
                        9,
                        hash("MD5", "print(1)\n"),
                        hash("SHA-256", "print(1)\n"),
                        UploadedSecrets.NONE));
        assertThat(get("src/main.py")).isEqualTo("print(1)\n");
        assertThat(get("./src//main.py", 6)).isEqualTo("1)\n");
        assertThat(get("src/main.py", 9)).isEmpty();
        assertThatThrownBy(() -> get("src/main.py", 10)).isInstanceOf(CodebaseException.Invalid.class);
        assertThatThrownBy(() -> get("src/main.py", -1)).isInstanceOf(CodebaseException.Invalid.class);
        put("empty", "");
        assertThat(get("empty")).isEmpty();
        assertThat(changed).hasSize(2).containsOnly(id);
        assertThat(staged()).isEmpty();
    }

    @Test
    void statisticsFollowEveryChange() throws Exception {
        put("a", "12345");
        put("b/c", "123");
        put("a", "1");
        assertThat(record().size()).isEqualTo(4);
        assertThat(record().fileCount()).isEqualTo(2);
        files.move(id, "a", "b/d");
        assertThat(record().fileCount()).isEqualTo(2);
        files.delete(id, "b");
        assertThat(record().size()).isZero();
        assertThat(record().fileCount()).isZero();
        assertThat(codebases.recount(id)).isEqualTo(record());
    }

    @Test
    void aFileIsExecutableIfItSaysSoOrBeginsAsAScript() throws Exception {
        put("plain", "x");
        put("script", "#!/bin/sh\n");
        put(new UploadRequest("given", 0, 0640, 0, ""), "#!/bin/sh\n");
        put("hash", "#");
        assertThat(mode("plain")).isEqualTo("rw-r--r--");
        assertThat(mode("script")).isEqualTo("rwxr-xr-x");
        assertThat(mode("given")).isEqualTo("rw-r-----");
        assertThat(mode("hash")).isEqualTo("rw-r--r--");
        try (Upload upload = files.upload(id, UploadRequest.of("slow"))) {
            for (byte b : "#!x".getBytes(StandardCharsets.UTF_8)) {
                upload.write(new byte[] {b}, 0, 1);
            }
            upload.finish();
        }
        assertThat(mode("slow")).isEqualTo("rwxr-xr-x");
        assertThat(files.stat(id, "slow").mode()).isEqualTo(0755);
        for (int mode : new int[] {-1, 01000, 04755}) {
            assertThatThrownBy(() -> put(new UploadRequest("x", 0, mode, 0, ""), ""))
                    .isInstanceOf(CodebaseException.Invalid.class);
        }
    }

    private String mode(String name) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve(name)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"..", "../x", "a/../../x", "a/..", "x/../y", "/../x", "a\0b", "\ud800", "", ".", "/", "//./"})
    void whatIsNoPathBelowTheRootIsRefused(String path) throws Exception {
        assertThatThrownBy(() -> put(path, "x")).isInstanceOf(CodebaseException.InvalidPath.class);
        assertThatThrownBy(() -> get(path)).isInstanceOf(CodebaseException.InvalidPath.class);
        assertThatThrownBy(() -> files.delete(id, path)).isInstanceOf(CodebaseException.InvalidPath.class);
        assertThatThrownBy(() -> files.move(id, path, "x")).isInstanceOf(CodebaseException.InvalidPath.class);
        assertThatThrownBy(() -> files.move(id, "x", path)).isInstanceOf(CodebaseException.InvalidPath.class);
        assertThat(names("", true)).isEmpty();
    }

    @Test
    void longNamesAreRefusedAndThoseWithDotsTaken() throws Exception {
        String longest = "n".repeat(255);
        put(longest, "x");
        assertThatThrownBy(() -> put(longest + "n", "x")).isInstanceOf(CodebaseException.InvalidPath.class);
        assertThatThrownBy(() -> put("ü".repeat(128), "x")).isInstanceOf(CodebaseException.InvalidPath.class);
        String deep = ("d".repeat(200) + "/").repeat(20);
        put(deep + "f", "deep");
        assertThat(get(deep + "f")).isEqualTo("deep");
        assertThatThrownBy(() -> put(deep + "f".repeat(200), "x")).isInstanceOf(CodebaseException.InvalidPath.class);
        for (String name : List.of("..foo", "...", "a..b", "trailing.", " ", "a\nb", "~", "-rf", "a\\b")) {
            put(name, name);
            assertThat(get(name)).isEqualTo(name);
        }
    }

    @Test
    void noLinkIsFollowedAnywhere() throws Exception {
        put("dir/f", "f");
        Files.createSymbolicLink(root().resolve("file"), secret);
        Files.createSymbolicLink(root().resolve("up"), directory);
        Files.createSymbolicLink(root().resolve("inside"), Path.of("dir"));
        for (String path : List.of("file", "up", "inside")) {
            assertThatThrownBy(() -> get(path)).as(path).isInstanceOf(CodebaseException.NotAFile.class);
        }
        for (String path : List.of("up/secret", "inside/f", "file/x")) {
            assertThatThrownBy(() -> get(path)).as(path).isInstanceOf(CodebaseException.class);
            assertThatThrownBy(() -> put(path, "x")).as(path).isInstanceOf(CodebaseException.InvalidPath.class);
            assertThatThrownBy(() -> files.delete(id, path)).as(path).isInstanceOf(CodebaseException.class);
            assertThatThrownBy(() -> files.move(id, "dir/f", path))
                    .as(path)
                    .isInstanceOf(CodebaseException.InvalidPath.class);
        }
        assertThat(files.list(id, "up/x", false)).isEmpty();
        assertThatThrownBy(() -> files.list(id, "up", false)).isInstanceOf(CodebaseException.NotADirectory.class);
        FileEntry link = files.stat(id, "file");
        assertThat(link.type()).isEqualTo(FileEntry.Type.SYMLINK);
        assertThat(link.linkText()).isEqualTo(secret.toString());
        assertThat(names("", true)).containsExactly("dir", "dir/f", "file", "inside", "up");
        put("file", "mine");
        assertThat(secret).hasContent("secret");
        assertThat(get("file")).isEqualTo("mine");
        files.delete(id, "up");
        assertThat(secret).hasContent("secret");
    }

    @Test
    void specialFilesAreListedAndNeverOpened() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", root().resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(files.stat(id, "fifo").type()).isEqualTo(FileEntry.Type.OTHER);
        assertThatThrownBy(() -> get("fifo")).isInstanceOf(CodebaseException.NotAFile.class);
        put("fifo", "x");
        assertThat(get("fifo")).isEqualTo("x");
    }

    @Test
    void whatIsMissingOrOfAnotherKindIsSaidSoWithoutAPathOfTheHost() throws Exception {
        put("a/f", "x");
        assertThatThrownBy(() -> get("b"))
                .isInstanceOf(CodebaseException.NotFound.class)
                .hasMessage("file not found");
        assertThatThrownBy(() -> get("a/f/g")).isInstanceOf(CodebaseException.NotADirectory.class);
        assertThatThrownBy(() -> put("a/f/g", "x")).isInstanceOf(CodebaseException.NotADirectory.class);
        assertThatThrownBy(() -> put("a", "x")).isInstanceOf(CodebaseException.NotAFile.class);
        assertThatThrownBy(() -> get("a")).isInstanceOf(CodebaseException.NotAFile.class);
        assertThatThrownBy(() -> files.delete(id, "b/c")).isInstanceOf(CodebaseException.NotFound.class);
        assertThatThrownBy(() -> files.move(id, "b", "c")).isInstanceOf(CodebaseException.NotFound.class);
        assertThat(names("", true)).containsExactly("a", "a/f");
        assertThat(record().fileCount()).isEqualTo(1);
    }

    @Test
    void listingsHoldWhatTodaysClientsExpect() throws Exception {
        put("b/x", "12");
        put("b/c/y", "1");
        put("a.txt", "1");
        put("b.txt", "1");
        assertThat(names("", false)).containsExactly("a.txt", "b", "b.txt");
        assertThat(names("/", true)).containsExactly("a.txt", "b", "b/c", "b/c/y", "b/x", "b.txt");
        assertThat(names("/b/", false)).containsExactly("b/c", "b/x");
        assertThat(names("b", true)).containsExactly("b/c", "b/c/y", "b/x");
        FileEntry directoryEntry = files.list(id, "", false).get(1);
        assertThat(directoryEntry.size()).isEqualTo(4096);
        assertThat(directoryEntry.type()).isEqualTo(FileEntry.Type.DIRECTORY);
        assertThat(directoryEntry.nameText()).isEqualTo("b");
        assertThat(files.stat(id, "b/x").size()).isEqualTo(2);
        assertThat(names("missing", false)).isEmpty();
        assertThatThrownBy(() -> names("missing", true)).isInstanceOf(CodebaseException.NotFound.class);
        assertThatThrownBy(() -> names("a.txt", false)).isInstanceOf(CodebaseException.NotADirectory.class);
        assertThat(names("a.txt", true)).isEmpty();
        assertThatThrownBy(() -> names("../x", false)).isInstanceOf(CodebaseException.InvalidPath.class);
    }

    @Test
    void anUploadThatIsNotWhatItAnnouncedLeavesEverythingAsItWas() throws Exception {
        put("f", "before");
        assertThatThrownBy(() -> put(new UploadRequest("f", 3, 0, 0, ""), "four"))
                .isInstanceOf(CodebaseException.Mismatch.class);
        assertThatThrownBy(() -> put(new UploadRequest("f", 5, 0, 0, ""), "four"))
                .isInstanceOf(CodebaseException.Mismatch.class);
        assertThatThrownBy(() -> put(new UploadRequest("new/f", 0, 0, 0, hash("SHA-256", "five")), "four"))
                .isInstanceOf(CodebaseException.Mismatch.class);
        assertThatThrownBy(() -> put(new UploadRequest("new/f", 0, 0, 0, "xyz"), "four"))
                .isInstanceOf(CodebaseException.Invalid.class);
        assertThatThrownBy(() -> files.upload(id, new UploadRequest("f", FILE_LIMIT + 1, 0, 0, "")))
                .isInstanceOf(CodebaseException.TooLarge.class);
        try (Upload upload = files.upload(id, UploadRequest.of("new/f"))) {
            upload.write(new byte[(int) FILE_LIMIT], 0, (int) FILE_LIMIT);
            assertThatThrownBy(() -> upload.write(new byte[1], 0, 1)).isInstanceOf(CodebaseException.TooLarge.class);
        }
        try (Upload upload = files.upload(id, UploadRequest.of("new/f"))) {
            upload.write(new byte[10], 0, 10);
        }
        assertThat(get("f")).isEqualTo("before");
        assertThat(names("", true)).containsExactly("f");
        assertThat(record().size()).isEqualTo(6);
        assertThat(staged()).isEmpty();
    }

    @Test
    void anUploadIsStoppedOnceItsOwnerCouldNotKeepIt() throws Exception {
        ownerLimit = 10 << 20;
        assertThatThrownBy(() -> files.upload(id, new UploadRequest("f", ownerLimit + 1, 0, 0, "")))
                .isInstanceOf(CodebaseException.QuotaExceeded.class);
        byte[] chunk = new byte[1 << 20];
        try (Upload one = files.upload(id, UploadRequest.of("one"));
                Upload two = files.upload(id, UploadRequest.of("two"))) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 16; i++) {
                            one.write(chunk, 0, chunk.length);
                            two.write(chunk, 0, chunk.length);
                        }
                    })
                    .isInstanceOf(CodebaseException.QuotaExceeded.class);
        }
        assertThat(staged()).isEmpty();
        assertThat(names("", true)).isEmpty();
    }

    @Test
    void anUploadThatWasCutShortGoesOnAlsoAfterARestart() throws Exception {
        String content = "0123456789".repeat(1000);
        UploadRequest first = new UploadRequest("big", 10_000, 0, 0, hash("SHA-256", content));
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        assertThat(files.uploaded(id, "big", first.sha256())).isZero();
        try (Upload upload = files.upload(id, first)) {
            upload.write(bytes, 0, 6000);
            assertThatThrownBy(() -> files.upload(id, first)).isInstanceOf(CodebaseException.AlreadyExists.class);
        }
        assertThat(names("", true)).isEmpty();
        stop();
        start();
        assertThat(files.uploaded(id, "big", first.sha256().toUpperCase(java.util.Locale.ROOT)))
                .isEqualTo(6000);
        assertThatThrownBy(() -> files.upload(id, new UploadRequest("big", 0, 0, 6001, first.sha256())))
                .isInstanceOf(CodebaseException.Mismatch.class)
                .hasMessageContaining("6000");
        assertThatThrownBy(() -> files.upload(id, new UploadRequest("big", 0, 0, 1, "")))
                .isInstanceOf(CodebaseException.Invalid.class);
        try (Upload upload = files.upload(id, new UploadRequest("big", 10_000, 0, 5000, first.sha256()))) {
            assertThat(upload.size()).isEqualTo(5000);
            upload.write(bytes, 5000, 5000);
            assertThat(upload.finish().md5()).isEqualTo(hash("MD5", content));
        }
        assertThat(get("big")).isEqualTo(content);
        assertThat(staged()).isEmpty();
    }

    @Test
    void anUploadThatIsNotResumedIsSweptAway() throws Exception {
        try (Upload upload = files.upload(id, new UploadRequest("f", 0, 0, 0, hash("SHA-256", "x")))) {
            upload.write(new byte[5], 0, 5);
            assertThat(codebases.sweepUploads(java.time.Instant.now().plusSeconds(60)))
                    .isZero();
        }
        assertThat(codebases.sweepUploads(java.time.Instant.now().minusSeconds(3600)))
                .isZero();
        assertThat(codebases.sweepUploads(java.time.Instant.now().plusSeconds(60)))
                .isEqualTo(1);
        assertThat(staged()).isEmpty();
    }

    @Test
    void nobodyEverSeesHalfAFileWhileItIsReplaced() throws Exception {
        String[] contents = {"a".repeat(300_000), "b".repeat(200_000)};
        put("f", contents[0]);
        AtomicBoolean writing = new AtomicBoolean(true);
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> readers = new java.util.ArrayList<>();
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(() -> {
                    while (writing.get()) {
                        assertThat(contents).contains(get("f"));
                        assertThat(names("", true)).containsExactly("f");
                    }
                    return null;
                }));
            }
            for (int i = 0; i < 40; i++) {
                put("f", contents[i % 2]);
            }
            writing.set(false);
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    @Test
    void aDownloadHoldsTheFileThatItOpened() throws Exception {
        put("f", "before");
        try (Download download = files.download(id, "f", 0)) {
            put("f", "afterwards");
            files.delete(id, "f");
            byte[] buffer = new byte[100];
            assertThat(download.size()).isEqualTo(6);
            assertThat(new String(buffer, 0, download.read(buffer), StandardCharsets.UTF_8))
                    .isEqualTo("before");
        }
    }

    @Test
    void movingReplacesNothingAndMakesItsWay() throws Exception {
        put("a/f", "f");
        put("b", "b");
        assertThatThrownBy(() -> files.move(id, "a/f", "b")).isInstanceOf(CodebaseException.AlreadyExists.class);
        assertThatThrownBy(() -> files.move(id, "a", "a/x/y")).isInstanceOf(CodebaseException.InvalidPath.class);
        assertThatThrownBy(() -> files.move(id, "a/f", "b/c")).isInstanceOf(CodebaseException.NotADirectory.class);
        files.move(id, "a", "x/y/z");
        assertThat(names("", true)).containsExactly("b", "x", "x/y", "x/y/z", "x/y/z/f");
    }

    @Test
    void aTreeOfAnyDepthAndModeIsRemoved() throws Exception {
        Path at = Files.createDirectory(root().resolve("deep"));
        for (int i = 0; i < 300; i++) {
            at = Files.createDirectory(at.resolve("dddddddddd"));
        }
        Files.writeString(at.resolve("f"), "x");
        Files.setPosixFilePermissions(root().resolve("deep/dddddddddd"), PosixFilePermissions.fromString("---------"));
        codebases.recount(id);
        files.delete(id, "deep");
        assertThat(names("", true)).isEmpty();
        assertThat(record().fileCount()).isZero();
        assertThat(staged()).isEmpty();
    }
}
