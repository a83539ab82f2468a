package io.agentfense.policy;

import static io.agentfense.policy.Policies.level;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of two rules decides; each row holds in either order of the rules unless it says otherwise. */
class PrecedenceTest {
    @ParameterizedTest
    @CsvSource({
        "/a/x=none@1, /a/x=write@2, /a/x, write",
        "/a/*=none@-1, /**=read@-2147483648, /a/x, none",
        "/a/x=write, /a/?=none, /a/x, write",
        "/a/x/=write, /a/**=none, /a/x, write",
        "/a/x=write, /a/x/=none, /a/x, write",
        "/a/**=write, /**=none, /a/x, write",
        "/a/*=write, /*/*.py=none, /a/x.py, write",
        "/a/*.py=write, /a/*=none, /a/x.py, write",
        "/a/*.py=write, /a/[xyz]*=none, /a/x.py, write",
        "/a/*.{py}=write, /a/*.p?=none, /a/x.py, write",
        "/a/*b=write, /a/**/*b=none, /a/b, write",
        "/**/*b=write, /**/**/*b=none, /b, write",
        "/a*=read, /a?=none, /ab, none",
        "/a\\*=write, /a*=none, /a*, write",
    })
    void betterRuleDecidesInAnyOrder(String better, String worse, String path, String expected) {
        assertThat(level(Policies.of(better, worse), path)).isEqualTo(expected);
        assertThat(level(Policies.of(worse, better), path)).isEqualTo(expected);
    }

    @Test
    void laterRuleOfTheSamePatternReplacesHoweverItIsWritten() {
        assertThat(level(Policies.of("/a/*=none", "a//*=write"), "/a/x")).isEqualTo("write");
        assertThat(level(Policies.of("/\\a*=none", "/./a*=write"), "/ab")).isEqualTo("write");
        assertThat(level(Policies.of("/a*=write", "/a*=none"), "/ab")).isEqualTo("none");
    }

    @Test
    void orderOfComparingDoesNotMatterWhereReplacementAndRestrictionDisagree() {
        // The first beats the second, the second the third, the third the first; the third replaces the first.
        List<String> cycle = List.of("/[a]?=none", "/?[b]=read", "/[a]?=write");

        assertThat(level(Policies.of(cycle.toArray(String[]::new)), "/ab")).isEqualTo("read");
    }

    @Test
    void replacedDenialStillHoldsBelow() {
        Policy policy = Policies.of("/a/**=read@-1", "/a/b*=none", "/a/b*=write");

        assertThat(level(policy, "/a/b")).isEqualTo("write");
        assertThat(level(policy, "/a/b/c")).isEqualTo("none");
    }

    @Test
    void replacedDenialGivesWayWhereItsReplacementMatchesAgain() {
        Policy policy = Policies.of("**/b*=none", "**/b*=write");

        assertThat(level(policy, "/b")).isEqualTo("write");
        assertThat(level(policy, "/b/c")).isEqualTo("none");
        assertThat(level(policy, "/b/b")).isEqualTo("write");
        assertThat(level(policy, "/b/c/b")).isEqualTo("write");
    }

    @Test
    void replacementDisplacesADenialEvenWhereItDoesNotDecideItself() {
        Policy policy = Policies.of("/a/*=none", "/a/*=write", "/a/*/=read");

        assertThat(level(policy, "/a/x"))
                .as("read is more restrictive than write")
                .isEqualTo("read");
        assertThat(level(policy, "/a/x/y")).isEqualTo("none");
    }

    @Test
    void denialsGoDownGrantsDoNot() {
        assertThat(level(Policies.of("/**=read@-1", "/a=none"), "/a/b")).isEqualTo("none");
        assertThat(level(Policies.of("/**=read@-1", "**/*.key=none"), "/x.key/a/b"))
                .isEqualTo("none");
        assertThat(level(Policies.of("/a=write"), "/a/b")).isEqualTo("none");
    }

    @Test
    void nothingMatchesMeansNone() {
        assertThat(level(Policies.of(), "/")).isEqualTo("none");
        assertThat(Policies.at(Policies.of("/a=read"), "/b").rule()).isEqualTo(-1);
    }
}
