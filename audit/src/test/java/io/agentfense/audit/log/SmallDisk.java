package io.agentfense.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A filesystem that is soon full. */
final class SmallDisk implements AutoCloseable {
    private final Path place;

    SmallDisk(Path place) throws IOException {
        this.place = place;
        run("mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", place.toString());
    }

    /** Takes all the room there is but so many bytes. */
    void fill(long rest) throws IOException {
        long left = Files.getFileStore(place).getUsableSpace() - rest;
        Files.write(place.resolve("ballast"), new byte[(int) Math.max(0, left)]);
    }

    void free() throws IOException {
        Files.delete(place.resolve("ballast"));
    }

    @Override
    public void close() throws IOException {
        run("umount", "-l", place.toString());
    }

    private static void run(String... command) throws IOException {
        assertThat(new ProcessBuilder(command)
                        .inheritIO()
                        .start()
                        .onExit()
                        .join()
                        .exitValue())
                .isZero();
    }
}
