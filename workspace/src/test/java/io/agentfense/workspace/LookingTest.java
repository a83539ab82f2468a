package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rows of the table of operations that look at what is there. */
class LookingTest extends OperationsTest {
    @Test
    void lookingNeedsVisibility() {
        String[] looks = {"stat @", "lstat @", "statx @", "access @ f", "try @ PATH"};
        for (String directory : ALL) {
            allowed(at(directory + "/file", looks));
            allowed(at(directory + "/filelink", "lstat @"));
            allowed(at(directory + "/filedir", "stat @", "inside @"));
            refused("ENOENT", at(directory + "/hidden", looks));
            refused("ENOENT", at(directory + "/hidden-absent", looks));
            refused("ENOENT", at(directory + "/hiddendir", "stat @", "inside @"));
        }
        allowed("stat bare", "inside bare", "inside bare/dir", "stat bare/dir/seen");
        refused("ENOENT", "stat bare/dir/other", "stat bare/absent");
    }

    @Test
    void listingsHoldWhatIsVisible() {
        for (String directory : NOT_WRITABLE) {
            tells("OK file filedir fileempty fileexec filelink", "ls " + directory);
            tells("OK inner", "ls " + directory + "/filedir");
            refused("ENOENT", at(directory, "ls @/hiddendir", "ls @/hidden-absent"));
        }
        tells("OK", "ls w/onlyhidden");
        tells("OK dir drop", "ls bare");
        tells("OK seen", "ls bare/dir");
    }

    @Test
    void contentNeedsRead() {
        String[] reads = {"cat @", "exec @exec", "readlink @link", "getxattr @ user.note", "listxattr @"};
        for (String directory : List.of("w", "r")) {
            tells("OK content", "cat " + directory + "/file");
            tells("OK 7", "exec " + directory + "/fileexec");
            tells("OK file", "readlink " + directory + "/filelink");
            tells("OK a\\x20note", "getxattr " + directory + "/file user.note");
            assertThat(tree.tell("listxattr " + directory + "/file")).contains("user.note");
        }
        refused("EACCES", at("v/file", reads));
        for (String directory : ALL) {
            refused("ENOENT", at(directory + "/hidden", reads));
            refused("ENOENT", at(directory + "/hidden-absent", reads));
        }
    }

    @Test
    void mappingsAndCopiesNeedRead() {
        allowed("open t w/target RDWR|CREAT");
        for (String directory : List.of("w", "r")) {
            allowed("open s " + directory + "/file RDONLY", "map s s r shared");
            tells("OK content", "peek s 7");
            tells("OK 7", "copy s t 7");
        }
        allowed("open p v/file PATH");
        refused("EACCES", "open s v/file RDONLY", "reopen s p RDONLY");
        refused("EBADF", "map p p r shared", "copy p t 7");
    }

    @Test
    void accessAnswersAsTheOperationWould() {
        allowed(
                "access w/file r",
                "access w/file rw",
                "access w/fileexec x",
                "access r/file r",
                "access r/fileexec rx");
        refused("EACCES", "access r/file w", "access r/file rw", "access r/fileexec wx");
        refused("EACCES", "access v/file r", "access v/file w", "access v/fileexec x");
        for (String directory : ALL) {
            refused("ENOENT", at(directory + "/hidden", "access @ r", "access @ w", "access @exec x"));
        }
    }

    @Test
    void modesAreShownLessWhatTheLevelWithholds() {
        List<String> shown = List.of("w/file 0644", "r/file 0444", "v/file 0000", "w/fileexec 0755", "r/fileexec 0555");
        for (String each : shown) {
            String[] expected = each.split(" ");
            assertThat(tree.tell("stat " + expected[0])).startsWith("OK file " + expected[1]);
        }
        assertThat(tree.tell("stat v/fileexec")).startsWith("OK file 0000");
        for (String directory : ALL) {
            assertThat(tree.tell("stat " + directory + "/file"))
                    .contains("owner=" + setting.uid() + ":" + setting.gid());
        }
    }

    @Test
    void directoriesTellNothingByLinksAndSizes() {
        for (String directory : ALL) {
            assertThat(tree.tell("stat " + directory)).contains("links=1 size=4096");
        }
    }

    @Test
    void noPartLetsSetUidBitsOrDevicesHaveEffect() throws IOException {
        List<String> parts = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" " + tree.mount))
                .toList();
        assertThat(parts).isNotEmpty().allMatch(line -> line.contains("nosuid") && line.contains("nodev"));
    }
}
