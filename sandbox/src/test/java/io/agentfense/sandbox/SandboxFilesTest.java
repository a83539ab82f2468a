package io.agentfense.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.sandbox.files.FileEntry;
import io.agentfense.sandbox.files.FileEvent;
import io.agentfense.sandbox.files.FileException;
import io.agentfense.sandbox.files.FileException.Reason;
import io.agentfense.sandbox.files.FileListing;
import io.agentfense.sandbox.files.FileSearch;
import io.agentfense.sandbox.files.FileWatch;
import io.agentfense.sandbox.files.SandboxFiles;
import io.agentfense.sandbox.files.SandboxPath;
import io.agentfense.sandbox.files.SearchResult;
import io.agentfense.sandbox.files.WriteOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations on the files of a sandbox. */
class SandboxFilesTest {
    private LocalShell shell;
    private SandboxFiles files;

    @BeforeEach
    void start() throws IOException {
        shell = LocalShell.start();
        shell.sh("rm probe");
        files = SandboxFiles.of(shell.sandbox());
    }

    @AfterEach
    void stop() throws IOException {
        shell.close();
    }

    private static SandboxPath path(String text) {
        return SandboxPath.of(text);
    }

    private void write(String name, String content) throws IOException {
        files.write(path(name), content.getBytes(UTF_8), WriteOptions.DEFAULT);
    }

    private List<String> list(String directory, int depth) throws IOException {
        return names(files.list(path(directory), depth, 1000, Optional.empty()));
    }

    private static List<String> names(FileListing listing) {
        return listing.entries().stream().map(entry -> entry.path().toString()).toList();
    }

    private static void assertFails(ThrowingCallable operation, Reason reason) {
        assertThatThrownBy(operation)
                .isInstanceOfSatisfying(
                        FileException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        byte[] content = new byte[3_000_000];
        new Random(5).nextBytes(content);
        files.write(path("deep/er/file"), content, WriteOptions.DEFAULT);

        assertThat(files.read(path("deep/er/file"), 0, content.length + 1)).isEqualTo(content);
        assertThat(files.read(path("/workspace/deep/er/file"), 1000, 3))
                .containsExactly(content[1000], content[1001], content[1002]);
        assertThat(files.read(path("deep/er/file"), 4_000_000, 3)).isEmpty();
        assertThat(shell.sh("ls -A deep/er").out()).isEqualTo("file\n");
    }

    @Test
    void aFileKeepsItsPermissionsAndANewOneHasWhatWasAskedFor() throws IOException {
        files.write(path("tool"), new byte[0], new WriteOptions(0750, false, false, false));
        assertThat(files.stat(path("tool")).permissions()).isEqualTo(0750);
        write("tool", "x");
        assertThat(files.stat(path("tool")).permissions()).isEqualTo(0750);
        assertThat(files.stat(path("tool")).size()).isEqualTo(1);
        assertFails(
                () -> files.write(path("tool"), new byte[0], new WriteOptions(0644, true, true, false)),
                Reason.ALREADY_EXISTS);
        assertFails(
                () -> files.write(path("no/dir"), new byte[0], new WriteOptions(0644, true, false, true)),
                Reason.NOT_FOUND);
        assertThat(list("", 1)).containsExactly("tool");
    }

    @Test
    void aFullFilesystemLeavesTheOldContent() throws IOException {
        SandboxFiles everywhere = files.anywhere();
        try (LocalShell small = LocalShell.start(spec -> spec.withTemporaryBytes(1 << 20))) {
            SandboxFiles limited = SandboxFiles.of(small.sandbox()).anywhere();
            limited.write(path("/tmp/f"), "old".getBytes(UTF_8), WriteOptions.DEFAULT);

            assertFails(
                    () -> limited.write(path("/tmp/f"), new byte[2 << 20], WriteOptions.DEFAULT),
                    Reason.QUOTA_EXCEEDED);
            assertThat(limited.read(path("/tmp/f"), 0, 100)).isEqualTo("old".getBytes(UTF_8));
            assertThat(names(limited.list(path("/tmp"), 1, 10, Optional.empty())))
                    .containsExactly("f");
        }
        assertThat(everywhere.exists(path("/tmp/f"))).isFalse();
    }

    @Test
    void whatThereIsIsTold() throws IOException {
        shell.sh("mkdir d; echo hello > f; ln -s f l; mkfifo p");

        assertThat(files.stat(path("f"))).satisfies(entry -> {
            assertThat(entry.type()).isEqualTo(FileEntry.Type.FILE);
            assertThat(entry.size()).isEqualTo(6);
        });
        assertThat(files.stat(path("d")).type()).isEqualTo(FileEntry.Type.DIRECTORY);
        assertThat(files.stat(path("")).type()).isEqualTo(FileEntry.Type.DIRECTORY);
        assertThat(files.stat(path("l")).target()).contains(path("f"));
        assertThat(files.stat(path("p")).type()).isEqualTo(FileEntry.Type.SPECIAL);
        assertThat(files.exists(path("f/x"))).isFalse();
        assertThat(files.exists(path("x"))).isFalse();
        assertFails(() -> files.read(path("p"), 0, 1), Reason.INVALID);
        assertFails(() -> files.read(path("d"), 0, 1), Reason.IS_A_DIRECTORY);
        assertFails(() -> files.list(path("f"), 1, 1, Optional.empty()), Reason.NOT_A_DIRECTORY);
        assertFails(() -> files.stat(path("x")), Reason.NOT_FOUND);
    }

    @Test
    void aListingComesInOrderAndInParts() throws IOException {
        shell.sh("mkdir -p a/b a.b c; touch a/b/1 a/b/2 a/z a.b/3 c/4 top");
        List<String> whole = list("", 10);

        assertThat(whole).containsExactly("a", "a/b", "a/b/1", "a/b/2", "a/z", "a.b", "a.b/3", "c", "c/4", "top");
        assertThat(list("", 1)).containsExactly("a", "a.b", "c", "top");
        assertThat(list("a", 2)).containsExactly("b", "b/1", "b/2", "z");
        for (int size = 1; size < 12; size++) {
            List<String> parts = new ArrayList<>();
            Optional<SandboxPath> after = Optional.empty();
            for (boolean more = true; more; ) {
                FileListing part = files.list(path(""), 10, size, after);
                parts.addAll(names(part));
                more = part.more();
                after = Optional.of(part.entries().getLast().path());
            }
            assertThat(parts).as("in parts of " + size).isEqualTo(whole);
        }
    }

    @Test
    void namesAreBytes() throws IOException {
        SandboxPath odd = SandboxPath.of(new byte[] {(byte) 0xff, '\n', 1, '*'});
        files.write(odd, new byte[] {7}, WriteOptions.DEFAULT);

        assertThat(files.list(path(""), 1, 10, Optional.empty()).entries())
                .extracting(FileEntry::path)
                .containsExactly(odd);
        assertThat(files.read(odd, 0, 10)).containsExactly(7);
        assertThatThrownBy(() -> path("a\0b")).hasMessageContaining("NUL");
    }

    @Test
    void nothingLeadsOutOfTheWorkspace() throws IOException {
        shell.sh("ln -s /etc out; ln -s .. up; ln -s /workspace/in in; ln -s /proc/self/root root; echo x > /tmp/x");
        for (String outside : List.of(
                "..",
                "../etc/passwd",
                "/etc/passwd",
                "/",
                "/workspace/../etc/passwd",
                "out/passwd",
                "up/etc/passwd",
                "root/etc/passwd",
                "/workspacex")) {
            assertFails(() -> files.read(path(outside), 0, 10), Reason.OUTSIDE_WORKSPACE);
            assertFails(() -> files.list(path(outside), 1, 10, Optional.empty()), Reason.OUTSIDE_WORKSPACE);
        }
        assertFails(() -> write("out/new", "x"), Reason.OUTSIDE_WORKSPACE);
        assertFails(() -> files.remove(path("up/tmp/x"), true), Reason.OUTSIDE_WORKSPACE);
        assertFails(() -> files.move(path("out"), path("up/tmp/y"), true), Reason.OUTSIDE_WORKSPACE);
        files.remove(path("out"), true);
        assertThat(shell.sh("cat /tmp/x; ls /etc/passwd").out()).isEqualTo("x\n/etc/passwd\n");
        assertThat(files.anywhere().read(path("/etc/passwd"), 0, 10)).isNotEmpty();
        assertFails(
                () -> files.anywhere().write(path("/etc/x"), new byte[0], WriteOptions.DEFAULT),
                Reason.PERMISSION_DENIED);
    }

    @Test
    void directoriesAreMadeMovedAndRemoved() throws IOException {
        files.makeDirectory(path("a/b/c"), true);
        files.makeDirectory(path("a/b/c"), true);
        assertFails(() -> files.makeDirectory(path("a/b"), false), Reason.ALREADY_EXISTS);
        write("a/b/c/f", "x");
        files.move(path("a/b"), path("moved"), false);
        write("a/g", "y");
        assertFails(() -> files.move(path("a/g"), path("moved/c/f"), false), Reason.ALREADY_EXISTS);
        files.move(path("a/g"), path("moved/c/f"), true);
        assertThat(files.read(path("moved/c/f"), 0, 9)).containsExactly('y');
        assertFails(() -> files.remove(path("moved"), false), Reason.NOT_EMPTY);
        files.remove(path("moved"), true);
        files.remove(path("a"), false);
        assertThat(list("", 1)).isEmpty();
        assertFails(() -> files.remove(path("a"), true), Reason.NOT_FOUND);
        assertFails(() -> files.remove(path(""), true), Reason.OTHER);
    }

    @Test
    void namesAndLinesAreFound() throws IOException {
        write("src/one.c", "int main(void)\n{\n    return 42;\n}\n");
        write("src/two.h", "int answer = 42;");
        write("notes", "42\n");
        shell.sh("ln -s src link; head -c 100 /dev/zero > zero");

        assertThat(found(FileSearch.names("*.c"))).containsExactly("src/one.c:0:");
        assertThat(found(FileSearch.names("src/*"))).containsExactly("src/one.c:0:", "src/two.h:0:");
        assertThat(found(FileSearch.text("42")))
                .containsExactly("notes:1:42", "src/one.c:3:    return 42;", "src/two.h:1:int answer = 42;");
        assertThat(found(FileSearch.text("42").inFiles("*.h"))).containsExactly("src/two.h:1:int answer = 42;");
        assertThat(found(FileSearch.expression("^int .*[();]$")))
                .containsExactly("src/one.c:1:int main(void)", "src/two.h:1:int answer = 42;");
        assertThat(files.search(path(""), FileSearch.text("42").atMost(1)).more())
                .isTrue();
        assertFails(() -> files.search(path(""), FileSearch.expression("(")), Reason.INVALID);
    }

    private List<String> found(FileSearch search) throws IOException {
        SearchResult result = files.search(path(""), search);
        assertThat(result.more()).isFalse();
        return result.matches().stream()
                .map(match -> match.path() + ":" + match.line() + ":" + new String(match.text(), UTF_8))
                .toList();
    }

    @Test
    void changesAreTold() throws Exception {
        List<FileEvent> events = new CopyOnWriteArrayList<>();
        shell.sh("mkdir d; echo > d/old");
        try (FileWatch watch = files.watch(path(""), events::add)) {
            Eventually.holds(() -> !events.isEmpty());
            shell.sh("echo x > f; echo y >> d/old; mkdir -p new/er; echo z > new/er/g; mv f h; rm d/old");
            for (FileEvent expected : List.of(
                    new FileEvent(FileEvent.What.READY, false, path("")),
                    new FileEvent(FileEvent.What.APPEARED, false, path("f")),
                    new FileEvent(FileEvent.What.CHANGED, false, path("d/old")),
                    new FileEvent(FileEvent.What.APPEARED, true, path("new")),
                    new FileEvent(FileEvent.What.APPEARED, true, path("new/er")),
                    new FileEvent(FileEvent.What.APPEARED, false, path("new/er/g")),
                    new FileEvent(FileEvent.What.VANISHED, false, path("f")),
                    new FileEvent(FileEvent.What.APPEARED, false, path("h")),
                    new FileEvent(FileEvent.What.VANISHED, false, path("d/old")))) {
                Eventually.holds(() -> events.contains(expected));
            }
            watch.close();
            assertThatThrownBy(() -> watch.end().join()).hasCauseInstanceOf(FileException.class);
        }
        assertThat(shell.sandbox().executions()).isEmpty();
    }
}
