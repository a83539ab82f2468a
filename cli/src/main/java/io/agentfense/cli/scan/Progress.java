package io.agentfense.cli.scan;

import io.agentfense.secret.tree.TreeCount;
import io.agentfense.secret.tree.TreeScan;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says at a terminal how far a scan is, once it has taken a second. */
final class Progress {
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final String CLEAR = "\r\u001b[K";

    private final @Nullable Thread teller;
    private volatile @Nullable TreeScan scan;

    private Progress(@Nullable PrintWriter err) {
        teller = err == null
                ? null
                : Thread.ofPlatform().daemon().name("progress").start(() -> tell(err));
    }

    /** Begins; without a terminal nothing is said. */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
    static Progress start(PrintWriter err) {
        Console console = System.console();
        return new Progress(console != null && console.isTerminal() ? err : null);
    }

    /** Says from now on how far this one is. */
    void watch(TreeScan other) {
        scan = other;
    }

    private void tell(PrintWriter err) {
        boolean said = false;
        try {
            while (true) {
                Thread.sleep(STEP);
                TreeScan watched = scan;
                if (watched != null) {
                    TreeCount count = watched.count();
                    err.printf(Locale.ROOT, "%s%,d files, %.0f MB", CLEAR, count.files(), count.bytes() / 1e6);
                    err.flush();
                    said = true;
                }
            }
        } catch (InterruptedException e) {
            if (said) {
                err.print(CLEAR);
                err.flush();
            }
        }
    }

    /** Says no more, and leaves nothing of it in the terminal. */
    void stop() throws InterruptedException {
        if (teller != null) {
            teller.interrupt();
            teller.join();
        }
    }
}
