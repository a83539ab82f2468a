package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.api.ours.v1.ListEventsResponse;
import io.agentfense.client.SandboxEvent.CredentialUsed;
import io.agentfense.client.SandboxEvent.Other;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The events that take more than a sandbox to come about. */
class EventMessagesTest {
    @Test
    void aUseOfASecretHasAllItsFieldsAndWhatIsNewerItsName() {
        ListEventsResponse.Builder response = ListEventsResponse.newBuilder();
        response.addEventsBuilder()
                .setEvent("credential_used")
                .setSecret("github_token")
                .setHost("api.github.com")
                .setPort(443)
                .setMethod("GET")
                .setUrlPath("/user")
                .setStatus(200)
                .setCount(3);
        response.addEventsBuilder().setEvent("newer");
        assertThat(EventMessages.of(response.build()).events())
                .containsExactly(
                        new CredentialUsed(
                                Instant.EPOCH, "github_token", "api.github.com", 443, "GET", "/user", 200, 3),
                        new Other(Instant.EPOCH, "newer"));
    }
}
