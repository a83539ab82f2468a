package sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Says what a resource of the build says. */
public final class Greeting {
    private Greeting() {}

    /** The text. */
    public static String text() throws IOException {
        try (InputStream in = Greeting.class.getResourceAsStream("/greeting.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
