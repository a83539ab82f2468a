package io.agentfense.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {
    @TempDir
    Path directory;

    @Test
    void nobodyElseCanReadTheFile() throws Exception {
        Path file = directory.resolve("a/b/metadata.db");
        try (Database database = Database.open(file.toString())) {
            database.codebases().insert(Records.codebase("ann"));
            for (String name : new String[] {"", "-wal", "-shm"}) {
                Path part = file.resolveSibling("metadata.db" + name);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(part)))
                        .as(part.toString())
                        .isEqualTo("rw-------");
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void aDatabaseThatAnotherProcessHoldsLockedIsAClearErrorAndCanStillBeRead() throws Exception {
        Path file = directory.resolve("metadata.db");
        CodebaseRecord codebase = Records.codebase("ann");
        try (Database database = Database.open(file.toString())) {
            database.codebases().insert(codebase);
            try (var other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    var statement = other.createStatement()) {
                statement.execute("BEGIN EXCLUSIVE");
                assertThatThrownBy(() -> database.codebases().delete(codebase.id()))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("locked by another process");
                assertThat(database.codebases().find(codebase.id())).isPresent();
                statement.execute("ROLLBACK");
            }
            assertThat(database.codebases().delete(codebase.id())).isEqualTo(CodebaseTable.Deletion.DONE);
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsAnError() throws Exception {
        Path file = Files.writeString(directory.resolve("x.db"), "this is no database at all, but a text".repeat(50));
        assertThatThrownBy(() -> Database.open(file.toString())).isInstanceOf(StoreException.class);
        assertThat(Files.readString(file)).startsWith("this is no database");
    }

    @Test
    void aDatabaseOfANewerVersionIsRefused() throws Exception {
        Path file = directory.resolve("metadata.db");
        Database.open(file.toString()).close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
                    + " checksum, installed_by, execution_time, success)"
                    + " VALUES (99, '9999', 'later', 'SQL', 'V9999__later.sql', 1, '', 1, 1)");
        }
        assertThatThrownBy(() -> Database.open(file.toString()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("newer version");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://ann:hunter2@127.0.0.1:1/x",
                "postgresql://ann:hunter2@@bad host/x",
                "postgresql:hunter2",
            })
    void anUnreachableServerIsAnErrorWithoutItsPassword(String url) {
        assertThatThrownBy(() -> Database.open(url)).isInstanceOfSatisfying(StoreException.class, e -> {
            for (Throwable at = e; at != null; at = at.getCause()) {
                assertThat(String.valueOf(at.getMessage())).doesNotContain("hunter2");
            }
        });
    }

    @Test
    void idsAreOfOneFormAndNothingElseIs() {
        assertThat(Ids.newCodebase()).matches("cb_[0-9a-f]{16}");
        assertThat(Ids.isCodebase(Ids.newCodebase())).isTrue();
        assertThat(Ids.isSandbox(Ids.newSandbox())).isTrue();
        assertThat(Ids.isSession(Ids.newSession())).isTrue();
        assertThat(Ids.isKey(Ids.newKey())).isTrue();
        assertThat(Ids.isSnapshot(Ids.newSnapshot())).isTrue();
        for (String id : new String[] {
            "",
            "cb_",
            "cb_0123456789ABCDEF",
            "cb_0123456789abcde",
            "cb_0123456789abcdef0",
            "cb_0123456789abcdef\n",
            "sb_0123456789abcdef",
            "../files/cb_0123456789abcdef",
            "cb_0123456789abcde\0",
            "cb_\u0661123456789abcdef",
        }) {
            assertThat(Ids.isCodebase(id)).as(id).isFalse();
        }
    }

    @Test
    void aRestartMigratesNothingTwice() {
        Path file = directory.resolve("metadata.db");
        CodebaseRecord codebase = Records.codebase("ann");
        try (Database database = Database.open(file.toString())) {
            database.codebases().insert(codebase);
        }
        try (Database database = Database.open(file.toString())) {
            assertThat(database.codebases()
                            .list(Optional.empty(), PageRequest.ALL)
                            .items())
                    .containsExactly(codebase);
        }
    }
}
