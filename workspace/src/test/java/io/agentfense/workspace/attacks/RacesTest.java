package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Class G: many at once get nothing that one alone would not. Every race has a number of rounds, never a time. */
class RacesTest extends AttackTest {
    @Test
    void aNameThatTurnsIntoALinkWhileItIsOpenedLeadsNowhere() {
        assertThat(tell("mkdir w/made")).isEqualTo("OK");
        assertThat(tell("try w/made/secret WRONLY|CREAT")).isEqualTo("OK");
        // A failure to turn it round would count as a million canaries.
        assertThat(tell("flip w/made hiddendir 300")).isEqualTo("OK 0");
        assertThat(tell("flip w/made ../vault/inner 300")).isEqualTo("OK 0");
    }

    /** The host's names change under the server: what it opens must lie in the codebase and be what was decided upon. */
    @Test
    void aDirectoryOfTheCodebaseThatTurnsIntoALinkIsNotFollowed() throws IOException {
        Treasury.file(tree.scratch, "outside/secret", Treasury.CANARY);
        Treasury.file(tree.base, "r/turns/secret", "content");
        Files.setPosixFilePermissions(
                tree.scratch.resolve("outside"),
                java.util.EnumSet.allOf(java.nio.file.attribute.PosixFilePermission.class));
        for (String target : List.of(tree.scratch.resolve("outside").toString(), "hiddendir", "../vault")) {
            Treasury.file(tree.base, "vault/secret", Treasury.CANARY);
            try (Probe host = Probe.in(tree.base, false)) {
                CompletableFuture<String> turning =
                        CompletableFuture.supplyAsync(() -> host.tell("flip r/turns " + target + " 300"));
                do {
                    assertThat(tell("stare r/turns/secret 50")).isEqualTo("OK 0");
                } while (!turning.isDone());
                assertThat(Integer.parseInt(turning.join().substring(3))).isLessThan(1_000_000);
            }
        }
        Shell.run(tree.base, List.of("rm", "-r", "r/turns", "vault/secret"));
    }

    @Test
    void oneNameMadeAndRemovedByManyIsThereOrNot() {
        String[] told = tell("contend w/contended 150").split(" ");
        List<String> errors = List.of(told).subList(1, told.length - 1);
        // ESTALE: the file was replaced both times that the kernel went from its name to it.
        assertThat(List.of("ENOENT", "EEXIST", "ESTALE")).containsAll(errors);
        assertThat(tell("lstat w/contended").startsWith("OK")).isEqualTo(told[told.length - 1].equals("there"));
        assertThat(tell("ls w").contains("contended")).isEqualTo(told[told.length - 1].equals("there"));
    }

    @Test
    void whoeverWritesFirstNobodySeesAHalfCopiedFile() throws IOException {
        Path directory = Files.createDirectories(tree.base.resolve("w/copied"));
        for (int i = 0; i < 20; i++) {
            Files.writeString(directory.resolve("f" + i), "o".repeat(300_000));
        }
        if (!setting.rootMounts) {
            OrdinaryUser.give(directory);
        } else if (setting.ordinaryInside) {
            Shell.run(directory, List.of("chmod", "-R", "a+rwX", directory.toString()));
        }
        assertThat(tell("copyup w/copied/f 20 300000")).isEqualTo("OK 0");
    }
}
