package io.agentfense.server.rpc;

import io.agentfense.api.ours.v1.ExecInput;
import io.agentfense.api.v1.ExecOutput;
import io.agentfense.api.v1.ExecOutput.OutputType;
import io.agentfense.api.v1.ExecResult;
import io.agentfense.sandbox.Execution;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.Interactive;
import io.agentfense.server.sandbox.InteractiveCommands;
import java.io.IOException;

/** The messages of a command with its input as a stream. Thread-safe. */
record ExecMessages(Door door, InteractiveCommands commands)
        implements Conversation.Messages<ExecInput, ExecOutput, Execution> {
    @Override
    public String noun() {
        return "command";
    }

    @Override
    public boolean isStart(ExecInput input) {
        return input.hasStart();
    }

    @Override
    public Interactive<Execution> start(ExecInput input, Outflow<ExecOutput> outflow) throws Exception {
        String id = door.enter(input.getStart().getSandboxId(), Verb.EXECUTE);
        return commands.start(
                id,
                SandboxRpc.command(input.getStart()),
                SandboxRpc.receiver(outflow, OutputType.OUTPUT_TYPE_STDOUT),
                SandboxRpc.receiver(outflow, OutputType.OUTPUT_TYPE_STDERR));
    }

    @Override
    public void take(Execution running, ExecInput input) throws IOException {
        switch (input.getContentCase()) {
            case STDIN -> Conversation.write(running, input.getStdin());
            case CLOSE_STDIN -> finish(running);
            case SIGNAL -> running.signal(input.getSignal());
            case START, CONTENT_NOT_SET -> {}
        }
    }

    /** The end of its input; it runs on. */
    @Override
    public void finish(Execution running) throws IOException {
        running.stdin().close();
    }

    @Override
    public ExecOutput last(ExecResult result) {
        return ExecOutput.newBuilder().setResult(result).build();
    }
}
