package io.agentfense.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.UnixSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuestConnectionTest {
    private int guest;
    private GuestConnection connection;

    @BeforeEach
    void connect() throws LinuxException {
        UnixSocket.Pair pair = UnixSocket.pair();
        guest = pair.theirs();
        connection = GuestConnection.over(pair.ours());
    }

    @AfterEach
    void disconnect() {
        connection.close();
        Descriptor.close(guest);
    }

    private static byte[] hello(int magic, int version, int landlock) {
        return ByteBuffer.allocate(Hello.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(magic)
                .putInt(version)
                .putInt(landlock)
                .array();
    }

    @Test
    void aGreetingBringsTheProcessThatSentIt() throws IOException {
        UnixSocket.send(guest, hello(0x41464731, 2, 1));
        GuestConnection.Greeting greeting = connection.awaitGreeting(-1);

        assertThat(greeting).isNotNull();
        assertThat(greeting.hello().separatesCommands()).isTrue();
        assertThat(greeting.process().awaitEnd(0)).isFalse();
        greeting.process().close();
    }

    @Test
    void anotherVersionIsRefusedWithAdvice() throws IOException {
        UnixSocket.send(guest, hello(0x41464731, 1, 1));

        assertThatThrownBy(() -> connection.awaitGreeting(-1)).hasMessageContaining("rebuild it: make -C guest");
    }

    @Test
    void whatIsNoGreetingIsRefused() throws IOException {
        UnixSocket.send(guest, hello(1, 1, 1));
        UnixSocket.send(guest, new byte[3]);

        assertThatThrownBy(() -> connection.awaitGreeting(-1)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> connection.awaitGreeting(-1)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void silenceAndTheEndAreNoGreeting() throws IOException {
        assertThat(connection.awaitGreeting(1)).isNull();
        Descriptor.close(guest);
        guest = -1;
        assertThat(connection.awaitGreeting(-1)).isNull();
    }

    @Test
    void aClosedConnectionStartsNothing() {
        connection.close();

        assertThatThrownBy(() -> connection.start(new byte[0], 0, 1, 2)).isInstanceOf(LinuxException.class);
    }
}
