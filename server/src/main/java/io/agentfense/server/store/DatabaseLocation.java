package io.agentfense.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

/** Where a database is, and how its connections are made. Immutable. */
sealed interface DatabaseLocation {
    /** Puts a database together from its connections. */
    @FunctionalInterface
    interface Assembly {
        /**
         * The database of these connections.
         *
         * @param folder of the migrations
         */
        Database of(String folder, HikariDataSource readers, HikariDataSource writers);
    }

    /** Opens the connections; they are closed if the assembly fails. */
    Database open(Assembly assembly);

    /** What a configured path or URL means. */
    static DatabaseLocation parse(String location) {
        if (location.startsWith("postgresql:") || location.startsWith("postgres:")) {
            return PostgresUrl.parse(location);
        }
        return location.startsWith("jdbc:postgresql:")
                ? new Postgres(location, new Properties())
                : new Sqlite(Path.of(location).toAbsolutePath());
    }

    /** Closes what was opened if what follows fails. */
    private static Database guarded(
            String folder, HikariDataSource readers, HikariDataSource writers, Assembly assembly) {
        boolean done = false;
        try {
            Database database = assembly.of(folder, readers, writers);
            done = true;
            return database;
        } finally {
            if (!done) {
                readers.close();
                writers.close();
            }
        }
    }

    /** A file. */
    record Sqlite(Path file) implements DatabaseLocation {
        private static final int READERS = 8;
        private static final int BUSY_MILLIS = 5000;

        @Override
        public Database open(Assembly assembly) {
            makePrivate();
            HikariDataSource writers = pool("sqlite-writer", 1);
            HikariDataSource readers = pool("sqlite-reader", READERS);
            return guarded("sqlite", readers, writers, assembly);
        }

        /** The file holds what tenants must not see of each other, so nobody but its owner may read it. */
        private void makePrivate() {
            try {
                Path directory = file.getParent();
                if (directory != null && !Files.isDirectory(directory)) {
                    Files.createDirectories(
                            directory,
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                }
                if (!Files.exists(file)) {
                    Files.createFile(
                            file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                }
            } catch (IOException e) {
                throw new StoreException("the database " + file + " can't be made: " + e.getMessage(), e);
            }
        }

        private HikariDataSource pool(String name, int size) {
            SQLiteConfig settings = new SQLiteConfig();
            settings.setJournalMode(JournalMode.WAL);
            settings.setSynchronous(SynchronousMode.FULL);
            settings.enforceForeignKeys(true);
            settings.setBusyTimeout(BUSY_MILLIS);
            // A transaction that will write takes the lock at its start: it never has to give up what it read.
            settings.setTransactionMode(TransactionMode.IMMEDIATE);
            SQLiteDataSource source = new SQLiteDataSource(settings);
            source.setUrl("jdbc:sqlite:" + file);
            HikariConfig pool = new HikariConfig();
            pool.setDataSource(source);
            pool.setPoolName(name);
            pool.setMaximumPoolSize(size);
            pool.setMinimumIdle(1);
            return connect(pool, "the database " + file + " can't be opened");
        }
    }

    /** A server. */
    record Postgres(String url, Properties login) implements DatabaseLocation {
        private static final int CONNECTIONS = 10;

        @Override
        public Database open(Assembly assembly) {
            HikariConfig pool = new HikariConfig();
            pool.setJdbcUrl(url);
            pool.setPoolName("postgresql");
            pool.setMaximumPoolSize(CONNECTIONS);
            pool.setMinimumIdle(1);
            pool.setDataSourceProperties(login);
            HikariDataSource source = connect(pool, "the PostgreSQL database of storage.db_path can't be reached");
            return guarded("postgresql", source, source, assembly);
        }
    }

    private static HikariDataSource connect(HikariConfig pool, String problem) {
        try {
            return new HikariDataSource(pool);
        } catch (HikariPool.PoolInitializationException e) {
            throw new StoreException(problem + ": " + e.getMessage(), e);
        }
    }
}
