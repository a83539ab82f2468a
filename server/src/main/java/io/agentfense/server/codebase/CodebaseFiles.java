package io.agentfense.server.codebase;

import io.agentfense.linux.LinuxException;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.workspace.delta.BytePath;
import io.agentfense.workspace.delta.Identity;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The files of codebases. Paths are from a codebase's root, with or without a leading slash. Thread-safe. */
public final class CodebaseFiles {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int LARGEST_MODE = 0777;

    /** What requests call the path of one file. */
    private static final String FILE_PATH = "file_path";

    private final Codebases codebases;

    public CodebaseFiles(Codebases codebases) {
        this.codebases = codebases;
    }

    /**
     * Begins an upload.
     *
     * @throws CodebaseException if what is announced can't be; {@code AlreadyExists} while the same upload is under way
     */
    public Upload upload(String codebaseId, UploadRequest announced) throws CodebaseException {
        UploadRequest request = checked(announced);
        CodebaseRecord codebase = codebases.get(codebaseId);
        BytePath path = Paths.parseBelow(FILE_PATH, request.path());
        long replaced;
        try (Tree tree = codebases.open(codebaseId)) {
            tree.checkWay(path);
            Identity old = tree.look(path).identity();
            if (old.isDirectory()) {
                throw new CodebaseException.NotAFile("a directory is at that path");
            }
            replaced = Counts.of(old).bytes();
        }
        codebases.checkBudget(codebase, replaced - request.totalSize());
        String staged = name(codebase, path, request.sha256());
        if (!codebases.staging().take(staged)) {
            throw new CodebaseException.AlreadyExists("the same upload is under way");
        }
        return new Upload(codebases, codebase, request, path, staged, replaced);
    }

    private UploadRequest checked(UploadRequest request) throws CodebaseException {
        String sha256 = request.sha256().toLowerCase(Locale.ROOT);
        if (!sha256.isEmpty() && !SHA256.matcher(sha256).matches()) {
            throw new CodebaseException.Invalid("sha256 must have 64 hexadecimal digits");
        }
        if (request.mode() < 0 || request.mode() > LARGEST_MODE) {
            throw new CodebaseException.Invalid("mode must be from 0 to 0777 (511)");
        }
        if (request.totalSize() < 0 || request.resumeAt() < 0) {
            throw new CodebaseException.Invalid("total_size and resume_at must not be negative");
        }
        if (request.resumeAt() > 0 && sha256.isEmpty()) {
            throw new CodebaseException.Invalid("resume_at needs the sha256 that the upload began with");
        }
        long limit = codebases.limits().fileBytes();
        if (request.totalSize() > limit) {
            throw new CodebaseException.TooLarge("the file is larger than the " + limit + " bytes allowed", limit);
        }
        return new UploadRequest(request.path(), request.totalSize(), request.mode(), request.resumeAt(), sha256);
    }

    private String name(CodebaseRecord codebase, BytePath path, String sha256) {
        return sha256.isEmpty()
                ? codebases.staging().newName(codebase.ownerId())
                : codebases.staging().partName(codebase.ownerId(), codebase.id(), path.bytes(), sha256);
    }

    /**
     * How many bytes of an upload that was cut short are there to go on from.
     *
     * @return 0 if there are none
     */
    public long uploaded(String codebaseId, String path, String sha256) throws CodebaseException {
        CodebaseRecord codebase = codebases.get(codebaseId);
        String name = name(codebase, Paths.parseBelow(FILE_PATH, path), sha256.toLowerCase(Locale.ROOT));
        try {
            return codebases.staging().size(name);
        } catch (LinuxException e) {
            throw new CodebaseException.Failed("looking for an upload", e);
        }
    }

    /**
     * Opens a regular file at an offset in bytes. Links are not followed, devices and FIFOs not opened.
     *
     * @throws CodebaseException {@code NotFound}, {@code NotAFile}, or {@code Invalid} for an offset beyond the end
     */
    public Download download(String codebaseId, String path, long offset) throws CodebaseException {
        BytePath parsed = Paths.parseBelow(FILE_PATH, path);
        try (Tree tree = codebases.open(codebaseId)) {
            return Download.open(tree.find(parsed), offset);
        }
    }

    /**
     * What is in a directory, by name; recursive also what is below, each directory before its entries.
     *
     * <p>A directory that is not there is empty for a flat listing and {@code NotFound} for a recursive one; a file is
     * {@code NotADirectory} for a flat listing and empty for a recursive one.
     */
    public List<FileEntry> list(String codebaseId, String path, boolean recursive) throws CodebaseException {
        BytePath parsed = Paths.parse("path", path);
        try (Tree tree = codebases.open(codebaseId)) {
            return Listing.of(tree, parsed, recursive);
        }
    }

    /** What is at a path: the link itself, if it is one. */
    public FileEntry stat(String codebaseId, String path) throws CodebaseException {
        BytePath parsed = Paths.parse("path", path);
        try (Tree tree = codebases.open(codebaseId)) {
            return Listing.entry(tree.find(parsed));
        }
    }

    /** Removes a file, a link, or a directory with all that is in it. */
    public void delete(String codebaseId, String path) throws CodebaseException {
        BytePath parsed = Paths.parseBelow(FILE_PATH, path);
        CodebaseRecord codebase = codebases.get(codebaseId);
        codebases.change(codebaseId, tree -> {
            new Landing(codebases, codebase, tree).remove(parsed);
            return parsed;
        });
    }

    /**
     * Renames a file or a directory; directories on the way to the new name are made.
     *
     * @throws CodebaseException {@code AlreadyExists} if something has the new name
     */
    public void move(String codebaseId, String from, String to) throws CodebaseException {
        BytePath source = Paths.parseBelow("from_path", from);
        BytePath target = Paths.parseBelow("to_path", to);
        CodebaseRecord codebase = codebases.get(codebaseId);
        codebases.change(codebaseId, tree -> {
            new Landing(codebases, codebase, tree).move(source, target);
            return target;
        });
    }

    /**
     * Puts the files of a tar stream into the codebase, beside and over what is there: all of them, or none if anything
     * is wrong with the archive.
     *
     * @param path of the directory that the archive's names are below
     */
    public ArchiveResult uploadArchive(String codebaseId, String path, InputStream tar) throws CodebaseException {
        BytePath base = Paths.parse("path", path);
        CodebaseRecord codebase = codebases.get(codebaseId);
        try (ArchiveUpload upload = new ArchiveUpload(codebases, codebase, base)) {
            return upload.run(tar);
        }
    }

    /** Writes a directory of the codebase as a tar stream, links as links; special files are left out. */
    public void downloadArchive(String codebaseId, String path, OutputStream tar) throws CodebaseException {
        BytePath base = Paths.parse("path", path);
        try (Tree tree = codebases.open(codebaseId)) {
            if (!tree.find(base).identity().isDirectory()) {
                throw new CodebaseException.NotADirectory("it is no directory");
            }
            new ArchiveDownload(tree, base, tar).run();
        }
    }
}
