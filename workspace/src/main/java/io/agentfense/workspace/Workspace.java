package io.agentfense.workspace;

import io.agentfense.fuse.FileSystem;
import io.agentfense.fuse.Session;
import io.agentfense.fuse.SessionOptions;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A codebase under a policy, mounted. Writes go to a delta, or to the codebase itself in a direct mount. Thread-safe.
 *
 * <p>{@link #close} unmounts; nothing of the mount is left then, also after a failure.
 */
public final class Workspace implements Mounted {
    /** How many idle descriptors one workspace keeps. */
    private static final int DESCRIPTORS = 4096;

    private static final int WORKERS = 3;

    /** How long a request may take before a standstill is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Backing files may lie on an overlayfs, as in a container. */
    private static final int STACK_DEPTH = 2;

    private final Denials denials = new Denials();
    private final MaskedFiles masks;
    private final DescriptorCache cache = new DescriptorCache(DESCRIPTORS);
    private final List<Session> sessions = new CopyOnWriteArrayList<>();
    private volatile Map<String, KernelRequests> requestsToClosed = Map.of();
    private final List<BaseWatch> watches = new ArrayList<>();
    private final List<View> views = new ArrayList<>();
    private final LayerStack layers;
    private final Quota quota;
    private final Guises guises = new Guises();
    private final ChangeMark mark = new ChangeMark();
    private final WriteDirectories writeDirectories;
    private final boolean liveRules;
    private final boolean direct;
    private volatile Policy policy;

    private Workspace(LayerStack layers, WorkspaceOptions options) {
        this.liveRules = options.liveRules();
        this.direct = options.deltas().isEmpty();
        this.policy = options.policy();
        this.masks = new MaskedFiles(options.masks());
        this.layers = layers;
        this.quota = new Quota(options.deltaLimit());
        this.writeDirectories = new WriteDirectories(layers);
    }

    /**
     * Mounts a workspace.
     *
     * @throws LinuxException if the base or the delta cannot be opened, or the mount is refused
     * @throws IllegalArgumentException if a direct mount is to have files written whose secrets are masked
     */
    public static Workspace mount(WorkspaceOptions options, String mountpoint) throws LinuxException {
        requireDelta(options.policy(), options.deltas().isEmpty());
        Workspace workspace = new Workspace(LayerStack.open(options.base(), options.deltas()), options);
        try {
            workspace.mountAll(options, mountpoint);
            return workspace;
        } catch (LinuxException | RuntimeException e) {
            workspace.close();
            throw e;
        }
    }

    /** What is masked can be edited in a delta, and is put back by its commit; there is no way to write through. */
    private static void requireDelta(Policy policy, boolean direct) {
        for (Rule rule : policy.rules()) {
            if (direct && rule.mask() && rule.permission() == Level.WRITE) {
                throw new IllegalArgumentException("rule " + rule
                        + " masks what is written straight to the codebase; mount it over a delta, or give it read");
            }
        }
    }

    private void mountAll(WorkspaceOptions options, String mountpoint) throws LinuxException {
        options.policy().writeDirectories().forEach(writeDirectories::make);
        // Only a limit makes it worth a walk over what is there.
        quota.recount(options.deltaLimit() == Long.MAX_VALUE ? 0 : layers.bytes());
        HardLinks hardLinks = new HardLinks(layers.base(), options.policy());
        Areas areas = Areas.of(options.policy(), options.asksForOpens());
        // fusermount3 is another user's program to a mount without allow_other: it can't reach a directory inside it.
        boolean nested = options.others() || areas.directories().isEmpty();
        if (!areas.messages() && !(nested && allThere(areas))) {
            areas = Areas.of(options.policy(), true);
        }
        try {
            mountParts(options, hardLinks, mountpoint, areas);
        } catch (LinuxException e) {
            if (areas.messages() || e.errno() != Errno.ENOENT) {
                throw e;
            }
            // The rules hide a directory that was to be a mount of its own, and may show it once something is in it.
            closeSessions();
            mountParts(options, hardLinks, mountpoint, Areas.of(options.policy(), true));
        }
    }

    private void mountParts(WorkspaceOptions options, HardLinks hardLinks, String mountpoint, Areas areas)
            throws LinuxException {
        mountOne(options, hardLinks, mountpoint, new byte[0], !areas.messages());
        for (byte[] directory : areas.directories()) {
            mountOne(options, hardLinks, mountpoint + "/" + Areas.text(directory), directory, false);
        }
    }

    /** Whether every directory that would be a mount of its own exists, and can be named to the kernel as text. */
    private boolean allThere(Areas areas) throws LinuxException {
        for (byte[] directory : areas.directories()) {
            boolean textual = Areas.text(directory).getBytes(StandardCharsets.UTF_8).length == directory.length;
            if (!textual || MountRoot.locate(layers.array(), directory, cache, policy) == null) {
                return false;
            }
        }
        return true;
    }

    private void mountOne(
            WorkspaceOptions options, HardLinks hardLinks, String mountpoint, byte[] prefix, boolean silent)
            throws LinuxException {
        SessionOptions session = new SessionOptions(
                "agentfense",
                silent,
                !silent && options.wantsPassthrough(),
                STACK_DEPTH,
                options.others(),
                silent ? WORKERS : WORKERS - 1);
        sessions.add(Session.mount(made -> fileSystem(made, options, hardLinks, prefix), mountpoint, session));
    }

    private FileSystem fileSystem(Session session, WorkspaceOptions options, HardLinks hardLinks, byte[] prefix)
            throws LinuxException {
        Work.Found found = MountRoot.locate(layers.array(), prefix, cache, policy);
        if (found == null) {
            throw new LinuxException("mount the directory " + Areas.text(prefix), Errno.ENOENT);
        }
        Tree tree = new Tree(layers.array(), prefix, cache, masks);
        View view = new View(
                tree,
                options.policy(),
                hardLinks,
                guises,
                options.owner(),
                denials,
                session.notifier(),
                quota,
                options.deltas().isEmpty(),
                found);
        BaseWatch watch = new BaseWatch(view, hardLinks);
        watches.add(watch);
        views.add(view);
        Passthrough passthrough = new Passthrough(session, tree, options.wantsPassthrough());
        return new GuardedFileSystem(view, watch, options.origins(), quota, passthrough, mark);
    }

    /**
     * Puts other rules in force: they hold for every operation that begins after this returns. What they withhold is
     * dropped from the kernel's caches; descriptors and mappings that are open end at their next use.
     *
     * @throws IllegalStateException if the workspace was not mounted for rules that change
     * @throws IllegalArgumentException as {@link #mount} does
     */
    public synchronized void changeRules(Policy policy) {
        if (!liveRules) {
            throw new IllegalStateException("mounted for rules that stay; mount it with liveRules");
        }
        requireDelta(policy, direct);
        this.policy = policy;
        mark.raise();
        views.forEach(view -> view.decideBy(policy));
    }

    /** Whether the rules may change. */
    public boolean hasLiveRules() {
        return liveRules;
    }

    /** The rules in force. */
    public Policy policy() {
        return policy;
    }

    /** Whether anything in the delta may have changed since {@link Standstill#lower}. Costs nothing. */
    public boolean mayHaveChanged() {
        return mark.isRaised();
    }

    /**
     * Shows what was changed in the base so far: when this returns, lookups, reads and listings in the mounts find it.
     * For who has changed the base and wants it seen at once; what others change shows soon without being noticed so.
     */
    public synchronized void noticeBaseChanges() {
        watches.forEach(BaseWatch::notice);
    }

    /**
     * Stops answering until the standstill is closed. One at a time; it blocks {@link #close} and {@link #changeRules}
     * only as far as its caller lets nobody else call them meanwhile.
     *
     * @throws LinuxException EBUSY if a request did not come to its end for a long time
     */
    public synchronized Standstill standStill() throws LinuxException {
        watches.forEach(watch -> watch.reading.lock());
        for (Session session : sessions) {
            if (!session.pause(PATIENCE)) {
                goOn(List.of());
                throw new LinuxException("stop the workspace: a request takes longer than " + PATIENCE, Errno.EBUSY);
            }
        }
        return new Standstill(this);
    }

    /** For {@link Standstill}. */
    void goOn(List<Relocation> relocations) {
        try {
            sessions.forEach(Session::resume);
            watches.forEach(watch -> watch.drainAll(true));
            relocations.forEach(Relocation::tell);
        } finally {
            watches.forEach(BaseWatch::letGo);
        }
    }

    /**
     * For {@link Standstill}: takes over other layers and has every mount find its files in them. If that fails nobody
     * knows any more what the mounts would show, so they end.
     */
    List<Relocation> relocate(List<Integer> roots, boolean replaced) throws LinuxException {
        boolean done = false;
        try {
            List<Relocation> relocations = relocated(roots, replaced);
            done = true;
            return relocations;
        } finally {
            if (!done) {
                sessions.forEach(Session::abort);
            }
        }
    }

    private List<Relocation> relocated(List<Integer> roots, boolean replaced) throws LinuxException {
        Layer before = layers.top();
        int oldTop = before.index;
        LayerStack.Restacked restacked = layers.restack(roots);
        int changed = restacked.gone() | before.bit();
        if (!before.equals(layers.top())) {
            policy.writeDirectories().forEach(writeDirectories::make);
        }
        List<Relocation> relocations = new ArrayList<>();
        long nameless = 0;
        for (int i = 0; i < views.size(); i++) {
            View view = views.get(i);
            view.tree.restack(layers.array());
            Relocation relocation = new Relocation(view, watches.get(i), oldTop, changed, restacked.covers(), replaced);
            relocation.run(MountRoot.locate(layers.array(), view.tree.prefix, cache, policy));
            relocations.add(relocation);
            nameless += relocation.namelessBytes();
        }
        quota.recount(layers.bytes() + nameless);
        return relocations;
    }

    List<View> views() {
        return views;
    }

    Guises guises() {
        return guises;
    }

    ChangeMark mark() {
        return mark;
    }

    /** Itself. */
    @Override
    public Workspace workspace() {
        return this;
    }

    /** What was refused so far. */
    public Denials denials() {
        return denials;
    }

    /** Has somebody hear of each file that is shown with secrets masked, from now on. */
    public void listenToMasks(MaskListener listener) {
        masks.listen(listener);
    }

    /** The size of the delta in bytes, as it is charged. */
    public long deltaBytes() {
        return quota.used();
    }

    /** How often its limit refused the delta something. */
    public long deltaRefusals() {
        return quota.refusals();
    }

    /** FUSE messages answered so far, by opcode; those that never came are left out. */
    public Map<String, KernelRequests> requests() {
        Map<String, KernelRequests> sums = new TreeMap<>(requestsToClosed);
        for (Session session : sessions) {
            session.answered()
                    .forEach((opcode, answered) -> sums.merge(
                            opcode, new KernelRequests(answered.requests(), answered.nanos()), KernelRequests::plus));
        }
        return sums;
    }

    /** How often its descriptors were used again, and opened. */
    public DescriptorUse descriptors() {
        return cache.use();
    }

    /** The names of all opcodes that {@link #requests} may have. */
    public static List<String> opcodes() {
        return Session.opcodes();
    }

    /** Waits until the mount is gone, whoever unmounted it. */
    public void join() throws InterruptedException {
        for (Session session : sessions) {
            session.join();
        }
    }

    /** Unmounts and lets go of everything. Idempotent. */
    @Override
    public synchronized void close() {
        closeSessions();
        cache.clear();
        if (!layers.isClosed()) {
            writeDirectories.clear();
        }
        layers.close();
    }

    private void closeSessions() {
        sessions.reversed().forEach(Session::close);
        Map<String, KernelRequests> all = requests();
        // In this order nobody sees a session twice.
        sessions.clear();
        requestsToClosed = all;
        watches.forEach(BaseWatch::close);
        watches.clear();
        views.clear();
    }
}
