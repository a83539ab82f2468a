package io.agentfense.rulefile;

import io.agentfense.policy.Level;
import io.agentfense.policy.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be done with a path, and the level it needs, as the table of operations in the specification has it. */
public enum Operation {
    LOOKUP(Level.VIEW),
    STAT(Level.VIEW),
    ACCESS(Level.VIEW),
    CHDIR(Level.VIEW),
    READDIR(Level.VIEW),
    /** The same as {@link #READDIR}. */
    LIST(Level.VIEW),
    /** Opening for reading. */
    OPEN(Level.READ),
    READ(Level.READ),
    EXEC(Level.READ),
    MMAP(Level.READ),
    READLINK(Level.READ),
    GETXATTR(Level.READ),
    LISTXATTR(Level.READ),
    COPY_FILE_RANGE(Level.READ),
    WRITE(Level.WRITE),
    APPEND(Level.WRITE),
    TRUNCATE(Level.WRITE),
    CHMOD(Level.WRITE),
    CHOWN(Level.WRITE),
    UTIMENS(Level.WRITE),
    SETXATTR(Level.WRITE),
    REMOVEXATTR(Level.WRITE),
    FALLOCATE(Level.WRITE),
    CREATE(Level.WRITE),
    MKDIR(Level.WRITE),
    MKFIFO(Level.WRITE),
    BIND(Level.WRITE),
    SYMLINK(Level.WRITE),
    UNLINK(Level.WRITE),
    RMDIR(Level.WRITE),
    LINK(Level.WRITE),
    RENAME(Level.WRITE),
    /** Making a device, which no level allows. */
    MKNOD();

    private final Optional<Level> needs;

    Operation() {
        needs = Optional.empty();
    }

    Operation(Level needs) {
        this.needs = Optional.of(needs);
    }

    /** Whether a path of that level allows it. A bare directory can be listed besides; levels don't say which are. */
    public boolean allowedAt(Level level) {
        return needs.filter(level::atLeast).isPresent();
    }

    /** The name in expectations: {@code copy_file_range}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The operation of that {@linkplain #label() label}.
     *
     * @throws IllegalArgumentException if there is none; the message names the nearest and lists all
     */
    public static Operation parse(String label) {
        return Arrays.stream(values())
                .filter(operation -> operation.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Spelling.unknown("operation", label, labels())));
    }

    private static List<String> labels() {
        return Arrays.stream(values()).map(Operation::label).toList();
    }
}
