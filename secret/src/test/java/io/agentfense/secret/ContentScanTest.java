package io.agentfense.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.secret.corpus.Corpus;
import io.agentfense.secret.corpus.Fixture;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same is found however content is encoded, cut and surrounded. */
class ContentScanTest {
    private static final Scanner SCANNER = Scanner.standard();

    private static List<Fixture> secrets() throws Exception {
        return Corpus.tuned().stream().filter(Fixture::isSecret).toList();
    }

    /** Rule, line, column and the secret itself, without carriage returns. */
    private static List<String> seen(List<Finding> findings, byte[] content, Charset charset) {
        return findings.stream()
                .map(f -> f.rule() + " " + f.line() + ":" + f.column() + " "
                        + new String(content, (int) f.start(), (int) (f.end() - f.start()), charset).replace("\r", ""))
                .toList();
    }

    private static List<String> seen(Fixture fixture) {
        return seen(SCANNER.scan(fixture.file(), fixture.content()), fixture.content(), UTF_8);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }

    @Test
    void lineEndsAreNoMatter() throws Exception {
        for (Fixture fixture : secrets()) {
            byte[] content =
                    new String(fixture.content(), UTF_8).replace("\n", "\r\n").getBytes(UTF_8);
            assertThat(seen(SCANNER.scan(fixture.file(), content), content, UTF_8))
                    .as(fixture.id())
                    .isEqualTo(seen(fixture));
        }
    }

    @Test
    void aByteOrderMarkIsNoMatter() throws Exception {
        for (Fixture fixture : secrets()) {
            byte[] content = joined(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, fixture.content());
            assertThat(seen(SCANNER.scan(fixture.file(), content), content, UTF_8))
                    .as(fixture.id())
                    .isEqualTo(seen(fixture));
        }
    }

    @Test
    void utf16WithItsMarkIsText() throws Exception {
        for (Fixture fixture : secrets()) {
            String text = new String(fixture.content(), UTF_8);
            byte[] little = joined(new byte[] {(byte) 0xff, (byte) 0xfe}, text.getBytes(UTF_16LE));
            byte[] big = joined(new byte[] {(byte) 0xfe, (byte) 0xff}, text.getBytes(UTF_16BE));
            assertThat(seen(SCANNER.scan(fixture.file(), little), little, UTF_16LE))
                    .as(fixture.id())
                    .isEqualTo(seen(fixture));
            assertThat(seen(SCANNER.scan(fixture.file(), big), big, UTF_16BE))
                    .as(fixture.id())
                    .isEqualTo(seen(fixture));
        }
    }

    @Test
    void pieceSizesAreNoMatter() throws Exception {
        Random random = new Random(1);
        byte[] content = large(random);
        List<String> whole = seen(SCANNER.scan("large", content), content, ISO_8859_1);
        assertThat(whole).hasSizeGreaterThan(500);
        ContentScan scan = SCANNER.newScan();
        for (int most : new int[] {1, 7, 4096, 70_000, 3_000_000}) {
            List<Finding> findings = new ArrayList<>();
            scan.begin("large", findings::add);
            for (int at = 0; at < content.length; ) {
                int some = Math.min(content.length - at, 1 + random.nextInt(most));
                scan.feed(content, at, some);
                at += some;
            }
            assertThat(scan.end()).isTrue();
            assertThat(seen(findings, content, ISO_8859_1))
                    .as("pieces of %d", most)
                    .isEqualTo(whole);
        }
    }

    /** Windows must lose nothing and tell nothing twice: each secret that was put in is found once, where it is. */
    @Test
    void everySecretOfALargeFileIsFoundOnce() throws Exception {
        Random random = new Random(2);
        byte[] content = large(random);
        List<Finding> findings = SCANNER.scan("large", content);
        String text = new String(content, ISO_8859_1);
        int at = 0;
        for (Finding finding : findings) {
            at = text.indexOf("sk_" + "live_", at);
            assertThat(finding.start()).isEqualTo(at);
            assertThat(finding.line())
                    .isEqualTo(1
                            + text.substring(0, at)
                                    .chars()
                                    .filter(c -> c == '\n')
                                    .count());
            at = (int) finding.end();
        }
        assertThat(text.indexOf("sk_" + "live_", at)).isNegative();
    }

    /** Some megabytes of lines, with a key in about one of a hundred. */
    private static byte[] large(Random random) {
        StringBuilder text = new StringBuilder();
        while (text.length() < 4_000_000) {
            text.append("line of text ").append("lorem ipsum ".repeat(random.nextInt(10)));
            if (random.nextInt(100) == 0) {
                text.append('"').append("sk_" + "live_");
                for (int i = 0; i < 24; i++) {
                    text.append("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                            .charAt(random.nextInt(62)));
                }
                text.append('"');
            }
            text.append('\n');
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    @Test
    void randomBytesHoldNothingAndBreakNothing() {
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            byte[] content = new byte[random.nextInt(20_000)];
            random.nextBytes(content);
            assertThat(SCANNER.scan("x", content)).isEmpty();
        }
    }

    /** Cut anywhere and with bytes turned over, content is scanned to its end; every literal is met half. */
    @Test
    void brokenContentBreaksNothing() throws Exception {
        Random random = new Random(4);
        for (Fixture fixture : secrets()) {
            byte[] content = fixture.content().clone();
            for (int i = 0; i < 40; i++) {
                int cut = random.nextInt(content.length + 1);
                SCANNER.scan(fixture.file(), java.util.Arrays.copyOf(content, cut));
                content[random.nextInt(content.length)] = (byte) random.nextInt(256);
                SCANNER.scan(fixture.file(), content);
            }
        }
    }

    private static final String KEY = "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc";

    /** Each beginning of a token costs as much as a whole one, and is none. */
    private static byte[] costly(int bytes) {
        return ("key = \"" + KEY + "\"\n" + "glrt-".repeat(bytes / 5)).getBytes(ISO_8859_1);
    }

    @Test
    void contentThatWasMadeToCostMuchIsNotScannedToItsEndAndThatIsSaid() {
        byte[] content = costly(1 << 20);
        List<Finding> findings = new ArrayList<>();
        ContentScan scan = SCANNER.newScan();
        scan.begin("x", findings::add);
        scan.feed(content, 0, content.length);
        assertThat(scan.end()).isFalse();
        assertThat(findings).hasSize(1);
    }

    @Test
    void aBudgetIsOfOneContentAndSpentOnNoOther() {
        ContentScan scan = SCANNER.newScan(new Budget(1000, 0));
        byte[] content = costly(100_000);
        scan.begin("x", finding -> {});
        scan.feed(content, 0, content.length);
        assertThat(scan.end()).isFalse();
        List<Finding> findings = new ArrayList<>();
        byte[] brief = KEY.getBytes(ISO_8859_1);
        scan.begin("y", findings::add);
        scan.feed(brief, 0, brief.length);
        assertThat(scan.end()).isTrue();
        assertThat(findings).hasSize(1);
    }

    /** Else a file full of passwords would be one that is not scanned. */
    @Test
    void contentOfNothingButSecretsIsScannedToItsEnd() throws Exception {
        ContentScan scan = SCANNER.newScan(new Budget(100_000, Budget.DEFAULT.perByte()));
        for (Fixture fixture : secrets()) {
            scan.begin(fixture.file(), finding -> {});
            for (int i = 0; i < 300; i++) {
                scan.feed(fixture.content(), 0, fixture.content().length);
            }
            assertThat(scan.end()).as(fixture.id()).isTrue();
        }
    }
}
