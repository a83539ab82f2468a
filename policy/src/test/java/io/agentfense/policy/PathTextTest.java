package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PathTextTest {
    @Test
    void anyBytesCanBeTurnedBack() throws Exception {
        Seeds.check(20_000, PathTextTest::roundTrip);
    }

    @Test
    void validTextStaysAsItIs() {
        String text = "/café/😀\n\\x41";

        assertThat(PathText.of(text.getBytes(UTF_8))).isEqualTo(text);
    }

    @Test
    void invalidBytesAreWherePythonPutsThem() {
        assertThat(PathText.of(new byte[] {'a', (byte) 0xff, (byte) 0xc3})).isEqualTo("a\udcff\udcc3");
    }

    @Test
    void printableTextCannotForgeLines() {
        byte[] path = "/a\r\n\u001b[31m\u2028\u202e\\x\uD83D\uDE00é".getBytes(UTF_8);

        assertThat(PathText.printable(path))
                .isEqualTo("/a\\x0d\\x0a\\x1b[31m\\xe2\\x80\\xa8\\xe2\\x80\\xae\\\\x\uD83D\uDE00é");
        assertThat(PathText.printable(new byte[] {(byte) 0xff})).isEqualTo("\\xff");
    }

    private static void roundTrip(Random random) {
        byte[] bytes = new byte[random.nextInt(8)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            // Mostly what sequences consist of, so that many are nearly valid.
            bytes[i] = random.nextBoolean() ? Seeds.oneOf(random, (byte) 0xc3, (byte) 0xa9, (byte) 0xe2) : bytes[i];
        }

        assertThat(PathText.toBytes(PathText.of(bytes))).isEqualTo(bytes);
    }
}
