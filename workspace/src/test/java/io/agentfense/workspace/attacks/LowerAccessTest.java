package io.agentfense.workspace.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.policy.Level;
import io.agentfense.policy.Rule;
import io.agentfense.workspace.KernelRequests;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** C10: whether a hidden name is there costs nothing to say, since nobody looks. */
class LowerAccessTest {
    /** The codebase lies on a mount of our own, which counts what it is asked. */
    @Test
    void forAHiddenNameTheCodebaseIsNotAsked() throws IOException {
        List<Rule> everything = List.of(Rule.of("/**", Level.WRITE));
        try (Guarded lower = Guarded.over(Setting.ROOT_DIRECT, everything, Treasury::fill)) {
            try (Guarded tree = Guarded.over(
                    Setting.ROOT_DELTA,
                    Treasury.RULES,
                    base -> Shell.run(
                            base.getParent(), List.of("sh", "-c", "rmdir base && ln -s " + lower.mount + " base")))) {
                for (String directory : List.of("w", "r", "v")) {
                    assertThat(tree.tell("stat " + directory + "/absent")).isEqualTo("ENOENT");
                }
                long before = asked(lower);
                for (String path :
                        List.of("w/hidden", "r/hidden", "v/hidden", "w/sealed", "w/hiddendir", "w/hidden9")) {
                    assertThat(tree.tell("stat " + path)).isEqualTo("ENOENT");
                    assertThat(tree.tell("cat " + path)).isEqualTo("ENOENT");
                    assertThat(tree.tell("try " + path + " WRONLY")).isEqualTo("ENOENT");
                }
                assertThat(asked(lower)).isEqualTo(before);
                assertThat(tree.tell("stat r/other")).startsWith("OK");
                assertThat(asked(lower)).isGreaterThan(before);
            }
        }
    }

    private static long asked(Guarded tree) {
        return tree.workspace().requests().values().stream()
                .mapToLong(KernelRequests::count)
                .sum();
    }
}
