package io.agentfense.secret.mask;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values in a file of configuration whose names tell that they are secret, short ones and words too, which content
 * alone never tells. Files are known by their names; in others nothing is found. Stateless.
 */
final class NamedValues {
    private static final Pattern JSON = Pattern.compile(".*\\.(?:json|jsonc|json5|ipynb)");
    private static final Pattern YAML = Pattern.compile(".*\\.ya?ml");
    private static final Pattern NETRC = Pattern.compile("[._]netrc|.*\\.netrc");
    private static final Pattern LINES =
            Pattern.compile("\\.env(?:\\..*)?|.*\\.(?:env|properties|ini|cfg|cnf|conf|config|toml|tfvars)"
                    + "|\\.npmrc|\\.pypirc|\\.my\\.cnf|credentials|config");

    private NamedValues() {}

    /**
     * Finds them.
     *
     * @param known what is masked anyway
     * @return null if the file is not what its name says, or has a value of a form whose end is not certain
     */
    static @Nullable Ranges of(String path, byte[] content, Ranges known) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        if (JSON.matcher(name).matches()) {
            return JsonValues.of(content);
        }
        if (NETRC.matcher(name).matches()) {
            return NetrcValues.of(content);
        }
        boolean yaml = YAML.matcher(name).matches();
        return yaml || LINES.matcher(name).matches() ? new LineValues(content, yaml, known).run() : new Ranges();
    }
}
