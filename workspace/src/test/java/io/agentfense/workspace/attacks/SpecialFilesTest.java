package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** E01, E12 and the FIFOs of I05: what is no file, directory or link is the kernel's alone, and reaches no one outside. */
class SpecialFilesTest extends AttackTest {
    @Test
    void devicesAreNeverMade() {
        for (String kind : List.of("character 1 3", "block 8 0", "character 0 0", "block 0 0")) {
            for (String name : List.of("w/device", "w/file", "r/device", "w/hidden", "vault/drop/device")) {
                assertThat(tell("mknod " + name + " " + kind)).as(name + kind).isIn("EPERM", "EACCES", "EEXIST");
            }
            assertThat(tell("lstat w/device")).isEqualTo("ENOENT");
        }
        assertThat(tell("cat w/file")).startsWith("OK content");
    }

    @Test
    void devicesOfTheCodebaseAreNotOpened() {
        Shell.sh(tree.base, "mknod -m 666 w/null c 1 3; mknod -m 666 r/null c 1 3");
        for (String device : List.of("w/null", "r/null")) {
            assertThat(tell("try " + device + " RDONLY")).isEqualTo("EACCES");
            assertThat(tell("try " + device + " WRONLY")).isEqualTo("EACCES");
        }
        Shell.sh(tree.base, "rm w/null r/null");
    }

    /** Were it the server that opened one, it would wait for the other end, and with it everything inside. */
    @Test
    void aFifoKeepsNobodyWaitingButWhoOpensIt() throws IOException {
        Shell.sh(tree.base, "mkfifo -m 666 w/pipe r/pipe");
        assertThat(tell("mknod w/made fifo")).isEqualTo("OK");
        for (String pipe : List.of("w/pipe", "r/pipe", "w/made")) {
            try (Probe waiting = tree.another()) {
                waiting.start("try " + pipe + " RDONLY");
                for (int i = 0; i < 20; i++) {
                    assertThat(tell("lstat " + pipe)).startsWith("OK fifo");
                    assertThat(tell("cat w/other")).startsWith("OK content");
                    assertThat(tell("cat r/other")).startsWith("OK content");
                }
                if (!pipe.startsWith("r/")) {
                    assertThat(tell("try " + pipe + " WRONLY")).isEqualTo("OK");
                    assertThat(waiting.answer()).isEqualTo("OK");
                }
            }
        }
        assertThat(tell("open a w/made RDWR")).isEqualTo("OK");
        assertThat(tell("write a through")).isEqualTo("OK 7");
        assertThat(tell("read a 7")).isEqualTo("OK through");
        Files.delete(tree.base.resolve("r/pipe"));
    }

    /** A socket of the codebase is the node of whoever listens outside: in here it has another inode, and nobody. */
    @Test
    void aSocketOfTheHostsDoesNotConnect() throws IOException {
        try (Probe host = Probe.in(tree.base, false)) {
            assertThat(host.tell("listen a w/daemon")).isEqualTo("OK");
            assertThat(host.tell("listen b r/daemon")).isEqualTo("OK");
            Shell.sh(tree.base, "chmod 666 w/daemon r/daemon");
            assertThat(host.tell("connect w/daemon")).isEqualTo("OK");
            for (String socket : List.of("w/daemon", "r/daemon")) {
                assertThat(tell("lstat " + socket)).startsWith("OK socket");
                assertThat(tell("connect " + socket)).isIn("ECONNREFUSED", "EACCES");
            }
            assertThat(tell("rename w/daemon w/moved")).isIn("OK", "EPERM");
            assertThat(tell("connect w/moved")).isIn("ECONNREFUSED", "ENOENT");
        }
        Files.delete(tree.base.resolve("r/daemon"));
    }

    @Test
    void aSocketMadeInsideIsTheirsAlone() {
        assertThat(tell("listen a w/socket")).isEqualTo("OK");
        assertThat(tell("lstat w/socket")).startsWith("OK socket");
        assertThat(tell("connect w/socket")).isEqualTo("OK");
        try (Probe host = Probe.in(setting.direct ? tree.base : tree.upper, false)) {
            assertThat(host.tell("connect w/socket")).isEqualTo("ECONNREFUSED");
        }
        for (String name : List.of("r/socket", "v/socket", "w/hidden", "w/hidden-absent", "vault/socket")) {
            assertThat(tell("listen b " + name)).isEqualTo("EACCES");
        }
    }
}
