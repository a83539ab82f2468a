package io.agentfense.secret.mask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
        {"x.toml", "title = \"app\"\n[credentials]\nme = \"SECRET1\"\n[other]\nme = \"app\"\n"},
        {".env", "PGPASSWORD=SECRET1\nsshpass=SECRET2\nauthtoken=SECRET3\nPASSWORD2=SECRET4\nNAME=app\n"},
        {".env", "DB_PASSWORD=${DB_PASSWORD:-SECRET1}\n"},
        {".env", "DB_PASSWORD+=SECRET1\nA=1 B_TOKEN=p\\@SECRET2\ndeclare -x C_TOKEN=p\"SECRET3\"\n"},
        {".env", "A_TOKEN=\"SECRET1\" # B_TOKEN=SECRET2\n"},
        {".env", "A_TOKEN=SECRET1! # of it\nURL=x:SECRET1!:y\n"},
        {".env", "DATABASE_URL=postgres://app:SECRET1@db/app\n"},
        {".git-credentials", "https://app:SECRET1@example.com\n"},
        {".envrc", "export DB_PASSWORD=SECRET1 SECRET2\n"},
        {"x.conf", "password = \"SECRET1\"; api_key = \"SECRET2\"\nmasterauth SECRET3\n"},
        {"app.properties", "db.password SECRET1\napp.passwords[0]=SECRET2\nurl=x://h?user=a&password=a,SECRET3&b=c\n"},
        {"c.yml", "db: {user: app, password: a SECRET1, port: 1}\n"},
        {"c.yml", "db: {user: app, password:\n    SECRET1}\n"},
        {"c.yml", "? password\n: SECRET1\n\"pass\\u0077ord\": SECRET2\nname: app\n"},
        {"c.yml", "env:\n  - name: DB_PASSWORD\n    value: SECRET1\n  - name: app\n    value: shown\n"},
        {"c.yml", "env:\n  - \"DB_PASSWORD=a SECRET1\"\n  - value: SECRET2\n    name: A_TOKEN\n"},
        {"c.yml", "{\"password\":\n \"SECRET1\"}\n"},
        {"c.yml", "x: &a SECRET1\npassword: *a\n"},
        {"c.yml", "- password: SECRET1\n  user: app\n"},
        {
            "c.json",
            "{\"env\": [{\"name\": \"DB_PASSWORD\", \"value\": \"SECRET1\"}, {\"value\": \"SECRET2\", \"Name\": \"A_TOKEN\"}]}"
        },
        {"c.json", "{\"a\": 1, // old password: SECRET1\n \"b\": 2 /* \"token\": \"SECRET2\" */}"},
        {"c.json", "{\"env\": [\"DB_PASSWORD=a SECRET1\"], \"s\": \"Server=x;Password=a, \\\"SECRET2;Database=app\"}"},
        {"c.json", "{\"a\": \"{\\\"b\\\":\\\"{\\\\\\\"token\\\\\\\":\\\\\\\"SECRET1\\\\\\\"}\\\"}\"}"},
        {"terraform.tfstate", "{\"password\": \"SECRET1\"}"},
        {".netrc", "machine h login app password 'a SECRET1'\nmachine g password a\\ SECRET2\n"},
        // A byte of Å looks like an end of line.
        {".env", "DB_PASSWORD=a \u00c5 SECRET1\nNAME=app\n"},
        {"c.yml", "tokens:\n  - \u00c5SECRET1\n"},
        // Of a byte order mark, the first line is one as any other.
        {".env", "\ufeffDB_PASSWORD=\"a\nSECRET1\"\n"},
        {"c.yml", "\ufeffpassword: |\n  SECRET1\n"},
        {"c.json", "\ufeff{\"password\": \"SECRET1\"}"},
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

    /** What is written as another value, with what stands around a value, must not be found where the value is. */
    @ParameterizedTest
    @ValueSource(strings = {"DB_PASSWORD=h", "DB_PASSWORD=hunter2", "ter2\\nURL=", "URL=x:h", "abcdef:h", "ter22:y"})
    void noCharacterOfAValueIsFoundOutByWhatIsWrittenBesideIt(String guess) {
        String file = "DB_PASSWORD=hunter2\nURL=x:hunter22:y\nC_TOKEN=hunter22\n# abcdef:hunter22:y\n";
        assertThat(masked(".env", file + "A_TOKEN=\"" + guess + "\"\n"))
                .startsWith(masked(".env", file).replace("\n\n", "\n"));
    }

    /** A value that is known by a repetition stays while all stay by which it is known, and not by what is written anew. */
    @ParameterizedTest
    @ValueSource(strings = {"hunter21", "hunter22"})
    void whetherAnEditIsTakenDoesNotTellWhichGuessIsRight(String guess) {
        String original = "C_TOKEN=hunter22\n# x:hunter22:y\nD_TOKEN=hunter22\n";
        var originals = List.of(new Masking.Original(".env", original.getBytes(UTF_8)));
        String shown = masked(".env", original);
        assertThat(masking.hides(".env", shown.getBytes(UTF_8), originals)).isTrue();
        String edited = shown.replaceFirst("C_TOKEN=.*", "C_TOKEN=" + guess);
        assertThat(masking.hides(".env", edited.getBytes(UTF_8), originals)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"p1", "p2"})
    void norOneBeforeAValueOnItsLine(String guess) {
        String original = "{\"pin\": \"p2\", \"note\": \"x:hunter22:y\",\n \"token\": \"hunter22\"}";
        var originals = List.of(new Masking.Original("c.json", original.getBytes(UTF_8)));
        String shown = masked("c.json", original);
        assertThat(masking.hides("c.json", shown.getBytes(UTF_8), originals)).isTrue();
        String edited = shown.replaceFirst("AF_MASK_[0-9a-f]*", guess);
        assertThat(masking.hides("c.json", edited.getBytes(UTF_8), originals)).isFalse();
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
                "A_TOKEN=\"a\"#b\n",
                "A_TOKEN=\"a\",b\n",
                "A_TOKEN=a\"\nb\"\n",
                "A_TOKEN=$'a\nb'\n",
                "A_TOKEN=`a\nb`\n",
                "A_TOKEN=<<EOT\nb\nEOT\n",
                "#A_TOKEN=\"a\n#b\"\n",
                "A=1\rA_TOKEN=a b\r",
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
        assertThat(masked("c.json", "{\"pin\": [123456]}")).isEqualTo("refused");
        assertThat(masked("c.json", "{\"pin\": {\"value\": 123456}}")).isEqualTo("refused");
        assertThat(masked("c.yaml", "password: abc\n\n  def\n")).isEqualTo("refused");
        assertThat(masked("c.yaml", "# password: |\n#   def\n")).isEqualTo("refused");
        assertThat(masked("x.toml", "tokens = [\n  \"abc\"\n]\n")).isEqualTo("refused");
        for (String name : List.of("x.cfg", "x.ini", ".pypirc")) {
            assertThat(masked(name, "[a]\npassword =\n  def\n")).isEqualTo("refused");
            assertThat(masked(name, "[a]\npassword = \"abc\"\n\n# no end\n  def\n"))
                    .isEqualTo("refused");
        }
    }

    @Test
    void binaryAndLargeContentIsRefused() {
        assertThat(masking.mask("x", new byte[] {(byte) 0xff, (byte) 0xfe, 'a', 0}))
                .isNull();
        assertThat(masking.mask("x", new byte[] {'a', (byte) 0xe4})).isNull();
        assertThat(masking.mask("x", new byte[Masking.MAX_BYTES + 1])).isNull();
    }

    /** What says what a secret is like is none. */
    @Test
    void whatTellsOfSecretsIsShown() {
        for (String content : List.of(
                "{\"password\": {\"maxLength\": 2048}}",
                "{\"name\": \"DB_HOST\", \"value\": \"h\"}",
                "{\"url\": \"http://app:${DB_PASSWORD}@h:80/a@b\"}")) {
            assertThat(masked("c.json", content)).isEqualTo(content);
        }
    }

    /** A sandbox that has it committed would stall whoever masks it next. */
    @ParameterizedTest
    @ValueSource(strings = {".env", "c.yml", "x.cfg", ".netrc", "c.json"})
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noContentTakesATimeThatGrowsWithItsSquare(String name) {
        int length = 1 << 18;
        for (String line : List.of("a" + " ".repeat(length) + "b", "a_token=b" + " ".repeat(length) + "c")) {
            masked(name, name.equals("c.json") ? "[\"" + line + "\"]" : line);
        }
        for (String piece : List.of("://a:b", "- ", "[", "\\", "a: ", "x;token=a;b")) {
            masked(name, piece.repeat(length / piece.length()));
        }
    }

    @Test
    void moreSecretsThanAFileHasAreRefused() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20_001; i++) {
            lines.append("T_TOKEN=value").append(i).append('\n');
        }
        assertThat(masked(".env", lines.toString())).isEqualTo("refused");
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
