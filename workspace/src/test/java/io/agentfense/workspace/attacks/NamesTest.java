package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Class B: names come, go and move only where the rules allow it, and nothing hidden is uncovered or destroyed by it. */
class NamesTest extends AttackTest {
    @Test
    void aDirectoryIsNotMovedAwayFromTheRulesOfWhatItHolds() {
        for (String directory : List.of("w/mixed", "w/dir", "w/onlyhidden")) {
            assertThat(tell("rename " + directory + " w/moved")).isEqualTo("EXDEV");
        }
        assertThat(tell("rename r/dir w/moved")).isEqualTo(across());
        assertThat(tell("rename deep w/moved")).isEqualTo(across());
        assertThat(tell("rename vault w/moved")).isEqualTo(across());
        assertThat(tell("ls w/moved")).isEqualTo("ENOENT");
        // mv copies what can be seen instead.
        assertThat(tree.run(List.of("mv", "w/mixed", "w/moved")).exitCode()).isZero();
        assertThat(tell("ls w/moved")).isEqualTo("OK seen");
        assertThat(tell("stat w/mixed")).isEqualTo("ENOENT");
    }

    @Test
    void aDirectoryMadeInsideMovesInPlace() {
        assertThat(tell("mkdir w/made")).isEqualTo("OK");
        assertThat(tell("try w/made/file WRONLY|CREAT")).isEqualTo("OK");
        assertThat(tell("rename w/made w/moved")).isEqualTo("OK");
        assertThat(tell("ls w/moved")).isEqualTo("OK file");
        assertThat(tell("stat w/made")).isEqualTo("ENOENT");
        assertThat(tell("try w/moved/new WRONLY|CREAT")).isEqualTo("OK");
    }

    @Test
    void nothingIsMovedOntoAHiddenName() {
        for (String name : List.of("w/hidden", "w/hidden-absent", "w/hiddendir", "w/sealed")) {
            assertThat(tell("rename w/file " + name)).as(name).isEqualTo("EACCES");
            assertThat(tell("rename w/file " + name + " noreplace")).as(name).isEqualTo("EACCES");
            assertThat(tell("link w/file " + name)).as(name).isEqualTo("EACCES");
        }
        assertThat(tell("cat w/file")).startsWith("OK content");
    }

    @Test
    void whatMayNotBeWrittenIsNotMoved() {
        assertThat(tell("rename r/file w/taken")).isEqualTo(across());
        assertThat(tell("rename v/file w/taken")).isEqualTo(across());
        assertThat(tell("rename r/file r/taken")).isEqualTo("EACCES");
        assertThat(tell("rename v/file v/taken")).isEqualTo("EACCES");
        assertThat(tell("rename w/hidden w/taken")).isEqualTo("ENOENT");
        assertThat(tell("rename w/file r/file")).isEqualTo(across());
        assertThat(tell("rename w/file w/toview")).isEqualTo("OK");
    }

    @Test
    void exchangingIsNotReplacing() {
        assertThat(tell("symlink a w/a")).isEqualTo("OK");
        assertThat(tell("rename w/file w/a exchange")).isEqualTo("OK");
        assertThat(tell("readlink w/file")).isEqualTo("OK a");
        assertThat(tell("cat w/a")).startsWith("OK content");
        assertThat(tell("rename w/file w/hidden exchange")).isEqualTo("ENOENT");
        assertThat(tell("rename w/file w/absent exchange")).isEqualTo("ENOENT");
        assertThat(tell("rename w/file w/a noreplace")).isEqualTo("EEXIST");
        assertThat(tell("rename w/file w/b whiteout")).isEqualTo("EINVAL");
        assertThat(tell("rename r/file r/other exchange")).isEqualTo("EACCES");
    }

    @Test
    void nothingIsMadeAtAHiddenName() {
        for (String name :
                List.of("w/hidden", "w/hidden-absent", "w/hiddendir", "w/sealed", "w/sealed/new", "vault/key")) {
            for (String act : List.of(
                    "try %s WRONLY|CREAT",
                    "try %s WRONLY|CREAT|EXCL",
                    "try %s RDONLY|CREAT|TRUNC",
                    "mkdir %s",
                    "symlink x %s",
                    "mknod %s fifo",
                    "mknod %s file",
                    "listen s %s")) {
                String answer = tell(act.formatted(name));
                assertThat(answer).as(act + name).isIn("EACCES", name.startsWith("w/sealed/") ? "ENOENT" : "EACCES");
            }
        }
    }

    @Test
    void aDirectoryWithOnlyHiddenEntriesCanBeRemovedInside() {
        assertThat(tell("ls w/onlyhidden")).isEqualTo("OK");
        assertThat(tell("rmdir w/onlyhidden")).isEqualTo("OK");
        assertThat(tell("stat w/onlyhidden")).isEqualTo("ENOENT");
        assertThat(tell("mkdir w/onlyhidden")).isEqualTo("OK");
        assertThat(tell("ls w/onlyhidden")).isEqualTo("OK");
        assertThat(tell("stat w/onlyhidden/hidden")).isEqualTo("ENOENT");
        assertThat(tell("try w/onlyhidden/plain WRONLY|CREAT")).isEqualTo("OK");
        assertThat(tell("rmdir w/onlyhidden")).isEqualTo("ENOTEMPTY");
        assertThat(tree.base.resolve("w/onlyhidden/hiddendir/deeper")).exists();
    }

    @Test
    void aDirectoryWithSomethingVisibleCannotBeRemoved() {
        for (String directory : List.of("w/dir", "w/mixed", "w/dir/sub")) {
            assertThat(tell("rmdir " + directory)).isEqualTo("ENOTEMPTY");
        }
        assertThat(tell("mkdir w/empty")).isEqualTo("OK");
        assertThat(tell("mkdir w/full")).isEqualTo("OK");
        assertThat(tell("try w/full/file WRONLY|CREAT")).isEqualTo("OK");
        assertThat(tell("rename w/empty w/full")).isEqualTo("ENOTEMPTY");
        assertThat(tell("rename w/empty w/dir")).isEqualTo("ENOTEMPTY");
        assertThat(tell("rename w/file w/dir")).isEqualTo("EISDIR");
        assertThat(tell("rename w/empty w/file")).isEqualTo("ENOTDIR");
        assertThat(tell("cat w/dir/inner")).startsWith("OK content");
    }

    @Test
    void whatMayNotBeWrittenIsNotRemoved() {
        for (String path : List.of("r/file", "v/file", "r/link", "deep/er/file", "vault/public")) {
            assertThat(tell("unlink " + path)).as(path).isEqualTo("EACCES");
        }
        assertThat(tell("unlink w/hidden")).isEqualTo("ENOENT");
        assertThat(tell("rmdir r/dir")).isEqualTo("EACCES");
        assertThat(tree.run(List.of("rm", "-rf", "r", "v", "w/dir", "w/mixed")).exitCode())
                .isNotZero();
        assertThat(tell("ls r")).contains("file", "dir");
        assertThat(tell("stat w/mixed")).isEqualTo("ENOENT");
    }

    @Test
    void namesThatMarkDeletionsElsewhereAreOrdinaryNames() {
        for (String name : List.of(".wh.other", ".wh.", ".wh..wh..opq", ".wh..opq", ".cover-1", ".wh..wh.plnk")) {
            assertThat(tell("try w/" + name + " WRONLY|CREAT|EXCL")).as(name).isEqualTo("OK");
            assertThat(tell("mkdir w/dir/" + name)).as(name).isEqualTo("OK");
        }
        assertThat(tell("cat w/other")).startsWith("OK content");
        assertThat(tell("ls w/dir")).contains("inner", "sub", ".wh..wh..opq");
        assertThat(tell("mknod w/zero character 0 0")).isEqualTo("EPERM");
        assertThat(tell("rename w/.wh.other w/plain")).isEqualTo("OK");
        assertThat(tell("unlink w/.wh.")).isEqualTo("OK");
        assertThat(tell("ls w")).contains("other").doesNotContain(".wh.other");
    }

    /** A deletion is written in two steps; whatever the first one is called, a program may have that name already. */
    @Test
    void noNameOfAProgramsIsInTheWayOfADeletion() {
        for (int i = 0; i < 400; i++) {
            tell("try w/.cover-" + i + " WRONLY|CREAT");
        }
        assertThat(tell("unlink w/file")).isEqualTo("OK");
        assertThat(tell("rename w/other w/moved")).isEqualTo("OK");
        assertThat(tell("stat w/file")).isEqualTo("ENOENT");
        assertThat(tell("stat w/other")).isEqualTo("ENOENT");
    }

    @Test
    void aLinkIsMadeWhereItWasAskedFor() {
        assertThat(tell("symlink elsewhere w/dir/file")).isEqualTo("OK");
        assertThat(tell("readlink w/dir/file")).isEqualTo("OK elsewhere");
        assertThat(tell("cat w/file")).startsWith("OK content");
        assertThat(tell("open d w/dir/sub PATH|DIRECTORY")).isEqualTo("OK");
        assertThat(tell("symlink x d:exec")).isEqualTo("OK");
        assertThat(tell("ls w/dir/sub")).isEqualTo("OK exec leaf");
        assertThat(tell("lstat w/exec")).startsWith("OK file");
    }

    @Test
    void aDirectoryThatWasRemovedComesBackEmpty() throws IOException {
        assertThat(tree.run(List.of("rm", "-r", "w/dir")).exitCode()).isZero();
        assertThat(tell("mkdir w/dir")).isEqualTo("OK");
        assertThat(tell("ls w/dir")).isEqualTo("OK");
        assertThat(tell("mkdir w/dir/sub")).isEqualTo("OK");
        assertThat(tell("ls w/dir/sub")).isEqualTo("OK");
        assertThat(tell("cat w/dir/inner")).isEqualTo("ENOENT");
        tree.remount();
        assertThat(tell("ls w/dir")).isEqualTo("OK sub");
        assertThat(tell("ls w/dir/sub")).isEqualTo("OK");
    }

    /** Each way to put a new directory where one of the codebase was. */
    @Test
    void aDirectoryMovedWhereOneWasShowsNothingOfTheOldOne() throws IOException {
        for (String flags : List.of("", " exchange")) {
            tree.run(List.of("rm", "-rf", "w/dir", "w/made"));
            assertThat(tell("mkdir w/made")).isEqualTo("OK");
            assertThat(tell("try w/made/mine WRONLY|CREAT")).isEqualTo("OK");
            if (!flags.isEmpty()) {
                assertThat(tell("try w/dir WRONLY|CREAT")).isEqualTo("OK");
            }
            assertThat(tell("rename w/made w/dir" + flags)).isEqualTo("OK");
            assertThat(tell("ls w/dir")).isEqualTo("OK mine");
            tree.remount();
            assertThat(tell("ls w/dir")).isEqualTo("OK mine");
            assertThat(tell("cat w/dir/inner")).isEqualTo("ENOENT");
            assertThat(tell("stat w/dir/sub")).isEqualTo("ENOENT");
        }
    }

    @Test
    void aDirectoryOfTheCodebaseKeepsAllItsChildren() throws IOException {
        assertThat(tell("rename w/dir w/renamed")).isEqualTo("EXDEV");
        assertThat(tell("ls w/dir")).isEqualTo("OK inner sub");
        assertThat(tell("ls w/dir/sub")).isEqualTo("OK leaf");
        assertThat(tree.run(List.of("mv", "w/dir", "w/renamed")).exitCode()).isZero();
        assertThat(tell("ls w/renamed")).isEqualTo("OK inner sub");
        assertThat(tell("cat w/renamed/sub/leaf")).startsWith("OK content");
        assertThat(Files.exists(tree.base.resolve("w/dir/sub/leaf"))).isEqualTo(!setting.direct);
    }
}
