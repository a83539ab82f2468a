package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a policy allows works, for programs that know of the proxy and for those that don't. */
class EgressTest {
    private static OutsideWorld world;
    private static NetworkedShell shell;

    @BeforeAll
    static void start() throws Exception {
        world = OutsideWorld.open();
        GoodServers.in(world);
        shell = NetworkedShell.start(world);
    }

    @AfterAll
    static void stop() throws IOException {
        shell.close();
        world.close();
    }

    @Test
    void aProgramThatHonoursTheVariablesReachesAnAllowedHost() throws IOException {
        assertThat(shell.sh("curl -sS http://api.example.com/a; curl -sSk https://api.example.com/b"))
                .isEqualTo("hello api.example.com /a\nhello api.example.com /b\n");
    }

    @Test
    void aProgramThatKnowsNoProxyReachesAnAllowedHost() throws IOException {
        assertThat(
                        shell.sh(
                                "curl -sS --noproxy '*' http://api.example.com/c;"
                                        + " curl -sSk --noproxy '*' https://api.example.com/d; curl -sS6 --noproxy '*' http://good.wild.test/e"))
                .isEqualTo("hello api.example.com /c\nhello api.example.com /d\nhello good.wild.test /e\n");
    }

    @Test
    void aProgramThatAsksForTheKindsOfAddressesThatItHasGetsBoth() throws IOException {
        assertThat(shell.sh("getent ahosts api.example.com"))
                .contains("198.18.0.")
                .contains("2001:2::")
                .contains("STREAM");
    }

    @Test
    void pythonReachesAnAllowedHostBothWays() throws IOException {
        String script = "import urllib.request as r; print(r.urlopen('http://api.example.com/p').read());"
                + "r.install_opener(r.build_opener(r.ProxyHandler({})));"
                + "print(r.urlopen(r.Request('http://api.example.com/q', data=b'x' * 100000)).read())";
        assertThat(shell.python(script)).isEqualTo("b'hello api.example.com /p\\n'\nb'hello api.example.com /q\\n'\n");
    }

    @Test
    void aServerThatSpeaksFirstIsHeard() throws IOException {
        assertThat(shell.python(
                        "import socket; s=socket.create_connection(('api.example.com', 4444)); print(s.recv(9))"))
                .isEqualTo("b'220 hello'\n");
    }

    @Test
    void muchDataGoesBothWaysAndEachDirectionEndsByItself() throws IOException {
        assertThat(shell.python("""
                        import hashlib, os, socket, threading
                        data = os.urandom(1 << 20) * 32
                        s = socket.create_connection(('api.example.com', 7))
                        def send():
                            s.sendall(data)
                            s.shutdown(socket.SHUT_WR)
                        threading.Thread(target=send).start()
                        back = b''.join(iter(lambda: s.recv(1 << 16), b''))
                        print(back == data)
                        """)).isEqualTo("True\n");
    }

    @Test
    void aListedRangeIsReachedByAddressAndByName() throws IOException {
        assertThat(shell.sh("curl -sS --noproxy '*' http://10.9.0.1/; curl -sS http://10.9.0.1/;"
                        + " curl -sS http://listed.wild.test/"))
                .isEqualTo("hello 10.9.0.1 /\nhello 10.9.0.1 /\nhello listed.wild.test /\n");
    }

    @Test
    void ofSeveralAddressesOnlyAllowedOnesAreTried() throws IOException {
        assertThat(shell.sh("curl -sS http://mixed.wild.test/")).isEqualTo("hello mixed.wild.test /\n");
    }

    @Test
    void processesInsideReachEachOther() throws IOException {
        assertThat(shell.python("""
                        import socket
                        for family, address in (socket.AF_INET, '127.0.0.1'), (socket.AF_INET, '127.7.7.7'), (socket.AF_INET6, '::1'):
                            server = socket.socket(family)
                            server.bind((address, 0))
                            server.listen()
                            client = socket.create_connection(server.getsockname()[:2])
                            server.accept()[0].send(b'inside')
                            print(client.recv(9))
                        """)).isEqualTo("b'inside'\n".repeat(3));
        assertThat(shell.sh("curl -sS http://localhost:1/")).contains("Failed to connect to localhost port 1");
    }
}
