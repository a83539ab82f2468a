package io.agentfense.egress.policy;

/**
 * Names that an entry allows: one, or with {@code *.} before it all those below it and not itself, or all with {@code *}.
 *
 * @param suffix the name, or what matching names end in, the dot included; empty for all
 * @param exact whether only the name itself matches
 */
public record HostPattern(String suffix, boolean exact) {
    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none, with what is allowed
     */
    public static HostPattern parse(String pattern) {
        if (pattern.equals("*")) {
            return new HostPattern("", false);
        }
        boolean wild = pattern.startsWith("*.");
        HostName name = HostName.parse(wild ? pattern.substring(2) : pattern)
                .orElseThrow(() -> new IllegalArgumentException("'" + pattern + "' is not a host: write a name such as"
                        + " api.example.com, *.example.com for all below it, or * for all; an address is a cidr"));
        return wild ? new HostPattern("." + name.text(), false) : new HostPattern(name.text(), true);
    }

    boolean matches(HostName name) {
        return exact ? name.text().equals(suffix) : name.text().endsWith(suffix);
    }

    @Override
    public String toString() {
        return exact ? suffix : "*" + suffix;
    }
}
