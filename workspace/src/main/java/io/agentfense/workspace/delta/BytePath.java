package io.agentfense.workspace.delta;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A path below a workspace's root, as the bytes the kernel has: names with slashes between, none at either end; no bytes
 * at all are the root. Names need not be valid in any character set. Immutable, ordered by unsigned bytes.
 */
public final class BytePath implements Comparable<BytePath> {
    /** The root itself. */
    public static final BytePath ROOT = new BytePath(new byte[0]);

    /** The longest path that one system call takes: PATH_MAX of {@code linux/limits.h}, less the NUL. */
    public static final int MAX_BYTES = 4095;

    private final byte[] bytes;

    private BytePath(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The path of these bytes, taken as they are: no slash may be at an end, no name empty, "." or "..". */
    public static BytePath of(byte[] bytes) {
        return bytes.length == 0 ? ROOT : new BytePath(bytes.clone());
    }

    /** {@link #of(byte[])} of a string's UTF-8 bytes. */
    public static BytePath of(String path) {
        return of(path.getBytes(StandardCharsets.UTF_8));
    }

    /** The path of a child. */
    public BytePath child(byte[] name, int length) {
        int start = bytes.length == 0 ? 0 : bytes.length + 1;
        byte[] joined = Arrays.copyOf(bytes, start + length);
        if (start > 0) {
            joined[start - 1] = '/';
        }
        System.arraycopy(name, 0, joined, start, length);
        return new BytePath(joined);
    }

    /** The path of a child. */
    public BytePath child(byte[] name) {
        return child(name, name.length);
    }

    /** The path of what holds this; the root's is the root. */
    public BytePath parent() {
        int slash = lastSlash();
        return slash < 0 ? ROOT : new BytePath(Arrays.copyOf(bytes, slash));
    }

    /** The last name; the root has an empty one. */
    public byte[] name() {
        return Arrays.copyOfRange(bytes, lastSlash() + 1, bytes.length);
    }

    public boolean isRoot() {
        return bytes.length == 0;
    }

    /** Whether this lies strictly below {@code other}. */
    public boolean isBelow(BytePath other) {
        int length = other.bytes.length;
        return length == 0
                ? bytes.length > 0
                : bytes.length > length
                        && bytes[length] == '/'
                        && Arrays.equals(bytes, 0, length, other.bytes, 0, length);
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** The bytes themselves, for calls that only read them. */
    byte[] raw() {
        return bytes;
    }

    private int lastSlash() {
        int at = bytes.length - 1;
        while (at >= 0 && bytes[at] != '/') {
            at--;
        }
        return at;
    }

    @Override
    public int compareTo(BytePath other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BytePath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Fit for a terminal: see {@link Printable}. */
    @Override
    public String toString() {
        return Printable.text(bytes);
    }
}
