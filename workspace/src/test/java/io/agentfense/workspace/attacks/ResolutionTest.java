package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Class A: what is hidden is not reached by another call, another name, or another way to a file. */
class ResolutionTest extends AttackTest {
    /** Every call that takes a path and changes nothing; %s is the path. */
    private static final List<String> LOOKS = List.of(
            "stat %s",
            "lstat %s",
            "statx %s",
            "times %s",
            "access %s f",
            "access %s r",
            "access %s w",
            "access %s x",
            "readlink %s",
            "getxattr %s user.x",
            "getxattr %s security.selinux",
            "listxattr %s",
            "setxattr %s user.x 1",
            "removexattr %s user.x",
            "statfs %s",
            "inside %s",
            "exec %s",
            "truncate %s 0",
            "chmod %s 777",
            "chown %s 0 0",
            "lchown %s 0 0",
            "utimens %s now now",
            "try %s RDONLY",
            "try %s WRONLY",
            "try %s RDWR",
            "try %s ACCMODE",
            "try %s PATH",
            "try %s PATH|NOFOLLOW",
            "try %s RDONLY|TRUNC",
            "try %s RDWR|APPEND",
            "try %s RDONLY|DIRECTORY",
            "try %s RDONLY|NOFOLLOW",
            "try %s RDONLY|DIRECT",
            "cat %s",
            "unlink %s",
            "rmdir %s",
            "rename %s w/elsewhere",
            "rename %s w/file exchange",
            "link %s w/elsewhere",
            "ls %s",
            "connect %s",
            "handle %s");

    /** What there is to hear of a name that is not there; where parts are mounts of their own, also that they are. */
    private List<String> absent() {
        return setting.silent() ? List.of("ENOENT", "EXDEV") : List.of("ENOENT");
    }

    @Test
    void everyCallSaysOfAHiddenNameThatItIsNotThere() {
        for (String path : List.of("w/hidden", "r/hidden", "v/hidden", "w/hiddendir", "w/sealed", "vault/key")) {
            for (String look : LOOKS) {
                String answer = tell(look.formatted(path));
                assertThat(answer).as("%s of %s", look, path).isEqualTo(tell(look.formatted(path + "-absent")));
                assertThat(answer).as("%s of %s", look, path).isIn(absent());
            }
        }
    }

    @Test
    void everyCallSaysSoOfWhatLiesBelowAHiddenDirectory() {
        for (String look : LOOKS) {
            for (String path :
                    List.of("w/hiddendir/secret", "w/sealed/key", "vault/inner/key", "w/onlyhidden/hiddendir/deeper")) {
                assertThat(tell(look.formatted(path))).as(look).isIn(absent());
            }
        }
    }

    @Test
    void linksAreNotAWayToWhatIsHiddenOrOnlySeen() {
        for (String link : List.of("w/tohidden", "r/tohidden", "w/tovault", "w/toabsent")) {
            assertThat(tell("cat " + link)).isEqualTo("ENOENT");
            assertThat(tell("stat " + link)).isEqualTo("ENOENT");
            assertThat(tell("lstat " + link)).startsWith("OK link");
        }
        assertThat(tell("cat w/toview")).isEqualTo("EACCES");
        assertThat(tell("stat w/toview")).startsWith("OK file");
        assertThat(tell("symlink ../r/hidden w/mine")).isEqualTo("OK");
        assertThat(tell("symlink " + tree.mount + "/v/file w/full")).isEqualTo("OK");
        assertThat(tell("cat w/mine")).isEqualTo("ENOENT");
        assertThat(tell("cat w/full")).isEqualTo("EACCES");
    }

    @Test
    void nothingIsMadeThroughALinkToAHiddenName() {
        assertThat(tell("try w/tohidden WRONLY|CREAT")).isEqualTo("EACCES");
        assertThat(tell("try w/toabsent WRONLY|CREAT")).isEqualTo("EACCES");
        assertThat(tell("try w/tovault WRONLY|CREAT")).isEqualTo("EACCES");
    }

    @Test
    void aLinkIsMovedAndCopiedAsALink() {
        assertThat(tree.run(List.of("cp", "-a", "w/toview", "w/copied")).exitCode())
                .isZero();
        assertThat(tree.run(List.of("mv", "w/toview", "w/moved")).exitCode()).isZero();
        assertThat(tell("rename w/tohidden w/renamed")).isEqualTo("OK");
        assertThat(tell("readlink w/copied")).isEqualTo("OK ../v/file");
        assertThat(tell("readlink w/moved")).isEqualTo("OK ../v/file");
        assertThat(tell("readlink w/renamed")).isEqualTo("OK hidden");
        assertThat(tell("cat w/moved")).isEqualTo("EACCES");
        assertThat(tell("cat w/renamed")).isEqualTo("ENOENT");
    }

    @Test
    void aHeldDirectoryIsNotRedirectedByALinkInItsPlace() {
        tell("unlink w/dir/sub/leaf");
        for (String directory : List.of("w/made", "w/dir/sub")) {
            tell("mkdir w/made");
            assertThat(tell("open d " + directory + " RDONLY|DIRECTORY")).isEqualTo("OK");
            assertThat(tell("rmdir " + directory)).isEqualTo("OK");
            assertThat(tell("symlink /etc " + directory)).isEqualTo("OK");
            assertThat(tell("cat d:passwd")).isEqualTo("ENOENT");
            assertThat(tell("try d:new WRONLY|CREAT")).isEqualTo("ENOENT");
            assertThat(tell("ls d:")).isEqualTo("ENOENT");
        }
    }

    @Test
    void aHeldFileIsNotRedirectedByALinkInItsPlace() {
        for (String flags : List.of("PATH", "RDONLY")) {
            for (String file : List.of("w/file", "w/made")) {
                tell("try w/made WRONLY|CREAT");
                tell("try w/file WRONLY|CREAT");
                assertThat(tell("open a " + file + " " + flags)).isEqualTo("OK");
                assertThat(tell("unlink " + file)).isEqualTo("OK");
                assertThat(tell("symlink /etc/passwd " + file)).isEqualTo("OK");
                String reopened = tell("reopen b a RDONLY");
                assertThat(reopened).isIn("OK", "ESTALE", "ENOENT");
                if (reopened.equals("OK")) {
                    assertThat(tell("read b 100")).doesNotContain("root:");
                }
                assertThat(tell("put a: x")).isNotEqualTo("OK");
                tell("unlink " + file);
            }
        }
    }

    @Test
    void noHardLinkTakesAFileToWeakerRules() {
        for (String source : List.of("r/file", "v/file", "w/hidden", "vault/key", "r/hidden")) {
            boolean hidden = source.contains("hidden") || source.contains("key");
            assertThat(tell("link " + source + " w/stolen")).isIn(hidden ? "ENOENT" : across(), across());
        }
        for (String source : List.of("r/file", "v/file")) {
            assertThat(tell("open a " + source + " PATH")).isEqualTo("OK");
            assertThat(tell("link a: w/stolen")).isIn("EACCES", "EXDEV", "ENOENT", "EPERM");
            assertThat(tell("prolink a w/stolen")).isIn("EACCES", "EXDEV", "ENOENT", "EPERM");
        }
        assertThat(tell("lstat w/stolen")).isEqualTo("ENOENT");
    }

    @Test
    void openingADescriptorAgainGivesNoMoreThanItsPathDoes() {
        assertThat(tell("open a r/file RDONLY")).isEqualTo("OK");
        tell("reopen b a RDWR");
        assertThat(tell("write b X 0")).isIn("EACCES", "EBADF");
        assertThat(tell("open a v/file PATH")).isEqualTo("OK");
        assertThat(tell("reopen b a RDONLY")).isEqualTo("EACCES");
        assertThat(tell("reopen b a WRONLY")).isEqualTo("EACCES");
        assertThat(tell("exec a:")).isEqualTo("EACCES");
        assertThat(tell("cat r/file")).isEqualTo("OK content\\x20of\\x20r");
    }

    @Test
    void otherSpellingsOfAPathHaveTheSameAnswer() {
        String here = "/proc/self/cwd/";
        String whole = "/proc/self/root" + tree.mount + "/";
        for (String way : List.of("./", ".//", here, whole, "w/../", "r/dir/../../")) {
            assertThat(tell("cat " + way + "w/file")).as(way).startsWith("OK content");
            assertThat(tell("cat " + way + "w/hidden")).as(way).isEqualTo("ENOENT");
            assertThat(tell("cat " + way + "r//hidden")).as(way).isEqualTo("ENOENT");
            assertThat(tell("cat " + way + "v/./file")).as(way).isEqualTo("EACCES");
            assertThat(tell("try " + way + "r/new WRONLY|CREAT")).as(way).isEqualTo("EACCES");
        }
        assertThat(tell("stat w/file/")).isEqualTo("ENOTDIR");
        assertThat(tell("stat w/hidden/")).isEqualTo("ENOENT");
        assertThat(tell("cat w/hiddendir/../file")).isEqualTo("ENOENT");
        assertThat(tell("cat w/absent/../file")).isEqualTo("ENOENT");
    }

    @Test
    void fileHandlesOpenNothing() {
        assertThat(tell("handle w/file")).isEqualTo("EOPNOTSUPP");
        for (int node = 1; node < 64; node++) {
            assertThat(tell("openhandle " + node)).isIn("EPERM", "ESTALE", "EOPNOTSUPP");
        }
    }

    @Test
    void whatLeadsToADeepRuleShowsNothingElse() {
        assertThat(tell("ls .")).isEqualTo("OK deep r v vault w");
        assertThat(tell("ls deep")).isEqualTo("OK er");
        assertThat(tell("ls deep/er")).isEqualTo("OK file");
        assertThat(tell("cat deep/er/file")).isEqualTo("OK file");
        assertThat(tell("stat deep")).startsWith("OK directory 0555 links=1 size=4096");
        assertThat(tell("stat deep/other")).isEqualTo("ENOENT");
        assertThat(tell("ls vault")).isEqualTo("OK drop public");
        assertThat(tell("inside deep/er")).isEqualTo("OK /er");
        assertThat(tell("try deep/er/new WRONLY|CREAT")).isEqualTo("EACCES");
        assertThat(tell("chmod deep 777")).isEqualTo("EACCES");
        assertThat(tell("rmdir deep/er")).isEqualTo("EACCES");
    }
}
