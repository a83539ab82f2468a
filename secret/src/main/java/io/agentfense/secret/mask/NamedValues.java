package io.agentfense.secret.mask;

import io.agentfense.secret.mask.LineValues.Layout;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values in a file of configuration whose names tell that they are secret, short ones and words too, which content
 * alone never tells. Files are known by their names; in others only what a URL tells is found. Stateless.
 */
final class NamedValues {
    private static final Pattern JSON = Pattern.compile(".*\\.(?:json|jsonc|json5|ipynb|tfstate)");
    private static final Pattern YAML = Pattern.compile(".*\\.ya?ml");
    private static final Pattern NETRC = Pattern.compile("[._]netrc|.*\\.netrc");
    private static final Pattern INI =
            Pattern.compile(".*\\.(?:ini|cfg|cnf|conf|config)|\\.pypirc|\\.my\\.cnf|credentials|config");
    private static final Pattern PLAIN =
            Pattern.compile("\\.(?:flask)?env(?:rc|[._~-].*)?|.*\\.(?:env|properties|toml|tfvars)|\\.npmrc|\\.yarnrc");

    /** The largest YAML that is read by its grammar too, which takes long for some of it. */
    private static final int MAX_GRAMMAR = 1 << 20;

    private NamedValues() {}

    /**
     * Finds them.
     *
     * @param known what is masked anyway
     * @return null if the file is not what its name says, or has a value of a form whose end is not certain
     */
    static @Nullable Ranges of(String path, byte[] content, Ranges known) {
        Ranges found = ofKind(path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT), content, known);
        if (found != null) {
            UrlPasswords.find(content, found);
        }
        return found;
    }

    private static @Nullable Ranges ofKind(String name, byte[] content, Ranges known) {
        if (JSON.matcher(name).matches()) {
            return JsonValues.of(content);
        }
        if (NETRC.matcher(name).matches()) {
            return NetrcValues.of(content);
        }
        boolean yaml = YAML.matcher(name).matches();
        boolean ini = INI.matcher(name).matches();
        if (!yaml && !ini && !PLAIN.matcher(name).matches()) {
            return new Ranges();
        }
        Layout layout = yaml ? Layout.YAML : ini ? Layout.INI : Layout.PLAIN;
        Ranges found = new LineValues(content, layout, known).run();
        if (found != null && yaml && content.length <= MAX_GRAMMAR) {
            found.addAll(YamlValues.of(content));
        }
        return found;
    }
}
