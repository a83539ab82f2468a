package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.agentfense.api.v1.CommitNotice;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.sandbox.CapturedOutput;
import io.agentfense.sandbox.ExecutionResult;
import io.agentfense.sandbox.event.Resource;
import io.agentfense.server.sandbox.Finished;
import java.util.Set;

/** What came of commands, as messages. Stateless. */
public final class Results {
    /**
     * What is kept of an output that is no text, since it is sent twice: as it is, and as text in which up to three bytes
     * stand for each that is none. An answer stays below the 4 MiB that clients take.
     */
    private static final int MOST_BINARY_BYTES = (512 << 10) - (4 << 10);

    /** In UTF-8. */
    private static final int LONGEST_CHARACTER = 4;

    private Results() {}

    /** What a command brought. */
    public static ExecResult of(Finished finished) {
        ExecutionResult result = finished.result();
        ExecResult.Builder message = ExecResult.newBuilder()
                .setExitCode(result.exitCode())
                .setDuration(Times.of(result.duration()))
                .setStdoutTruncated(result.stdout().truncated())
                .setStderrTruncated(result.stderr().truncated())
                .setLimitExceeded(limit(finished.limits()));
        ByteString stdout = bytes(result.stdout());
        ByteString stderr = bytes(result.stderr());
        if (stdout.isValidUtf8()) {
            message.setStdoutBytes(stdout);
        } else {
            ByteString kept = beginning(stdout);
            message.setRawStdout(kept).setStdout(kept.toStringUtf8());
            message.setStdoutTruncated(result.stdout().truncated() || kept.size() < stdout.size());
        }
        if (stderr.isValidUtf8()) {
            message.setStderrBytes(stderr);
        } else {
            ByteString kept = beginning(stderr);
            message.setRawStderr(kept).setStderr(kept.toStringUtf8());
            message.setStderrTruncated(result.stderr().truncated() || kept.size() < stderr.size());
        }
        message.addAllWarnings(finished.warnings());
        finished.notice()
                .ifPresent(notice -> message.setCommit(CommitNotice.newBuilder()
                        .addAllConflicts(notice.conflicts())
                        .addAllRefused(notice.refused())
                        .setFailed(notice.failed())));
        return message.build();
    }

    /**
     * Without a copy: what was captured does not change any more. Where text was cut in the middle of a character, that
     * character goes too.
     */
    private static ByteString bytes(CapturedOutput output) {
        ByteString all = UnsafeByteOperations.unsafeWrap(output.bytes());
        for (int less = 0; output.truncated() && less < LONGEST_CHARACTER && less <= all.size(); less++) {
            ByteString text = all.substring(0, all.size() - less);
            if (text.isValidUtf8()) {
                return text;
            }
        }
        return all;
    }

    private static ByteString beginning(ByteString output) {
        return output.substring(0, Math.min(output.size(), MOST_BINARY_BYTES));
    }

    /** The limit that explains an exit code best. */
    private static String limit(Set<Resource> limits) {
        if (limits.contains(Resource.MEMORY)) {
            return "memory";
        }
        if (limits.contains(Resource.PROCESSES)) {
            return "pids";
        }
        return limits.contains(Resource.DISK) ? "disk" : "";
    }
}
