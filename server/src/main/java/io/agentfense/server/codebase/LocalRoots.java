package io.agentfense.server.codebase;

import io.agentfense.linux.Beneath;
import io.agentfense.linux.Descriptor;
import io.agentfense.linux.HostPath;
import io.agentfense.linux.LinuxException;
import io.agentfense.linux.OpenFlags;
import io.agentfense.workspace.delta.BytePath;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The directories of this machine below which a codebase may lie where it is. Immutable.
 *
 * <p>Whoever can write below a root could put a link there; so every access opens the root, which the operator named, and
 * the rest beneath it without following any.
 */
record LocalRoots(List<Path> roots) {
    /** Roots as the operator named them. */
    LocalRoots {
        roots = roots.stream().map(root -> root.toAbsolutePath().normalize()).toList();
    }

    /**
     * The directory that a caller named, if it is there and below a root.
     *
     * @throws CodebaseException {@code Invalid}, the same for what is not there and what is not allowed
     */
    Path resolve(String given) throws CodebaseException {
        CodebaseException refusal = new CodebaseException.Invalid(
                "local_path must be the absolute path of a directory below one of storage.local_roots,"
                        + " without symbolic links");
        Path path;
        try {
            path = Path.of(given);
        } catch (InvalidPathException e) {
            throw refusal;
        }
        if (!path.isAbsolute() || !path.equals(path.normalize())) {
            throw refusal;
        }
        try {
            Descriptor.close(open(path).orElseThrow(() -> refusal));
        } catch (LinuxException e) {
            throw refusal;
        }
        return path;
    }

    /** Opens a directory below one of the roots; none if it is below no root (any more). */
    Optional<Integer> open(Path path) throws LinuxException {
        Optional<Path> root = roots.stream().filter(path::startsWith).findFirst();
        if (root.isEmpty()) {
            return Optional.empty();
        }
        int top = HostPath.open(root.get().toString(), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        try {
            BytePath below = BytePath.of(root.get().relativize(path).toString());
            int fd = Beneath.open(top, below.bytes(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            return Optional.of((int) LinuxException.check("open a local codebase", fd));
        } finally {
            Descriptor.close(top);
        }
    }
}
