package sample;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class GreetingTest {
    @Test
    void theResourceIsThere() throws IOException {
        assertEquals("Hello from Maven", Greeting.text());
    }
}
