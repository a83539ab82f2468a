package io.agentfense.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory of a test's own, to be uploaded. */
record Project(Path directory) {
    static Project in(Path directory) throws IOException {
        return new Project(Files.createDirectories(directory));
    }

    Project file(String path, String content) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    Project program(String path, String content) throws IOException {
        file(path, content);
        Files.setPosixFilePermissions(directory.resolve(path), PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    Project empty(String path) throws IOException {
        Files.createDirectories(directory.resolve(path));
        return this;
    }

    Project link(String path, String target) throws IOException {
        Files.createSymbolicLink(directory.resolve(path), Path.of(target));
        return this;
    }
}
