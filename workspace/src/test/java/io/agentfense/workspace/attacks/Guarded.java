package io.agentfense.workspace.attacks;

import io.agentfense.linux.Descriptor;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Rule;
import io.agentfense.workspace.Origins;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.Workspace;
import io.agentfense.workspace.WorkspaceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A codebase under rules on a real mount, in one of the settings, with a hostile program inside. */
public final class Guarded implements AutoCloseable {
    final Setting setting;
    final Path scratch;
    public final Path base;
    public final Path upper;
    public final Path mount;
    private final List<Rule> rules;
    private final long limit;
    private @Nullable Workspace workspace;
    private Probe probe;
    private boolean mounted;

    private Guarded(Setting setting, Path scratch, List<Rule> rules, long limit) throws IOException {
        this.setting = setting;
        this.scratch = scratch;
        base = scratch.resolve("base");
        upper = Files.createDirectory(scratch.resolve("upper"));
        mount = Files.createDirectory(scratch.resolve("mount"));
        this.rules = rules;
        this.limit = limit;
        if (!setting.rootMounts) {
            OrdinaryUser.give(scratch);
        }
        probe = remount();
    }

    /** Ends the mount, if there is one, and mounts the same again, so that nothing is known but what lies on disk. */
    Probe remount() throws IOException {
        unmount();
        if (setting.rootMounts) {
            workspace = mountHere();
        } else {
            UserMounts.mount(base, upper, mount, setting, rules, limit);
        }
        mounted = true;
        probe = Probe.in(mount, setting.ordinaryInside);
        return probe;
    }

    private Workspace mountHere() throws IOException {
        int delta = Descriptor.openDirectory(upper.toString());
        try {
            WorkspaceOptions options = WorkspaceOptions.direct(
                            base.toString(), compiled(rules), new Owner(setting.uid(), setting.gid()))
                    .withDeltaLimit(limit)
                    .withStrictOpen(setting.strict)
                    .withOthers(true);
            return Workspace.mount(
                    setting.direct ? options : options.over(List.of(delta), Origins.NONE), mount.toString());
        } finally {
            Descriptor.close(delta);
        }
    }

    private static Policy compiled(List<Rule> rules) {
        try {
            return Policy.compile(rules);
        } catch (PolicyException e) {
            throw new AssertionError(e);
        }
    }

    public static Guarded over(Setting setting, List<Rule> rules, Codebase codebase) throws IOException {
        return over(setting, rules, Long.MAX_VALUE, codebase);
    }

    static Guarded over(Setting setting, List<Rule> rules, long limit, Codebase codebase) throws IOException {
        Path scratch = Files.createTempDirectory("agentfense-attack");
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
        codebase.make(Files.createDirectory(scratch.resolve("base")));
        return new Guarded(setting, scratch, rules, limit);
    }

    /** Fills the codebase before it is mounted. */
    @FunctionalInterface
    public interface Codebase {
        void make(Path base) throws IOException;
    }

    /** Has the program inside do one operation; "OK ..." or the name of an errno. */
    public String tell(String operation) {
        return probe.tell(operation);
    }

    /** Another program inside. */
    Probe another() {
        return Probe.in(mount, setting.ordinaryInside);
    }

    /** Runs a command inside, as whoever is inside. */
    Shell.Result run(List<String> command) {
        List<String> inside = List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", mount.toString());
        List<String> whole = new java.util.ArrayList<>(inside);
        whole.addAll(command);
        return Shell.attempt(scratch, setting.ordinaryInside ? OrdinaryUser.command(whole) : whole);
    }

    /** What runs this mount, where it is in this process. */
    Workspace workspace() {
        if (workspace == null) {
            throw new AssertionError(setting + " is served by another process");
        }
        return workspace;
    }

    /** Ends the programs and the mount; what they left on the host can still be looked at. */
    void unmount() {
        if (mounted) {
            mounted = false;
            probe.close();
            if (workspace != null) {
                workspace.close();
            } else {
                UserMounts.unmount(mount);
            }
        }
    }

    @Override
    public void close() {
        unmount();
        // Never through a mount: rm is told to stay on this filesystem.
        Shell.run(Path.of("/"), List.of("rm", "-rf", "--one-file-system", scratch.toString()));
    }
}
