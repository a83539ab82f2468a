package io.agentfense.server.codebase;

import io.agentfense.secret.ContentScan;
import io.agentfense.secret.Finding;
import io.agentfense.secret.Scanner;
import io.agentfense.server.config.SentSecrets;
import io.agentfense.workspace.delta.BytePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for credentials in the files of one upload, as they come. Which files have some is decided by what they end up as: a
 * file that comes twice counts as the last time. Confined to one thread at a time.
 */
final class UploadScan {
    private final SentSecrets mode;
    private final @Nullable ContentScan scan;
    private final Map<BytePath, UploadedSecrets> byFile = new LinkedHashMap<>();
    private List<UploadedSecret> found = List.of();
    private long count;
    private BytePath path = BytePath.ROOT;

    UploadScan(SentSecrets mode) {
        this.mode = mode;
        this.scan = mode == SentSecrets.OFF ? null : Scanner.standard().newScan();
    }

    /** A file begins. */
    void begin(BytePath file) {
        path = file;
        found = new ArrayList<>();
        count = 0;
        if (scan != null) {
            scan.begin(new String(file.bytes(), StandardCharsets.ISO_8859_1), this::found);
        }
    }

    private void found(Finding finding) {
        add(new UploadedSecret(path, finding.line(), finding.rule().id(), finding.masked()));
    }

    private void add(UploadedSecret secret) {
        count++;
        if (found.size() < UploadedSecrets.MOST_TOLD) {
            found.add(secret);
        }
    }

    /** More of its content. */
    void feed(byte[] bytes, int offset, int length) {
        if (scan != null) {
            scan.feed(bytes, offset, length);
        }
    }

    /** It ends. */
    void end() {
        if (scan != null && !scan.end()) {
            add(new UploadedSecret(path, 0, Finding.UNSCANNED, ""));
        }
        forget(path);
        if (count > 0) {
            byFile.put(path, new UploadedSecrets(found, count));
        }
    }

    /** The upload has something else at that path. */
    void forget(BytePath file) {
        byFile.remove(file);
    }

    /**
     * What there is in all files that ended.
     *
     * @throws CodebaseException {@code HasSecrets} if there are any and the upload may not bring them
     */
    UploadedSecrets result() throws CodebaseException {
        List<UploadedSecret> first = byFile.values().stream()
                .flatMap(each -> each.found().stream())
                .limit(UploadedSecrets.MOST_TOLD)
                .toList();
        long all = byFile.values().stream().mapToLong(UploadedSecrets::count).sum();
        UploadedSecrets secrets = new UploadedSecrets(first, all);
        if (mode == SentSecrets.BLOCK && all > 0) {
            throw new CodebaseException.HasSecrets(secrets);
        }
        return secrets;
    }
}
