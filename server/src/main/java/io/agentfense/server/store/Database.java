package io.agentfense.server.store;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;

/**
 * The daemon's database: SQLite in a file of its own, or PostgreSQL by URL. Opening it brings its tables up to date.
 * Thread-safe; closed once, by whoever opened it.
 */
public final class Database implements AutoCloseable {
    private final HikariDataSource readers;
    private final HikariDataSource writers;
    private final CodebaseTable codebases;
    private final SandboxTable sandboxes;
    private final SessionTable sessions;
    private final SnapshotTable snapshots;
    private final UserTable users;
    private final ApiKeyTable apiKeys;
    private final IdempotencyTable idempotency;
    private final CreationTable creations;
    private final SecretTable secrets;
    private final Sql sql;

    private Database(HikariDataSource readers, HikariDataSource writers) {
        this.readers = readers;
        this.writers = writers;
        sql = new Sql(readers, writers);
        codebases = new CodebaseTable(sql);
        sandboxes = new SandboxTable(sql);
        sessions = new SessionTable(sql);
        snapshots = new SnapshotTable(sql);
        users = new UserTable(sql);
        apiKeys = new ApiKeyTable(sql);
        idempotency = new IdempotencyTable(sql);
        creations = new CreationTable(sql);
        secrets = new SecretTable(sql);
    }

    /**
     * Opens a database and brings its tables up to date.
     *
     * @param location the path of a SQLite file, made if it is not there, or a URL that begins with {@code postgresql:}
     *     or {@code jdbc:postgresql:}
     * @throws StoreException if it can't be reached, is in use by another server, or was written by a newer version
     */
    public static Database open(String location) {
        return DatabaseLocation.parse(location).open(Database::migrated);
    }

    private static Database migrated(String folder, HikariDataSource readers, HikariDataSource writers) {
        try {
            Flyway.configure()
                    .dataSource(writers)
                    .locations("classpath:io/agentfense/server/store/migration/" + folder)
                    // Flyway would go on with tables of a version that it does not know.
                    .ignoreMigrationPatterns(new String[0])
                    .load()
                    .migrate();
        } catch (FlywayValidateException e) {
            throw new StoreException(
                    "the database's tables are not those that this version makes: it was written by a newer version,"
                            + " or changed by hand",
                    e);
        } catch (FlywayException e) {
            throw new StoreException("the database's tables can't be brought up to date", e);
        }
        return new Database(readers, writers);
    }

    /** Whether the database answers. */
    public boolean isHealthy() {
        try {
            return sql.read(handle ->
                    handle.createQuery("SELECT 1").mapTo(Integer.class).one() == 1);
        } catch (StoreException e) {
            return false;
        }
    }

    /** How much of what there is, at one moment. */
    public Totals totals() {
        return sql.read(Totals::read);
    }

    public CodebaseTable codebases() {
        return codebases;
    }

    public SandboxTable sandboxes() {
        return sandboxes;
    }

    public SessionTable sessions() {
        return sessions;
    }

    public SnapshotTable snapshots() {
        return snapshots;
    }

    public UserTable users() {
        return users;
    }

    public ApiKeyTable apiKeys() {
        return apiKeys;
    }

    public IdempotencyTable idempotency() {
        return idempotency;
    }

    public CreationTable creations() {
        return creations;
    }

    public SecretTable secrets() {
        return secrets;
    }

    @Override
    public void close() {
        readers.close();
        writers.close();
    }
}
