package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Two sandboxes at one time, which an ordinary user's share a uid of the host. */
@ParameterizedClass
@EnumSource(Host.class)
class NeighboursTest {
    @Parameter
    private Host host;

    private final List<Shell> shells = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        shells.add(host.open());
        shells.add(host.open());
    }

    @AfterEach
    void stop() throws IOException {
        for (Shell shell : shells) {
            shell.close();
        }
    }

    private String out(int shell, String script) throws IOException {
        return shells.get(shell).sh(script).out().strip();
    }

    @Test
    void signalsDoNotCross() throws IOException {
        out(0, "sleep 1000 > /dev/null 2>&1 &");
        shells.get(1).sh("kill -9 -1");
        out(1, "for i in $(seq 1 400); do [ $i = $$ ] || kill -9 $i; done 2> /dev/null");

        assertThat(out(0, "pgrep -c sleep")).isEqualTo("1");
    }

    @Test
    void temporaryFilesDoNotCross() throws IOException {
        out(0, "echo secret > /tmp/x; echo secret > /dev/shm/x");

        assertThat(out(1, "ls /tmp /dev/shm /var/tmp | grep x")).isEmpty();
    }

    @Test
    void sharedMemoryAndQueuesDoNotCross() throws IOException {
        assertThat(out(0, "ipcmk -M 4096 && ipcmk -Q && ipcmk -S 1")).contains("id: ");

        assertThat(out(1, "ipcs -m -q -s | grep -c 0x").lines()).containsExactly("0");
        assertThat(out(0, "ipcs -m -q -s | grep -c 0x").lines()).containsExactly("3");
    }

    @Test
    void socketsDoNotCross() throws IOException {
        out(
                0,
                "python3 -c \"import socket,time\ns=socket.socket(socket.AF_UNIX)\ns.bind(chr(0)+'abstract')\n"
                        + "s.listen()\nt=socket.socket()\nt.bind(('127.0.0.1',4321))\nt.listen()\nopen('up','w')\n"
                        + "time.sleep(1000)\" > /dev/null 2>&1 & while [ ! -e up ]; do sleep 0.01; done");
        String connect = "python3 -c \"import socket\nfor f,a in ((socket.AF_UNIX,chr(0)+'abstract'),"
                + "(socket.AF_INET,('127.0.0.1',4321))):\n try:\n  socket.socket(f).connect(a)\n  print('connected')\n"
                + " except OSError as e: print(e.errno)\"";

        assertThat(out(0, connect)).isEqualTo("connected\nconnected");
        assertThat(out(1, connect)).isEqualTo("111\n111");
    }

    @Test
    void processesAndWorkspacesDoNotCross() throws IOException {
        out(0, "sleep 1234 > /dev/null 2>&1 & echo mine > file");

        assertThat(out(1, "cat /proc/*/cmdline | tr '\\0' ' '")).doesNotContain("1234");
        assertThat(out(1, "ls")).isEqualTo("probe");
    }
}
