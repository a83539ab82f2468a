package io.agentfense.server.rpc;

import com.google.protobuf.ByteString;
import io.agentfense.api.ours.v1.ReportChunk;
import java.io.IOException;
import java.io.OutputStream;

/** A report as the messages of a call; each write is one, and waits until the client takes more. Confined to one thread. */
final class ReportOutput extends OutputStream {
    private final Outflow<ReportChunk> outflow;

    ReportOutput(Outflow<ReportChunk> outflow) {
        this.outflow = outflow;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        outflow.send(ReportChunk.newBuilder()
                .setData(ByteString.copyFrom(bytes, offset, length))
                .build());
    }
}
