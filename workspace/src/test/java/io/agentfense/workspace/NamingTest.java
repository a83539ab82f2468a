package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The rows of the table of operations that make, move and remove names. */
class NamingTest extends OperationsTest {
    /** Parts that open without messages and parts that do not are mounts of their own, and the kernel sees that first. */
    String across() {
        return setting.silent() ? "EXDEV" : "EACCES";
    }

    @Test
    void makingNeedsWriteOnTheNewPath() {
        String[] makes = {
            "try @file WRONLY|CREAT|EXCL", "mkdir @dir", "mknod @fifo fifo", "listen s @socket", "symlink x @link"
        };
        allowed(at("w/new", makes));
        tells(
                "OK file filedir fileempty fileexec filelink newdir newfifo newfile newlink newsocket onlyhidden",
                "ls w");
        for (String directory : NOT_WRITABLE) {
            refused("EACCES", at(directory + "/new", makes));
        }
    }

    @Test
    void makingAtAHiddenNameIsRefusedAlikeWhetherSomethingIsThereOrNot() {
        for (String directory : ALL) {
            for (String name : List.of("/hidden", "/hiddendir", "/hidden-absent")) {
                refused(
                        "EACCES",
                        at(
                                directory + name,
                                "try @ WRONLY|CREAT",
                                "try @ WRONLY|CREAT|EXCL",
                                "mkdir @",
                                "mknod @ fifo",
                                "listen s @",
                                "symlink x @"));
            }
            for (String parent : List.of("/hiddendir", "/hidden-absent", "/absent")) {
                refused("ENOENT", at(directory + parent, "try @/new WRONLY|CREAT", "mkdir @/new", "symlink x @/new"));
            }
        }
    }

    @Test
    void devicesAreNeverMade() {
        for (String path : List.of("w/new", "r/new", "v/new", "w/hidden-absent")) {
            refused("EPERM", at(path, "mknod @ character 1 3", "mknod @ block 7 0", "mknod @ character 0 0"));
        }
    }

    @Test
    void removingNeedsWrite() {
        for (String directory : NOT_WRITABLE) {
            refused("EACCES", at(directory + "/file", "unlink @", "unlink @link", "rmdir @empty", "rmdir @dir"));
        }
        for (String directory : ALL) {
            refused("ENOENT", at(directory + "/hidden", "unlink @", "unlink @link", "rmdir @empty", "rmdir @dir"));
            refused("ENOENT", at(directory + "/hidden-absent", "unlink @", "rmdir @"));
        }
        refused("ENOTEMPTY", "rmdir w/filedir");
        allowed("unlink w/filedir/inner", "rmdir w/filedir", "unlink w/file", "unlink w/filelink", "rmdir w/fileempty");
        refused("ENOENT", at("w/file", "stat @", "lstat @link", "stat @dir", "stat @empty"));
    }

    @Test
    void aDirectoryWithOnlyHiddenEntriesGoesInsideAndStaysOutside() {
        allowed("rmdir w/onlyhidden");
        refused("ENOENT", "stat w/onlyhidden");
        assertThat(tree.base.resolve("w/onlyhidden/hidden")).exists();
        allowed("mkdir w/onlyhidden");
        tells("OK", "ls w/onlyhidden");
        assertThat(tree.base.resolve("w/onlyhidden/hidden")).exists();
    }

    @Test
    void linksNeedWriteOnBothNames() {
        allowed("link w/file w/second");
        assertThat(tree.tell("stat w/file")).contains("links=2").isEqualTo(tree.tell("stat w/second"));
        for (String directory : NOT_WRITABLE) {
            refused("EACCES", at(directory, "link @/file @/third"));
            refused(across(), at(directory, "link @/file w/third", "link w/file @/third"));
            refused("ENOENT", at(directory, "link @/hidden @/third"));
        }
        refused("EACCES", "link w/file w/hidden", "link w/file w/hidden-absent");
        refused("ENOENT", "link w/hidden w/third", "link w/hidden-absent w/third");
    }

    @Test
    void renamesNeedWriteOnBothNames() {
        for (String directory : NOT_WRITABLE) {
            refused("EACCES", at(directory, "rename @/file @/third"));
            refused(across(), at(directory, "rename @/file w/third", "rename w/file @/third"));
            refused("ENOENT", at(directory, "rename @/hidden @/third"));
        }
        refused("EACCES", "rename w/file w/hidden", "rename w/file w/hidden-absent");
        refused("ENOENT", "rename w/hidden w/third", "rename w/hidden-absent w/third");
        allowed("rename w/file w/moved");
        tells("OK content", "cat w/moved");
        refused("ENOENT", "stat w/file");
    }

    @Test
    void renameFlagsMeanWhatTheySay() {
        allowed("try w/new WRONLY|CREAT|EXCL");
        refused("EEXIST", "rename w/new w/file noreplace");
        refused("EACCES", "rename w/new w/hidden noreplace", "rename w/new w/hidden-absent noreplace");
        refused("EINVAL", "rename w/new w/other whiteout");
        allowed("rename w/new w/file exchange");
        tells("OK content", "cat w/new");
        tells("OK ", "cat w/file");
        refused("EACCES", "rename r/file r/fileexec exchange");
        refused("ENOENT", "rename w/file w/hidden exchange", "rename w/file w/hidden-absent exchange");
    }

    @Test
    void onlyDirectoriesMadeInsideAreRenamedInPlace() {
        refused("EXDEV", "rename w/filedir w/moved");
        tells("OK inner", "ls w/filedir");
        allowed("mkdir w/made", "try w/made/file WRONLY|CREAT", "rename w/made w/moved");
        tells("OK file", "ls w/moved");
    }
}
