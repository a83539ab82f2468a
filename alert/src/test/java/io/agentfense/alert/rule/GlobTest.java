package io.agentfense.alert.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GlobTest {
    @Test
    void itAgreesWithARegularExpression() {
        Random random = new Random(1);
        int matches = 0;
        for (int i = 0; i < 100_000; i++) {
            String pattern = word(random, "ab*?");
            String text = word(random, "abc");
            String regex = pattern.replace("*", ".*").replace("?", ".");

            boolean matched = new Glob(pattern).matches(text);
            assertThat(matched).as("%s on %s", pattern, text).isEqualTo(Pattern.matches(regex, text));
            matches += matched ? 1 : 0;
        }
        assertThat(matches).isBetween(1_000, 99_000);
    }

    @Test
    void aHostileTextTakesNoTimeToSpeakOf() {
        Glob glob = new Glob("*a".repeat(50) + "b");
        String text = "a".repeat(100_000);

        assertThat(org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                        Duration.ofSeconds(60), () -> glob.matches(text)))
                .isFalse();
    }

    private static String word(Random random, String letters) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }
}
