package io.agentfense.cli;

import io.agentfense.policy.Policy;
import io.agentfense.policy.PolicyException;
import io.agentfense.policy.Presets;
import io.agentfense.policy.Rule;
import io.agentfense.rulefile.RuleFile;
import io.agentfense.rulefile.RuleFileException;
import io.agentfense.rulefile.RuleOption;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options that say which rules hold, as a mixin: presets first, then the file's rules, then each {@code --rule}.
 *
 * <p>Where neither a preset nor a file is named, the command's default preset stands in for them. Whatever is wrong is a
 * {@link ParameterException}, which ends the command with exit code 2.
 */
public final class RuleOptions {
    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Begin with the rules of a preset: agent-safe, read-only, full-access, development, view-only"
                    + " or hide-secrets. Repeatable: hide-secrets can follow any other.")
    private List<String> presets = new ArrayList<>();

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "Go on with the rules of a file, YAML or JSON: a list of rules, or {preset, rules}."
                    + " Without --preset, exactly these.")
    private @Nullable Path file;

    @Option(
            names = "--rule",
            paramLabel = "PATTERN=LEVEL[+mask][@PRIORITY]",
            description = {
                "Add a rule; a later one replaces an earlier one of the same pattern. Repeatable.",
                "With +mask secrets in the files are read as placeholders, which a commit turns back."
            })
    private List<String> rules = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
    private CommandSpec command;

    /**
     * The rules in force, known to compile; their indexes are what decisions name.
     *
     * @param defaultPreset the preset to begin with if the user names neither one nor a file
     */
    public List<Rule> rules(String defaultPreset) {
        List<Rule> all = new ArrayList<>();
        boolean named = !presets.isEmpty() || file != null;
        for (String preset : named ? presets : List.of(defaultPreset)) {
            all.addAll(meaning("--preset", preset, Presets::of));
        }
        if (file != null) {
            all.addAll(read(file));
        }
        for (String rule : rules) {
            all.add(meaning("--rule", rule, RuleOption::parse));
        }
        compile(all);
        return List.copyOf(all);
    }

    /** The rules in force as a policy; see {@link #rules}. */
    public Policy policy(String defaultPreset) {
        return compile(rules(defaultPreset));
    }

    /**
     * A file that the user named, whole.
     *
     * @throws ParameterException if it can't be read
     */
    public byte[] content(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw error(path + ": there is no such file", e);
        } catch (AccessDeniedException e) {
            throw error(path + ": it may not be read; check its permissions", e);
        } catch (IOException e) {
            throw error(path + ": it can't be read: " + e.getMessage(), e);
        }
    }

    /** A mistake in what the user gave. */
    public ParameterException error(String message, Exception cause) {
        return new ParameterException(command.commandLine(), message, cause);
    }

    private List<Rule> read(Path path) {
        try {
            return RuleFile.parse(path.toString(), content(path));
        } catch (RuleFileException e) {
            throw error(String.valueOf(e.getMessage()), e);
        }
    }

    private Policy compile(List<Rule> all) {
        try {
            return Policy.compile(all);
        } catch (PolicyException e) {
            throw error(String.valueOf(e.getMessage()), e);
        }
    }

    private <T> T meaning(String option, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw error(option + ": " + e.getMessage(), e);
        }
    }
}
