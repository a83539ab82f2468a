package io.agentfense.server;

import com.linecorp.armeria.common.util.DomainSocketAddress;
import io.agentfense.linux.Credentials;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.config.ConfigException;
import io.agentfense.server.config.ConfigLoader;
import io.agentfense.server.config.LoadedConfig;
import io.agentfense.server.config.LogFormat;
import io.agentfense.server.config.LogLevel;
import io.agentfense.server.config.LoggingConfig;
import io.agentfense.server.config.Setting;
import io.agentfense.server.config.TcpAddress;
import io.agentfense.server.config.UnixAddress;
import io.agentfense.server.store.StoreException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentfense serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        header = {
            "Serves sandboxes over gRPC and REST.",
            "",
            "Examples:",
            "  agentfense serve",
            "  agentfense serve --config /etc/agentfense/config.yaml",
            "  agentfense serve --config production.yaml --check",
            "  agentfense serve --set server.http_addr=127.0.0.1:8081 --print-config",
            ""
        },
        footer = {
            "",
            "A value comes from its flag, else from the environment (AGENTFENSE_SERVER_HTTP_ADDR), else from the file, else"
                    + " it is the default. SIGHUP reads the file again; SIGTERM lets calls end, then stops all sandboxes."
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Option(
            names = {"--config", "-config"},
            paramLabel = "FILE",
            description = "The configuration.")
    private @Nullable Path file;

    @Option(
            names = {"--grpc-addr", "-grpc-addr"},
            paramLabel = "ADDRESS",
            description = "server.grpc_addr: where to listen.")
    private @Nullable String grpcAddress;

    @Option(
            names = {"--http-addr", "-http-addr"},
            paramLabel = "ADDRESS",
            description = "server.http_addr: where to listen too; empty for nowhere.")
    private @Nullable String httpAddress;

    @Option(
            names = {"--codebase-path", "-codebase-path"},
            paramLabel = "DIR",
            description = "storage.codebase_path: where uploaded codebases lie.")
    private @Nullable String codebasePath;

    @Option(
            names = {"--runtime", "-runtime"},
            paramLabel = "TYPE",
            description = "runtime.type: what a request that names none gets.")
    private @Nullable String runtime;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any other key. Repeatable.")
    private Map<String, String> others = new LinkedHashMap<>();

    @Option(names = "--check", description = "Only say whether the configuration is right.")
    private boolean check;

    @Option(names = "--print-config", description = "Only print every key, its value, and where that comes from.")
    private boolean print;

    @Option(
            names = "--new-key",
            paramLabel = "USER=ROLE",
            description = "Only make an API key for a user, print it, and keep its hash. Roles: user, auditor, admin.")
    private @Nullable String newKey;

    @Override
    public Integer call() throws InterruptedException {
        // Libraries log as soon as addresses are read, and to standard output unless they are told otherwise.
        Logs.configure(new LoggingConfig(LogLevel.WARN, LogFormat.TEXT));
        LoadedConfig loaded;
        try {
            loaded = load();
        } catch (ConfigException e) {
            e.problems().forEach(problem -> System.err.println("agentfense: " + problem));
            return 2;
        }
        if (print) {
            loaded.settings().forEach(ServeCommand::print);
            return 0;
        }
        loaded.warnings().forEach(warning -> System.err.println("agentfense: warning: " + warning));
        if (check) {
            System.out.println("the configuration is right");
            return 0;
        }
        return newKey == null ? serve(loaded) : makeKey(loaded, newKey);
    }

    private static int makeKey(LoadedConfig loaded, String wish) {
        Logs.configure(loaded.config().logging());
        try {
            System.out.println(NewKey.make(loaded.config(), wish));
            return 0;
        } catch (AccessException | IllegalArgumentException | StoreException e) {
            System.err.println("agentfense: " + e.getMessage());
            return 1;
        }
    }

    private LoadedConfig load() throws ConfigException {
        Map<String, String> flags = new LinkedHashMap<>(others);
        put(flags, "server.grpc_addr", grpcAddress);
        put(flags, "server.http_addr", httpAddress);
        put(flags, "storage.codebase_path", codebasePath);
        put(flags, "runtime.type", runtime);
        return new ConfigLoader(System.getenv(), Credentials.isRoot()).load(flags, Optional.ofNullable(file));
    }

    private static void put(Map<String, String> flags, String key, @Nullable String value) {
        if (value != null) {
            flags.put(key, value);
        }
    }

    private static void print(Setting setting) {
        System.out.println(setting.key() + ": " + setting.value() + "  # " + setting.origin());
    }

    private int serve(LoadedConfig loaded) throws InterruptedException {
        Logs.configure(loaded.config().logging());
        try {
            Daemon daemon = Daemon.start(loaded.config());
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
                        LOG.info("stopping");
                        daemon.close();
                        LOG.info("stopped");
                        stopped.countDown();
                    }));
            Hangup.onEach(() -> reload(daemon, loaded));
            List<String> addresses =
                    daemon.addresses().stream().map(ServeCommand::named).toList();
            LOG.info("serving on {}", String.join(" and ", addresses));
            System.out.println("serving on " + String.join(" and ", addresses));
            stopped.await();
            return 0;
        } catch (IOException e) {
            LOG.debug("the server does not start", e);
            System.err.println("agentfense: " + e.getMessage());
            return 125;
        }
    }

    /** As a configuration names it. */
    private static String named(InetSocketAddress address) {
        return address instanceof DomainSocketAddress socket
                ? new UnixAddress(Path.of(socket.path())).toString()
                : new TcpAddress(address.getHostString(), address.getPort()).toString();
    }

    /** One after the other, so that what was written last is what holds. */
    private synchronized void reload(Daemon daemon, LoadedConfig before) {
        try {
            LoadedConfig now = load();
            List<String> later = before.needRestart(now);
            if (!later.isEmpty()) {
                LOG.warn("changed, but only in force after a restart: {}", String.join(", ", later));
            }
            daemon.reload(now.config());
            LOG.info("the configuration was read again");
        } catch (ConfigException e) {
            LOG.error("the configuration is wrong and stays as it was: {}", String.join("; ", e.problems()));
        }
    }
}
