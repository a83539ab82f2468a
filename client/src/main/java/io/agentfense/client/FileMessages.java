package io.agentfense.client;

import io.agentfense.api.ours.v1.Entry;
import java.util.Optional;

/** Files, from messages. Stateless. */
final class FileMessages {
    private FileMessages() {}

    static FileInfo of(Entry entry) {
        FileType type = switch (entry.getType()) {
            case FILE -> FileType.FILE;
            case DIRECTORY -> FileType.DIRECTORY;
            case SYMLINK -> FileType.SYMLINK;
            case OTHER, TYPE_UNSPECIFIED, UNRECOGNIZED -> FileType.OTHER;
        };
        return new FileInfo(
                entry.getPath(),
                entry.getName(),
                type,
                entry.getSize(),
                entry.getMode(),
                Times.of(entry.getModifiedAt()),
                target(entry.getLinkTarget()));
    }

    static FileInfo of(io.agentfense.api.v1.FileInfo file) {
        Optional<String> target = target(file.getLinkTarget());
        FileType type = target.isPresent() ? FileType.SYMLINK : file.getIsDir() ? FileType.DIRECTORY : FileType.FILE;
        return new FileInfo(
                file.getPath(),
                file.getName(),
                type,
                file.getSize(),
                file.getMode(),
                Times.of(file.getModifiedAt()),
                target);
    }

    private static Optional<String> target(String target) {
        return Optional.of(target).filter(text -> !text.isEmpty());
    }
}
