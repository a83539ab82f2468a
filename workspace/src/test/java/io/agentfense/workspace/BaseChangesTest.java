package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.linux.Errno;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What others change in the codebase shows inside, although the kernel caches without limit of time. */
@ParameterizedClass
@EnumSource(MountedTree.Kind.class)
class BaseChangesTest {
    private static final List<Rule> RULES = List.of(
            new Rule("/r/**", Level.READ, PatternType.GLOB, 0),
            new Rule("/w/**", Level.WRITE, PatternType.GLOB, 0),
            new Rule("**/*.py", Level.READ, PatternType.GLOB, 0));

    @Parameter
    MountedTree.Kind kind;

    private MountedTree tree;

    @BeforeEach
    void mount() throws Exception {
        tree = MountedTree.over(kind, RULES, base -> {
            MountedTree.file(base, "r/file", "old");
            MountedTree.file(base, "r/other", "other");
            MountedTree.file(base, "w/file", "old");
            Files.createDirectories(base.resolve("bare/deep"));
        });
        tree.walk("");
        assertThat(tree.read("/r/file")).isEqualTo('o');
        assertThat(tree.read("/w/file")).isEqualTo('o');
        tree.stat("/r/absent", new Stat());
    }

    @AfterEach
    void unmount() {
        tree.close();
    }

    @Test
    void newContentShows() throws IOException {
        Files.writeString(tree.base.resolve("r/file"), "new content");
        Files.writeString(tree.base.resolve("w/file"), "new content");
        await().until(() -> tree.read("/r/file") == 'n');
        await().until(() -> tree.read("/w/file") == 'n');
    }

    @Test
    void aFileThatIsReplacedByARenameShows() throws IOException {
        Path fresh = tree.base.resolve("fresh");
        Files.writeString(fresh, "new content");
        Files.move(fresh, tree.base.resolve("r/file"), StandardCopyOption.REPLACE_EXISTING);
        await().until(() -> tree.read("/r/file") == 'n');
    }

    @Test
    void newNamesShowAndRemovedOnesGo() throws IOException {
        Files.writeString(tree.base.resolve("r/absent"), "now here");
        Files.delete(tree.base.resolve("r/other"));
        await().until(() -> tree.read("/r/absent") == 'n');
        await().until(() -> tree.stat("/r/other", new Stat()) == -Errno.ENOENT);
        await().until(() -> tree.walk("/r").equals(List.of("/r/absent", "/r/file"))
                || tree.walk("/r").equals(List.of("/r/file", "/r/absent")));
    }

    @Test
    void aHiddenDirectoryAppearsWhenSomethingVisibleComesIntoIt() throws IOException {
        assertThat(tree.walk("")).doesNotContain("/bare");
        Files.writeString(tree.base.resolve("bare/deep/x.py"), "print()");
        await().until(() -> tree.walk("").contains("/bare/deep/x.py"));
        Files.delete(tree.base.resolve("bare/deep/x.py"));
        await().until(() -> !tree.walk("").contains("/bare"));
    }
}
