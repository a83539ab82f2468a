package io.agentfense.audit.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.agentfense.audit.store.LogDirectory;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far a receiver has come, in a file that is replaced as a whole and is on the disk when a call returns. The first line
 * has the number and hash of the last record that counts as received; the second, if there is one, the number of the last
 * record of a batch that was begun, so that it is the same batch when it is sent again. One writer for each name.
 */
final class Position {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}) ([0-9a-f]{64}|-)\n(?:sending (\\d{1,18})\n)?");

    private final LogDirectory directory;
    private final String file;
    private @Nullable Mark mark;
    private long sending;

    private Position(LogDirectory directory, String file) {
        this.directory = directory;
        this.file = file;
    }

    /** The position of a receiver. */
    static Position of(LogDirectory directory, String receiver) throws IOException {
        Position position = new Position(directory, receiver + ".position");
        byte[] text = directory.read(position.file);
        if (text != null) {
            Matcher matcher = TEXT.matcher(new String(text, US_ASCII));
            if (!matcher.matches()) {
                throw new IOException(directory.path() + "/" + position.file
                        + " is no position; remove it to send the whole log again");
            }
            position.mark = new Mark(Long.parseLong(matcher.group(1)), matcher.group(2));
            position.sending = matcher.group(3) == null ? 0 : Long.parseLong(matcher.group(3));
        }
        return position;
    }

    /** The last record that counts as received; null of a receiver that is new. */
    @Nullable
    Mark mark() {
        return mark;
    }

    /** The last record of the batch that was begun; not more than the mark's if there is none. */
    long sending() {
        return sending;
    }

    /** Records up to here count as received. */
    void reached(Mark reached) throws IOException {
        write(reached, 0);
    }

    /** A batch that ends there is about to be sent. */
    void begin(long last) throws IOException {
        if (last != sending && mark != null) {
            write(mark, last);
        }
    }

    private void write(Mark next, long until) throws IOException {
        String text = next.sequence() + " " + next.hash() + "\n" + (until == 0 ? "" : "sending " + until + "\n");
        directory.replace(file, text.getBytes(US_ASCII));
        mark = next;
        sending = until;
    }
}
