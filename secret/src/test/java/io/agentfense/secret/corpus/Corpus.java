package io.agentfense.secret.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.secret.corpus.Fixture.Range;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files with secrets and files that look like it. What lies in the repository are texts with holes, so that no token stands
 * there: {@code ⟦hex:32⟧} is filled with 32 digits, {@code ⟦!ghp⟧} with a token of GitHub's with its checksum, and the
 * exclamation mark says that this is a secret which has to be found, from its first to its last byte. Parts of a value
 * have {@code |} between them. What a hole is filled with comes from the fixture's name, and so is always the same.
 *
 * <p>A fixture begins with a line {@code ## id | secret or clean | file name | rules}.
 */
public final class Corpus {
    private static final Pattern HOLE = Pattern.compile("⟦(!?)([^⟧]*)⟧");

    private Corpus() {}

    /** The fixtures that rules were tuned on. */
    public static List<Fixture> tuned() throws IOException {
        return read("secrets.txt", "services.txt", "look-alikes.txt");
    }

    /** The fixtures that were written before any rule. */
    public static List<Fixture> heldOut() throws IOException {
        return read("held-out-secrets.txt", "held-out-look-alikes.txt");
    }

    private static List<Fixture> read(String... names) throws IOException {
        List<Fixture> fixtures = new ArrayList<>();
        for (String name : names) {
            try (InputStream in = Corpus.class.getResourceAsStream("/corpus/" + name)) {
                String[] parts = ("\n" + new String(in.readAllBytes(), UTF_8)).split("\n## ");
                for (int i = 1; i < parts.length; i++) {
                    fixtures.add(fixture(parts[i]));
                }
            }
        }
        return fixtures;
    }

    private static Fixture fixture(String part) {
        String[] head = part.substring(0, part.indexOf('\n')).split(" \\| ");
        String text = part.substring(part.indexOf('\n') + 1);
        text = text.endsWith("\n") ? text : text + "\n";
        Samples samples = new Samples(head[0].hashCode());
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        List<Range> secrets = new ArrayList<>();
        Matcher hole = HOLE.matcher(text);
        int at = 0;
        while (hole.find()) {
            content.writeBytes(text.substring(at, hole.start()).getBytes(UTF_8));
            int start = content.size();
            content.writeBytes(samples.of(hole.group(2)).getBytes(UTF_8));
            if (!hole.group(1).isEmpty()) {
                secrets.add(new Range(start, content.size()));
            }
            at = hole.end();
        }
        content.writeBytes(text.substring(at).getBytes(UTF_8));
        if (head[1].equals("secret") == secrets.isEmpty()) {
            throw new IllegalStateException(head[0] + " is not what its head says");
        }
        List<String> rules = head.length > 3 ? List.of(head[3].split(" ")) : List.of();
        return new Fixture(head[0], head[2], content.toByteArray(), rules, List.copyOf(secrets));
    }

    /** Writes all fixtures below a directory, {@code secret/ID/FILE} and {@code clean/ID/FILE}, for other scanners. */
    public static void main(String[] args) throws IOException {
        List<Fixture> all = new ArrayList<>(tuned());
        all.addAll(heldOut());
        for (Fixture fixture : all) {
            Path file = Path.of(args[0], fixture.isSecret() ? "secret" : "clean", fixture.id(), fixture.file());
            Files.createDirectories(file.getParent());
            Files.write(file, fixture.content());
        }
    }
}
