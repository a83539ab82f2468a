package io.agentfense.audit.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of records.
 *
 * @param first the number of its first record
 * @param compressed whether it is a gzip file
 */
public record LogFile(long first, boolean compressed) {
    /** The name of the latest checkpoint. */
    public static final String CHECKPOINT = "checkpoint";

    private static final Pattern NAME = Pattern.compile("audit-(\\d{16})\\.jsonl(\\.gz)?");
    private static final Pattern CHECKPOINT_NAME = Pattern.compile("audit-(\\d{16})\\.checkpoint");

    /** The file of a name, or empty if the name is of none. */
    public static Optional<LogFile> of(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new LogFile(Long.parseLong(matcher.group(1)), matcher.group(2) != null))
                : Optional.empty();
    }

    /** The files among some names, in order. Where one is there in both forms, the compressed one is complete and counts. */
    public static List<LogFile> among(List<String> names) {
        TreeMap<Long, LogFile> files = new TreeMap<>(Comparator.naturalOrder());
        for (String name : names) {
            of(name).ifPresent(file -> files.merge(file.first, file, (a, b) -> a.compressed ? a : b));
        }
        return List.copyOf(files.values());
    }

    /** The first numbers of the files of which there are checkpoints among some names, in order. */
    public static List<Long> checkpoints(List<String> names) {
        return names.stream()
                .map(CHECKPOINT_NAME::matcher)
                .filter(Matcher::matches)
                .map(matcher -> Long.parseLong(matcher.group(1)))
                .sorted()
                .toList();
    }

    /** What it holds, uncompressed; null if it is not there, nor in its compressed form. */
    public @Nullable InputStream stream(LogDirectory directory) throws IOException {
        InputStream in = directory.stream(name());
        if (in == null) {
            // It may have been compressed since the directory was listed.
            return compressed ? null : new LogFile(first, true).stream(directory);
        }
        try {
            return compressed ? new GZIPInputStream(in, 64 * 1024) : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** The file's name. */
    public String name() {
        return name(first) + (compressed ? ".gz" : "");
    }

    /** The name of the uncompressed file that begins with this record. */
    public static String name(long first) {
        return stem(first) + ".jsonl";
    }

    /** The name of the checkpoint of the file that begins with this record. */
    public static String checkpoint(long first) {
        return stem(first) + ".checkpoint";
    }

    private static String stem(long first) {
        return String.format(Locale.ROOT, "audit-%016d", first);
    }
}
