package io.agentfense.server.rpc;

import io.agentfense.api.v1.Codebase;
import io.agentfense.api.v1.FileInfo;
import io.agentfense.api.v1.FoundSecret;
import io.agentfense.api.v1.UploadChunk;
import io.agentfense.server.codebase.FileEntry;
import io.agentfense.server.codebase.UploadRequest;
import io.agentfense.server.codebase.UploadResult;
import io.agentfense.server.codebase.UploadedSecrets;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.CodebaseRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Codebases and their files as messages, there and back. Stateless. */
public final class CodebaseMessages {
    private static final int PERMISSION_BITS = 0777;

    private CodebaseMessages() {}

    static Codebase of(CodebaseRecord record) {
        return Codebase.newBuilder()
                .setId(record.id())
                .setName(record.name())
                .setOwnerId(record.ownerId())
                .setSize(record.size())
                .setFileCount((int) Math.min(record.fileCount(), Integer.MAX_VALUE))
                .setCreatedAt(Times.of(record.createdAt()))
                .setUpdatedAt(Times.of(record.updatedAt()))
                .setLocalPath(record.localPath().orElse(""))
                .build();
    }

    static FileInfo of(FileEntry entry) {
        return FileInfo.newBuilder()
                .setPath(entry.pathText())
                .setName(entry.nameText())
                .setIsDir(entry.type() == FileEntry.Type.DIRECTORY)
                .setSize(entry.size())
                .setModifiedAt(Times.of(entry.modifiedAt()))
                .setMode(entry.mode())
                .setLinkTarget(entry.linkText())
                .build();
    }

    /** What an upload announces.
     *
     * @throws Refusal INVALID
     */
    public static UploadRequest of(UploadChunk.Metadata metadata) throws Refusal {
        if (metadata.getCodebaseId().isEmpty()) {
            throw new Refusal(Kind.INVALID, "codebase_id is required in metadata");
        }
        if (metadata.getFilePath().isEmpty()) {
            throw new Refusal(Kind.INVALID, "file_path is required in metadata");
        }
        if (metadata.getTotalSize() < 0 || metadata.getResumeAt() < 0) {
            throw new Refusal(Kind.INVALID, "total_size and resume_at must not be negative");
        }
        if ((metadata.getMode() & ~PERMISSION_BITS) != 0) {
            throw new Refusal(Kind.INVALID, "mode: permission bits only, at most 0777 (511)");
        }
        return new UploadRequest(
                metadata.getFilePath(),
                metadata.getTotalSize(),
                metadata.getMode(),
                metadata.getResumeAt(),
                metadata.getSha256());
    }

    /** What an upload brought. */
    public static io.agentfense.api.v1.UploadResult of(UploadResult result) {
        return io.agentfense.api.v1.UploadResult.newBuilder()
                .setCodebaseId(result.codebaseId())
                .setFilePath(result.path())
                .setSize(result.size())
                .setChecksum(result.md5())
                .setSha256(result.sha256())
                .addAllSecrets(of(result.secrets()))
                .setSecretCount(result.secrets().count())
                .build();
    }

    /** Credentials that an upload brought. */
    public static List<FoundSecret> of(UploadedSecrets secrets) {
        return secrets.found().stream()
                .map(secret -> FoundSecret.newBuilder()
                        .setPath(new String(secret.path().bytes(), StandardCharsets.UTF_8))
                        .setLine(secret.line())
                        .setRule(secret.rule())
                        .setMasked(secret.masked())
                        .build())
                .toList();
    }
}
