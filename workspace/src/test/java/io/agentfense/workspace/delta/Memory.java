package io.agentfense.workspace.delta;

import io.agentfense.linux.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Test directories on tmpfs where there is one, for tests that apply hundreds of times and so would wait for a disk. Not
 * for ordinary users: their opaque marks are {@code user.*} attributes, which tmpfs has only since Linux 6.6.
 */
public final class Memory implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
        Path memory = Path.of("/dev/shm");
        return Credentials.isRoot() && Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "agentfense")
                : Files.createTempDirectory("agentfense");
    }
}
