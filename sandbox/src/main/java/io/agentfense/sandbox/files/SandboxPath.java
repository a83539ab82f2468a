package io.agentfense.sandbox.files;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A path inside a sandbox: bytes without NUL, relative to the workspace unless it begins with a slash. Immutable. */
public final class SandboxPath {
    private static final String WORKSPACE = "/workspace";
    private static final int MAX_BYTES = 4095;

    private final byte[] bytes;

    private SandboxPath(byte[] bytes) {
        this.bytes = bytes;
    }

    /** From text, as UTF-8. */
    public static SandboxPath of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * From bytes, which are copied.
     *
     * @throws IllegalArgumentException if there is a NUL among them, or they are more than 4,095
     */
    public static SandboxPath of(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("a path can't hold NUL");
            }
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a path may have at most " + MAX_BYTES + " bytes");
        }
        return new SandboxPath(bytes.clone());
    }

    /** Its bytes, a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Its bytes relative to the workspace.
     *
     * @throws FileException OUTSIDE_WORKSPACE if it names another place
     */
    byte[] inWorkspace() throws FileException {
        if (bytes.length == 0 || bytes[0] != '/') {
            return bytes;
        }
        byte[] workspace = WORKSPACE.getBytes(StandardCharsets.UTF_8);
        boolean within = bytes.length >= workspace.length
                && Arrays.equals(bytes, 0, workspace.length, workspace, 0, workspace.length)
                && (bytes.length == workspace.length || bytes[workspace.length] == '/');
        if (!within) {
            throw FileException.outside(this);
        }
        int start = workspace.length;
        while (start < bytes.length && bytes[start] == '/') {
            start++;
        }
        return Arrays.copyOfRange(bytes, start, bytes.length);
    }

    /** Its bytes from the sandbox's root. */
    byte[] fromRoot() {
        return bytes.length > 0 && bytes[0] == '/'
                ? bytes
                : SandboxPath.of(WORKSPACE + "/").plus(bytes);
    }

    private byte[] plus(byte[] more) {
        byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, all, bytes.length, more.length);
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SandboxPath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As UTF-8; what is not, becomes U+FFFD. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
