package io.agentfense.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is killed in the middle of writes. */
class KillTest {
    private static final int ROUNDS = 4;

    @TempDir
    Path directory;

    @Test
    void everyAcknowledgedWriteIsThereAndTheDatabaseIsWhole() throws Exception {
        Path file = directory.resolve("metadata.db");
        Random random = new Random(7);
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(writeUntilKilled(file, 20 + random.nextInt(60)));
            assertThat(integrity(file)).isEqualTo("ok");
            try (Database database = Database.open(file.toString())) {
                assertThat(acknowledged).allSatisfy(id -> {
                    boolean codebase = Ids.isCodebase(id);
                    assertThat(
                                    codebase
                                            ? database.codebases().find(id).isPresent()
                                            : database.sandboxes().find(id).isPresent())
                            .as(id)
                            .isTrue();
                });
                assertThat(database.codebases()
                                .list(Optional.empty(), PageRequest.ALL)
                                .items())
                        .hasSizeGreaterThanOrEqualTo(acknowledged.size() / 2);
            }
        }
    }

    private static List<String> writeUntilKilled(Path file, int writes) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RestlessWriter.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> ids = new ArrayList<>();
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (Ids.isCodebase(line) || Ids.isSandbox(line)) {
                    ids.add(line);
                }
                if (ids.size() == writes) {
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(137);
        return ids;
    }

    private static String integrity(Path file) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement();
                var result = statement.executeQuery("PRAGMA integrity_check")) {
            result.next();
            return result.getString(1);
        }
    }
}
