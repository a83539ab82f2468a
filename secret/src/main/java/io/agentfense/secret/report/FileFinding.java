package io.agentfense.secret.report;

import io.agentfense.secret.Finding;
import java.util.Arrays;

/**
 * A finding and the file that it is in. Ordered by path, then by place.
 *
 * @param path in bytes; nobody changes it
 */
public record FileFinding(byte[] path, Finding finding) implements Comparable<FileFinding> {
    @Override
    public int compareTo(FileFinding other) {
        int paths = Arrays.compareUnsigned(path, other.path);
        return paths != 0 ? paths : Long.compare(finding.start(), other.finding.start());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileFinding that && Arrays.equals(path, that.path) && finding.equals(that.finding);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(path) + finding.hashCode();
    }
}
