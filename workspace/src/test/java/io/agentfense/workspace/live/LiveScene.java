package io.agentfense.workspace.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentfense.linux.Credentials;
import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.Rule;
import io.agentfense.workspace.Owner;
import io.agentfense.workspace.WorkspaceOptions;
import io.agentfense.workspace.delta.Delta;
import io.agentfense.workspace.delta.DeltaStore;
import io.agentfense.workspace.delta.StateRoot;
import io.agentfense.workspace.delta.apply.ApplyOptions;
import io.agentfense.workspace.delta.apply.Landed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A codebase and workspaces that are mounted on deltas of it; closes all at the end. */
final class LiveScene implements AutoCloseable {
    static final List<Rule> EVERYTHING = List.of(Rule.of("**/*", Level.WRITE));

    final Path directory;
    final Path base;
    final DeltaStore store;
    private final List<Rule> rules;
    private final UnaryOperator<WorkspaceOptions> how;
    private final Deque<LiveDelta> mounted = new ArrayDeque<>();
    private int mounts;

    LiveScene(Path directory, List<Rule> rules, UnaryOperator<WorkspaceOptions> how) throws IOException {
        this.directory = directory;
        this.rules = rules;
        this.how = how;
        this.base = Files.createDirectories(directory.resolve("base"));
        this.store = DeltaStore.open(new StateRoot(directory.resolve("state").toString()));
    }

    LiveScene(Path directory) throws IOException {
        this(directory, EVERYTHING, options -> options);
    }

    /** A workspace over a fresh delta, and where it is mounted. */
    Mounted mount() throws Exception {
        return mount(store.create(base.toString(), rules, List.of()));
    }

    Mounted mount(Delta delta) throws Exception {
        Path at = Files.createDirectories(directory.resolve("mount" + mounts++));
        WorkspaceOptions options = how.apply(WorkspaceOptions.direct(
                        base.toString(), Policy.compile(rules), new Owner(Credentials.uid(), Credentials.gid()))
                .withOthers(Credentials.isRoot()));
        LiveDelta live = LiveDelta.mount(store, delta, options, at.toString());
        mounted.push(live);
        return new Mounted(live, at);
    }

    /** One mounted workspace. */
    record Mounted(LiveDelta live, Path root) {
        Path path(String path) {
            return root.resolve(path);
        }

        Landed commit() throws IOException {
            return live.commit(ApplyOptions.ALL);
        }

        Landed force() throws IOException {
            return live.commit(new ApplyOptions(List.of(), true, false));
        }

        void write(String path, String content) throws IOException {
            Files.createDirectories(path(path).getParent());
            Files.writeString(path(path), content);
        }

        String read(String path) throws IOException {
            return Files.readString(path(path));
        }
    }

    /**
     * Commits until nothing is left in the upper: a file that was just closed may count as open for a moment, since the
     * kernel tells of the end of a handle when it likes.
     */
    void settle(Mounted workspace) {
        await().untilAsserted(() -> {
            workspace.commit();
            assertThat(upper(workspace)).isEmpty();
        });
    }

    /** The names in the upper of a delta, those of directories that lead to them too. */
    List<String> upper(Mounted workspace) throws IOException {
        Path delta = directory.resolve("state/deltas").resolve(workspace.live.id());
        try (Stream<Path> entries = Files.list(delta)) {
            Path upper = entries.filter(path -> path.getFileName().toString().startsWith("upper"))
                    .findFirst()
                    .orElseThrow();
            try (Stream<Path> all = Files.walk(upper)) {
                return all.filter(path -> !path.equals(upper))
                        .map(path -> upper.relativize(path).toString())
                        .sorted()
                        .toList();
            }
        }
    }

    /** Everything below a directory: path to type, mode and content. */
    static SortedMap<String, String> picture(Path root) throws IOException {
        SortedMap<String, String> picture = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                if (!path.equals(root)) {
                    picture.put(root.relativize(path).toString(), line(path));
                }
            }
        }
        return picture;
    }

    private static String line(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return "link " + Files.readSymbolicLink(path);
        }
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return "directory " + mode;
        }
        return "file " + mode + " " + Files.readString(path, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        mounted.forEach(LiveDelta::close);
        store.close();
    }
}
