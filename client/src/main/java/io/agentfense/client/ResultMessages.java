package io.agentfense.client;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** What came of commands, from messages. Stateless. */
final class ResultMessages {
    private ResultMessages() {}

    static ExecResult of(String command, io.agentfense.api.v1.ExecResult result) {
        return new ExecResult(
                command,
                result.getExitCode(),
                Times.of(result.getDuration()),
                output(result.getRawStdout(), result.getStdoutBytes(), result.getStdoutTruncated()),
                output(result.getRawStderr(), result.getStderrBytes(), result.getStderrTruncated()),
                Optional.of(result.getLimitExceeded()).filter(limit -> !limit.isEmpty()),
                Present.of(result.hasCommit(), () -> of(result.getCommit())),
                result.getWarningsList().stream().toList());
    }

    /** The server sends the raw bytes where they are no text. */
    private static Output output(ByteString raw, ByteString text, boolean truncated) {
        return new Output(raw.isEmpty() ? text : raw, truncated);
    }

    private static CommitNotice of(io.agentfense.api.v1.CommitNotice notice) {
        return new CommitNotice(
                notice.getConflictsList().stream().toList(),
                notice.getRefusedList().stream().toList(),
                notice.getFailed());
    }
}
