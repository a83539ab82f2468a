package io.agentfense.server.config;

import io.agentfense.policy.Spelling;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads the configuration: of each value the flag, else the environment's {@code AGENTFENSE_SECTION_KEY}, else the
 * file's, else the default. An empty flag or variable counts as none. Stateless.
 */
public final class ConfigLoader {
    private static final String FILE_VARIABLE = "AGENTFENSE_CONFIG";

    private final Map<String, String> environment;
    private final Places places;

    /**
     * A loader for a process.
     *
     * @param environment of the process
     * @param root whether it runs as root, which decides where things lie by default
     */
    public ConfigLoader(Map<String, String> environment, boolean root) {
        this(environment, root, Path.of("/etc"));
    }

    /** The same with another directory of the machine's configuration. */
    ConfigLoader(Map<String, String> environment, boolean root, Path system) {
        this.environment = Map.copyOf(environment);
        this.places = Places.of(environment, root, system);
    }

    /**
     * Loads it.
     *
     * @param flags values by their keys, such as {@code server.grpc_addr}
     * @param file what {@code --config} named; if empty, the first that is there of {@code $AGENTFENSE_CONFIG},
     *     {@code $XDG_CONFIG_HOME/agentfense/config.yaml} and {@code /etc/agentfense/config.yaml}
     * @throws ConfigException if a named file is not there, or anything is wrong
     */
    public LoadedConfig load(Map<String, String> flags, Optional<Path> file) throws ConfigException {
        Optional<Path> chosen = choose(file);
        List<String> problems = new ArrayList<>();
        Map<String, ConfigFile.Entry> entries =
                chosen.isEmpty() ? Map.of() : ConfigFile.read(chosen.get(), content(chosen.get()), problems);
        checkFlags(flags, problems);
        Values values = new Values();
        for (Key<?> key : Keys.ALL) {
            fill(values, key, flags, entries, problems);
        }
        List<String> warnings = strayVariables();
        // Between values that are wrong themselves nothing can be said.
        if (problems.isEmpty()) {
            new Checks(values, problems, warnings).run();
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new LoadedConfig(new Assembly(values).config(), chosen, values.settings(), List.copyOf(warnings));
    }

    private Optional<Path> choose(Optional<Path> named) throws ConfigException {
        if (named.isPresent()) {
            return named;
        }
        String variable = environment.getOrDefault(FILE_VARIABLE, "");
        if (!variable.isEmpty()) {
            return Optional.of(Path.of(variable));
        }
        return places.files().stream().filter(Files::exists).findFirst();
    }

    private static String content(Path file) throws ConfigException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(List.of(file + ": there is no such file"));
        } catch (CharacterCodingException e) {
            throw new ConfigException(List.of(file + ": it is not UTF-8"));
        } catch (IOException e) {
            throw new ConfigException(List.of(file + ": it can't be read: " + e.getMessage()));
        }
    }

    private static void checkFlags(Map<String, String> flags, List<String> problems) {
        List<String> known = Keys.ALL.stream().map(Key::name).toList();
        flags.keySet().stream()
                .filter(name -> !known.contains(name))
                .map(name -> "flag --set: unknown key '" + name + "'"
                        + Spelling.nearest(name, known)
                                .map(near -> "; did you mean '" + near + "'?")
                                .orElse(""))
                .forEach(problems::add);
    }

    private <T> void fill(
            Values values,
            Key<T> key,
            Map<String, String> flags,
            Map<String, ConfigFile.Entry> entries,
            List<String> problems) {
        values.put(key, key.fallback().apply(places), new Origin.Default());
        String flag = flags.getOrDefault(key.name(), "");
        String variable = environment.getOrDefault(key.variable(), "");
        ConfigFile.Entry entry = entries.get(key.name());
        if (!flag.isEmpty()) {
            String name = Keys.FLAGS.getOrDefault(key.name(), "--set " + key.name());
            put(values, key, new Given.Text(flag), new Origin.Flag(name), problems);
        } else if (!variable.isEmpty()) {
            put(values, key, new Given.Text(variable), new Origin.Environment(key.variable()), problems);
        } else if (entry != null) {
            put(values, key, entry.given(), entry.origin(), problems);
        }
    }

    private static <T> void put(Values values, Key<T> key, Given given, Origin origin, List<String> problems) {
        try {
            values.put(key, key.type().read(given), origin);
        } catch (IllegalArgumentException e) {
            problems.add(origin + ": " + key.name() + " " + e.getMessage());
        }
    }

    /**
     * Variables that look like a key misspelt. They are no error: others set variables with our prefix too, such as
     * Kubernetes for a service of our name.
     */
    private List<String> strayVariables() {
        List<String> known = Keys.ALL.stream().map(Key::variable).toList();
        List<String> warnings = new ArrayList<>();
        environment.keySet().stream()
                .filter(name -> name.startsWith("AGENTFENSE_") && !known.contains(name) && !name.equals(FILE_VARIABLE))
                .sorted()
                .forEach(name -> Spelling.nearest(name, known)
                        .filter(near -> Math.abs(near.length() - name.length()) <= 2)
                        .ifPresent(near ->
                                warnings.add("environment " + name + " sets nothing; did you mean " + near + "?")));
        return warnings;
    }
}
