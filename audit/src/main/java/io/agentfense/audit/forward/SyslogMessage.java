package io.agentfense.audit.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.agentfense.audit.AuditRecord;
import io.agentfense.audit.export.Severity;
import io.agentfense.audit.format.Timestamps;
import java.io.IOException;

/** A record as a message of RFC 5424, framed by its length as in RFC 6587, 3.4.1, and RFC 5425, 4.3. Stateless. */
final class SyslogMessage {
    /** Log audit. */
    private static final int FACILITY = 13;

    private static final int LONGEST_ID = 32;
    private static final int LONGEST_HOST = 255;

    private SyslogMessage() {}

    /**
     * The frame. The message is the record's line in some format, in which all control characters are escaped; of the
     * event there is only its name in the head.
     *
     * @param host the name of this machine
     */
    static byte[] frame(Batch.Item item, BodyFormat format, String host) throws IOException {
        AuditRecord record = item.record();
        int priority = FACILITY * 8 + Severity.of(record.event()).syslog();
        String head = "<" + priority + ">1 " + Timestamps.text(record.event().timestamp()) + " "
                + word(host, LONGEST_HOST) + " agentfense "
                + ProcessHandle.current().pid() + " "
                + word(record.event().event(), LONGEST_ID) + " [meta sequenceId=\""
                + (1 + (record.sequence() - 1) % Integer.MAX_VALUE) + "\"] ";
        byte[] line = Body.line(item, format);
        byte[] begin = (head.length() + line.length + " " + head).getBytes(US_ASCII);
        byte[] frame = new byte[begin.length + line.length];
        System.arraycopy(begin, 0, frame, 0, begin.length);
        System.arraycopy(line, 0, frame, begin.length, line.length);
        return frame;
    }

    /** Printable ASCII without a space, as the head's words are. */
    private static String word(String text, int longest) {
        String word = text.replaceAll("[^\\x21-\\x7e]", "_");
        return word.isEmpty() ? "-" : word.substring(0, Math.min(word.length(), longest));
    }
}
