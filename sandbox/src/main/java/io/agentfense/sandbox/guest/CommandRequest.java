package io.agentfense.sandbox.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What to run, as bytes: {@code struct request_header}, then the directory, the arguments and the environment as
 * NUL-terminated strings.
 */
public final class CommandRequest {
    /** The most bytes that a request may have. */
    public static final int MAX_BYTES = 2 * 1024 * 1024;

    /** The most arguments, and the most variables. */
    public static final int MAX_STRINGS = 65_536;

    private static final int MAGIC = 0x41465231;
    private static final int HEADER_BYTES = 16;

    private CommandRequest() {}

    /**
     * Encodes a request.
     *
     * @param directory an absolute path inside the sandbox
     * @param arguments the program, by path or by a name on the PATH of the environment, then its arguments
     * @param environment strings NAME=VALUE
     * @throws IllegalArgumentException if there is a NUL in it, no program, or too much of anything
     */
    public static byte[] encode(String directory, List<String> arguments, List<String> environment) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        if (arguments.size() > MAX_STRINGS || environment.size() > MAX_STRINGS) {
            throw new IllegalArgumentException("a command may have at most " + MAX_STRINGS + " arguments or variables");
        }
        List<byte[]> strings = new ArrayList<>(1 + arguments.size() + environment.size());
        int size = add(strings, directory, HEADER_BYTES);
        for (String argument : arguments) {
            size = add(strings, argument, size);
        }
        for (String variable : environment) {
            size = add(strings, variable, size);
        }
        ByteBuffer request = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        request.putInt(MAGIC)
                .putInt(arguments.size())
                .putInt(environment.size())
                .putInt(0);
        for (byte[] string : strings) {
            request.put(string).put((byte) 0);
        }
        return request.array();
    }

    /** Adds a string to a request of so many bytes; returns how many it has then. */
    private static int add(List<byte[]> strings, String string, int size) {
        if (string.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a command can't hold the character NUL");
        }
        byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= MAX_BYTES - size) {
            throw new IllegalArgumentException(
                    "a command may have at most " + MAX_BYTES + " bytes of arguments and environment");
        }
        strings.add(bytes);
        return size + bytes.length + 1;
    }
}
