package io.agentfense.secret.mask;

import org.jspecify.annotations.Nullable;

/**
 * The values in a file of configuration whose names tell that they are secret, short ones and words too, which content
 * alone never tells. Files are known by their names; in others only what a URL tells is found. Stateless.
 */
final class NamedValues {
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
        Ranges found = switch (Form.of(path)) {
            case JSON -> JsonValues.of(content);
            case NETRC -> NetrcValues.of(content);
            case YAML -> yaml(content, known);
            case INI -> new LineValues(content, Form.INI, known).run();
            case PLAIN -> new LineValues(content, Form.PLAIN, known).run();
            case OTHER -> new Ranges();
        };
        if (found != null) {
            UrlPasswords.find(content, found);
        }
        return found;
    }

    private static @Nullable Ranges yaml(byte[] content, Ranges known) {
        Ranges found = new LineValues(content, Form.YAML, known).run();
        if (found != null && content.length <= MAX_GRAMMAR) {
            found.addAll(YamlValues.of(content));
        }
        return found;
    }
}
