package io.agentfense.client.tools;

import io.agentfense.client.Sandbox;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A file of a sandbox as text. Stateless. */
final class TextFile {
    private static final long LARGEST = 16 << 20;

    private TextFile() {}

    /** All of it, so that writing it back changes nothing. */
    static String read(Sandbox sandbox, String path) throws ToolFailure {
        var file = sandbox.files().stat(path);
        if (file.isDirectory()) {
            throw new ToolFailure(path + " is a directory; list it with Glob or ls.");
        }
        if (file.size() > LARGEST) {
            throw new ToolFailure(path + " has " + file.size() + " bytes, more than the " + LARGEST
                    + " that are read at once; use Bash with sed or head.");
        }
        byte[] bytes = sandbox.files().readBytes(path);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ToolFailure(path + " is no text in UTF-8, but " + bytes.length + " bytes of something else.");
        }
    }
}
