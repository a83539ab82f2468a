package io.agentfense.secret.match;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LiteralsTest {
    private static final int ROUNDS = 2_000;

    private static String some(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /** On random literals and texts of few letters, so that they share beginnings and overlap. */
    @Test
    void findsWhatAPlainSearchFinds() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            Map<String, List<String>> literals = new LinkedHashMap<>();
            for (int i = 0; i <= random.nextInt(6); i++) {
                String literal = some(random, "ab_", 1 + random.nextInt(5));
                literals.put(literal, List.of(literal));
            }
            String text = some(random, "aAbB_\u00e9", random.nextInt(30));
            int from = random.nextInt(text.length() + 1);
            int to = from + random.nextInt(text.length() - from + 1);
            List<String> found = new ArrayList<>();
            Literals.of(literals)
                    .find(
                            text.getBytes(ISO_8859_1),
                            from,
                            to,
                            (value, start, end) -> found.add(value + start + "-" + end));
            assertThat(found).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(plain(literals, text, from, to));
        }
    }

    private static List<String> plain(Map<String, List<String>> literals, String text, int from, int to) {
        List<String> found = new ArrayList<>();
        for (String literal : literals.keySet()) {
            for (int i = from; i + literal.length() <= to; i++) {
                if (text.substring(i, i + literal.length())
                        .toLowerCase(Locale.ROOT)
                        .equals(literal)) {
                    found.add(literal + i + "-" + (i + literal.length()));
                }
            }
        }
        return found;
    }
}
