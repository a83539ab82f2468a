package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is asked to be made is made once, though the connection breaks before the answer is there. */
class BrokenConnectionTest {
    private static AgentFenseClient through(BreakingProxy proxy) {
        return new ClientBuilder(Map.of()).endpoint(proxy.address()).build();
    }

    @Test
    void anAnswerThatGotLostIsAskedForAgainAndNothingIsMadeTwice() throws Exception {
        String codebase;
        try (var proxy = new BreakingProxy(SharedServer.get().address(), "cb_", 2);
                AgentFenseClient client = through(proxy)) {
            codebase = client.codebases().create("made-once", "me").id();
            assertThat(proxy.left()).isZero();
            assertThat(client.codebases().list())
                    .filteredOn(one -> one.name().equals("made-once"))
                    .extracting(Codebase::id)
                    .containsExactly(codebase);
        }
        try (var proxy = new BreakingProxy(SharedServer.get().address(), "sb_", 1);
                AgentFenseClient client = through(proxy)) {
            Sandbox sandbox =
                    client.fromCodebase(codebase).label("made", "once").create();
            assertThat(proxy.left()).isZero();
            assertThat(client.sandboxes(Map.of("made", "once")))
                    .extracting(SandboxInfo::id)
                    .containsExactly(sandbox.id());
            sandbox.close();
            client.codebases().delete(codebase);
        }
    }

    @Test
    void aCommandInTheBackgroundRunsOnce() throws Exception {
        try (AgentFenseClient straight = SharedServer.get().client()) {
            String codebase = straight.codebases().create("breaking", "me").id();
            try (Sandbox sandbox =
                    straight.fromCodebase(codebase).preset(Presets.FULL_ACCESS).start()) {
                try (var proxy = new BreakingProxy(SharedServer.get().address(), "told launched", 1);
                        AgentFenseClient client = through(proxy);
                        Sandbox same = client.connect(sandbox.id())) {
                    same.launch(Command.of("echo x >> launched; : told launched"))
                            .await();
                    assertThat(proxy.left()).isZero();
                    assertThat(sandbox.run("cat launched").output()).isEqualTo("x\n");
                }
            }
            straight.codebases().delete(codebase);
        }
    }

    @Test
    void aConnectionThatBreaksEachTimeIsAnError() throws Exception {
        try (var proxy = new BreakingProxy(SharedServer.get().address(), "cb_", Integer.MAX_VALUE);
                AgentFenseClient client = through(proxy)) {
            assertThatThrownBy(() -> client.codebases().create("never-told", "me"))
                    .isInstanceOf(ConnectionException.class);
        }
    }
}
