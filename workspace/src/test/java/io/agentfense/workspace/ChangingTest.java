package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rows of the table of operations that change what is there, and what becomes of it. */
class ChangingTest extends OperationsTest {
    @Test
    void changingNeedsWrite() throws IOException {
        String[] changes = {
            "put @ x",
            "try @ RDWR|TRUNC",
            "truncate @ 3",
            "chmod @ 600",
            "chown @ " + setting.uid() + " " + setting.gid(),
            "utimens @ 1 1",
            "setxattr @ user.more x",
            "removexattr @ user.note"
        };
        String[] append = {"open a @ WRONLY|APPEND", "write a x"};
        String[] allocate = {"open a @ RDWR", "fallocate a 0 0 100"};
        allowed(at("w/file", changes));
        allowed(at("w/file", append));
        allowed(at("w/file", allocate));
        for (String directory : NOT_WRITABLE) {
            refused("EACCES", at(directory + "/file", changes));
            // Where opens are silent it is the change itself that is refused.
            refusedAtLast("EACCES", at(directory + "/file", append));
            refusedAtLast("EACCES", at(directory + "/file", allocate));
            assertThat(tree.base.resolve(directory + "/file")).hasContent("content");
        }
        for (String directory : ALL) {
            refused("ENOENT", at(directory + "/hidden", changes));
            refused("ENOENT", at(directory + "/hidden", "try @ WRONLY|APPEND", "try @ RDWR"));
            assertThat(tree.base.resolve(directory + "/hidden")).hasContent("content");
        }
    }

    @Test
    void changesGoWhereTheWorkspaceWrites() {
        allowed("put w/file x");
        assertThat(tree.base.resolve("w/file")).hasContent(setting.direct ? "xontent" : "content");
        tells("OK xontent", "cat w/file");
    }

    @Test
    void attributesStayWhenWhatBearsThemChanges() {
        allowed("put w/file x", "try w/filedir/new WRONLY|CREAT");
        for (String path : List.of("w/file", "w/filedir")) {
            tells("OK a\\x20note", "getxattr " + path + " user.note");
            assertThat(tree.tell("listxattr " + path)).isEqualTo("OK user.note\\x00");
        }
    }

    @Test
    void aBareDirectoryBringsNothingOfItsOwnIntoADelta() throws IOException {
        allowed("put bare/drop/file x");
        tells("OK ", "listxattr bare");
        refused("EACCES", "getxattr bare user.note");
        if (!setting.direct) {
            assertThat(Files.getFileAttributeView(tree.upper.resolve("bare"), UserDefinedFileAttributeView.class)
                            .list())
                    .doesNotContain("note");
        }
    }

    @Test
    void anUnlinkedFileLivesWhileItIsOpen() {
        allowed("open f w/file RDWR", "unlink w/file", "try w/file WRONLY|CREAT|EXCL");
        tells("OK content", "read f 16 0");
        tells("OK 4", "write f over 0");
        tells("OK overent", "read f 16 0");
        tells("OK ", "cat w/file");
    }

    @Test
    void aFileWithoutANameMayGetOneWhereItMayBeMade() {
        allowed("open f w TMPFILE|RDWR 640");
        tells("OK 8", "write f nameless");
        refused("EACCES", "prolink f w/hidden", "prolink f w/hidden-absent");
        allowed("prolink f w/named");
        tells("OK nameless", "cat w/named");
        assertThat(tree.tell("stat w/named")).startsWith("OK file 0640");
        refused("EACCES", "try r TMPFILE|RDWR", "try v TMPFILE|RDWR");
    }
}
