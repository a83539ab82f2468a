package io.agentfense.secret.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.secret.Finding;
import io.agentfense.secret.Scanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Secrets are found and look-alikes are not, in the files of the corpus. */
class CorpusTest {
    private static final double LEAST_RECALL = 0.98;
    private static final double MOST_FALSE = 0.02;

    @Test
    void whatTheRulesWereTunedOnIsFoundAndNothingElse() throws Exception {
        check("tuned on", Corpus.tuned());
    }

    @Test
    void whatWasWrittenBeforeTheRulesIsFoundAndNothingElse() throws Exception {
        check("held out", Corpus.heldOut());
    }

    private static void check(String name, List<Fixture> fixtures) {
        Score score = Score.of(Scanner.standard(), fixtures);
        System.out.println(score.table(name));
        assertThat(score.recall()).isGreaterThanOrEqualTo(LEAST_RECALL);
        assertThat(score.falsePositiveRate()).isLessThanOrEqualTo(MOST_FALSE);
    }

    private static List<Fixture> all() throws Exception {
        List<Fixture> all = new ArrayList<>(Corpus.tuned());
        all.addAll(Corpus.heldOut());
        return all;
    }

    @Test
    void thereAreThreeHundredFixturesAboutHalfOfThemLookAlikesAndNoneTwice() throws Exception {
        List<Fixture> all = all();
        long secret = all.stream().filter(Fixture::isSecret).count();
        assertThat(all).hasSizeGreaterThanOrEqualTo(300);
        assertThat(secret).isBetween(all.size() * 2L / 5, all.size() * 3L / 5);
        assertThat(all.stream().map(Fixture::id)).doesNotHaveDuplicates();
    }

    @Test
    void everyRuleHasASecretThatItFinds() throws Exception {
        Set<String> found = all().stream()
                .filter(Fixture::isSecret)
                .flatMap(f -> Scanner.standard().scan(f.file(), f.content()).stream())
                .map(finding -> finding.rule().id())
                .collect(Collectors.toSet());
        assertThat(Scanner.standard().rules())
                .allSatisfy(rule -> assertThat(found).contains(rule.id()));
    }

    @Test
    void aMaskShowsFourCharactersOfAPublicPrefixAtMost() throws Exception {
        for (Fixture fixture : all()) {
            for (Finding finding : Scanner.standard().scan(fixture.file(), fixture.content())) {
                String shown = finding.masked().replace("*", "");
                assertThat(shown.length()).isLessThanOrEqualTo(4);
                assertThat(finding.rule().literals())
                        .as("%s by %s", finding.masked(), finding.rule())
                        .anyMatch(literal -> literal.startsWith(shown.toLowerCase(java.util.Locale.ROOT)));
            }
        }
    }
}
