package io.agentfense.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixListenerTest {
    private static final String CALLER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            s.connect(sys.argv[1])
            s.send(b"hello")
            sys.stdin.read()
            """;

    @TempDir
    Path directory;

    private int where;

    @BeforeEach
    void open() throws IOException {
        // Deeper than an address is long.
        Path deep = Files.createDirectories(directory.resolve("d".repeat(100)).resolve("e".repeat(100)));
        where = Descriptor.locateDirectory(deep.toString());
    }

    @AfterEach
    void close() {
        Descriptor.close(where);
    }

    private Process call() throws IOException {
        // Its way to the socket is the descriptor too: the path is too long for an address.
        return new ProcessBuilder(
                        "python3",
                        "-c",
                        CALLER,
                        "/proc/" + ProcessHandle.current().pid() + "/fd/" + where + "/socket")
                .redirectErrorStream(true)
                .start();
    }

    @Test
    void whoComesIsTakenAndTheKernelSaysWhoItIs() throws Exception {
        try (UnixListener listener = UnixListener.at(where, "socket")) {
            assertThat(listener.await(0)).isFalse();
            Process caller = call();
            assertThat(listener.await(-1)).isTrue();
            int connection = listener.accept();
            PollSet poll = new PollSet(1);
            poll.watchInput(0, connection);
            poll.await(-1);
            byte[] buffer = new byte[16];
            UnixSocket.Packet packet = UnixSocket.receive(connection, buffer);
            assertThat(new String(buffer, 0, packet.length())).isEqualTo("hello");
            assertThat(packet.sender()).isEqualTo((int) caller.pid());
            Descriptor.close(connection);
            caller.destroy();
        }
    }

    @Test
    void closedItTakesNobody() throws Exception {
        UnixListener.at(where, "socket").close();
        Process caller = call();
        assertThat(new String(caller.getInputStream().readAllBytes())).contains("ConnectionRefusedError");
    }

    @Test
    void aNameThatIsTakenOrTooLongIsRefused() throws Exception {
        try (UnixListener _ = UnixListener.at(where, "socket")) {
            assertThatThrownBy(() -> UnixListener.at(where, "socket")).hasMessageContaining("in use");
        }
        assertThatThrownBy(() -> UnixListener.at(where, "x".repeat(100))).hasMessageContaining("too long");
    }
}
