package io.agentfense.workspace;

import io.agentfense.fuse.FileSystem;
import io.agentfense.fuse.Session;
import io.agentfense.fuse.SessionOptions;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.LinuxException;
import io.agentfense.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A codebase under a policy, mounted. Writes go to a delta, or to the codebase itself in a direct mount. Thread-safe.
 *
 * <p>{@link #close} unmounts; nothing of the mount is left then, also after a failure.
 */
public final class Workspace implements AutoCloseable {
    /** How many idle descriptors one workspace keeps. */
    private static final int DESCRIPTORS = 4096;

    private static final int WORKERS = 3;

    private final Denials denials = new Denials();
    private final DescriptorCache cache = new DescriptorCache(DESCRIPTORS);
    private final List<Session> sessions = new ArrayList<>();
    private final List<BaseWatch> watches = new ArrayList<>();
    private final List<Layer> layers;
    private final Quota quota;

    private Workspace(List<Layer> layers, Quota quota) {
        this.layers = layers;
        this.quota = quota;
    }

    /**
     * Mounts a workspace.
     *
     * @throws LinuxException if the base or the delta cannot be opened, or the mount is refused
     */
    public static Workspace mount(WorkspaceOptions options, String mountpoint) throws LinuxException {
        Workspace workspace = new Workspace(openLayers(options), new Quota(options.deltaLimit(), 0));
        try {
            workspace.mountRoot(options, mountpoint);
            return workspace;
        } catch (LinuxException | RuntimeException e) {
            workspace.close();
            throw e;
        }
    }

    private static List<Layer> openLayers(WorkspaceOptions options) throws LinuxException {
        List<String> uppers = options.deltas();
        List<Layer> layers = new ArrayList<>();
        try {
            for (String upper : uppers) {
                layers.add(new Layer(Descriptor.openDirectory(upper), layers.size(), true));
            }
            layers.add(new Layer(Descriptor.openDirectory(options.base()), layers.size(), false));
            return layers;
        } catch (LinuxException e) {
            layers.forEach(Layer::close);
            throw e;
        }
    }

    private void mountRoot(WorkspaceOptions options, String mountpoint) throws LinuxException {
        Policy policy = options.policy();
        boolean messages = options.strictOpen() || Areas.needMessages(policy);
        SessionOptions session = new SessionOptions("agentfense", !messages, false, 1, options.others(), WORKERS);
        HardLinks hardLinks = new HardLinks(layers.getLast(), policy);
        sessions.add(Session.mount(made -> fileSystem(made, options, hardLinks), mountpoint, session));
    }

    private FileSystem fileSystem(Session session, WorkspaceOptions options, HardLinks hardLinks)
            throws LinuxException {
        Tree tree = new Tree(layers.toArray(Layer[]::new), new byte[0], cache);
        View view = new View(
                tree,
                options.policy(),
                hardLinks,
                options.owner(),
                denials,
                session.notifier(),
                options.deltas().isEmpty(),
                root());
        BaseWatch watch = new BaseWatch(view, hardLinks);
        watches.add(watch);
        return new GuardedFileSystem(view, watch, options.origins(), quota);
    }

    private Work.Found root() throws LinuxException {
        Work.Found found = new Work.Found();
        LinuxException.check("stat the workspace's root", found.stat.read(layers.getFirst().root));
        found.layer = 0;
        found.layers = (1 << layers.size()) - 1;
        found.originIs(found.stat);
        return found;
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
        sessions.reversed().forEach(Session::close);
        sessions.clear();
        watches.forEach(BaseWatch::close);
        watches.clear();
        cache.clear();
        layers.forEach(Layer::close);
        layers.clear();
    }
}
