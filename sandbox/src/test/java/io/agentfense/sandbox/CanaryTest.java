package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Rule;
import io.agentfense.sandbox.guarded.GuardedSandbox;
import io.agentfense.sandbox.guarded.GuardedSpec;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sandbox that does not withhold what its rules say never runs a command. */
class CanaryTest {
    private static final List<Rule> RULES = List.of(
            Rule.of("**/*", Level.READ),
            Rule.of("/deep/**", Level.WRITE),
            Rule.of("**/.env", Level.NONE, 10),
            Rule.of("/listed", Level.VIEW));

    private Path base;

    @BeforeEach
    void make() throws IOException {
        base = Files.createTempDirectory("canary");
        for (String file : List.of("main.py", "listed", "deep/down/.env", "deep/down/free.txt")) {
            Path path = base.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
        }
    }

    @AfterEach
    void remove() throws IOException {
        Trees.delete(base);
    }

    private static GuardedSandbox<Workspace> start(Path base, List<Rule> told, List<Rule> held)
            throws IOException, PolicyException {
        Policy policy = Policy.compile(held);
        return GuardedSandbox.start(
                Built.runtime(),
                LiveMounts.open(),
                GuardedSpec.of(base, Policy.compile(told)),
                (options, place) -> Workspace.mount(
                        WorkspaceOptions.direct(base.toString(), policy, options.owner())
                                .withOthers(options.others()),
                        place));
    }

    @Test
    void aSandboxThatKeepsItsRulesStartsAndHasDeniedNothingYet() throws Exception {
        try (GuardedSandbox<Workspace> guarded = start(base, RULES, RULES)) {
            assertThat(guarded.sandbox().exec(Command.of("/bin/true")).await().exitCode())
                    .isZero();
            assertThat(guarded.workspace().denials().total()).isZero();
            assertThat(guarded.phases()).extracting(GuardedSandbox.Phase::name).endsWith("canary");
        }
    }

    @Test
    void whatIsHiddenAndCanBeFoundEndsTheStart() {
        assertThatThrownBy(() -> start(base, RULES, with("**/.env", Level.VIEW)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("is hidden and can be found: /workspace/deep/down/.env");
    }

    @Test
    void whatMayOnlyBeListedAndCanBeReadEndsTheStart() {
        assertThatThrownBy(() -> start(base, RULES, with("/listed", Level.READ)))
                .hasMessageContaining("may only be listed and can be read: /workspace/listed");
    }

    @Test
    void whatMayOnlyBeReadAndCanBeWrittenEndsTheStart() throws IOException {
        assertThatThrownBy(() -> start(base, RULES, with("/main.py", Level.WRITE)))
                .hasMessageContaining("may only be read and can be written: /workspace/main.py");
        assertThat(base.resolve("main.py")).hasContent("main.py");
    }

    @Test
    void aCodebaseAmongTheFilesThatEverySandboxHasIsRefused() throws IOException {
        Path place = Files.createTempDirectory(Path.of("/usr/local"), "canary");
        Path link = base.resolve("link");
        try {
            Files.writeString(place.resolve(".env"), "secret");
            Files.createSymbolicLink(link, place);
            for (Path codebase : List.of(place, link)) {
                assertThatThrownBy(() -> start(codebase, RULES, RULES))
                        .hasMessageContaining("is the codebase without its rules")
                        .hasMessageContaining(place.toString());
            }
        } finally {
            Trees.delete(place);
        }
    }

    @Test
    void directoriesThatMayNotBeEnteredAreNoFault() throws Exception {
        Files.setPosixFilePermissions(base.resolve("deep/down"), Set.of());
        start(base, RULES, RULES).close();
    }

    @Test
    void aFailedStartLeavesNoMount() throws IOException {
        String before = mounts();
        assertThatThrownBy(() -> start(base, RULES, with("**/.env", Level.WRITE)))
                .isInstanceOf(StartException.class);
        assertThat(mounts()).isEqualTo(before);
    }

    private static String mounts() throws IOException {
        return Files.readString(Path.of("/proc/self/mounts"));
    }

    private static List<Rule> with(String pattern, Level level) {
        return Stream.concat(RULES.stream(), Stream.of(Rule.of(pattern, level, 20)))
                .toList();
    }
}
