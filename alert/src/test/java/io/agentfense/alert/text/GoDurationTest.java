package io.agentfense.alert.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
    @ParameterizedTest
    @CsvSource({"30s,30s", "90s,1m30s", "1h30m,1h30m", "1.5s,1s500ms", "24h,24h", "0,0s", "1us,1000ns", "100ms,100ms"})
    void durationsAreWrittenAsGoWritesThem(String text, String printed) {
        assertThat(GoDuration.print(GoDuration.parse(text))).isEqualTo(printed);
        assertThat(GoDuration.parse(printed)).isEqualTo(GoDuration.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"''", "30", "s", "1h-5m", "1 h", "1d", "+1s", "999999999999999999h", "1h 30m"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> GoDuration.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be a duration");
    }
}
