package io.agentfense.audit.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Names are bytes, and fields of events are text. Neither way loses anything. */
public final class NameText {
    /** Where PEP 383 puts bytes that are not valid UTF-8: no valid text holds half a surrogate pair. */
    private static final int ESCAPED_BYTE = 0xdc00;

    private NameText() {}

    /** The text of a name: each byte {@code 0xNN} that is not valid UTF-8 is the lone surrogate {@code U+DCNN}. */
    public static String of(byte[] name) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(name);
        CharBuffer out = CharBuffer.allocate(name.length);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            // One byte at a time: what follows the first bad one may be the beginning of a good character.
            out.put((char) (ESCAPED_BYTE + (in.get() & 0xff)));
            decoder.reset();
        }
    }

    /** The bytes of a text that {@link #of} made, or of any text. */
    public static byte[] toBytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isBmpCodePoint(c) && Character.isSurrogate((char) c)) {
                bytes.write(c);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
