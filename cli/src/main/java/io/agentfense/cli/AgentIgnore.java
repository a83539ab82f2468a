package io.agentfense.cli;

import io.agentfense.ignore.Exclusions;
import io.agentfense.ignore.IgnorePatterns;
import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.Dirents;
import io.agentfense.linux.Errno;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.linux.Stat;
import io.agentfense.policy.Rule;
import io.agentfense.policy.Withheld;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What the ignore files of agents name in the codebase of one local run, as it is before the start. What cannot be looked
 * through counts as named. Immutable once it is made.
 */
final class AgentIgnore {
    private record Directory(String path, Exclusions above) {}

    /** Bytes from the root. */
    private final List<byte[]> paths = new ArrayList<>();

    private AgentIgnore() {}

    /**
     * Looks through a codebase.
     *
     * @throws Failure 125 if an ignore file is a link or otherwise no regular file
     * @throws IOException if the codebase or an ignore file can't be read
     */
    static AgentIgnore of(Path base) throws IOException {
        AgentIgnore named = new AgentIgnore();
        int root = Descriptor.openDirectory(base.toString());
        try {
            named.walk(root);
        } finally {
            Descriptor.close(root);
        }
        return named;
    }

    /** How many files and directories are named; what lies below a directory does not count. */
    int count() {
        return paths.size();
    }

    /**
     * The rules, with what is named withheld behind them. So are the ignore files, wherever one is or would be made: what is
     * written there would decide what the next run sees.
     */
    List<Rule> over(List<Rule> rules) {
        return Withheld.over(rules, paths, IgnorePatterns.AGENT_FILES);
    }

    private void walk(int root) throws IOException {
        Deque<Directory> left = new ArrayDeque<>();
        left.push(new Directory("", Exclusions.of(false, List.of(), true)));
        while (!left.isEmpty()) {
            Directory directory = left.pop();
            int fd = Beneath.open(root, bytes(directory.path), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            if (fd < 0) {
                if (fd != -Errno.ENOENT) {
                    paths.add(bytes(directory.path));
                }
                continue;
            }
            try {
                list(fd, directory, left);
            } finally {
                Descriptor.close(fd);
            }
        }
    }

    private void list(int fd, Directory directory, Deque<Directory> left) throws IOException {
        String prefix = directory.path.isEmpty() ? "" : directory.path + "/";
        Exclusions exclusions = IgnoreFiles.in(fd, prefix, directory.above);
        Dirents entries = new Dirents();
        Stat stat = new Stat();
        LinuxException.check("list a directory", entries.start(fd));
        int more;
        while ((more = entries.next()) > 0) {
            String name = new String(entries.name, 0, entries.length, StandardCharsets.ISO_8859_1);
            int error = stat.read(fd, entries.name, entries.length);
            if (error == -Errno.ENOENT || IgnorePatterns.AGENT_FILES.contains(name)) {
                continue;
            }
            if (error < 0
                    || exclusions.ignored(prefix + name, stat.isDirectory()).isPresent()) {
                paths.add(bytes(prefix + name));
            } else if (stat.isDirectory()) {
                left.push(new Directory(prefix + name, exclusions));
            }
        }
        LinuxException.check("list a directory", more);
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.ISO_8859_1);
    }
}
