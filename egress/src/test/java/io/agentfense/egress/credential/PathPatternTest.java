package io.agentfense.egress.credential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "/open/**, /open/, true",
        "/open/**, /open/a/b, true",
        "/open/**, /open, false",
        "/open/**, /opens/a, false",
        "/repos/*/x, /repos/a/x, true",
        "/repos/*/x, /repos//x, true",
        "/repos/*/x, /repos/a/b/x, false",
        "/repos/*, /repos/a/, false",
        "/a*c/d, /abc/d, true",
        "/a*c/d, /ac/d, true",
        "/a*c/d, /ab/c/d, false",
        "/**/x/*.json, /a/b/x/c.json, true",
        "/**/x/*.json, /a/x/c.json/x/d, false",
        "/a.c, /abc, false",
        "/***, /a/b, true",
    })
    void aStarStaysInItsSegmentAndTwoDoNot(String pattern, String path, boolean matches) {
        assertThat(new PathPattern(pattern).matches(path)).isEqualTo(matches);
    }

    /** A program that chooses the path would stall the requests of all sandboxes. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noPathTakesLong() {
        assertThat(new PathPattern("/**/b/**/b/**/b/**/b/**/x").matches("/a" + "/b/c".repeat(1000)))
                .isFalse();
        assertThat(new PathPattern("/x*a*a*a*a*a*b").matches("/x" + "a".repeat(4000)))
                .isFalse();
    }
}
