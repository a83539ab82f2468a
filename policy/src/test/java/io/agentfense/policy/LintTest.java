package io.agentfense.policy;

import static io.agentfense.policy.Finding.Check.CANCELLED_DENIAL;
import static io.agentfense.policy.Finding.Check.NEVER_WINS;
import static io.agentfense.policy.Finding.Check.OVERLAP;
import static io.agentfense.policy.Finding.Check.PERMISSIVE_DEFAULT;
import static io.agentfense.policy.Finding.Check.READABLE_SECRETS;
import static io.agentfense.policy.Finding.Check.WORKSPACE_PREFIX;
import static io.agentfense.policy.Finding.Severity.NOTE;
import static io.agentfense.policy.Finding.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LintTest {
    @Test
    void ruleThatAnotherCoversNeverWins() {
        assertThat(found(NEVER_WINS, "/a/**=none@1", "/a/b=read"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.rule()).isEqualTo(1);
                    assertThat(finding.message())
                            .contains("rule 1 (/a/b=read) decides no path", "rule 0 (/a/**=none@1)", "/a/b");
                    assertThat(finding.remedy()).contains("higher priority than rule 0");
                });
    }

    @Test
    void ruleThatSeveralCoverTogetherNeverWins() {
        assertThat(rules(NEVER_WINS, "/a=read@1", "/a/*=read@1", "/a/*/**=read@1", "/a/**=write"))
                .containsExactly(3);
    }

    @Test
    void replacedRuleNeverWinsButOneThatHoldsBelowDoes() {
        assertThat(rules(NEVER_WINS, "/a*=read", "/a*=write")).containsExactly(0);
        assertThat(rules(NEVER_WINS, "/**=read@-1", "/a*=none", "/a*=write")).isEmpty();
    }

    @Test
    void patternThatMatchesNoNameIsNamed() {
        assertThat(found(NEVER_WINS, "/[z-a]=read"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("matches no path"));
    }

    @Test
    void rulesThatWinSomewhereAreNeverReported() throws Exception {
        Seeds.check(150, random -> {
            Policy policy = Policy.compile(RandomPolicies.rules(random));
            Set<Integer> reported = new HashSet<>();
            Lint.check(policy).stream()
                    .filter(finding -> finding.check() == NEVER_WINS)
                    .forEach(finding -> reported.add(finding.rule()));
            for (int i = 0; i < 200; i++) {
                assertThat(reported)
                        .doesNotContain(
                                policy.locate(RandomPolicies.path(random)).rule());
            }
        });
    }

    @Test
    void hugePoliciesAreCheckedForWhatOneRuleCovers() throws PolicyException {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            rules.add(Rule.of("**/*" + Integer.toString(i, 36) + "*", Level.READ));
        }
        rules.add(Rule.of("/gone/**", Level.NONE, 9));
        rules.add(Rule.of("/gone/but/*", Level.READ, 8));

        assertThat(NeverWins.check(Policy.compile(rules)))
                .extracting(Finding::rule)
                .containsExactly(3_001);
    }

    @Test
    void overlapsOfEqualPriorityAreNotedAndTiesWarnedOf() {
        assertThat(found(OVERLAP, "/src/**=write", "**/*.md=view"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(NOTE);
                    assertThat(finding.message()).contains("longer literal beginning", "/src/.md");
                });
        assertThat(found(OVERLAP, "/a*=read", "/?b=view"))
                .extracting(Finding::severity)
                .containsExactly(NOTE);
        assertThat(found(OVERLAP, "/*a=read", "/a?=view", "/?a=write@1"))
                .extracting(Finding::severity)
                .containsExactly(NOTE);
        assertThat(found(OVERLAP, "/*ab=read", "/?b*a*=view", "/*a[b]*b=view"))
                .extracting(Finding::severity)
                .contains(WARNING);
    }

    @Test
    void aRuleThatOverlapsWithManyIsNamedOnce() {
        assertThat(found(OVERLAP, "/*.a=read", "/*.b=read", "/*.c=read", "/x*=view"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("rule 0", "so with 2 more rules"));
    }

    @Test
    void patternsThatCannotMeetDoNotOverlap() {
        assertThat(found(OVERLAP, "/*.py=read", "/*.js=write", "/a/**=view", "/b/**=read"))
                .isEmpty();
        assertThat(found(OVERLAP, "/a*=read", "/a*=write"))
                .as("replaced, not overlapping")
                .isEmpty();
    }

    @Test
    void permissiveDefaultWithDenialsOnTop() {
        assertThat(found(PERMISSIVE_DEFAULT, "**/*=write", "/s/**=none"))
                .extracting(Finding::severity)
                .containsExactly(WARNING);
        assertThat(found(PERMISSIVE_DEFAULT, "/**=read", "/s/**=none"))
                .extracting(Finding::severity)
                .containsExactly(NOTE);
        assertThat(found(PERMISSIVE_DEFAULT, "/src/**=write", "/s/**=none")).isEmpty();
        assertThat(found(PERMISSIVE_DEFAULT, "**/*=write")).isEmpty();
    }

    @Test
    void cancelledDenialNamesWhatShowsAgain() {
        assertThat(found(CANCELLED_DENIAL, "/secrets/**=none", "/secrets/*.pub=read"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.rule()).isZero();
                    assertThat(finding.message()).contains("rule 1 (/secrets/*.pub=read)", "/secrets/.pub");
                });
        assertThat(found(CANCELLED_DENIAL, "**/*=none", "/src/**=read"))
                .as("a default is no denial")
                .isEmpty();
    }

    @Test
    void workspacePrefixIsTakenOff() {
        assertThat(found(WORKSPACE_PREFIX, "/workspace/src/**=read", "/workspaces/**=read", "workspace/x=read"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.remedy()).isEqualTo("write \"/src/**\""));
    }

    @Test
    void readableSecretsAreNamedWhereTheyAre() {
        assertThat(found(READABLE_SECRETS, "/src/**=read"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message())
                        .contains("/src/.env", "/src/id_rsa", "/src/.aws/x", "/src/x.p12", "/src/token"));
        assertThat(found(READABLE_SECRETS, "/**=view")).isEmpty();
    }

    @Test
    void hideSecretsLeavesNoneReadable() throws PolicyException {
        List<Rule> rules = new ArrayList<>(Presets.of("full-access"));
        rules.addAll(Presets.of("hide-secrets"));

        assertThat(ReadableSecrets.check(Policy.compile(rules))).isEmpty();
    }

    private static List<Finding> found(Finding.Check check, String... rules) {
        return Lint.check(Policies.of(rules)).stream()
                .filter(finding -> finding.check() == check)
                .toList();
    }

    private static List<Integer> rules(Finding.Check check, String... rules) {
        return found(check, rules).stream().map(Finding::rule).toList();
    }
}
