package io.agentfense.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scripts of a session one after another: whose turn it is, how each ends, and what earlier ones can do to later ones. */
class ShellTurnsTest {
    private static final Duration SOON = Duration.ofMillis(200);

    private LocalShell sandbox;
    private ShellSession session;

    @BeforeEach
    void open() throws IOException {
        sandbox = LocalShell.start();
        session = sandbox.sandbox().openShell(ShellSpec.standard());
    }

    @AfterEach
    void close() throws IOException {
        sandbox.close();
    }

    private ExecutionResult run(String text) throws Exception {
        return session.run(Script.of(text));
    }

    private String out(String text) throws Exception {
        return run(text).stdout().text();
    }

    private ExecutionResult runOutOfTime(String text) throws Exception {
        ExecutionResult result = session.run(Script.of(text).withTimeout(SOON));
        assertThat(result.outcome()).isEqualTo(new Outcome.TimedOut());
        return result;
    }

    private boolean runs(String program) throws IOException {
        return sandbox.run(Command.of("pgrep", "-fx", program)).exitCode() == 0;
    }

    @Test
    void aLaterScriptNeverShowsWhatAnEarlierOneStarted() throws Exception {
        run("(while [ ! -e go ]; do sleep 0.01; done; echo late; echo late >&2; : > went) &");
        ExecutionResult later = run("echo on time; : > go; while [ ! -e went ]; do sleep 0.01; done");

        assertThat(later.stdout().text()).isEqualTo("on time\n");
        assertThat(later.stderr().text()).isEmpty();
    }

    @Test
    void whoWritesAfterTheEndOfItsScriptGoesOn() throws Exception {
        run("(while [ ! -e go ]; do sleep 0.01; done; head -c 3000000 /dev/zero; echo $? > went) &");
        run(": > go");

        Eventually.holds(() -> out("cat went").equals("0\n"));
    }

    @Test
    void theEndOfAScriptCannotBeForged() throws Exception {
        run("""
            (while :; do kill -0 2000000000; kill -0 2000000007; done) > /dev/null 2>&1 &
            python3 -c 'import os
            while True:
                for value in range(256):
                    try: os.kill(2000000000 + value, 0)
                    except ProcessLookupError: pass' > /dev/null 2>&1 &
            """);
        for (int i = 0; i < 100; i++) {
            ExecutionResult result = run("sleep 0; echo " + i + "; (exit " + i + ")");
            assertThat(result.exitCode()).isEqualTo(i);
            assertThat(result.stdout().text()).isEqualTo(i + "\n");
        }
    }

    @Test
    void theShellCannotBeLookedInto() throws Exception {
        run("secret=42");
        for (String attempt : List.of(
                "cat /proc/$$/environ",
                "cat /proc/$$/maps",
                "ls /proc/$$/fd",
                "dd if=/proc/$$/mem count=1",
                "echo x > /proc/$$/mem",
                "echo x > /proc/$$/fd/1",
                "cat /proc/$$/exe",
                "ls /proc/$$/map_files")) {
            ExecutionResult result = run("sh -c '" + attempt.replace("$$", "'$$'") + "'");
            assertThat(result.exitCode()).as(attempt).isNotZero();
            assertThat(result.stderr().text()).as(attempt).contains("ermission denied");
        }
    }

    @Test
    void otherCommandsOfTheSandboxCannotLookIntoTheShellEither() throws Exception {
        String pid = out("echo $$").strip();

        assertThat(sandbox.sh("ls /proc/" + pid + "/fd; cat /proc/" + pid + "/environ")
                        .err())
                .contains("Permission denied");
    }

    @Test
    void processesWithOpenStreamsDoNotHoldAScriptUp() throws Exception {
        assertThat(out("sleep 1000 & echo started")).isEqualTo("started\n");
        assertThat(out("echo next")).isEqualTo("next\n");
    }

    @Test
    void oneScriptRunsAtATimeAndOthersWait() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    run("for n in 1 2 3 4 5; do c=$((c+1)); sleep 0; done; echo $c >> counts");
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(out("cat counts")).isEqualTo("5\n10\n15\n20\n25\n30\n35\n40\n");
    }

    @Test
    void aBusySessionIsToldToWhoDoesNotWantToWait() throws Exception {
        ShellExecution waiting = session.start(
                Script.of("read line; echo $line").withStreams(Input.piped(), Output.capture(100), Output.discard()));

        assertThat(session.idle()).isZero();
        assertThatThrownBy(() -> session.tryStart(Script.of("true"))).isInstanceOf(SessionBusyException.class);

        waiting.stdin().write("go\n".getBytes(UTF_8));
        assertThat(waiting.await().stdout().text()).isEqualTo("go\n");
        assertThat(session.tryStart(Script.of("echo free")).await().stdout().text())
                .isEqualTo("free\n");
        Eventually.holds(() -> session.idle().isPositive());
    }

    @Test
    void aScriptThatRunsOutOfTimeLeavesTheStateAsItWas() throws Exception {
        run("cd /usr; kept=yes");
        runOutOfTime("sleep 1000");

        assertThat(out("echo $kept; pwd")).isEqualTo("yes\n/usr\n");
        assertThat(runs("sleep 1000")).isFalse();
    }

    @Test
    void whatIgnoresSigtermIsKilled() throws Exception {
        ExecutionResult result =
                runOutOfTime("echo before; sh -c 'trap \"\" TERM; sleep 1000; sleep 1001; :'; echo after");

        assertThat(result.stdout().text()).isEqualTo("before\nafter\n");
        assertThat(session.isOpen()).isTrue();
        assertThat(runs("sleep 100[01]")).isFalse();
    }

    @Test
    void backgroundJobsOfThisAndOfEarlierScriptsOutliveATimeout() throws Exception {
        run("sleep 1111 & (sleep 2222; :) &");
        runOutOfTime("sleep 3333 & sleep 4444");

        assertThat(runs("sleep 1111")).isTrue();
        assertThat(runs("sleep 2222")).isTrue();
        assertThat(runs("sleep 3333")).isTrue();
        assertThat(runs("sleep 4444")).isFalse();
    }

    @Test
    void aShellThatGoesOnByItselfIsKilledAndTheSessionEnds() throws Exception {
        run("sleep 1111 &");
        runOutOfTime("while :; do :; done");

        assertThat(session.isOpen()).isFalse();
        assertThatThrownBy(() -> run("true")).hasMessageContaining("time was up");
        Eventually.holds(() -> !runs("sleep 1111"));
    }

    @Test
    void aLoopOfProgramsIsKilledInTheEndToo() throws Exception {
        runOutOfTime("while :; do sleep 1000; done");

        assertThat(session.isOpen()).isFalse();
        Eventually.holds(() -> !runs("sleep 1000"));
    }

    @Test
    void aScriptCanBeInterruptedFromAnotherThread() throws Exception {
        run("kept=yes");
        ShellExecution sleep = session.start(Script.of("sleep 1000 & sleep 2000; echo after $?"));
        Thread interrupter = Thread.ofPlatform().start(() -> {
            try {
                Eventually.holds(() -> runs("sleep 2000"));
                sleep.interrupt();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        assertThat(sleep.await().stdout().text()).isEqualTo("after 130\n");
        interrupter.join();
        assertThat(out("echo $kept")).isEqualTo("yes\n");
        assertThat(runs("sleep 1000")).isTrue();
    }

    @Test
    void anInterruptedLoopEndsWithTheSession() throws Exception {
        ShellExecution loop = session.start(Script.of("while :; do :; done"));
        Thread interrupter = Thread.ofPlatform().start(() -> {
            try {
                loop.interrupt();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(loop.await().outcome()).isEqualTo(new Outcome.Signaled(9));
        interrupter.join();
        assertThat(session.isOpen()).isFalse();
    }

    @Test
    void closingKillsTheShellAndAllItStarted() throws Exception {
        run("sleep 1111 & setsid sh -c 'trap \"\" TERM HUP; sleep 2222; :' > /dev/null 2>&1 &");
        Eventually.holds(() -> runs("sleep 2222"));
        session.close();

        assertThat(runs("sleep 1111") || runs("sleep 2222")).isFalse();
        assertThatThrownBy(() -> run("true")).hasMessage("the session is closed: it was closed");
        assertThat(sandbox.sandbox().shells()).isEmpty();
    }

    @Test
    void closingEndsAScriptThatRuns() throws Exception {
        ShellExecution sleep = session.start(Script.of("sleep 1000"));
        session.close();

        assertThat(sleep.await().outcome()).isEqualTo(new Outcome.Signaled(9));
        assertThatThrownBy(() -> run("true")).isInstanceOf(SessionClosedException.class);
    }

    @Test
    void backgroundJobsEndWithAShellThatExits() throws Exception {
        run("sleep 1111 &");
        run("exit");

        Eventually.holds(() -> !runs("sleep 1111"));
    }

    @Test
    void aSessionEndsWithItsSandbox() throws Exception {
        ShellExecution sleep = session.start(Script.of("sleep 1000"));
        sandbox.sandbox().close();

        assertThat(sleep.await().outcome()).isEqualTo(new Outcome.SandboxEnded());
        assertThatThrownBy(() -> run("true")).isInstanceOf(SessionClosedException.class);
    }

    @Test
    void anUnknownShellIsToldBeforeTheFirstScript() {
        for (String[] unknown : new String[][] {
            {"/bin/no-such-shell", "cannot run /bin/no-such-shell: No such file or directory"},
            {"/etc/passwd", "cannot run /etc/passwd: Permission denied"},
            {"/usr", "cannot run /usr: Permission denied"},
            {"/bin/true", "/bin/true ended at once, by exit status 0; is it a POSIX shell?"},
        }) {
            assertThatThrownBy(() -> sandbox.sandbox().openShell(ShellSpec.of(unknown[0])))
                    .isInstanceOf(StartException.class)
                    .hasMessage(unknown[1]);
        }
        assertThatThrownBy(() -> ShellSpec.of("sh")).hasMessageContaining("absolute path");
        assertThatThrownBy(
                        () -> sandbox.sandbox().openShell(ShellSpec.standard().in("nowhere")))
                .hasMessage("cannot start in /workspace/nowhere: No such file or directory");
    }

    @Test
    void severalSessionsOfASandboxKnowNothingOfEachOther() throws Exception {
        try (ShellSession other = sandbox.sandbox().openShell(ShellSpec.standard())) {
            run("mine=1; cd /usr");
            assertThat(other.run(Script.of("echo [$mine]; pwd")).stdout().text())
                    .isEqualTo("[]\n/workspace\n");
        }
    }

    @Test
    void tenThousandScriptsLeaveNothingBehind() throws Exception {
        for (int i = 0; i < 1000; i++) {
            run("x=$((x+1)); case $x in *00) (:);; esac");
        }
        long descriptors = descriptors();
        String processes = processes();
        long memory = memoryOfShell();
        for (int i = 0; i < 9000; i++) {
            run("x=$((x+1)); case $x in *0) (exit 3);; esac");
        }

        assertThat(out("echo $x")).isEqualTo("10000\n");
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 10);
        Eventually.holds(() -> processes().equals(processes));
        assertThat(memoryOfShell()).isLessThan(memory + 512);
        assertThat(sandbox.sandbox().executions()).isEmpty();
    }

    /** Counted by one process alone: those of a pipeline would count one another, or not yet. */
    private String processes() throws Exception {
        return sandbox.sh("set -- /proc/[0-9]*; echo $#").out();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    /** Of the shell and its supervisor, in KiB. */
    private long memoryOfShell() throws Exception {
        return out("cat /proc/$$/status /proc/$PPID/status | grep VmRSS")
                .lines()
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
