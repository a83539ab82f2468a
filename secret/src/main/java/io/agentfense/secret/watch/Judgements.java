package io.agentfense.secret.watch;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.secret.Finding;
import io.agentfense.secret.watch.FileJudge.Judgement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of all files of a {@link WatchedTree}, and which of its directories are watched. Guarded by the tree.
 */
final class Judgements {
    private final SecretWatches watches;
    private final WatchedTree tree;
    private final int root;
    private final FileJudge judge;
    private final NavigableMap<String, Judgement> files = new TreeMap<>();
    private final NavigableMap<String, Integer> directories = new TreeMap<>();
    private final NavigableMap<String, SecretFile> found = new TreeMap<>();

    /**
     * None yet.
     *
     * @param root a descriptor of the tree's directory
     */
    Judgements(SecretWatches watches, WatchedTree tree, int root, FileJudge judge) {
        this.watches = watches;
        this.tree = tree;
        this.root = root;
        this.judge = judge;
    }

    /** Looks at what is at a name now, and at all below it. */
    void examine(String name, boolean rewritten) {
        Stat stat = new Stat();
        int fd = Beneath.open(root, bytes(name), OpenFlags.O_PATH);
        int error = fd < 0 ? fd : stat.read(fd);
        Descriptor.close(fd);
        boolean directory = error >= 0 && stat.isDirectory();
        Map<String, Judgement> before = forgetBelow(name);
        Judgement own = files.remove(name);
        found.remove(name);
        if (directory) {
            walk(name, before);
        } else if (error >= 0 && stat.isRegular()) {
            judge(name, stat, rewritten ? null : own);
        }
    }

    /** Forgets all below a directory, and the directory; what was known of the files there. */
    private Map<String, Judgement> forgetBelow(String name) {
        SortedMap<String, Integer> gone = below(directories, name);
        gone.forEach((directory, watch) -> watches.remove(tree, watch, directory));
        gone.clear();
        Integer own = directories.remove(name);
        if (own != null) {
            watches.remove(tree, own, name);
        }
        below(found, name).clear();
        SortedMap<String, Judgement> known = below(files, name);
        Map<String, Judgement> before = new HashMap<>(known);
        known.clear();
        return before;
    }

    private static <T> SortedMap<String, T> below(NavigableMap<String, T> map, String name) {
        // '0' is the character behind '/'.
        return name.isEmpty() ? map : map.subMap(name + "/", name + "0");
    }

    private void walk(String start, Map<String, Judgement> before) {
        Deque<String> left = new ArrayDeque<>(List.of(start));
        Dirents entries = new Dirents();
        Stat stat = new Stat();
        while (!left.isEmpty()) {
            String name = left.pop();
            int fd = Beneath.open(root, bytes(name), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            if (fd < 0) {
                if (!FileJudge.isGone(fd)) {
                    found.put(name, new SecretFile(name, Finding.UNSCANNED, 0, FileState.UNKNOWN));
                }
                continue;
            }
            try {
                // Watched before it is listed: what comes after the listing is told.
                int watch = watches.add(tree, name, fd);
                if (watch < 0) {
                    found.put(name, new SecretFile(name, SecretFile.UNWATCHED, 0, FileState.UNKNOWN));
                    continue;
                }
                directories.put(name, watch);
                list(fd, name, entries, stat, before, left);
            } finally {
                Descriptor.close(fd);
            }
        }
    }

    private void list(
            int fd, String directory, Dirents entries, Stat stat, Map<String, Judgement> before, Deque<String> left) {
        int more = entries.start(fd);
        for (more = more < 0 ? more : entries.next(); more > 0; more = entries.next()) {
            if (stat.read(fd, entries.name, entries.length) < 0) {
                continue;
            }
            String name = WatchedTree.joined(
                    directory, new String(entries.name, 0, entries.length, StandardCharsets.ISO_8859_1));
            if (stat.isDirectory()) {
                left.push(name);
            } else if (stat.isRegular()) {
                judge(name, stat, before.get(name));
            }
        }
        if (more < 0) {
            found.put(directory, new SecretFile(directory, Finding.UNSCANNED, 0, FileState.UNKNOWN));
        }
    }

    private void judge(String name, Stat stat, @Nullable Judgement known) {
        boolean same = known != null && known.settled() && known.state().equals(FileState.of(stat));
        Judgement now = same ? known : judge.judge(root, name, FileState.of(stat));
        if (now != null) {
            files.put(name, now);
            SecretFile secret = now.secret();
            if (secret != null) {
                found.put(name, secret);
            }
        }
    }

    /** Has nothing told of its directories any more; what is known of files stays. */
    void leaveDirectories() {
        directories.forEach((name, watch) -> watches.remove(tree, watch, name));
        directories.clear();
    }

    /** The files with secrets, in the order of their names. */
    List<SecretFile> secrets() {
        return List.copyOf(found.values());
    }

    /** How many files are known, whether they hold secrets or not. */
    int size() {
        return files.size();
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }
}
