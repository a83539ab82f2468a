package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecRequest;
import io.agentfense.api.v1.ExecResult;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A command is the same in every runtime. */
class RuntimeExecTest extends RuntimeContract {
    private ExecResult exec(ExecRequest.Builder request) {
        return server.sandboxes().exec(request.setSandboxId(id).build());
    }

    @Test
    void bothOutputsAndTheExitCodeComeBack() {
        ExecResult result = exec("echo out; echo err >&2; exit 3");

        assertThat(result.getStdout()).isEqualTo("out\n");
        assertThat(result.getStderr()).isEqualTo("err\n");
        assertThat(result.getExitCode()).isEqualTo(3);
    }

    @Test
    void aSignalAndAMissingProgramAreToldAsAShellTellsThem() {
        assertThat(exec("kill -9 $$").getExitCode()).isEqualTo(137);
        assertThat(exec("no-such-program").getExitCode()).isEqualTo(127);
        assertThat(exec("/workspace/a").getExitCode()).isEqualTo(126);
    }

    @Test
    void inputVariablesAndDirectoryAreTheCallers() {
        ExecResult result = exec(ExecRequest.newBuilder()
                .setCommand("cat; echo $A; pwd")
                .setStdin("in\n")
                .putEnv("A", "b c")
                .setWorkdir("src"));
        assertThat(result.getStdout()).isEqualTo("in\nb c\n/workspace/src\n");
    }

    @Test
    void bytesThatAreNoTextAreKept() {
        ExecResult result = exec(ExecRequest.newBuilder()
                .setCommand("cat")
                .setRawStdin(ByteString.copyFrom(new byte[] {0, (byte) 0xff, 10})));
        assertThat(result.getRawStdout().toByteArray()).containsExactly(0, 0xff, 10);
    }

    @Test
    void whatTakesTooLongIsKilledWithAllThatCameOfIt() {
        assertThatThrownBy(() -> exec(ExecRequest.newBuilder()
                        .setCommand("trap '' TERM; setsid sleep 1000 & sleep 1000")
                        .setTimeout(Duration.newBuilder().setNanos(300_000_000))))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        assertThat(sh("cat /proc/[0-9]*/comm | grep -c sleep")).startsWith("0");
    }

    @Test
    void itsUserIsNobodyOnTheHostAndHasANameInside() {
        assertThat(sh("id -un; echo $HOME; [ $(id -u) != 0 ] && echo ordinary"))
                .isEqualTo("agent\n/workspace\nordinary\n");
    }

    @Test
    void outputComesAsItIsWritten() {
        Iterator<ExecOutput> stream = server.sandboxes()
                .execStream(ExecRequest.newBuilder()
                        .setSandboxId(id)
                        .setCommand("echo first; while [ ! -e go ]; do sleep 0.01; done; echo last")
                        .build());
        StringBuilder text = new StringBuilder();
        text.append(stream.next().getData().toStringUtf8());
        assertThat(text.toString()).isEqualTo("first\n");
        sh("touch go");
        stream.forEachRemaining(part -> text.append(part.getData().toStringUtf8()));
        assertThat(text.toString()).isEqualTo("first\nlast\n");
    }

    @Test
    void whatWasLeftInTheBackgroundLivesOn() {
        sh("sleep 1000 > /dev/null 2>&1 &");
        assertThat(sh("cat /proc/[0-9]*/comm | grep -c sleep")).startsWith("1");
    }

    @Test
    void manyCommandsAtOneTimeDoNotDisturbEachOther() throws Exception {
        List<Callable<String>> commands = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int number = i;
            commands.add(() -> sh("echo " + number + " > f" + number + "; cat f" + number));
        }
        try (var threads = Executors.newFixedThreadPool(10)) {
            int number = 0;
            for (Future<String> answer : threads.invokeAll(commands)) {
                assertThat(answer.get()).isEqualTo(number++ + "\n");
            }
        }
    }

    @Test
    void aMegabyteComesThroughWhole() {
        assertThat(exec("head -c 1000000 /dev/zero | tr '\\0' x").getStdout()).hasSize(1_000_000);
    }
}
