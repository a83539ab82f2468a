package io.agentfense.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.agentfense.server.config.LoggingConfig;
import org.slf4j.LoggerFactory;

/** What the server writes about itself: lines of text, or of JSON, on standard error. */
final class Logs {
    private Logs() {}

    /** Puts a configuration in force, at any time. */
    static void configure(LoggingConfig config) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Encoder<ILoggingEvent> encoder = switch (config.format()) {
            case JSON -> json(context);
            case TEXT -> text(context);
        };
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(Level.WARN);
        Level level = Level.toLevel(config.level().name());
        context.getLogger("io.agentfense").setLevel(level);
        context.getLogger("agentfense").setLevel(level);
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithContext(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithArguments(false);
        encoder.setWithMessage(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        return encoder;
    }

    /**
     * With the ids of the call, where a line belongs to one, and the fields of an event. Line breaks in a message are shown, not made: nobody forges
     * a line of the log.
     */
    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(
                "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{0} %replace(<%mdc> ){'<> ', ''}%replace(<%kvp> ){'<> ', ''}"
                        + "- %replace(%msg){'[\\r\\n]+', ' | '}%n");
        encoder.start();
        return encoder;
    }
}
