package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Class D, attributes, and E02: they change only where the rules allow it, then really, and steer nobody's kernel. */
class AttributesTest extends AttackTest {
    /** Where what was written through this mount lies on the host. */
    private Path onDisk(String path) {
        return (setting.direct ? tree.base : tree.upper).resolve(path);
    }

    @Test
    void changingAttributesNeedsWrite() {
        for (String path : List.of("r/file", "v/file", "r/dir", "v/dir", "r", "vault", "deep/er/file")) {
            for (String act : List.of(
                    "chmod %s 777",
                    "chown %s 0 0",
                    "lchown %s 1 1",
                    "utimens %s now now",
                    "utimens %s 1 1",
                    "setxattr %s user.x 1",
                    "removexattr %s user.x")) {
                assertThat(tell(act.formatted(path))).as(act.formatted(path)).isEqualTo("EACCES");
            }
        }
        assertThat(tell("lchown r/link 1 1")).isEqualTo("EACCES");
        assertThat(tell("open a r/file RDONLY")).isEqualTo("OK");
        assertThat(tell("chmod a: 777")).isEqualTo("EACCES");
        assertThat(tell("utimens a: 1 1")).isEqualTo("EACCES");
        assertThat(tell("stat r/file")).contains(" 0444 ");
    }

    @Test
    void timesReallyChange() throws IOException {
        assertThat(tell("utimens w/file 1000 2000")).isEqualTo("OK");
        assertThat(tell("times w/file")).contains("modified=2000.000000000", "accessed=1000.000000000");
        assertThat(tell("utimens w/file omit 3000")).isEqualTo("OK");
        assertThat(tell("times w/file")).contains("modified=3000.000000000", "accessed=1000.000000000");
        assertThat(tell("open a w/dir RDONLY|DIRECTORY")).isEqualTo("OK");
        assertThat(tell("utimens a: 4000 5000")).isEqualTo("OK");
        assertThat(tell("times w/dir")).contains("modified=5000.000000000");
        assertThat(Files.getLastModifiedTime(onDisk("w/file")).toMillis()).isEqualTo(3_000_000);
        assertThat(tell("utimens w/link 6000 7000")).isEqualTo("OK");
        assertThat(tell("times w/link")).contains("modified=7000.000000000");
        assertThat(tell("utimens w/file now now")).isEqualTo("OK");
        assertThat(tell("times w/file")).doesNotContain("modified=3000");
    }

    @Test
    void modesStick() throws IOException {
        assertThat(tell("chmod w/file 751")).isEqualTo("OK");
        assertThat(tell("chmod w/dir 711")).isEqualTo("OK");
        assertThat(tell("umask 027")).isEqualTo("OK");
        assertThat(tell("try w/created WRONLY|CREAT 666")).isEqualTo("OK");
        assertThat(tell("mkdir w/madedir 777")).isEqualTo("OK");
        assertThat(tell("mkdir w/sticky 1777")).isEqualTo("OK");
        for (boolean again : List.of(false, true)) {
            assertThat(tell("stat w/file")).contains(" 0751 ");
            assertThat(tell("stat w/dir")).contains(" 0711 ");
            assertThat(tell("stat w/created")).contains(" 0640 ");
            assertThat(tell("stat w/madedir")).contains(" 0750 ");
            assertThat(tell("stat w/sticky")).contains(" 1750 ");
            if (!again) {
                tree.remount();
            }
        }
        assertThat(tell("exec w/file")).isNotEqualTo("EACCES");
        assertThat(tell("chmod w/exec 644")).isEqualTo("OK");
        assertThat(tell("exec w/exec")).isEqualTo("EACCES");
    }

    @Test
    void theOwnersModeHoldsForAnOrdinaryUser() {
        assertThat(tell("chmod w/file 000")).isEqualTo("OK");
        assertThat(tell("cat w/file")).isEqualTo(setting.ordinaryInside ? "EACCES" : "OK content\\x20of\\x20w");
        assertThat(tell("try w/file WRONLY")).isEqualTo(setting.ordinaryInside ? "EACCES" : "OK");
        assertThat(tell("chmod w/dir 555")).isEqualTo("OK");
        assertThat(tell("try w/dir/new WRONLY|CREAT")).isEqualTo(setting.ordinaryInside ? "EACCES" : "OK");
        assertThat(tell("unlink w/dir/inner")).isEqualTo(setting.ordinaryInside ? "EACCES" : "OK");
    }

    /** A set-id bit that came to the host through a mount would be root's there. */
    @Test
    void setIdBitsAreNeverMade() throws IOException {
        assertThat(tell("chmod w/file 6755")).isEqualTo("OK");
        assertThat(tell("stat w/file")).contains(" 0755 ");
        assertThat(tell("try w/made WRONLY|CREAT 6755")).isEqualTo("OK");
        assertThat(tell("stat w/made")).contains(" 0755 ");
        assertThat(tell("mkdir w/madedir 7777")).isEqualTo("OK");
        assertThat(tell("mkdir w/madedir/below")).isEqualTo("OK");
        assertThat(tell("mknod w/node file")).isEqualTo("OK");
        assertThat(tell("open a w/made RDWR")).isEqualTo("OK");
        assertThat(tell("chmod a: 4755")).isEqualTo("OK");
        for (String path : List.of("w/file", "w/made", "w/madedir", "w/madedir/below", "w/node")) {
            assertThat((Integer) Files.getAttribute(onDisk(path), "unix:mode") & 06000)
                    .as(path)
                    .isZero();
        }
    }

    @Test
    void onlyAttributesOfUsersExist() {
        for (String name : List.of(
                "user.overlay.opaque",
                "user.overlay.redirect",
                "user.overlay.metacopy",
                "user.overlay.",
                "trusted.overlay.opaque",
                "trusted.x",
                "security.capability",
                "security.selinux",
                "system.posix_acl_access",
                "system.posix_acl_default",
                "system.other",
                "user.",
                "other.x")) {
            assertThat(tell("setxattr w/file " + name + " y")).as(name).isIn("EOPNOTSUPP", "EPERM", "EINVAL");
            assertThat(tell("setxattr w/dir " + name + " y")).as(name).isIn("EOPNOTSUPP", "EPERM", "EINVAL");
            assertThat(tell("getxattr w/file " + name)).as(name).isIn("EOPNOTSUPP", "EPERM", "EINVAL", "ENODATA");
            assertThat(tell("removexattr w/dir " + name)).as(name).isIn("EOPNOTSUPP", "EPERM", "EINVAL");
        }
        assertThat(tell("setxattr w/file user.mine value")).isEqualTo("OK");
        assertThat(tell("getxattr w/file user.mine")).isEqualTo("OK value");
        assertThat(tell("listxattr w/file")).isEqualTo("OK user.mine\\x00");
        assertThat(tell("listxattr w/dir")).isEqualTo("OK ");
        assertThat(tell("removexattr w/file user.mine")).isEqualTo("OK");
        assertThat(tell("getxattr w/file user.mine")).isEqualTo("ENODATA");
    }

    @Test
    void noControlOfTheHostsFilesystemIsReached() {
        assertThat(tell("open a w/file RDWR")).isEqualTo("OK");
        assertThat(tell("open d w RDONLY|DIRECTORY")).isEqualTo("OK");
        for (String request : List.of(
                "GETFLAGS",
                "SETFLAGS",
                "GETXATTR",
                "SETXATTR",
                "FITRIM",
                "FIFREEZE",
                "GETVERSION",
                "SETFSLABEL",
                "BACKING_OPEN")) {
            for (String letter : List.of("a", "d")) {
                assertThat(tell("ioctl " + letter + " " + request))
                        .as(request)
                        .isIn("ENOTTY", "EOPNOTSUPP", "EPERM", "EINVAL");
            }
        }
        assertThat(tell("put w/file x")).isEqualTo("OK");
        assertThat(tell("unlink w/file")).isEqualTo("OK");
    }
}
