package io.agentfense.workspace.delta;

import io.agentfense.policy.Level;
import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A codebase, a store and one delta over them, in a directory of a test's own. */
public final class Scene implements AutoCloseable {
    public static final List<Rule> EVERYTHING = List.of(Rule.of("**/*", Level.WRITE));

    public final Path directory;
    public final DeltaStore store;
    public final HostTree base;
    public final Delta delta;
    public final Writer inside;

    public Scene(Path directory, List<Rule> rules) throws IOException {
        this(directory, rules, base -> {});
    }

    /** Fills the base of what a test needs before the delta is made. */
    @FunctionalInterface
    public interface Filling {
        void of(HostTree base) throws IOException;
    }

    public Scene(Path directory, List<Rule> rules, Filling filling) throws IOException {
        this.directory = directory;
        this.store = openStore(directory);
        this.base =
                HostTree.open(Files.createDirectories(directory.resolve("base")).toString());
        filling.of(base);
        this.delta = store.create(directory.resolve("base").toString(), rules, List.of("sh", "-c", "true"));
        this.inside = new Writer(delta, base);
    }

    public static DeltaStore openStore(Path directory) throws IOException {
        return DeltaStore.open(new StateRoot(directory.resolve("state").toString()));
    }

    /** The changes as {@code kind path}, in their order. */
    public List<String> changes() throws IOException {
        return changed().list().stream()
                .map(change -> change.kind().label() + " " + HostTree.text(change.path()))
                .toList();
    }

    public Changes changed() throws IOException {
        return Changes.of(delta, base.root, policy());
    }

    public Policy policy() {
        try {
            return Policy.compile(delta.meta().rules());
        } catch (PolicyException e) {
            throw new AssertionError(e);
        }
    }

    /** The names in the base's root that are not the test's: what an apply forgot. */
    public List<String> residue() throws IOException {
        try (Stream<Path> names = Files.list(directory.resolve("base"))) {
            return names.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(".agentfense"))
                    .collect(Collectors.toList());
        }
    }

    @Override
    public void close() {
        delta.close();
        base.close();
        store.close();
    }
}
