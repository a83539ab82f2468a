package io.agentfense.workspace;

import io.agentfense.linux.LinuxException;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the directory that is the root of a mount in the layers, without any regard to rules. Stateless. */
final class MountRoot {
    private MountRoot() {}

    /**
     * Where a directory lies, or null if it is none.
     *
     * @param path below the workspace's root, without slashes around it
     */
    static Work.@Nullable Found locate(Layer[] layers, byte[] path, DescriptorCache cache, Policy policy)
            throws LinuxException {
        Tree tree = new Tree(layers, new byte[0], cache, MaskedFiles.NONE);
        Work.Found found = new Work.Found();
        LinuxException.check("stat the workspace's root", found.stat.read(tree.top().root));
        found.layer = tree.top().index;
        found.layers = (1 << layers.length) - 1;
        found.originIs(found.stat);
        Node at = new Node(1, found.stat, 0, null, policy.root(), Level.READ);
        at.place = Place.of(found.layer, found.stat);
        at.liesIn(found.layers);
        long id = 2;
        for (int from = 0; from < path.length; ) {
            int end = from;
            while (end < path.length && path[end] != '/') {
                end++;
            }
            byte[] name = Arrays.copyOfRange(path, from, end);
            if (tree.locate(at, name, name.length, found) < 0 || !found.stat.isDirectory()) {
                return null;
            }
            at = new Node(id++, found.stat, 0, new Node.Link(at, name, null), at.state, Level.READ);
            at.place = Place.of(found.layer, found.stat);
            at.liesIn(found.layers);
            from = end + 1;
        }
        return found;
    }
}
