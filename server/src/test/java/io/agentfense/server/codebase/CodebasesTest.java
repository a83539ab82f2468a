package io.agentfense.server.codebase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.server.config.SentSecrets;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.PageRequest;
import io.agentfense.server.store.Records;
import io.agentfense.server.store.SandboxQuota;
import io.agentfense.server.store.SandboxRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodebasesTest extends CodebaseFixture {
    @Test
    void aCodebaseAndItsFilesOutliveARestart() throws Exception {
        put("src/a.txt", "hello");
        CodebaseRecord before = record();
        stop();
        start();
        assertThat(record()).isEqualTo(before);
        assertThat(before.size()).isEqualTo(5);
        assertThat(before.fileCount()).isEqualTo(1);
        assertThat(get("src/a.txt")).isEqualTo("hello");
        assertThat(codebases.list(Optional.of("ann"), PageRequest.ALL).items()).containsExactly(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "a\0b", "\ud800"})
    void namesMustBeNames(String name) {
        assertThatThrownBy(() -> codebases.create(name, "ann")).isInstanceOf(CodebaseException.Invalid.class);
        assertThatThrownBy(() -> codebases.create("x", name)).isInstanceOf(CodebaseException.Invalid.class);
        assertThatThrownBy(() -> codebases.create("x".repeat(256), "ann"))
                .isInstanceOf(CodebaseException.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "..", "cb_0000000000000000", "../files/x", "cb_/etc", "%2e%2e%2f", "\0", "/", "staging"})
    void whatIsNoIdIsNoCodebaseAndTouchesNothing(String wrong) throws Exception {
        put("a", "a");
        assertThatThrownBy(() -> codebases.get(wrong)).isInstanceOf(CodebaseException.NoCodebase.class);
        assertThatThrownBy(() -> codebases.delete(wrong, Optional.empty()))
                .isInstanceOf(CodebaseException.NoCodebase.class);
        assertThatThrownBy(() -> files.list(wrong, "", true)).isInstanceOf(CodebaseException.NoCodebase.class);
        assertThatThrownBy(() -> files.upload(wrong, UploadRequest.of("a")))
                .isInstanceOf(CodebaseException.NoCodebase.class);
        assertThatThrownBy(() -> files.download(wrong, "a", 0)).isInstanceOf(CodebaseException.NoCodebase.class);
        assertThat(get("a")).isEqualTo("a");
    }

    @Test
    void aCodebaseThatSandboxesUseGoesOnlyByForce() throws Exception {
        put("a", "a");
        SandboxRecord sandbox = Records.sandbox(codebase, Records.NOON, Map.of());
        database.sandboxes().insert(sandbox, SandboxQuota.NONE);
        assertThatThrownBy(() -> codebases.delete(id, Optional.empty()))
                .isInstanceOfSatisfying(
                        CodebaseException.InUse.class,
                        e -> assertThat(e.sandboxes()).isEqualTo(1));
        assertThat(get("a")).isEqualTo("a");
        Path root = root();
        codebases.delete(id, Optional.of(used -> database.sandboxes().delete(sandbox.id())));
        assertThat(root).doesNotExist();
        assertThat(staged()).isEmpty();
        assertThatThrownBy(() -> codebases.get(id)).isInstanceOf(CodebaseException.NoCodebase.class);
    }

    @Test
    void whatACrashLeftHalfMadeOrHalfRemovedIsFinishedAndNothingElseTouched() throws Exception {
        put("a", "a");
        String half = "cb_0123456789abcdef";
        Path filesDirectory = directory.resolve("codebases/files");
        Path staging = directory.resolve("codebases/staging");
        stop();
        Files.createDirectories(filesDirectory.resolve(half + "/deep"));
        Files.createFile(staging.resolve("mark-" + half));
        Files.createFile(staging.resolve("mark-" + id));
        Files.createFile(staging.resolve("new-x"));
        Files.createDirectories(staging.resolve("gone-x/deep"));
        // Nobody said that this one may go, whatever the database holds.
        Files.createDirectories(filesDirectory.resolve("cb_ffffffffffffffff"));
        start();
        assertThat(filesDirectory.resolve(half)).doesNotExist();
        assertThat(filesDirectory.resolve("cb_ffffffffffffffff")).exists();
        assertThat(get("a")).isEqualTo("a");
        assertThat(staged()).isEmpty();
    }

    @Test
    void anotherDatabaseDoesNotCostTheFiles() throws Exception {
        put("a", "a");
        Path root = root();
        stop();
        database = Database.open(directory.resolve("other.db").toString());
        codebases = Codebases.open(
                directory.resolve("codebases"),
                List.of(),
                database,
                () -> new StorageLimits(1, 0, SentSecrets.OFF),
                changed::add,
                () -> Records.NOON);
        assertThat(root.resolve("a")).exists();
    }

    @Test
    void aLocalDirectoryIsUsedWhereItLiesAndStaysWhenItsCodebaseGoes() throws Exception {
        Path project = Files.createDirectories(local().resolve("team/project"));
        Files.writeString(project.resolve("a.txt"), "12345");
        CodebaseRecord made = codebases.createLocal("p", "ann", project.toString());
        assertThat(made.size()).isEqualTo(5);
        assertThat(made.fileCount()).isEqualTo(1);
        id = made.id();
        codebase = made;
        assertThat(root()).isEqualTo(project);
        ownerLimit = 1;
        put("b/c.txt", "six chars");
        assertThat(project.resolve("b/c.txt")).hasContent("six chars");
        assertThat(record().size()).isEqualTo(14);
        assertThat(database.codebases().bytesOf("ann")).isZero();
        files.delete(id, "b");
        assertThat(project.resolve("b")).doesNotExist();
        codebases.delete(id, Optional.empty());
        assertThat(project.resolve("a.txt")).hasContent("12345");
    }

    @Test
    void aLocalDirectoryOnAnotherFilesystemIsWrittenToAsWell() throws Exception {
        Path project = Files.createTempDirectory(Path.of("/dev/shm"), "agentfense-codebases");
        try {
            assertThat(Files.getFileStore(project)).isNotEqualTo(Files.getFileStore(directory));
            Files.setAttribute(project, "unix:uid", 12345);
            stop();
            database = Database.open(directory.resolve("metadata.db").toString());
            codebases = Codebases.open(
                    directory.resolve("codebases"),
                    List.of(project.getParent()),
                    database,
                    () -> new StorageLimits(1000, 0, SentSecrets.OFF),
                    changed::add,
                    () -> Records.NOON);
            files = new CodebaseFiles(codebases);
            id = codebases.createLocal("p", "ann", project.toString()).id();
            put("a/run", "#!x");
            put("a/run", "#!y");
            assertThat(project.resolve("a/run")).hasContent("#!y").isExecutable();
            assertThat(Files.getAttribute(project.resolve("a"), "unix:uid")).isEqualTo(12345);
            assertThat(Files.getAttribute(project.resolve("a/run"), "unix:uid")).isEqualTo(12345);
            assertThat(names("", true)).containsExactly("a", "a/run");
            files.delete(id, "a");
            assertThat(project).isEmptyDirectory();
            assertThat(record().fileCount()).isZero();
            assertThat(staged()).isEmpty();
        } finally {
            assertThat(new ProcessBuilder("rm", "-r", project.toString())
                            .start()
                            .waitFor())
                    .isZero();
        }
    }

    @Test
    void onlyDirectoriesBelowARootAreTakenAndNoLinkLeadsOut() throws Exception {
        Path outside = Files.createDirectories(directory.resolve("outside/secret"));
        Files.createSymbolicLink(local().resolve("link"), outside.getParent());
        Files.writeString(local().resolve("file"), "");
        List<String> wrong = List.of(
                outside.toString(),
                local() + "/../outside/secret",
                local() + "/link",
                local() + "/link/secret",
                local() + "/file",
                local() + "/missing",
                local() + "2",
                "local",
                "",
                "/",
                "/etc",
                local() + "/\0");
        for (String path : wrong) {
            assertThatThrownBy(() -> codebases.createLocal("p", "ann", path))
                    .as(path)
                    .isInstanceOf(CodebaseException.Invalid.class)
                    .hasMessageNotContaining(directory.toString());
        }
    }

    @Test
    void aLocalDirectoryThatBecomesALinkIsNotFollowed() throws Exception {
        Path project = Files.createDirectories(local().resolve("project"));
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        id = codebases.createLocal("p", "ann", project.toString()).id();
        Files.delete(project);
        Files.createSymbolicLink(project, outside);
        assertThatThrownBy(() -> get("secret"))
                .isInstanceOf(CodebaseException.Failed.class)
                .hasMessageNotContaining(directory.toString());
        assertThatThrownBy(() -> put("x", "x")).isInstanceOf(CodebaseException.class);
        assertThat(outside.resolve("x")).doesNotExist();
    }

    @Test
    void anOwnersUploadsTogetherStopAtItsLimitExactly() throws Exception {
        ownerLimit = 1000;
        String second = codebases.create("two", "ann").id();
        List<Future<Boolean>> results = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(20)) {
            for (int i = 0; i < 40; i++) {
                String where = i % 2 == 0 ? id : second;
                String path = "d" + i % 5 + "/f" + i;
                results.add(threads.submit(() -> {
                    try (Upload upload = files.upload(where, UploadRequest.of(path))) {
                        upload.write(new byte[100], 0, 100);
                        upload.finish();
                        return true;
                    } catch (CodebaseException.QuotaExceeded e) {
                        return false;
                    }
                }));
            }
        }
        int done = 0;
        for (Future<Boolean> result : results) {
            done += result.get() ? 1 : 0;
        }
        assertThat(done).isEqualTo(10);
        assertThat(database.codebases().bytesOf("ann")).isEqualTo(1000);
        assertThat(codebases.recount(id).size() + codebases.recount(second).size())
                .isEqualTo(1000);
        assertThat(staged()).isEmpty();
        files.delete(id, files.list(id, "", false).getFirst().pathText());
        put("again", "x".repeat(100));
    }

    @Test
    void commitsAreCountedByWhatTheyTellOrAnew() throws Exception {
        put("a", "12345");
        changed.clear();
        codebases.committed(id, 10, 2);
        assertThat(record().size()).isEqualTo(15);
        assertThat(record().fileCount()).isEqualTo(3);
        assertThat(changed).containsExactly(id);
        assertThat(codebases.recount(id).size()).isEqualTo(5);
        assertThat(record().fileCount()).isEqualTo(1);
    }
}
