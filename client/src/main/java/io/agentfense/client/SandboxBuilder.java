package io.agentfense.client;

import io.agentfense.api.v1.CreateSandboxRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a sandbox is made with. Used once; not thread-safe. */
public final class SandboxBuilder {
    private final Optional<AgentFenseClient> shared;
    private final Optional<Path> directory;
    private final CreateSandboxRequest.Builder request = CreateSandboxRequest.newBuilder();
    private final List<String> ignore = new ArrayList<>();
    private boolean agentIgnore;
    private UploadListener listener = (files, bytes) -> {};
    private Optional<String> name = Optional.empty();
    private String ownerId = System.getProperty("user.name", "");

    private SandboxBuilder(Optional<AgentFenseClient> shared, Optional<Path> directory) {
        this.shared = shared;
        this.directory = directory;
    }

    /** Without a client the sandbox gets one of its own, and closes it. */
    static SandboxBuilder local(Optional<AgentFenseClient> client, Path directory) {
        return new SandboxBuilder(client, Optional.of(directory));
    }

    static SandboxBuilder existing(Optional<AgentFenseClient> client, String codebaseId) {
        SandboxBuilder builder = new SandboxBuilder(client, Optional.empty());
        builder.request.setCodebaseId(codebaseId);
        return builder;
    }

    /** Begins with the rules of a preset of the server: see {@link Presets}. */
    public SandboxBuilder preset(String name) {
        request.setPreset(name);
        return this;
    }

    /** Adds rules. Without a preset they are all that holds; with neither, everything is listed and nothing can be read. */
    public SandboxBuilder rules(PermissionRule... rules) {
        return rules(List.of(rules));
    }

    /** The same. */
    public SandboxBuilder rules(List<PermissionRule> rules) {
        rules.stream().map(RuleMessages::of).forEach(request::addPermissions);
        return this;
    }

    /** Limits all that will run in it. */
    public SandboxBuilder resources(ResourceLimits limits) {
        request.setResources(SandboxMessages.of(limits));
        return this;
    }

    /** What isolates it; the server's default otherwise. */
    public SandboxBuilder runtime(RuntimeType type) {
        request.setRuntime(SandboxMessages.of(type));
        return this;
    }

    /** Of which its container is made, as {@code docker pull} takes it; for {@link RuntimeType#DOCKER} alone. */
    public SandboxBuilder image(String name) {
        request.setImage(name);
        return this;
    }

    /**
     * Has its processes be root in its container, for an image that needs that, and nobody on the server's machine. A server
     * that does not give it refuses with an {@link InvalidStateException}.
     */
    public SandboxBuilder root() {
        request.setRoot(true);
        return this;
    }

    /** Adds a label to find it by. */
    public SandboxBuilder label(String name, String value) {
        request.putLabels(name, value);
        return this;
    }

    /** Has the server destroy it after a time; positive. The server's default holds otherwise. */
    public SandboxBuilder expiresIn(Duration life) {
        request.setExpiresIn(Times.of(life));
        return this;
    }

    /** When what it writes lands in its codebase. */
    public SandboxBuilder commit(CommitMode mode) {
        request.setCommit(SandboxMessages.of(mode));
        return this;
    }

    /** What a commit does where both sides changed. */
    public SandboxBuilder conflicts(ConflictMode mode) {
        request.setConflicts(SandboxMessages.of(mode));
        return this;
    }

    /** Leaves more out of the upload; in the syntax of {@code .gitignore}, and with the last word. */
    public SandboxBuilder ignore(String... patterns) {
        ignore.addAll(List.of(patterns));
        return this;
    }

    /** Leaves out of the upload what the ignore files of agents name: see {@link IgnoreRules#withAgentFiles}. */
    public SandboxBuilder agentIgnore() {
        agentIgnore = true;
        return this;
    }

    /** Has somebody hear how far the upload is. */
    public SandboxBuilder onProgress(UploadListener listener) {
        this.listener = listener;
        return this;
    }

    /** Names the codebase that is uploaded; the directory's name otherwise. */
    public SandboxBuilder codebaseName(String name) {
        this.name = Optional.of(name);
        return this;
    }

    /** Says whose the codebase is, to a server without authentication; the user of this machine otherwise. */
    public SandboxBuilder owner(String ownerId) {
        this.ownerId = ownerId;
        return this;
    }

    /**
     * Uploads, makes and starts it. If one of these fails, what was made is taken back.
     *
     * @throws IllegalArgumentException if the directory is none
     * @throws IllegalStateException if {@link #agentIgnore} was asked for and nothing is uploaded
     * @throws InvalidConfigurationException if the preset, a rule or a limit can't be meant
     * @throws UploadException if the directory can't be uploaded
     * @throws ResourceLimitExceededException if the caller has as many sandboxes as it may
     */
    public Sandbox start() {
        Disposal made = new Disposal();
        try {
            Sandbox sandbox = make(made);
            sandbox.start();
            return sandbox;
        } catch (RuntimeException e) {
            made.after(e);
            throw e;
        }
    }

    /** The same without a start. */
    public Sandbox create() {
        Disposal made = new Disposal();
        try {
            return make(made);
        } catch (RuntimeException e) {
            made.after(e);
            throw e;
        }
    }

    private Sandbox make(Disposal made) {
        if (agentIgnore && directory.isEmpty()) {
            throw new IllegalStateException("agentIgnore has an effect on an upload alone: leave it out, or fromLocal");
        }
        AgentFenseClient client = shared.orElseGet(() -> connect(made));
        if (directory.isPresent()) {
            upload(client, directory.get(), made);
        }
        if (request.getPreset().isEmpty() && request.getPermissionsCount() == 0) {
            request.setPreset(Presets.VIEW_ONLY);
        }
        SandboxCalls calls = new SandboxCalls(client.remote());
        SandboxInfo info = calls.create(request.build());
        made.add(() -> Disposal.destroy(calls, info.id()));
        return new Sandbox(client.remote(), info.id(), info.codebaseId(), made);
    }

    /** A codebase that is there is on a server that is. */
    private AgentFenseClient connect(Disposal made) {
        AgentFenseClient client = directory.isPresent()
                ? ClientBuilder.orOwnServer(System.getenv(), ClientBuilder.DEFAULT_ENDPOINT)
                : AgentFenseClient.connect();
        made.add(client::close);
        return client;
    }

    private void upload(AgentFenseClient client, Path project, Disposal made) {
        if (!Files.isDirectory(project)) {
            throw new IllegalArgumentException(project + " is no directory");
        }
        Path last = project.toAbsolutePath().normalize().getFileName();
        String called = name.orElse(last == null ? "project" : last.toString());
        Codebases codebases = client.codebases();
        String id = codebases.create(called, ownerId).id();
        made.add(() -> Disposal.delete(codebases, id));
        IgnoreRules rules = IgnoreRules.of(ignore);
        codebases.upload(id, project, agentIgnore ? rules.withAgentFiles() : rules, listener);
        request.setCodebaseId(id);
    }
}
