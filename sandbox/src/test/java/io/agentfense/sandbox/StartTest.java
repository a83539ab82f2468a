package io.agentfense.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is said when a sandbox can't start. */
class StartTest {
    @BeforeAll
    static void build() {
        Built.guest();
    }

    @Test
    void withoutBubblewrapItSaysHowToInstallIt() {
        assertThatThrownBy(() -> Programs.findBwrap("bwrap", "/nowhere:relative:"))
                .isInstanceOf(StartException.class)
                .hasMessage("bubblewrap is not installed: apt-get install bubblewrap");
    }

    @Test
    void withoutTheGuestItSaysHowToBuildIt() {
        assertThatThrownBy(() -> GuestProgram.find("/nowhere/guest"))
                .hasMessage("the guest program is not at /nowhere/guest: build it with make -C guest");
        assertThatThrownBy(() -> GuestProgram.find(null)).hasMessageContaining("make -C guest");
    }

    @Test
    void aWorkspaceThatIsNotThereIsNamed() throws IOException {
        try (HostUser user = HostUser.acquire()) {
            assertThatThrownBy(() -> Built.runtime().start(SandboxSpec.of(Path.of("/no/such/dir"), user)))
                    .hasMessage("the workspace /no/such/dir is not a directory");
        }
    }

    @Test
    void aUidThatAnotherProcessHasIsRefused() throws Exception {
        try (LocalShell first = LocalShell.start()) {
            assertThatThrownBy(() -> Built.runtime().start(SandboxSpec.of(first.workspace(), first.user())))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("host uid in use by another process");
            assertThat(first.run("echo unharmed").stdout().text()).isEqualTo("unharmed\n");
        }
    }

    @Test
    void withoutUserNamespacesItSaysWhichSettingForbidsThem() throws Exception {
        // A user namespace in which no further one may be made stands for a kernel that allows none.
        String forbid = "echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --inh-caps=-all --ambient-caps=-all"
                + " \"$@\"";
        List<String> wrapper =
                List.of("unshare", "--user", "--map-current-user", "--keep-caps", "sh", "-c", forbid, "sh");
        Path workspace = OrdinaryUser.directory();
        Process jvm = new ProcessBuilder(OrdinaryUser.commandLine(wrapper, StartOne.class, workspace.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        assertThat(new String(jvm.getInputStream().readAllBytes()))
                .contains("the sandbox did not start")
                .contains("User namespaces are off; turn them on: sysctl user.max_user_namespaces=");
        Trees.delete(workspace);
    }

    /** Starts a sandbox in another JVM. */
    static final class StartOne {
        public static void main(String[] arguments) throws IOException {
            try (HostUser user = HostUser.acquire();
                    Sandbox sandbox = BwrapRuntime.find().start(SandboxSpec.of(Path.of(arguments[0]), user))) {
                System.out.println("it started: " + sandbox.isAlive());
            } catch (StartException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void anOldBubblewrapIsNamedAsSuch() {
        assertThat(StartFailure.explain("bwrap: Unknown option --disable-userns"))
                .hasMessageContaining("This bubblewrap is too old; 0.8.0 or later is needed.");
    }
}
