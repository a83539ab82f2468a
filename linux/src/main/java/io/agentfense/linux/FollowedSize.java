package io.agentfense.linux;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The size of a terminal that another one shall have too, looked at again and again: Java has no way to take SIGWINCH. Not
 * thread-safe.
 */
public final class FollowedSize {
    /** How often to look, in milliseconds: soon enough for whoever drags a window. */
    public static final int MILLIS = 200;

    private final int fd;
    private @Nullable WindowSize last;

    /** Of the terminal behind a descriptor, which stays the caller's. */
    public FollowedSize(int fd) {
        this.fd = fd;
    }

    /** The size, if it is another than at the last look; at the first look it is. Empty if the terminal is gone. */
    public Optional<WindowSize> change() {
        Optional<WindowSize> now = Terminal.sizeOf(fd).filter(size -> !size.equals(last));
        now.ifPresent(size -> last = size);
        return now;
    }
}
