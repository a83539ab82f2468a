package io.agentfense.secret.mask;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The passwords in URLs, weak ones too: {@code postgres://app:hunter2@db/app}. Stateless. */
final class UrlPasswords {
    private static final Pattern PASSWORD =
            Pattern.compile("(?<=://)[^\\s/:@\"'`<>\\\\]*+:(?<password>[^\\s/\"'`<>\\\\]+)@", Pattern.DOTALL);

    private UrlPasswords() {}

    /** Adds those of a content. */
    static void find(byte[] content, Ranges found) {
        // A byte is a character, so that offsets are the same.
        Matcher url = PASSWORD.matcher(new String(content, ISO_8859_1));
        while (url.find()) {
            if (!SecretName.isHarmless(url.group("password"))) {
                found.add(url.start("password"), url.end("password"));
            }
        }
    }
}
