package io.agentfense.egress;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a TLS ClientHello (RFC 8446, section 4.1.2) says whom it is for.
 *
 * @param serverNames of its server_name extensions (RFC 6066), as they stand there
 * @param hidesName whether it has an encrypted ClientHello, or the older encrypted name, beside
 */
record ClientHello(List<String> serverNames, boolean hidesName) {
    private static final int SERVER_NAME = 0;
    private static final int ENCRYPTED_CLIENT_HELLO = 0xfe0d;
    private static final int ENCRYPTED_SERVER_NAME = 0xffce;
    private static final int VERSION_AND_RANDOM = 2 + 32;

    /**
     * Reads the body of the handshake message.
     *
     * @throws IndexOutOfBoundsException if a length in it leads beyond its end
     */
    static ClientHello parse(ByteBuf body) {
        ByteBuf rest = body.slice();
        rest.skipBytes(VERSION_AND_RANDOM);
        rest.skipBytes(rest.readUnsignedByte());
        rest.skipBytes(rest.readUnsignedShort());
        rest.skipBytes(rest.readUnsignedByte());
        List<String> names = new ArrayList<>();
        boolean hides = false;
        ByteBuf extensions = rest.isReadable() ? rest.readSlice(rest.readUnsignedShort()) : rest;
        while (extensions.isReadable()) {
            int type = extensions.readUnsignedShort();
            ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
            if (type == SERVER_NAME) {
                readNames(extension, names);
            }
            hides |= type == ENCRYPTED_CLIENT_HELLO || type == ENCRYPTED_SERVER_NAME;
        }
        return new ClientHello(List.copyOf(names), hides);
    }

    /** Of whatever type: a list with one that we do not know is not one that agrees. */
    private static void readNames(ByteBuf extension, List<String> names) {
        ByteBuf list = extension.readSlice(extension.readUnsignedShort());
        while (list.isReadable()) {
            list.skipBytes(1);
            int length = list.readUnsignedShort();
            names.add(list.readCharSequence(length, StandardCharsets.ISO_8859_1).toString());
        }
    }
}
