package io.agentfense.server.codebase;

import java.util.List;

/**
 * The credentials in an upload.
 *
 * @param found the first of them, in the order of the upload
 * @param count how many there are in all
 */
public record UploadedSecrets(List<UploadedSecret> found, long count) {
    /** None. */
    public static final UploadedSecrets NONE = new UploadedSecrets(List.of(), 0);

    /** How many are told one by one. */
    static final int MOST_TOLD = 100;

    private static final int MOST_NAMED = 3;

    /** Copies the list. */
    public UploadedSecrets {
        found = List.copyOf(found);
    }

    /** For a refusal: the first of them, and how many more there are. */
    String text() {
        List<String> named =
                found.stream().limit(MOST_NAMED).map(UploadedSecret::text).toList();
        long more = count - named.size();
        return String.join(", ", named) + (more > 0 ? ", and " + more + " more" : "");
    }
}
