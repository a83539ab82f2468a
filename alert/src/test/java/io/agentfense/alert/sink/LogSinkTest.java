package io.agentfense.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogSinkTest {
    @Test
    void anAlertIsOneLineWhateverItsSandboxIsCalled() {
        Logger logger = (Logger) LoggerFactory.getLogger("agentfense.alerts");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        try {
            new LogSink().tell(Changes.raised("al_1"));
            new LogSink().tell(Changes.closed("al_1"));
        } finally {
            logger.setLevel(null);
            logger.detachAppender(lines);
        }

        assertThat(lines.list.stream().map(ILoggingEvent::getLevel)).containsExactly(Level.ERROR, Level.INFO);
        ILoggingEvent line = lines.list.getFirst();
        assertThat(line.getFormattedMessage())
                .startsWith("raised: 11 denials in sb_")
                .doesNotContain("\n", "\r", "\u001b");
        assertThat(line.getKeyValuePairs().toString())
                .contains("alert_id=\"al_1\"", "rule=\"denials\"", "severity=\"high\"", "count=\"11\"", "sandbox_id=")
                .doesNotContain("\n", "\r", "\u001b");
    }
}
