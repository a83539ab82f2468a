package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A12: a file that the codebase holds under several names is as secret as the most secret of them. */
@ParameterizedClass
@EnumSource(Setting.class)
class HardLinkTest {
    private static final List<Rule> RULES = List.of(
            Rule.of("/pub/**", Level.WRITE),
            Rule.of("/late/**", Level.READ),
            Rule.of("/seen/**", Level.VIEW),
            Rule.of("/hid/**", Level.NONE));

    @Parameter
    Setting setting;

    private Guarded tree;

    @BeforeEach
    void mount() throws IOException {
        tree = Guarded.over(setting, RULES, base -> {
            Treasury.file(base, "hid/secret", Treasury.CANARY);
            Treasury.file(base, "hid/later", Treasury.CANARY);
            Treasury.file(base, "seen/file", Treasury.CANARY);
            Treasury.file(base, "pub/own", "own");
            Treasury.file(base, "late/file", "file");
            Files.createLink(base.resolve("pub/alias"), base.resolve("hid/secret"));
            Files.createLink(base.resolve("pub/viewed"), base.resolve("seen/file"));
            Files.createLink(base.resolve("pub/own2"), base.resolve("pub/own"));
        });
    }

    @AfterEach
    void unmount() {
        tree.close();
    }

    @Test
    void aNameOfAHiddenFileIsHidden() {
        assertThat(tree.tell("cat pub/alias")).isEqualTo("ENOENT");
        assertThat(tree.tell("lstat pub/alias")).isEqualTo("ENOENT");
        assertThat(tree.tell("try pub/alias WRONLY")).isEqualTo("ENOENT");
        assertThat(tree.tell("unlink pub/alias")).isEqualTo("ENOENT");
        assertThat(tree.tell("ls pub")).isEqualTo("OK own own2 viewed");
    }

    @Test
    void aNameOfASeenFileIsNoMoreThanSeen() {
        assertThat(tree.tell("cat pub/viewed")).isEqualTo("EACCES");
        assertThat(tree.tell("put pub/viewed x")).isEqualTo("EACCES");
        assertThat(tree.tell("link pub/viewed pub/third")).isEqualTo("EACCES");
        assertThat(tree.tell("stat pub/viewed")).startsWith("OK file 0000");
    }

    @Test
    void namesOfOneFileThatMayBeWrittenAreOneFile() {
        assertThat(tree.tell("stat pub/own2")).contains("links=2");
        assertThat(tree.tell("inode pub/own")).isEqualTo(tree.tell("inode pub/own2"));
        assertThat(tree.tell("put pub/own new")).isEqualTo("OK");
        // A delta parts the names of a file of the codebase when one is written, at the latest when it is mounted
        // again.
        assertThat(tree.tell("cat pub/own2")).isIn(setting.direct ? List.of("OK new") : List.of("OK new", "OK own"));
    }

    @Test
    void aNameThatTheHostGivesAHiddenFileLaterIsHiddenToo() throws IOException {
        // The count of names is looked up before: the new one has to be noticed in a directory that nobody has entered.
        assertThat(tree.tell("ls pub")).isEqualTo("OK own own2 viewed");
        Files.createLink(tree.base.resolve("late/alias"), tree.base.resolve("hid/later"));
        assertThat(tree.tell("cat late/alias")).isEqualTo("ENOENT");
        assertThat(tree.tell("ls late")).isEqualTo("OK file");
    }

    @Test
    void aNewNameIsCounted() {
        assertThat(tree.tell("ls pub")).isEqualTo("OK own own2 viewed");
        assertThat(tree.tell("try pub/made WRONLY|CREAT")).isEqualTo("OK");
        assertThat(tree.tell("link pub/made pub/made2")).isEqualTo("OK");
        assertThat(tree.tell("stat pub/made")).contains("links=2");
        assertThat(tree.tell("unlink pub/made2")).isEqualTo("OK");
        assertThat(tree.tell("stat pub/made")).contains("links=1");
    }
}
