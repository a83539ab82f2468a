package io.agentfense.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What W3C Trace Context says of the header {@code traceparent}. */
class TraceParentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void theTraceIsItsSecondField() {
        assertThat(TraceParent.traceId("00-" + TRACE + "-b7ad6b7169203331-01")).contains(TRACE);
    }

    @Test
    void aLaterVersionMayHaveMoreFields() {
        assertThat(TraceParent.traceId("cc-" + TRACE + "-b7ad6b7169203331-01-what-comes"))
                .contains(TRACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-" + TRACE,
                "00-" + TRACE + "-b7ad6b7169203331-01-more",
                "ff-" + TRACE + "-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-" + TRACE + "-b7ad6b7169203331-0",
                "cc-" + TRACE + "-b7ad6b7169203331-01what",
                " 00-" + TRACE + "-b7ad6b7169203331-01"
            })
    void whatTheSpecificationDoesNotAllowIsNoTrace(String header) {
        assertThat(TraceParent.traceId(header)).isEmpty();
    }
}
