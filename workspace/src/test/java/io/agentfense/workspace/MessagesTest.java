package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How often the kernel has to ask: each message costs more than all that its answer takes. */
@ParameterizedClass
@EnumSource(MountedTree.Kind.class)
class MessagesTest {
    private static final int DIRECTORIES = 20;
    private static final int FILES_IN_EACH = 10;
    private static final List<Rule> RULES = List.of(
            new Rule("/**", Level.READ, PatternType.GLOB, 0),
            new Rule("**/hidden*", Level.NONE, PatternType.GLOB, 100));

    @Parameter
    MountedTree.Kind kind;

    private MountedTree tree;

    @BeforeEach
    void mount() throws Exception {
        tree = MountedTree.over(kind, RULES, base -> {
            for (int d = 0; d < DIRECTORIES; d++) {
                MountedTree.file(base, "d" + d + "/hidden", "secret");
                for (int f = 0; f < FILES_IN_EACH; f++) {
                    MountedTree.file(base, "d" + d + "/file" + f, "content");
                }
            }
        });
    }

    @AfterEach
    void unmount() {
        tree.close();
    }

    @Test
    void aFirstWalkAsksForNamesOnly() throws Exception {
        Map<String, Long> first = messagesOf("find");
        assertThat(first.getOrDefault("LOOKUP", 0L)).isZero();
        // Two for each directory: its entries, and that there are no more.
        assertThat(first.get("READDIRPLUS")).isLessThanOrEqualTo(2 * (DIRECTORIES + 1));
    }

    @Test
    void aWarmWalkAsksNothing() throws Exception {
        messagesOf("find");
        messagesOf("find");
        assertThat(messagesOf("find")).isEmpty();
    }

    @Test
    void aWarmListingWithAttributesAsksNothing() throws Exception {
        messagesOf("ls", "-lR");
        messagesOf("ls", "-lR");
        Map<String, Long> warm = messagesOf("ls", "-lR");
        // Each ls tries once whether there are attributes of a kind that no filesystem of ours has.
        assertThat(warm.keySet()).isSubsetOf("GETXATTR");
        assertThat(warm.getOrDefault("GETXATTR", 0L)).isLessThanOrEqualTo(2);
    }

    /** Where only reading is allowed, the kernel opens by itself and keeps the pages. */
    @Test
    void warmReadingAsksForOpensAtMost() throws Exception {
        messagesOf("grep", "-r", "no such line");
        messagesOf("grep", "-r", "no such line");
        Map<String, Long> warm = messagesOf("grep", "-r", "no such line");
        if (kind.strict) {
            // A release comes when the kernel finds the time, so one of an earlier reading may be among these.
            assertThat(warm.keySet()).isSubsetOf("OPEN", "RELEASE");
            assertThat(warm.get("OPEN")).isEqualTo((long) DIRECTORIES * FILES_IN_EACH);
        } else {
            assertThat(warm).isEmpty();
        }
    }

    /** What a command on the mount point made the kernel ask. It does not work in it: to enter is to ask, each time. */
    private Map<String, Long> messagesOf(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(words));
        command.add(tree.mount.toString());
        Map<String, Long> before = messages(tree);
        new ProcessBuilder(command)
                .redirectOutput(Path.of("/dev/null").toFile())
                .redirectError(Path.of("/dev/null").toFile())
                .start()
                .waitFor();
        Map<String, Long> during = new TreeMap<>(messages(tree));
        before.forEach((name, count) -> during.merge(name, -count, Long::sum));
        during.values().removeIf(count -> count == 0);
        return during;
    }

    private static Map<String, Long> messages(MountedTree tree) {
        Map<String, Long> messages = new TreeMap<>();
        tree.workspace().requests().forEach((opcode, requests) -> messages.put(opcode, requests.count()));
        return messages;
    }
}
