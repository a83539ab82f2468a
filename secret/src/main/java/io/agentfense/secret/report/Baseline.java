package io.agentfense.secret.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.agentfense.secret.Fingerprint;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Findings that are known and no news: rule, path and a fingerprint of the secret, whatever line it is in. The file lies in
 * a repository for all to read. So a fingerprint takes the file's own salt and 100,000 rounds of PBKDF2: for a
 * random token neither matters, but a password could be guessed from a bare hash in no time. Confined to its thread.
 */
public final class Baseline {
    private static final int ROUNDS = 100_000;
    private static final int MOST_ROUNDS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final String FORMAT = "agentfense-secrets-1";

    private record Entry(String rule, String path, String fingerprint) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int order = path.compareTo(other.path);
            order = order != 0 ? order : rule.compareTo(other.rule);
            return order != 0 ? order : fingerprint.compareTo(other.fingerprint);
        }
    }

    private final byte[] salt;
    private final int rounds;
    private final Set<Entry> entries = new TreeSet<>();
    private final Map<Fingerprint, String> derived = new HashMap<>();

    private Baseline(byte[] salt, int rounds) {
        this.salt = salt;
        this.rounds = rounds;
    }

    /** One without entries, with a salt of its own. */
    public static Baseline empty() {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new Baseline(salt, ROUNDS);
    }

    /** One for these findings, with the salt of this: what is in both is written as it was. */
    public Baseline of(Collection<FileFinding> findings) {
        Baseline other = new Baseline(salt, rounds);
        other.derived.putAll(derived);
        findings.forEach(finding -> other.entries.add(other.entry(finding)));
        return other;
    }

    /** Whether a finding is known. */
    public boolean has(FileFinding finding) {
        String path = PathUri.of(finding.path());
        String rule = finding.finding().rule().id();
        // Deriving takes long: only for what else fits.
        return entries.stream().anyMatch(known -> known.path.equals(path) && known.rule.equals(rule))
                && entries.contains(entry(finding));
    }

    /** How many entries it has. */
    public int size() {
        return entries.size();
    }

    private Entry entry(FileFinding finding) {
        String fingerprint =
                derived.computeIfAbsent(finding.finding().fingerprint(), secret -> secret.derive(salt, rounds));
        return new Entry(finding.finding().rule().id(), PathUri.of(finding.path()), fingerprint);
    }

    /**
     * Reads a file's content.
     *
     * @throws IOException if it is no baseline; the message says why
     */
    public static Baseline read(byte[] content) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(content)) {
            require(json.nextToken() == JsonToken.START_OBJECT, "it is no JSON object");
            require(FORMAT.equals(text(json, "format")), "its format is not " + FORMAT);
            byte[] salt = HexFormat.of().parseHex(text(json, "salt"));
            int rounds = Integer.parseInt(text(json, "rounds"));
            require(salt.length > 0 && rounds > 0 && rounds <= MOST_ROUNDS, "its salt or rounds can't be meant");
            Baseline baseline = new Baseline(salt, rounds);
            require(
                    "findings".equals(json.nextFieldName()) && json.nextToken() == JsonToken.START_ARRAY,
                    "it has no findings");
            while (json.nextToken() == JsonToken.START_OBJECT) {
                Entry entry = new Entry(text(json, "rule"), text(json, "path"), text(json, "fingerprint"));
                require(json.nextToken() == JsonToken.END_OBJECT, "a finding has more than it should");
                baseline.entries.add(entry);
            }
            return baseline;
        } catch (IllegalArgumentException e) {
            throw new IOException("it is no baseline: " + e.getMessage(), e);
        }
    }

    private static String text(JsonParser json, String name) throws IOException {
        require(name.equals(json.nextFieldName()), "it lacks " + name);
        json.nextToken();
        String text = json.getValueAsString();
        require(text != null, name + " is no text");
        return text == null ? "" : text;
    }

    private static void require(boolean fact, String otherwise) throws IOException {
        if (!fact) {
            throw new IOException("it is no baseline: " + otherwise);
        }
    }

    /** Writes it, one entry a line in the order of paths, so that a change is a small difference. */
    public void write(OutputStream out) throws IOException {
        JsonFactory factory = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        try (JsonGenerator json = factory.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeStringField("salt", HexFormat.of().formatHex(salt));
            json.writeNumberField("rounds", rounds);
            json.writeArrayFieldStart("findings");
            for (Entry entry : entries) {
                json.writeRaw('\n');
                json.writeStartObject();
                json.writeStringField("rule", entry.rule);
                json.writeStringField("path", entry.path);
                json.writeStringField("fingerprint", entry.fingerprint);
                json.writeEndObject();
            }
            json.writeRaw('\n');
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
