package io.agentfense.cli.doctor;

import static io.agentfense.cli.doctor.Checkup.fail;
import static io.agentfense.cli.doctor.Checkup.pass;

import io.agentfense.cli.doctor.Laboratory.Ran;
import io.agentfense.cli.remote.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What sandboxes of a server are kept from: it is asked for inside of them. Confined to one thread. */
final class Confinement {
    private static final List<String> SECRETS =
            List.of(".env", ".env.production", "deep/down/.env", "secrets/token", "server.key", "credentials.json");
    private static final String SOURCE = "src/main.py";
    private static final long MEMORY = 64 << 20;

    private final Server server;
    private final Laboratory laboratory;

    Confinement(Server server, Laboratory laboratory) {
        this.server = server;
        this.laboratory = laboratory;
    }

    /** The files that are looked for. */
    static List<String> files() {
        List<String> files = new ArrayList<>(SECRETS);
        files.add(SOURCE);
        return files;
    }

    Checkup secrets(String sandbox) throws IOException {
        List<String> leaks = new ArrayList<>();
        Map<String, String> ways = Map.of(
                "cat",
                "cat " + String.join(" ", SECRETS) + " 2>/dev/null",
                "ls",
                "ls -aR . | grep -xE '\\.env.*|.*\\.key|credentials.*|token'",
                "find",
                "find . -name '.env*' -o -name '*.key' -o -name 'credentials*' -o -name token",
                "grep",
                "grep -rl " + Laboratory.MARKER + " . | grep -v '" + SOURCE + "'");
        for (Map.Entry<String, String> way : ways.entrySet()) {
            if (!laboratory.run(sandbox, way.getValue()).output().isEmpty()) {
                leaks.add(way.getKey());
            }
        }
        return leaks.isEmpty()
                ? pass("cat, ls, find and grep get none of " + SECRETS.size() + " planted ones")
                : fail(String.join(", ", leaks) + " found planted ones", "report this: it is a fault of AgentFense");
    }

    Checkup output(String sandbox) throws IOException {
        Ran ran = laboratory.run(sandbox, "echo written > output/doctor && cat output/doctor");
        return ran.output().equals("written\n")
                ? pass("a file in /workspace/output was written and read")
                : fail(
                        "writing to /workspace/output gave: " + ran.output().strip(),
                        "look at the disk of storage.delta_path");
    }

    Checkup sources(String sandbox) throws IOException {
        for (String change : List.of("echo x >> " + SOURCE, "rm -f " + SOURCE, "mv " + SOURCE + " src/b.py")) {
            if (laboratory.run(sandbox, change).exitCode() == 0) {
                return fail(
                        "\"" + change + "\" succeeded under agent-safe", "report this: it is a fault of AgentFense");
            }
        }
        return pass("appending, removing and renaming were refused");
    }

    Checkup memory() throws IOException {
        String sandbox = laboratory.sandbox(Map.of("memory_bytes", MEMORY), "");
        Ran ran = laboratory.run(sandbox, "head -c 400000000 /dev/zero | tail | wc -c");
        return ran.limit().equals("memory")
                ? pass("400 MB were refused in a sandbox of 64 MiB")
                : fail(
                        "400 MB fit into a sandbox of 64 MiB",
                        "run agentfense doctor on the server's machine: control groups");
    }

    /** A quarter of a processor for two seconds is half a second; twice that is allowed for. */
    Checkup processor() throws IOException {
        String sandbox = laboratory.sandbox(Map.of("cpu_quota", 25_000L), "");
        laboratory.run(sandbox, "timeout 2 sh -c 'while :; do :; done'");
        String used = server.get("/v1/sandboxes/" + Server.encoded(sandbox) + "/usage")
                .path("cpuTime")
                .asText("9s");
        double seconds = Double.parseDouble(used.replace("s", ""));
        return seconds < 1
                ? pass("a busy loop of 2 s got %.2f s of a quarter of a processor".formatted(seconds))
                : fail(
                        "a busy loop of 2 s got %.2f s of a quarter of a processor".formatted(seconds),
                        "run agentfense doctor on the server's machine: control groups");
    }

    Checkup network(String sandbox) throws IOException {
        List<String> tried = new ArrayList<>();
        for (String way : List.of(
                "curl -sS -m 3 http://192.0.2.1", "wget -q -T 3 -O- http://192.0.2.1", "ping -c 1 -W 2 192.0.2.1")) {
            String program = way.substring(0, way.indexOf(' '));
            if (laboratory.run(sandbox, "command -v " + program).exitCode() != 0) {
                continue;
            }
            tried.add(program);
            if (laboratory.run(sandbox, way).exitCode() == 0) {
                return fail(
                        program + " reached 192.0.2.1, which nobody has", "look for a proxy in the sandbox's network");
            }
        }
        // No route beyond loopback is what makes all programs fail, those that are not installed too.
        Ran routes = laboratory.run(sandbox, "tail -n +2 /proc/net/route; tail -n +3 /proc/net/dev | grep -v ' lo:'");
        return routes.output().isBlank()
                ? pass("no way out of the sandbox"
                        + (tried.isEmpty() ? "" : "; " + String.join(", ", tried) + " failed"))
                : fail(
                        "a sandbox without a network policy has a network",
                        "set runtime.docker.enable_networking: false, and name a policy for those that need one");
    }
}
