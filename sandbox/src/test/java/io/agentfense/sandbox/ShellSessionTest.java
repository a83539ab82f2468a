package io.agentfense.sandbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a session keeps and what it gives back, whatever the script looks like. */
@ParameterizedClass
@EnumSource(PosixShell.class)
class ShellSessionTest {
    private static LocalShell sandbox;

    @Parameter
    private PosixShell kind;

    private ShellSession session;

    @BeforeAll
    static void startSandbox() throws IOException {
        sandbox = LocalShell.start();
    }

    @AfterAll
    static void stopSandbox() throws IOException {
        sandbox.close();
    }

    @BeforeEach
    void open() throws IOException {
        session = kind.open(sandbox.sandbox());
    }

    @AfterEach
    void close() throws IOException {
        session.close();
    }

    private ExecutionResult run(String text) throws Exception {
        return session.run(Script.of(text));
    }

    private String out(String text) throws Exception {
        return run(text).stdout().text();
    }

    private void assertStillUsable() throws Exception {
        assertThat(session.isOpen()).isTrue();
        assertThat(out("echo usable")).isEqualTo("usable\n");
    }

    private void assertClosed() {
        assertThat(session.isOpen()).isFalse();
        assertThatThrownBy(() -> run("true"))
                .isInstanceOf(SessionClosedException.class)
                .hasMessageContaining("the session is closed: its shell");
    }

    @Test
    void outputsComeApartWithTheExitCode() throws Exception {
        ExecutionResult result = run("printf out; printf err >&2; (exit 3)");

        assertThat(result.stdout().text()).isEqualTo("out");
        assertThat(result.stderr().text()).isEqualTo("err");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.duration()).isPositive();
    }

    @Test
    void theWorkspaceIsWhereItStarts() throws Exception {
        assertThat(out("pwd")).isEqualTo("/workspace\n");
    }

    @Test
    void theDirectoryPersists() throws Exception {
        run("mkdir -p deep/er && cd deep/er");

        assertThat(out("pwd")).isEqualTo("/workspace/deep/er\n");
    }

    @Test
    void variablesPersistExportedOrNot() throws Exception {
        run("plain='a  b'; export EXPORTED=1");

        assertThat(out("echo \"$plain\"; env | grep -E '^(plain|EXPORTED)'")).isEqualTo("a  b\nEXPORTED=1\n");
    }

    @Test
    void functionsAliasesOptionsAndUmaskPersist() throws Exception {
        run("greet() { echo hello $1; }\nalias bye='echo good bye'\nset -f\numask 077");

        assertThat(out("greet you; bye; echo *; umask")).isEqualTo("hello you\ngood bye\n*\n0077\n");
    }

    @Test
    void positionalParametersAndTheLastStatusPersist() throws Exception {
        run("set -- 'a b' c; (exit 42)");

        assertThat(out("echo $? $# $1")).isEqualTo("42 2 a b\n");
    }

    @Test
    void descriptorsFromThreeOnPersist() throws Exception {
        run("echo first > f; echo second >> f; exec 3< f 9> g; read line <&3");

        assertThat(out("cat <&3; echo kept >&9; cat g")).isEqualTo("second\nkept\n");
    }

    @Test
    void trapsPersistAndTheOneOfTheExitRunsInTheLastScript() throws Exception {
        run("trap 'echo over' EXIT");

        assertThat(out("echo last; exit 0")).isEqualTo("last\nover\n");
    }

    @Test
    void backgroundJobsLiveOn() throws Exception {
        String pid = out("sleep 1000 > /dev/null 2>&1 & echo $!");

        assertThat(out("kill -0 " + pid.strip() + " && echo alive")).isEqualTo("alive\n");
        assertThat(out("jobs")).contains("unning");
    }

    @Test
    void theEnvironmentIsGivenAtTheStart() throws Exception {
        try (ShellSession other = sandbox.sandbox()
                .openShell(ShellSpec.standard()
                        .withEnvironment(Map.of("GIVEN", "x y"))
                        .in("/usr"))) {
            assertThat(other.run(Script.of("echo $GIVEN; pwd")).stdout().text()).isEqualTo("x y\n/usr\n");
        }
    }

    @Test
    void nothingOfOursIsInTheShellsState() throws Exception {
        assertThat(out("set; alias; echo [$#]"))
                .doesNotContainIgnoringCase("agentfense")
                .endsWith("[0]\n");
        assertThat(out("/bin/ls /proc/self/fd | wc -l")).isEqualTo("4\n");
    }

    @Test
    void aFinalNewlineIsNotNeeded() throws Exception {
        assertThat(out("printf foo")).isEqualTo("foo");
        assertThat(out("echo a # a comment")).isEqualTo("a\n");
        assertThat(out("cat <<END\nhere\nEND")).isEqualTo("here\n");
        assertThat(run("sleep 0 &").exitCode()).isZero();
        assertThat(run("").exitCode()).isZero();
        assertThat(run("# nothing").exitCode()).isZero();
        assertThat(out("echo one\n\nif true\nthen echo two\nfi\n")).isEqualTo("one\ntwo\n");
    }

    @Test
    void anUnfinishedScriptIsAnErrorInTheShellsOwnWords() throws Exception {
        for (String unfinished :
                new String[] {"echo 'a", "echo \"a", "(", "if true", "echo $(", "cat `", "case x in"}) {
            ExecutionResult result = run(unfinished);

            assertThat(result.exitCode()).as(unfinished).isNotZero();
            assertThat(result.stderr().text()).as(unfinished).isNotBlank();
            assertStillUsable();
        }
    }

    @Test
    void errorsThatEndAScriptOfAPlainShellLeaveTheSessionUsable() throws Exception {
        for (String wrong : new String[] {
            "cd /nowhere",
            ". /nowhere",
            "exec 3< /nowhere",
            "shift 100",
            "set -o nonsense",
            "readonly r=1; r=2",
            "unset r",
            "no-such-command",
            "/etc/passwd",
            "echo > /usr/x"
        }) {
            ExecutionResult result = run(wrong);

            assertThat(result.exitCode()).as(wrong).isNotZero();
            assertStillUsable();
        }
    }

    @Test
    void returnBreakAndContinueEndAScriptAtMost() throws Exception {
        assertThat(run("return 7; echo no").exitCode()).isEqualTo(7);
        assertStillUsable();
        run("break");
        assertStillUsable();
        run("continue");
        assertStillUsable();
    }

    @Test
    void longScriptsArriveWhole() throws Exception {
        String line = "echo " + "x".repeat(5000);
        assertThat(out(line)).hasSize(5001);
        String large = ": '" + "y".repeat(2_000_000) + "'; echo whole";
        assertThat(out(large)).isEqualTo("whole\n");
        assertThatThrownBy(() -> Script.of("y".repeat((2 << 20) + 1))).hasMessageContaining("2097152 bytes");
    }

    @Test
    void bytesArriveAsTheyAre() throws Exception {
        assertThat(run("printf '\\377\\000\\200'").stdout().bytes()).containsExactly(0xff, 0, 0x80);
        assertThat(run("echo ärger").stdout().bytes()).isEqualTo("ärger\n".getBytes(UTF_8));
        assertThatThrownBy(() -> Script.of("echo a\0b")).hasMessageContaining("NUL");
    }

    @Test
    void aFloodIsCutAndTheRestIsRight() throws Exception {
        ExecutionResult result = session.run(Script.of("head -c 5000000 /dev/zero; echo last >&2; (exit 9)")
                .withStreams(Input.none(), Output.capture(1000), Output.capture(1000)));

        assertThat(result.stdout().bytes()).hasSize(1000);
        assertThat(result.stdout().truncated()).isTrue();
        assertThat(result.stderr().text()).isEqualTo("last\n");
        assertThat(result.exitCode()).isEqualTo(9);
    }

    @Test
    void outputCanBeStreamed() throws Exception {
        StringBuilder seen = new StringBuilder();
        session.run(Script.of("echo a; echo b")
                .withStreams(
                        Input.none(),
                        Output.stream((bytes, length) -> seen.append(new String(bytes, 0, length, ISO_8859_1))),
                        Output.discard()));

        assertThat(seen.toString()).isEqualTo("a\nb\n");
    }

    @Test
    void inputIsWhatWasGivenOrTheEndOfTheFile() throws Exception {
        assertThat(out("cat; echo end")).isEqualTo("end\n");
        assertThat(session.run(Script.of("cat; read more || echo end")
                                .withStreams(Input.of("given\n".getBytes(UTF_8)), Output.capture(99), Output.discard()))
                        .stdout()
                        .text())
                .isEqualTo("given\nend\n");
        assertThat(out("cat; echo end")).isEqualTo("end\n");
    }

    @Test
    void theStandardStreamsAreEachScriptsOwn() throws Exception {
        for (String lost :
                new String[] {"exec 1>&-", "exec 2>&-", "exec 0<&-", "exec > into 2>&1", "exec 1>&- 2>&- 0<&-"}) {
            assertThat(run(lost).exitCode()).isZero();
            assertThat(run("echo out; echo err >&2").stderr().text()).isEqualTo("err\n");
            assertStillUsable();
        }
        run("exec > into; echo to the file");
        assertThat(out("cat into")).isEqualTo("to the file\n");
    }

    @Test
    void theStreamsCanBeOpenedByTheirNames() throws Exception {
        ExecutionResult result = run("echo out > /dev/stdout; echo err > /dev/stderr; cat /dev/stdin");

        assertThat(result.stdout().text()).isEqualTo("out\n");
        assertThat(result.stderr().text()).isEqualTo("err\n");
    }

    @Test
    void exitEndsTheSessionWithItsCode() throws Exception {
        assertThat(run("echo bye; exit 5").exitCode()).isEqualTo(5);
        assertClosed();
    }

    @Test
    void execReplacesTheShellAndItsEndIsTheSessions() throws Exception {
        ExecutionResult result = run("exec sh -c 'echo other; exit 6'");

        assertThat(result.stdout().text()).isEqualTo("other\n");
        assertThat(result.exitCode()).isEqualTo(6);
        assertClosed();
    }

    @Test
    void aFailureUnderErrexitEndsTheSession() throws Exception {
        run("set -e");
        assertThat(run("true; false; echo not reached").exitCode()).isEqualTo(1);
        assertClosed();
    }

    @Test
    void aShellThatKillsItselfEndsTheSession() throws Exception {
        assertThat(run("echo so far; kill $$; sleep 1000").outcome()).isEqualTo(new Outcome.Signaled(15));
        assertClosed();
    }

    @Test
    void aShellThatIsKilledWhileIdleIsNoticed() throws Exception {
        String pid = out("echo $$").strip();
        sandbox.sh("kill -9 " + pid + "; while kill -0 " + pid + "; do :; done");
        Eventually.holds(() -> {
            try {
                run("true");
                return false;
            } catch (SessionClosedException e) {
                return e.getMessage().contains("signal 9");
            }
        });
    }

    @Test
    void aRemovedDirectoryIsNoHindrance() throws Exception {
        run("mkdir gone; cd gone; rmdir ../gone");
        assertThat(run("cd .. ; ls nowhere").exitCode()).isNotZero();
        assertThat(run("cd /workspace").exitCode()).isZero();
        assertStillUsable();
    }

    @Test
    void redefinedUtilitiesDoNotDisturbTheSession() throws Exception {
        run("kill() { echo mine; }; command() { echo mine; }; cd() { echo mine; }; printf() { echo mine; }\n"
                + "alias kill='echo a' set='echo a' command='echo a' unset='echo a' shift='echo a' while='echo a'\n"
                + "trap '' TERM; trap 'echo usr' USR1");
        assertThat(out("\\cd x; \\kill y")).isEqualTo("mine\nmine\n");
        assertStillUsable();
        run("(exit 4)");
        assertThat(out("echo $?")).isEqualTo("4\n");
    }

    @Test
    void anOddFieldSeparatorDoesNotDisturbTheSession() throws Exception {
        run("IFS=0123456789; PATH=; set -u; set -C");
        assertStillUsable();
    }

    @Test
    void signalsThatAShellCatchesDoNotDisturbTheSession() throws Exception {
        run("trap 'caught=$((caught+1))' USR1; me=$$");
        for (int i = 0; i < 50; i++) {
            run("(kill -USR1 $me; kill -USR1 $me) & sleep 0 & kill -USR1 $$");
        }
        assertThat(Integer.parseInt(out("wait; echo $caught").strip())).isPositive();
    }

    @Test
    void aLimitOnDescriptorsThatLeavesNoneForUsEndsTheSession() throws Exception {
        run("ulimit -n 8");
        assertThat(run("true").exitCode()).isEqualTo(125);
        assertClosed();
    }

    @Test
    void aTraceShowsTheScript() throws Exception {
        run("set -x");
        assertThat(run("echo traced").stderr().text()).contains("+ echo traced\n");
        run("set +x");
        assertThat(run("echo untraced").stderr().text()).isEmpty();
    }
}
