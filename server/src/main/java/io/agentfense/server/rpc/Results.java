package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.agentfense.api.v1.CommitNotice;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.sandbox.CapturedOutput;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.server.sandbox.Finished;

/** What came of commands, as messages. Stateless. */
public final class Results {
    private Results() {}

    /** What a command brought. */
    public static ExecResult of(Finished finished) {
        ExecutionResult result = finished.result();
        ExecResult.Builder message = ExecResult.newBuilder()
                .setExitCode(result.exitCode())
                .setDuration(Times.of(result.duration()))
                .setStdoutTruncated(result.stdout().truncated())
                .setStderrTruncated(result.stderr().truncated())
                .setLimitExceeded(limit(result));
        ByteString stdout = bytes(result.stdout());
        ByteString stderr = bytes(result.stderr());
        message.setStdout(stdout.toStringUtf8());
        message.setStderr(stderr.toStringUtf8());
        if (!stdout.isValidUtf8()) {
            message.setRawStdout(stdout);
        }
        if (!stderr.isValidUtf8()) {
            message.setRawStderr(stderr);
        }
        finished.notice()
                .ifPresent(notice -> message.setCommit(CommitNotice.newBuilder()
                        .addAllConflicts(notice.conflicts())
                        .addAllRefused(notice.refused())
                        .setFailed(notice.failed())));
        return message.build();
    }

    /** Without a copy: what was captured does not change any more. */
    private static ByteString bytes(CapturedOutput output) {
        return UnsafeByteOperations.unsafeWrap(output.bytes());
    }

    private static String limit(ExecutionResult result) {
        if (result.outOfMemoryKills() > 0) {
            return "memory";
        }
        return result.refusedProcesses() > 0 ? "pids" : "";
    }
}
