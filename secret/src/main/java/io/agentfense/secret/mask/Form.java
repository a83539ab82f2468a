package io.agentfense.secret.mask;

import java.util.Locale;
import java.util.regex.Pattern;

/** What a file's name says of how values are told in it. */
public enum Form {
    /** An object or more of JSON. */
    JSON(".*\\.(?:json|jsonc|json5|ipynb|tfstate)"),
    /** Words of {@code .netrc}. */
    NETRC("[._]netrc|.*\\.netrc"),
    /** By the grammar of YAML. */
    YAML(".*\\.ya?ml"),
    /** Lines, of which one that is indented more goes on with the value before it. */
    INI(".*\\.(?:ini|cfg|cnf|conf|config)|\\.pypirc|\\.my\\.cnf|credentials|config"),
    /** Lines that stand for themselves, unless they say otherwise at their end. */
    PLAIN("\\.(?:flask)?env(?:rc|[._~-].*)?|.*\\.(?:env|properties|toml|tfvars)|\\.npmrc|\\.yarnrc"),
    /** Anything else. */
    OTHER(".*");

    private final Pattern names;

    Form(String names) {
        this.names = Pattern.compile(names, Pattern.DOTALL);
    }

    /** That of a file with a path, a character for each byte. */
    public static Form of(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        for (Form form : values()) {
            if (form.names.matcher(name).matches()) {
                return form;
            }
        }
        return OTHER;
    }
}
