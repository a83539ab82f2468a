package io.agentfense.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A sandbox of a server.
 *
 * <pre>{@code
 * try (var sandbox = Sandbox.fromLocal(Path.of("my-project")).preset("agent-safe").start()) {
 *     var result = sandbox.run("python main.py");
 *     System.out.println(result.stdout());
 * }
 * }</pre>
 *
 * <p>The server is the one of {@code AGENTFENSE_ENDPOINT}, or the one on this machine; {@link AgentFenseClient} takes any.
 * Calls block, which suits virtual threads; an interrupt takes a call back and kills its command. They throw
 * {@link SandboxException}: {@link SandboxNotFoundException} if the sandbox is gone, {@link ConnectionException} if the
 * server is. Thread-safe.
 */
public final class Sandbox implements AutoCloseable {
    private final Remote remote;
    private final String id;
    private final String codebaseId;
    private final SandboxCalls life;
    private final CommandCalls commands;
    private final DeltaCalls delta;
    private final RuleCalls rules;
    private final SandboxFiles files;
    private final Once closing;

    /** Closing it does that, once. */
    Sandbox(Remote remote, String id, String codebaseId, Runnable closing) {
        this.remote = remote;
        this.id = id;
        this.codebaseId = codebaseId;
        this.closing = new Once(closing);
        life = new SandboxCalls(remote);
        commands = new CommandCalls(remote, id);
        delta = new DeltaCalls(remote, id);
        rules = new RuleCalls(remote, id);
        files = new SandboxFiles(remote, id);
    }

    /**
     * A new sandbox over a directory of this machine, which is uploaded; its codebase goes when it is closed. Where no server
     * is named and none answers, one is started for the life of this process: the program of {@code AGENTFENSE_SERVER}, or
     * {@code agentfense} on {@code PATH}.
     */
    public static SandboxBuilder fromLocal(Path directory) {
        return SandboxBuilder.local(Optional.empty(), directory);
    }

    /** A new sandbox over a codebase of the server. */
    public static SandboxBuilder fromCodebase(String codebaseId) {
        return SandboxBuilder.existing(Optional.empty(), codebaseId);
    }

    /** A sandbox that is there; closing what this returns leaves it as it is. */
    public static Sandbox connect(String sandboxId) {
        AgentFenseClient client = AgentFenseClient.connect();
        try {
            SandboxInfo info = new SandboxCalls(client.remote()).get(sandboxId);
            return new Sandbox(client.remote(), info.id(), info.codebaseId(), client::close);
        } catch (SandboxException e) {
            client.close();
            throw e;
        }
    }

    /** {@code sb_} and 16 hexadecimal digits. */
    public String id() {
        return id;
    }

    /** What it is over. */
    public String codebaseId() {
        return codebaseId;
    }

    /** What the server knows of it now. */
    public SandboxInfo info() {
        return life.get(id);
    }

    /**
     * Has it take commands.
     *
     * @throws InvalidStateException if it does already
     */
    public SandboxInfo start() {
        return life.start(id);
    }

    /** Ends all that runs in it; it can be started again. */
    public SandboxInfo stop() {
        return life.stop(id);
    }

    /** Runs {@code /bin/sh -c COMMAND} in {@code /workspace} and waits for its end. */
    public ExecResult run(String command) {
        return run(Command.of(command));
    }

    /**
     * The same with input, variables, directory and timeout.
     *
     * @throws CommandTimeoutException if its time was up
     * @throws SandboxNotRunningException if it was not started, or ended meanwhile
     * @throws ResourceLimitExceededException if its owner runs as many commands as it may, or has too much uncommitted
     */
    public ExecResult run(Command command) {
        return commands.run(command);
    }

    /** {@link #run(Command)} on a virtual thread. Cancelling the future does not end the command. */
    public CompletableFuture<ExecResult> runAsync(Command command) {
        return CompletableFuture.supplyAsync(() -> run(command), Thread::startVirtualThread);
    }

    /** Runs a command, with its output as it comes; closing the stream kills it. */
    public CommandStream stream(Command command) {
        return commands.stream(command);
    }

    /** Starts a command and does not wait for it. It has no limit of time unless one is given, and its input is empty. */
    public BackgroundCommand launch(Command command) {
        return commands.launch(command, false);
    }

    /** The same with an input that {@link BackgroundCommand#write} writes. */
    public BackgroundCommand launchWithInput(Command command) {
        return commands.launch(command, true);
    }

    /** The commands in the background, those that have ended not long ago too. */
    public List<BackgroundCommand> background() {
        return commands.background();
    }

    /** A shell {@code /bin/sh} that keeps its state between commands. */
    public Session session() {
        return session("", Map.of());
    }

    /** The same with another shell and more variables. */
    public Session session(String shell, Map<String, String> environment) {
        return commands.session(shell, environment);
    }

    /** A command in a terminal, a shell if none is given; {@link TerminalBuilder#open} starts it. */
    public TerminalBuilder terminal() {
        return new TerminalBuilder(remote, id);
    }

    /** Its files, as it sees them. */
    public SandboxFiles files() {
        return files;
    }

    /** What it wrote and has not committed. */
    public List<Change> diff() {
        return delta.diff();
    }

    /** The same as a patch that {@code git apply} takes. */
    public byte[] patch() {
        return delta.patch();
    }

    /**
     * Lands everything in the codebase, or nothing.
     *
     * @throws ConflictException if both sides changed a path and the sandbox is of {@link ConflictMode#FAIL}
     */
    public Commit commit() {
        return delta.commit(List.of(), false);
    }

    /** Lands these paths, from the workspace's root as {@link #diff} names them, and what is below them. */
    public Commit commit(List<String> paths) {
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("no paths to commit");
        }
        return delta.commit(paths, false);
    }

    /** What {@link #commit()} would do. */
    public Commit previewCommit() {
        return delta.commit(List.of(), true);
    }

    /** Drops what it wrote and has not committed. */
    public void discard() {
        delta.discard();
    }

    /** Keeps the present state of its files under a name. */
    public Snapshot snapshot(String name) {
        return delta.snapshot(name);
    }

    /** The states that are kept. */
    public List<Snapshot> snapshots() {
        return delta.snapshots();
    }

    /** Goes back to a state. */
    public void rollback(Snapshot snapshot) {
        delta.rollback(snapshot.id());
    }

    /** Another sandbox that begins with the present state of this one, not started yet. Close it before this one. */
    public Sandbox fork() {
        SandboxInfo made = delta.fork(Map.of());
        return new Sandbox(remote, made.id(), made.codebaseId(), () -> Disposal.destroy(life, made.id()));
    }

    /** Puts other rules in force, for every operation that begins after this returns. */
    public SandboxInfo updateRules(List<PermissionRule> rules) {
        return this.rules.update("", rules);
    }

    /** The same with those of a preset before them. */
    public SandboxInfo updateRules(String preset, List<PermissionRule> rules) {
        return this.rules.update(preset, rules);
    }

    /** Why a path, from the workspace's root, has its permission. */
    public Explanation explain(String path) {
        return rules.explain(path);
    }

    /** What the rules refused. */
    public List<Denial> denials() {
        return rules.denials();
    }

    /** The limits that it reached, the connections that it was refused, and the secrets that were found; also once it has stopped. */
    public SandboxEvents events() {
        return rules.events();
    }

    /** What it uses now. */
    public Usage usage() {
        return rules.usage();
    }

    /**
     * Destroys it if it was made here, with the codebase that was uploaded for it; one that was connected to stays. What it
     * wrote and has not committed is gone. The second time does nothing.
     */
    @Override
    public void close() {
        closing.run();
    }

    @Override
    public String toString() {
        return "Sandbox[" + id + "]";
    }
}
