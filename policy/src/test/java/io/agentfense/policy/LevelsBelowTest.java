package io.agentfense.policy;

import static io.agentfense.policy.Policies.at;
import static io.agentfense.policy.Policies.below;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The mask is as tight as the rules alone decide. That it is never too tight is the reference model's test. */
class LevelsBelowTest {
    @Test
    void oneLevelWhereOneRuleMatchesEverything() {
        assertThat(below(Policies.of("**/*=read"), "/")).containsExactly("read");
        assertThat(below(Policies.of("/**=write"), "/a/b")).containsExactly("write");
        assertThat(below(Policies.of("/*/**=view"), "/")).containsExactly("view");
        assertThat(below(Policies.of("/a/=write"), "/a")).containsExactly("write");
    }

    @Test
    void nothingIsVisibleBelowWhatNoRuleReaches() {
        Policy policy = Policies.of("/a/b=read");

        assertThat(below(policy, "/")).containsExactly("none", "read");
        assertThat(below(policy, "/a/b")).containsExactly("none");
        assertThat(below(policy, "/c")).containsExactly("none");
        assertThat(at(policy, "/c").mayBelow(Level.VIEW)).isFalse();
        assertThat(at(policy, "/a").mayBelow(Level.READ)).isTrue();
        assertThat(at(policy, "/a").mayBelow(Level.WRITE)).isFalse();
    }

    @Test
    void denialOfHigherRankPrunesWhatItCovers() {
        Policy policy = Policies.of("**/*=read", "/secrets/**=none@100", "/secrets/public.key=read@1");

        assertThat(below(policy, "/secrets")).containsExactly("none");
        assertThat(below(policy, "/secrets/deep/er")).containsExactly("none");
    }

    @Test
    void exceptionsInADenialAreReachableOnlyOnTheirWay() {
        Policy policy = Policies.of("**/*=none", "/a/b/c=read");

        assertThat(below(policy, "/a")).containsExactly("none", "read");
        assertThat(below(policy, "/a/b")).containsExactly("none", "read");
        assertThat(below(policy, "/a/x")).containsExactly("none");
    }

    @Test
    void denialOfAllChildrenCoversEverythingBelow() {
        assertThat(below(Policies.of("/**=read@-1", "/s/*=none"), "/s")).containsExactly("none");
    }

    @Test
    void lowerRanksDoNotCountOnceEverythingIsMatched() {
        Policy policy = Policies.of("/**=read", "**/*.log=write@-1", "**/.env*=none@1");

        assertThat(below(policy, "/")).containsExactly("none", "read");
        assertThat(at(policy, "/x").mayHideBelow()).isTrue();
    }

    @Test
    void presetsThatHideNothingNeverLookAtNames() {
        for (String preset : List.of("read-only", "full-access", "view-only")) {
            Policy policy = Policies.preset(preset);
            PathState top = at(policy, "/a");

            assertThat(top.child("b".getBytes(StandardCharsets.UTF_8))).isSameAs(top);
            assertThat(top.mayHideBelow()).isFalse();
        }
    }
}
