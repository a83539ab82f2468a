package io.agentfense.audit.forward;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Standard output. What could be written counts as received. */
final class StdoutLink implements Link {
    private final OutputStream out;
    private final BodyFormat format;
    private Optional<Mark> received = Optional.empty();

    StdoutLink(BodyFormat format) {
        // Not System.out, which keeps to itself that it can't write. It stays open.
        this(new FileOutputStream(FileDescriptor.out), format);
    }

    StdoutLink(OutputStream out, BodyFormat format) {
        this.out = out;
        this.format = format;
    }

    @Override
    public Optional<Refused> send(Batch batch) throws IOException {
        out.write(Body.of(batch, format));
        out.flush();
        received = Optional.of(batch.last());
        return Optional.empty();
    }

    @Override
    public Optional<Mark> received() {
        return received;
    }

    @Override
    public void close() {}
}
