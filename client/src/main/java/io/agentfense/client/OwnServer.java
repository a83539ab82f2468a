package io.agentfense.client;

import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server for this process alone, where no other answers. Its key is known to nobody else, so other users of the machine
 * can't use it. It ends with the process, however that ends, and its codebases with it. Immutable.
 */
record OwnServer(String endpoint, String apiKey, Keeper keeper) {
    private static final String USER = "local";
    private static final Object GUARD = new Object();
    private static @Nullable OwnServer own;

    /**
     * The server of this process, which is started with the first call. Thread-safe.
     *
     * @param absent where nobody listens, for errors
     * @throws ConnectionException if there is no program to start, or it does not start
     */
    static OwnServer get(Map<String, String> environment, String absent) {
        synchronized (GUARD) {
            OwnServer server = own;
            if (server == null || !server.keeper.isAlive()) {
                server = start(ServerProgram.find(environment, absent), absent);
                own = server;
            }
            return server;
        }
    }

    private static OwnServer start(List<String> program, String absent) {
        try {
            Path directory = Files.createTempDirectory("agentfense-");
            Path config = Files.writeString(directory.resolve("config.json"), config(directory));
            String key = Keeper.output(directory, program, config, "--new-key", USER + "=admin");
            Keeper keeper = Keeper.start(directory, program, config);
            return new OwnServer("127.0.0.1:" + keeper.port(), key, keeper);
        } catch (IOException e) {
            throw new ConnectionException(
                    absent, "nobody listens there, and none could be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw Interruption.of(e, Subject.server("start server"));
        }
    }

    /** Everything it keeps lies in one directory; it is the user's own, so it has no quotas and nothing expires. */
    private static String config(Path directory) throws IOException {
        return """
                {
                  "server": {"grpc_addr": "127.0.0.1:0", "http_addr": ""},
                  "auth": {"mode": "required"},
                  "storage": {
                    "codebase_path": %s,
                    "mount_path": %s,
                    "delta_path": %s,
                    "db_path": %s
                  },
                  "runtime": {"max_timeout": "24h"},
                  "sandbox": {"max_per_user": 0, "default_expiration": "0s"},
                  "logging": {"level": "error"}
                }
                """.formatted(
                        json(directory.resolve("codebases")),
                        json(directory.resolve("mounts")),
                        json(directory.resolve("deltas")),
                        json(directory.resolve("metadata.db")));
    }

    private static String json(Path path) throws IOException {
        return JsonFormat.printer()
                .print(Value.newBuilder().setStringValue(path.toString()).build());
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "OwnServer[" + endpoint + "]";
    }
}
