package io.agentfense.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.fuse.Notifier;
import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Rule;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closing a workspace ends it for all, also where the unmount alone does not. */
class UnmountTest {
    private MountedTree tree;
    private Process holder;

    /** A process whose mount namespace was copied from this one while the workspace was mounted, as any sandbox's is. */
    @BeforeEach
    void hold() throws Exception {
        List<Rule> rules = List.of(new Rule("/**", Level.WRITE, PatternType.GLOB, 0));
        tree = MountedTree.over(MountedTree.Kind.DELTA, rules, base -> MountedTree.file(base, "never-asked-for", "a"));
        holder = new ProcessBuilder("unshare", "--mount", "--propagation", "private", "sh", "-c", "echo; exec sleep 60")
                .start();
        assertThat(holder.inputReader().readLine()).isEmpty();
    }

    @AfterEach
    void release() throws Exception {
        holder.destroy();
        holder.waitFor();
        tree.close();
    }

    @Test
    void nothingIsAnsweredInACopiedMountNamespaceAfterTheEnd() throws Exception {
        tree.workspace().close();
        Process late = new ProcessBuilder(
                        "nsenter", "--target=" + holder.pid(), "--mount", "stat", tree.mount + "/never-asked-for")
                .redirectErrorStream(true)
                .start();
        String printed = new String(late.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(printed).containsAnyOf("Transport endpoint is not connected", "Software caused connection abort");
    }

    @Test
    void noWorkerOutlivesTheEnd() {
        tree.workspace().close();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("fuse-"));
    }

    @Test
    void nothingIsToldThroughADescriptorThatIsAnotherFilesByNow(@TempDir Path directory) throws Exception {
        Notifier notifier = tree.workspace().views().getFirst().notifier;
        tree.workspace().close();
        List<OutputStream> files = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            files.add(new FileOutputStream(directory.resolve("file-" + i).toFile()));
        }
        notifier.node(1);
        notifier.attributes(1);
        notifier.entry(1, "name".getBytes(StandardCharsets.US_ASCII), 4);
        notifier.everyName();
        for (int i = 0; i < files.size(); i++) {
            files.get(i).close();
            assertThat(directory.resolve("file-" + i)).isEmptyFile();
        }
    }
}
