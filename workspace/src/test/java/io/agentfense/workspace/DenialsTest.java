package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is refused is recorded with the rule that refused it. */
@ParameterizedClass
@EnumSource(MountedTree.Kind.class)
class DenialsTest {
    @Parameter
    MountedTree.Kind kind;

    private MountedTree tree;

    @BeforeEach
    void mount() throws Exception {
        List<Rule> rules = List.of(Rule.of("/**", Level.READ), Rule.of("**/hidden", Level.NONE, 100));
        tree = MountedTree.over(kind, rules, base -> {
            MountedTree.file(base, "dir/file", "content");
            MountedTree.file(base, "dir/hidden", "secret");
        });
    }

    @AfterEach
    void unmount() {
        tree.close();
    }

    private void isRecorded(String path, Level permission, int rule) {
        assertThat(tree.workspace().denials().list()).anySatisfy(denial -> {
            assertThat(new String(denial.path(), StandardCharsets.UTF_8)).isEqualTo(path);
            assertThat(denial.permission()).isEqualTo(permission);
            assertThat(denial.rule()).isEqualTo(rule);
        });
    }

    @Test
    void aHiddenNameThatIsLookedUp() {
        assertThat(tree.read("/dir/hidden")).isNegative();
        isRecorded("dir/hidden", Level.NONE, 1);
    }

    @Test
    void aWriteToAFileThatMayBeReadAlsoWhereItOpenedSilently() {
        assertThat(tree.write("/dir/file")).isNegative();
        isRecorded("dir/file", Level.READ, 0);
    }
}
