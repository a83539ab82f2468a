package io.agentfense.rulefile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;

/** Turns a file's bytes into text, or says at which line they are not UTF-8. */
final class Utf8Text {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private Utf8Text() {}

    static String decode(String file, byte[] content) throws RuleFileException {
        CharBuffer text = CharBuffer.allocate(content.length);
        CoderResult result = UTF_8.newDecoder().decode(ByteBuffer.wrap(content), text, true);
        String decoded = text.flip().toString();
        if (result.isError()) {
            int line = 1 + (int) decoded.chars().filter(c -> c == '\n').count();
            int column = decoded.length() - decoded.lastIndexOf('\n');
            throw new RuleFileException(
                    new Location(file, line, column), "not UTF-8 from here on; save the file as UTF-8");
        }
        return decoded.startsWith(BYTE_ORDER_MARK) ? decoded.substring(1) : decoded;
    }
}
