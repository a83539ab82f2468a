package io.agentfense.secret.mask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskingTest {
    private final Masking masking = new Masking(MaskKey.random());

    private String masked(String name, String content) {
        Masked masked = masking.mask(name, content.getBytes(UTF_8));
        return masked == null ? "refused" : new String(masked.content(), UTF_8);
    }

    private String restored(String name, String original, String edited) {
        var originals = List.of(new Masking.Original(name, original.getBytes(UTF_8)));
        return new String(masking.restore(edited.getBytes(UTF_8), originals), UTF_8);
    }

    /** Each shows its names and hides its values, which begin with SECRET and a digit. */
    private static final String[][] FILES = {
        {".env", "DEBUG=true\nDB_PASSWORD=SECRET1\nexport API_KEY='SECRET2 # no'\nPORT=8080\n# SECRET1 in a comment\n"},
        {".env", "DB_PASSWORD=\"SECRET1\nof two lines\"\nNAME=app\n"},
        {".env", "DB_PASSWORD=SECRET1 # SECRET2\r\nNAME=app\r\n"},
        {"app.properties", "spring.datasource.password=SECRET1 \\\n   SECRET2\nname = app\n"},
        {"app.properties", "dbPassword: SECRET1#SECRET2\n"},
        {"c.yaml", "db:\n  host: h\n  password: SECRET1\n  tokens:\n    - SECRET2\n    - name: SECRET3\n  port: 1\n"},
        {"c.yml", "key: 1\nprivate_key: |\n  SECRET1\n\n  SECRET2\nname: app\n"},
        {"c.yml", "- password: \"SECRET1\"\n- clientSecret: 'SECRET2'\n"},
        {"c.yml", "credentials: {user: SECRET1, password: SECRET2}\nname: app\n"},
        {
            "c.json",
            "{\"name\": \"app\", \"password\": \"SECRET1\", \"tokens\": [\"SECRET2\", {\"a\": \"SECRET3\"}], \"port\": 1}"
        },
        {"c.json", "{\"apiKey\": \"SECRET1\\\"\\u00e4\\n\", // SECRET1\\\"\\u00e4\\n\n \"x\": null}"},
        {".netrc", "machine h login u password SECRET1\nmachine g\n  login me\n  password\n  \"SECRET2 x\"\n"},
        {"main.py", "conn = 'postgres://app:SECRET1x8Kq2@db.acme.io/app'\n"},
        {".env", "A=1 B_TOKEN=SECRET1 C=2\n#OLD_PASSWORD=SECRET2\n# DB_PASS = SECRET3 x\n"},
        {"c.yml", "db: {user: app, password: SECRET1, port: 1}\n"},
        {"c.yml", "# password: SECRET1\nname: app\n"},
        {
            "c.json",
            "{\"conn\": \"Server=x;Password=SECRET1;Database=app\", \"doc\": \"{\\\"token\\\": \\\"SECRET2\\\"}\"}"
        },
        {"app.properties", "url=jdbc:x://h/app?user=a&password=SECRET1&ssl=true\n"},
        {"my.cnf", "[client]\nuser = app\npassword = SECRET1\n"},
        {"x.toml", "title = \"app\"\n[auth]\ntoken = \"SECRET1\"\n"},
    };

    @Test
    void noSecretIsSeenAndNamesAndStructureAre() {
        for (String[] file : FILES) {
            String shown = masked(file[0], file[1]);
            assertThat(shown)
                    .as(file[0] + ": " + file[1])
                    .doesNotContain("SECRET")
                    .contains(Placeholder.PREFIX);
            assertThat(shown.lines().count())
                    .isLessThanOrEqualTo(file[1].lines().count());
        }
        assertThat(masked(FILES[0][0], FILES[0][1]))
                .startsWith("DEBUG=true\nDB_PASSWORD=AF_MASK_")
                .contains("\nPORT=8080\n");
        assertThat(masked(FILES[9][0], FILES[9][1])).startsWith("{\"name\": \"app\", \"password\": \"AF_MASK_");
    }

    @Test
    void whatIsNotEditedComesBackByteForByte() {
        for (String[] file : FILES) {
            assertThat(restored(file[0], file[1], masked(file[0], file[1]))).isEqualTo(file[1]);
        }
    }

    @Test
    void anEditIsAllThatChanges() {
        for (String[] file : FILES) {
            String edited = "begin\n" + masked(file[0], file[1]).replace("app", "other") + "\nMORE=1\n";
            assertThat(restored(file[0], file[1], edited))
                    .isEqualTo("begin\n" + file[1].replace("app", "other") + "\nMORE=1\n");
        }
    }

    @Test
    void aValueKeepsItsPlaceholderWhileTheRestChanges() {
        String line = "A_TOKEN=one-value\n";
        String shown = masked(".env", line);
        assertThat(masked(".env", "B_TOKEN=two-value\n# more\n" + line + "C=1\n"))
                .contains("\n" + shown);
        assertThat(masked(".env", line)).isEqualTo(shown);
        assertThat(masked("other/.env", line)).isNotEqualTo(shown);
        assertThat(new Masking(MaskKey.random()).mask(".env", line.getBytes(UTF_8)))
                .isNotNull()
                .extracting(masked -> new String(masked.content(), UTF_8))
                .isNotEqualTo(shown);
    }

    /** Else who may write the file would find a weak password by writing a dictionary into it. */
    @Test
    void guessesBesideAValueDoNotTellWhichIsRight() {
        String line = "DB_PASSWORD=hunter2\n";
        String right = masked(".env", line).substring("DB_PASSWORD=".length()).strip();
        for (String guesses : List.of(
                line + "DB_PASSWORD=hunter1\nDB_PASSWORD=hunter2\nX_PASSWORD=hunter2\n# hunter2\n",
                line + " DB_PASSWORD=hunter2\n",
                line + "export DB_PASSWORD=hunter2\nDB_PASSWORD='hunter2'\n")) {
            assertThat(masked(".env", guesses).split(right, -1)).hasSize(2);
        }
        assertThat(masked("copy/.env", line)).doesNotContain(right);
        assertThat(masked(".env.local", line)).doesNotContain(right);
    }

    @ParameterizedTest
    @CsvSource({"1,24", "24,24", "25,32", "32,32", "33,48", "48,48", "49,64", "64,64", "65,64", "1700,64"})
    void aPlaceholderTellsTheClassOfTheLengthAlone(int length, int shown) {
        String line = masked(".env", "A_TOKEN=" + "q".repeat(length) + "\n");
        assertThat(line).hasSize("A_TOKEN=".length() + shown + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A_TOKEN=\"never ends\n",
                "A_TOKEN='one'two\n",
                "A_TOKEN=a\0b\n",
            })
    void whatIsNotCertainIsRefused(String content) {
        assertThat(masked(".env", content)).isEqualTo("refused");
    }

    @Test
    void whatIsNotWhatItsNameSaysIsRefused() {
        assertThat(masked("c.json", "{\"password\": \"x1\"")).isEqualTo("refused");
        assertThat(masked("c.json", "{\"pin\": 123456}")).isEqualTo("refused");
        assertThat(masked("c.json", "password=x1")).isEqualTo("refused");
        assertThat(masked("c.yaml", "password: abc\n  def\n")).isEqualTo("refused");
        assertThat(masked("c.yaml", "tokens: [abc,\n  def]\n")).isEqualTo("refused");
    }

    @Test
    void binaryAndLargeContentIsRefused() {
        assertThat(masking.mask("x", new byte[] {(byte) 0xff, (byte) 0xfe, 'a', 0}))
                .isNull();
        assertThat(masking.mask("x", new byte[] {'a', (byte) 0xe4})).isNull();
        assertThat(masking.mask("x", new byte[Masking.MAX_BYTES + 1])).isNull();
    }

    @Test
    void longValuesAreMaskedAsShortOnesAre() {
        String value = "ab \\\\ ".repeat(100_000);
        assertThat(masked("c.json", "{\"password\": \"" + value + "\", \"text\": \"" + value + "\"}"))
                .startsWith("{\"password\": \"AF_MASK_");
        for (String name : List.of("c.yml", ".env", "c.properties")) {
            assertThat(masked(name, "a_password: \"" + value + "\"\ntext: \"x=" + value + "\"\n"))
                    .startsWith("a_password: \"AF_MASK_");
        }
        assertThat(masked(".netrc", "machine a password \"" + value + "\"\n"))
                .startsWith("machine a password \"AF_MASK_");
    }

    @Test
    void contentThatHoldsAPlaceholderOfItsOwnIsRefused() {
        String placeholder = masked(".env", "A_TOKEN=one-value\n").substring(8).strip();
        assertThat(masked(".env", "A_TOKEN=one-value\nX=" + placeholder + "\n")).isEqualTo("refused");
        assertThat(masked(".env", "X=" + placeholder + "\n")).isEqualTo("X=" + placeholder + "\n");
    }

    @Test
    void aPlaceholderOfNobodysStays() {
        String edited = "X=" + Placeholder.PREFIX + "0".repeat(16) + "\n";
        assertThat(restored(".env", "A_TOKEN=one-value\n", edited)).isEqualTo(edited);
    }

    /** Whatever is cut, doubled or mixed: only whole placeholders turn, each into its own value. */
    @Test
    void randomEditsTurnNothingButPlaceholders() {
        Random random = new Random(7);
        String original = "A_TOKEN=first-secret-value\nB_PASSWORD=p1\nNAME=app\n";
        String shown = masked(".env", original);
        String first = shown.lines().findFirst().orElseThrow().substring(8);
        String second = shown.lines().skip(1).findFirst().orElseThrow().substring(11);
        List<String> pieces = List.of(first, second, first.substring(1), "AF_MASK_", "a", "0", "\n", "X=", "ä");
        for (int round = 0; round < 2000; round++) {
            StringBuilder edited = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = random.nextInt(8); i >= 0; i--) {
                String piece = pieces.get(random.nextInt(pieces.size()));
                // Digits behind a placeholder make none of it another.
                edited.append(piece);
                expected.append(piece.equals(first) ? "first-secret-value" : piece.equals(second) ? "p1" : piece);
            }
            assertThat(restored(".env", original, edited.toString())).isEqualTo(expected.toString());
        }
    }
}
