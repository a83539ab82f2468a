package io.agentfense.server.store;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Runs transactions. SQLite has one writer, so all that write take its one connection in turn, and what a transaction
 * has read stays true until it ends. On PostgreSQL a transaction that counts before it inserts must lock the owner's row
 * first ({@link UserTable#lock}). Thread-safe.
 */
final class Sql {
    private final Jdbi readers;
    private final Jdbi writers;

    Sql(DataSource readers, DataSource writers) {
        this.readers = Jdbi.create(readers);
        this.writers = Jdbi.create(writers);
    }

    /** Runs statements that only read. */
    <T> T read(Function<Handle, T> work) {
        return run(readers, work);
    }

    /** Runs statements that change something: all of them or none. */
    <T> T write(Function<Handle, T> work) {
        return run(writers, handle -> handle.inTransaction(work::apply));
    }

    /** {@link #write} of a single statement: whether it changed a row. */
    boolean change(Function<Handle, Integer> statement) {
        return write(statement) > 0;
    }

    private static <T> T run(Jdbi jdbi, Function<Handle, T> work) {
        try {
            return jdbi.withHandle(work::apply);
        } catch (JdbiException e) {
            throw new StoreException(describe(e), e);
        }
    }

    /** Whether a failure is the database's answer to a reference that leads nowhere, or that is still needed. */
    static boolean isForeignKeyFailure(StoreException e) {
        return cause(e).filter(sql -> "23503".equals(sql.getSQLState())
                        || String.valueOf(sql.getMessage()).contains("SQLITE_CONSTRAINT_FOREIGNKEY"))
                .isPresent();
    }

    private static String describe(Throwable failure) {
        String message = cause(failure).map(SQLException::getMessage).orElse("");
        String known = message.toLowerCase(Locale.ROOT);
        if (known.contains("sqlite_busy") || known.contains("database is locked")) {
            return "the database is locked by another process; end it, or give this server a database of its own";
        }
        if (known.contains("sqlite_full") || known.contains("no space left")) {
            return "the database's disk is full; free space, reading still works";
        }
        return "the database failed";
    }

    private static Optional<SQLException> cause(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }
}
