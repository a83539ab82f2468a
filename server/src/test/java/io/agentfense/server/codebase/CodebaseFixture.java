package io.agentfense.server.codebase;

import io.agentfense.server.config.SentSecrets;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.Records;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store and a place for codebases of their own, with one codebase of "ann". */
abstract class CodebaseFixture {
    static final long FILE_LIMIT = 20 << 20;

    @TempDir
    Path directory;

    Database database;
    Codebases codebases;
    CodebaseFiles files;
    CodebaseRecord codebase;
    String id;
    long ownerLimit;
    final List<String> changed = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() throws Exception {
        Files.createDirectories(local());
        start();
        codebase = codebases.create("project", "ann");
        id = codebase.id();
    }

    void start() throws Exception {
        database = Database.open(directory.resolve("metadata.db").toString());
        codebases = Codebases.open(
                directory.resolve("codebases"),
                List.of(local()),
                database,
                () -> new StorageLimits(FILE_LIMIT, ownerLimit, SentSecrets.WARN),
                changed::add,
                () -> Records.NOON);
        files = new CodebaseFiles(codebases);
    }

    @AfterEach
    void stop() {
        codebases.close();
        database.close();
    }

    /** The one local root. */
    Path local() {
        return directory.resolve("local");
    }

    /** Where the codebase lies on the host. */
    Path root() {
        return codebases.directory(codebase);
    }

    UploadResult put(String path, String content) throws CodebaseException {
        return put(UploadRequest.of(path), content);
    }

    UploadResult put(UploadRequest request, String content) throws CodebaseException {
        try (Upload upload = files.upload(id, request)) {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            upload.write(bytes, 0, bytes.length);
            return upload.finish();
        }
    }

    String get(String path) throws CodebaseException {
        return get(path, 0);
    }

    String get(String path, long offset) throws CodebaseException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] buffer = new byte[1000];
        try (Download download = files.download(id, path, offset)) {
            for (int got = download.read(buffer); got >= 0; got = download.read(buffer)) {
                content.write(buffer, 0, got);
            }
        }
        return content.toString(StandardCharsets.UTF_8);
    }

    List<String> names(String path, boolean recursive) throws CodebaseException {
        return files.list(id, path, recursive).stream().map(FileEntry::pathText).toList();
    }

    /** What is left in the staging directory. */
    List<String> staged() throws IOException {
        try (Stream<Path> entries = Files.list(directory.resolve("codebases/staging"))) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    CodebaseRecord record() throws CodebaseException {
        return codebases.get(id);
    }
}
