package io.agentfense.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README shows with curl does what it says, to the letter. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final String FENCE = "```";

    @TempDir
    Path directory;

    @Test
    void theExampleWithCurlRunsACommandOverAnUploadedFile() throws Exception {
        try (TestServer server = TestServer.start(directory, Map.of())) {
            String script = example("curl").replace("localhost:8080", server.address());
            Process shell = new ProcessBuilder("sh", "-eu", "-c", script)
                    .directory(ROOT.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .start();
            String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(shell.waitFor()).as(printed).isZero();
            assertThat(printed).contains("README.md").contains("hi\\n").contains("\"exitCode\":0");
        }
    }

    /** The first block of README that begins with an assignment from this program's output. */
    private static String example(String program) throws Exception {
        String readme = Files.readString(ROOT.resolve("README.md"));
        int begin = readme.indexOf(FENCE + "sh\ncb=$(" + program);
        assertThat(begin).as("an example with " + program).isNotNegative();
        int code = readme.indexOf('\n', begin) + 1;
        return readme.substring(code, readme.indexOf(FENCE, code));
    }
}
