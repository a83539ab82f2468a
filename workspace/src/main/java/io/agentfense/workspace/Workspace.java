package io.agentfense.workspace;

import io.agentfense.fuse.FileSystem;
import io.agentfense.fuse.Session;
import io.agentfense.fuse.SessionOptions;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A codebase under a policy, mounted. Writes go to a delta, or to the codebase itself in a direct mount. Thread-safe.
 *
 * <p>{@link #close} unmounts; nothing of the mount is left then, also after a failure.
 */
public final class Workspace implements AutoCloseable {
    /** How many idle descriptors one workspace keeps. */
    private static final int DESCRIPTORS = 4096;

    private static final int WORKERS = 3;

    /** Backing files may lie on an overlayfs, as in a container. */
    private static final int STACK_DEPTH = 2;

    private final Denials denials = new Denials();
    private final DescriptorCache cache = new DescriptorCache(DESCRIPTORS);
    private final List<Session> sessions = new ArrayList<>();
    private final List<BaseWatch> watches = new ArrayList<>();
    private final List<View> views = new ArrayList<>();
    private final List<Layer> layers;
    private final Quota quota;
    private final WriteDirectories writeDirectories;
    private final boolean liveRules;

    private Workspace(List<Layer> layers, Quota quota, boolean liveRules) {
        this.liveRules = liveRules;
        this.layers = layers;
        this.quota = quota;
        this.writeDirectories = new WriteDirectories(layers.getFirst(), layers.getLast());
    }

    /**
     * Mounts a workspace.
     *
     * @throws LinuxException if the base or the delta cannot be opened, or the mount is refused
     */
    public static Workspace mount(WorkspaceOptions options, String mountpoint) throws LinuxException {
        Workspace workspace = new Workspace(openLayers(options), new Quota(options.deltaLimit()), options.liveRules());
        try {
            workspace.mountAll(options, mountpoint);
            return workspace;
        } catch (LinuxException | RuntimeException e) {
            workspace.close();
            throw e;
        }
    }

    /** Only a limit makes it worth a walk over what is there. */
    private static long used(WorkspaceOptions options) throws LinuxException {
        boolean counts =
                options.deltaLimit() != Long.MAX_VALUE && !options.deltas().isEmpty();
        return counts ? DeltaUsage.of(options.deltas().getFirst()) : 0;
    }

    private static List<Layer> openLayers(WorkspaceOptions options) throws LinuxException {
        List<Layer> layers = new ArrayList<>();
        try {
            for (int upper : options.deltas()) {
                int own = (int) LinuxException.check("duplicate a descriptor", Descriptor.duplicate(upper));
                layers.add(new Layer(own, layers.size(), true));
            }
            layers.add(new Layer(Descriptor.openDirectory(options.base()), layers.size(), false));
            return layers;
        } catch (LinuxException e) {
            layers.forEach(Layer::close);
            throw e;
        }
    }

    private void mountAll(WorkspaceOptions options, String mountpoint) throws LinuxException {
        options.policy().writeDirectories().forEach(writeDirectories::make);
        quota.charge(used(options));
        HardLinks hardLinks = new HardLinks(layers.getLast(), options.policy());
        Areas areas = Areas.of(options.policy(), options.asksForOpens());
        // fusermount3 is another user's program to a mount without allow_other: it can't reach a directory inside it.
        boolean nested = options.others() || areas.directories().isEmpty();
        if (!areas.messages() && !(nested && allThere(options, areas))) {
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
    private boolean allThere(WorkspaceOptions options, Areas areas) throws LinuxException {
        for (byte[] directory : areas.directories()) {
            boolean textual = Areas.text(directory).getBytes(StandardCharsets.UTF_8).length == directory.length;
            if (!textual || locate(options, directory) == null) {
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
        Work.Found found = locate(options, prefix);
        if (found == null) {
            throw new LinuxException("mount the directory " + Areas.text(prefix), Errno.ENOENT);
        }
        Tree tree = new Tree(layers.toArray(Layer[]::new), prefix, cache);
        View view = new View(
                tree,
                options.policy(),
                hardLinks,
                options.owner(),
                denials,
                session.notifier(),
                quota,
                options.deltas().isEmpty(),
                found);
        BaseWatch watch = new BaseWatch(view, hardLinks);
        watches.add(watch);
        views.add(view);
        Passthrough passthrough = new Passthrough(session, options.wantsPassthrough());
        return new GuardedFileSystem(view, watch, options.origins(), quota, passthrough);
    }

    /** Where a directory lies in the layers, or null if it is none. */
    private Work.@Nullable Found locate(WorkspaceOptions options, byte[] path) throws LinuxException {
        Tree tree = new Tree(layers.toArray(Layer[]::new), new byte[0], cache);
        Work.Found found = new Work.Found();
        LinuxException.check("stat the workspace's root", found.stat.read(layers.getFirst().root));
        found.layer = 0;
        found.layers = (1 << layers.size()) - 1;
        found.originIs(found.stat);
        Node at = new Node(1, found.stat, 0, null, options.policy().root(), Level.READ);
        at.foundIn(found.layers);
        long id = 2;
        for (String name : Areas.text(path).split("/", -1)) {
            if (name.isEmpty()) {
                continue;
            }
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            if (tree.locate(at, bytes, bytes.length, found) < 0 || !found.stat.isDirectory()) {
                return null;
            }
            at = new Node(id++, found.stat, 0, new Node.Link(at, bytes, null), at.state, Level.READ);
            at.place = Place.of(found.layer, found.stat);
            at.foundIn(found.layers);
        }
        return found;
    }

    /**
     * Puts other rules in force: they hold for every operation that begins after this returns. What they withhold is
     * dropped from the kernel's caches; descriptors and mappings that are open end at their next use.
     *
     * @throws IllegalStateException if the workspace was not mounted for rules that change
     */
    public synchronized void changeRules(Policy policy) {
        if (!liveRules) {
            throw new IllegalStateException("mounted for rules that stay; mount it with liveRules");
        }
        views.forEach(view -> view.decideBy(policy));
    }

    /** What was refused so far. */
    public Denials denials() {
        return denials;
    }

    /** The size of the delta in bytes, as it is charged. */
    public long deltaBytes() {
        return quota.used();
    }

    /** FUSE messages answered so far, by opcode. */
    public Map<String, Long> messages() {
        Map<String, Long> sums = new TreeMap<>();
        for (Session session : sessions) {
            session.messages().forEach((opcode, count) -> sums.merge(opcode, count, Long::sum));
        }
        return sums;
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
        if (!layers.isEmpty()) {
            writeDirectories.clear();
        }
        layers.forEach(Layer::close);
        layers.clear();
    }

    private void closeSessions() {
        sessions.reversed().forEach(Session::close);
        sessions.clear();
        watches.forEach(BaseWatch::close);
        watches.clear();
        views.clear();
    }
}
