package io.agentfense.server.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentfense.server.config.CredentialConfig;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.SecretRecord;
import io.agentfense.server.store.SecretTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets are sealed with a key that the store has not. */
class SecretsTest {
    private static final String VALUE = "ghp_0123456789abcdefABCDEF";
    private static final String KEY = "0f".repeat(32);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    @TempDir
    Path directory;

    private Database database;
    private SecretTable table;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("metadata.db").toString());
        table = database.secrets();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Secrets secrets(String key) throws IOException {
        return Secrets.open(table, new CredentialConfig(Optional.empty(), "KEY"), Map.of("KEY", key), CLOCK);
    }

    private Path file(String content, String mode) throws IOException {
        Path file = Files.write(directory.resolve("key"), content.getBytes(StandardCharsets.ISO_8859_1));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private Secrets ofFile(Path file) throws IOException {
        return Secrets.open(table, new CredentialConfig(Optional.of(file), ""), Map.of(), CLOCK);
    }

    @Test
    void aValueComesBackForItsOwnerAndName() throws Exception {
        secrets(KEY).set("alice", "token", VALUE);
        assertThat(secrets(KEY).value("alice", "token")).isEqualTo(VALUE);
        assertThat(secrets(KEY).list(Optional.of("alice")))
                .extracting(SecretRecord::name)
                .containsExactly("token");
        assertThatThrownBy(() -> secrets(KEY).value("mallory", "token")).hasMessageContaining("there is no secret");
    }

    @Test
    void theDatabaseHoldsNoValue() throws Exception {
        secrets(KEY).set("alice", "token", VALUE);
        String sealed = new String(table.sealed("alice", "token").orElseThrow(), StandardCharsets.ISO_8859_1);
        assertThat(sealed).doesNotContain(VALUE).doesNotContain(VALUE.substring(4));
        database.close();
        try (var files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .doesNotContain(VALUE)
                        .doesNotContain(KEY);
            }
        }
    }

    @Test
    void twoSealsOfOneValueDiffer() throws Exception {
        secrets(KEY).set("alice", "a", VALUE);
        byte[] first = table.sealed("alice", "a").orElseThrow();
        secrets(KEY).set("alice", "a", VALUE);
        assertThat(table.sealed("alice", "a").orElseThrow()).isNotEqualTo(first);
    }

    @Test
    void aRowCantStandForAnother() throws Exception {
        secrets(KEY).set("alice", "token", VALUE);
        byte[] stolen = table.sealed("alice", "token").orElseThrow();
        table.put(new SecretRecord("mallory", "token", Instant.EPOCH, Instant.EPOCH), stolen);
        table.put(new SecretRecord("alice", "other", Instant.EPOCH, Instant.EPOCH), stolen);
        assertThatThrownBy(() -> secrets(KEY).value("mallory", "token")).hasMessageContaining("can't be opened");
        assertThatThrownBy(() -> secrets(KEY).value("alice", "other")).hasMessageContaining("can't be opened");
    }

    @Test
    void aRowThatWasChangedIsNotOpened() throws Exception {
        secrets(KEY).set("alice", "token", VALUE);
        byte[] sealed = table.sealed("alice", "token").orElseThrow();
        sealed[sealed.length - 20] ^= 1;
        table.put(new SecretRecord("alice", "token", Instant.EPOCH, Instant.EPOCH), sealed);
        assertThatThrownBy(() -> secrets(KEY).value("alice", "token")).hasMessageContaining("can't be opened");
    }

    @Test
    void anotherKeyOpensNothing() throws Exception {
        secrets(KEY).set("alice", "token", VALUE);
        assertThatThrownBy(() -> secrets("f0".repeat(32)).value("alice", "token"))
                .hasMessageContaining("sealed with another key")
                .hasMessageNotContaining(VALUE);
    }

    @Test
    void withoutAKeyNothingIsKeptAndTheAnswerSaysWhatToDo() throws Exception {
        Secrets none = Secrets.open(table, new CredentialConfig(Optional.empty(), ""), Map.of(), CLOCK);
        assertThatThrownBy(() -> none.set("alice", "token", VALUE))
                .isInstanceOfSatisfying(
                        CredentialException.class,
                        e -> assertThat(e.kind()).isEqualTo(CredentialException.Kind.PRECONDITION))
                .hasMessageContaining("openssl rand -hex 32")
                .hasMessageContaining("secrets.key_file");
        assertThat(none.list(Optional.empty())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", " blank at its begin", "line\nline line", "h\u00e9h\u00e9h\u00e9h\u00e9", ""})
    void whatNoHeaderCouldHoldIsRefusedAndNotRepeated(String value) {
        assertThatThrownBy(() -> secrets(KEY).set("alice", "token", value))
                .hasMessageContaining("value must have 8 to 16384")
                .satisfies(e -> assertThat(value.isEmpty()
                                || !String.valueOf(e.getMessage()).contains(value))
                        .isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "a b", "a/b", "a\0b"})
    void aNameThatCantBeIsRefused(String name) {
        assertThatThrownBy(() -> secrets(KEY).set("alice", name, VALUE)).hasMessageContaining("name must have");
    }

    @Test
    void aKeyFileIsBytesOrHexadecimalOrBase64() throws Exception {
        byte[] key = HexFormat.of().parseHex(KEY);
        ofFile(file(KEY + "\n", "rw-------")).set("alice", "token", VALUE);
        assertThat(ofFile(file(new String(key, StandardCharsets.ISO_8859_1), "r--------"))
                        .value("alice", "token"))
                .isEqualTo(VALUE);
        assertThat(ofFile(file(Base64.getEncoder().encodeToString(key), "rw-------"))
                        .value("alice", "token"))
                .isEqualTo(VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
    void aKeyFileThatOthersHaveRightsToIsRefused(String mode) throws Exception {
        Path file = file(KEY, mode);
        assertThatThrownBy(() -> ofFile(file)).hasMessageContaining("chmod 600");
    }

    @Test
    void aKeyFileThatIsALinkIsNotFollowed() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file(KEY, "rw-------"));
        assertThatThrownBy(() -> ofFile(link)).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNoKeyIsRefusedAndNotRepeated() throws Exception {
        String bad = "0e".repeat(31);
        assertThatThrownBy(() -> ofFile(file(bad, "rw-------")))
                .hasMessageContaining("openssl rand -hex 32")
                .hasMessageNotContaining(bad);
        assertThatThrownBy(() -> secrets(bad)).hasMessageNotContaining(bad);
        assertThatThrownBy(() -> Secrets.open(table, new CredentialConfig(Optional.empty(), "ABSENT"), Map.of(), CLOCK))
                .hasMessageContaining("there is no variable ABSENT");
    }

    @Test
    void systemdsDirectoryOfCredentialsHasTheKeyToo() throws Exception {
        Files.move(file(KEY, "r--------"), directory.resolve("agentfense-secrets-key"));
        Secrets secrets = Secrets.open(
                table,
                new CredentialConfig(Optional.empty(), ""),
                Map.of("CREDENTIALS_DIRECTORY", directory.toString()),
                CLOCK);
        secrets.set("alice", "token", VALUE);
        assertThat(secrets(KEY).value("alice", "token")).isEqualTo(VALUE);
    }
}
