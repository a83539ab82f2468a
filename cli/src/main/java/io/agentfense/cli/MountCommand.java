package io.agentfense.cli;

import io.agentfense.cli.delta.Store;
import io.agentfense.linux.Credentials;
import io.agentfense.linux.Mounts;
import io.agentfense.policy.Policy;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.mount.LiveMounts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentfense mount}: the guarded view alone, in the foreground. */
@Command(
        name = "mount",
        mixinStandardHelpOptions = true,
        header = {
            "Mounts the guarded view of a directory until interrupted.",
            "",
            "Examples:",
            "  agentfense mount --preset read-only . /mnt/view",
            "  agentfense mount --direct --preset development . /mnt/view    write through to the directory",
            ""
        })
final class MountCommand implements Callable<Integer> {
    private static final int TO_END_SECONDS = 10;

    private final CountDownLatch through = new CountDownLatch(1);

    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Option(names = "--direct", description = "Write through to DIR instead of into a delta.")
    private boolean direct;

    @Option(names = "--delta", paramLabel = "ID", description = "Go on with a delta that is there.")
    private @Nullable String deltaId;

    @Option(names = "--strict-open", description = "Ask for every open, also where the kernel could open by itself.")
    private boolean strictOpen;

    @Option(names = "--no-passthrough", description = "Serve all data through this process, for comparison.")
    private boolean noPassthrough;

    @Parameters(index = "0", paramLabel = "DIR", description = "The codebase.")
    private String directory = "";

    @Parameters(index = "1", paramLabel = "MOUNTPOINT", description = "An empty directory.")
    private String mountpoint = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            mount();
            return 0;
        } finally {
            through.countDown();
        }
    }

    private void mount() throws IOException, InterruptedException {
        Path base = Codebase.of(directory);
        LiveMounts mounts = LiveMounts.open();
        for (Path dead : mounts.sweep()) {
            System.err.println("agentfense: cleared the mount that a killed process left at " + dead);
        }
        requireEmpty(Path.of(mountpoint));
        var chosen = rules.rules("agent-safe");
        Policy policy = rules.policy("agent-safe");
        WorkspaceOptions options = WorkspaceOptions.direct(
                        base.toString(), policy, new Owner(Credentials.uid(), Credentials.gid()))
                .withStrictOpen(strictOpen)
                .withPassthrough(!noPassthrough)
                .withOthers(Mounts.privileged());
        if (direct) {
            serve(mounts, options);
            return;
        }
        try (DeltaStore store = Store.open();
                Delta delta = deltaId == null
                        ? store.create(base.toString(), chosen, List.of())
                        : store.open(store.resolve(deltaId))) {
            serve(mounts, options.over(delta.roots(), delta.origins()::record).withMasks(delta::masking));
            System.err.println("agentfense: the delta is kept as " + delta.id());
        }
    }

    private void serve(LiveMounts mounts, WorkspaceOptions options) throws IOException, InterruptedException {
        try (LiveMounts.Entry _ = mounts.enter(Path.of(mountpoint).toRealPath());
                Workspace workspace = Workspace.mount(options, mountpoint)) {
            unmountAtSignal(workspace);
            PrintStream out = System.out;
            out.println("mounted " + mountpoint);
            out.flush();
            workspace.join();
        }
    }

    /** The process ends with its last shutdown hook, so that one waits until the command is through. */
    private void unmountAtSignal(Workspace workspace) {
        Thread unmount = new Thread(
                () -> {
                    workspace.close();
                    try {
                        var _ = through.await(TO_END_SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "unmount");
        Runtime.getRuntime().addShutdownHook(unmount);
    }

    private static void requireEmpty(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new Failure(Failure.NOT_FOUND, path + " is not a directory; make it first: mkdir -p " + path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            if (entries.findAny().isPresent()) {
                throw new Failure(Failure.USAGE, path + " is not empty; name an empty directory to mount on");
            }
        }
    }
}
