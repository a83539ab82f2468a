package io.agentfense.secret.mask;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Content that is text in UTF-8. Stateless. */
final class PlainText {
    /** Of a line that is all there is of a large document, the end tells as much. */
    private static final int MOST_OF_LINE = 1024;

    private PlainText() {}

    /** Whether all of it is UTF-8, without a NUL. */
    static boolean is(byte[] content) {
        for (byte each : content) {
            if (each == 0) {
                return false;
            }
        }
        try {
            var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** What stands on a line before an offset, a character for each byte. */
    static String beginningOfLine(byte[] content, int end) {
        int start = end;
        while (start > 0 && end - start < MOST_OF_LINE && content[start - 1] != '\n') {
            start--;
        }
        return new String(content, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
