package io.agentfense.server.codebase;

import io.agentfense.server.store.Pending;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** The files of codebases. Paths are from a codebase's root, with or without a leading slash. Thread-safe. */
public final class CodebaseFiles {
    public CodebaseFiles(Codebases codebases) {}

    /** Begins an upload. */
    public Upload upload(String codebaseId, UploadRequest request) throws CodebaseException {
        return Pending.now();
    }

    /**
     * How many bytes of an upload that was cut short are there to go on from.
     *
     * @return 0 if there are none
     */
    public long uploaded(String codebaseId, String path, String sha256) throws CodebaseException {
        return Pending.now();
    }

    /** Opens a regular file at an offset in bytes. */
    public Download download(String codebaseId, String path, long offset) throws CodebaseException {
        return Pending.now();
    }

    /**
     * What is in a directory, by name; recursive also what is below, each directory before its entries.
     *
     * <p>A directory that is not there is empty for a flat listing and {@code NotFound} for a recursive one; a file is
     * {@code NotADirectory} for a flat listing and empty for a recursive one.
     */
    public List<FileEntry> list(String codebaseId, String path, boolean recursive) throws CodebaseException {
        return Pending.now();
    }

    /** Removes a file, a link, or a directory with all that is in it. */
    public void delete(String codebaseId, String path) throws CodebaseException {
        Pending.now();
    }

    /**
     * Renames a file or a directory; directories on the way to the new name are made.
     *
     * @throws CodebaseException {@code AlreadyExists} if something has the new name
     */
    public void move(String codebaseId, String from, String to) throws CodebaseException {
        Pending.now();
    }

    /**
     * Puts the files of a tar stream into the codebase, beside and over what is there: all of them, or none if anything
     * is wrong with the archive.
     *
     * @param path of the directory that the archive's names are below
     */
    public ArchiveResult uploadArchive(String codebaseId, String path, InputStream tar) throws CodebaseException {
        return Pending.now();
    }

    /** Writes a directory of the codebase as a tar stream, links as links; special files are left out. */
    public void downloadArchive(String codebaseId, String path, OutputStream tar) throws CodebaseException {
        Pending.now();
    }
}
