package io.agentfense.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a server is, in all ways in which one may say it. */
class EndpointTest {
    @Test
    void aPortAndASchemeMayBeLeftOut() {
        assertThat(Endpoint.of("localhost")).isEqualTo(new Endpoint("localhost", 9000, false));
        assertThat(Endpoint.of("10.0.0.1:8080")).isEqualTo(new Endpoint("10.0.0.1", 8080, false));
        assertThat(Endpoint.of("[::1]:8080")).isEqualTo(new Endpoint("[::1]", 8080, false));
        assertThat(Endpoint.of("http://host:1/")).isEqualTo(new Endpoint("host", 1, false));
        assertThat(Endpoint.of("https://host")).isEqualTo(new Endpoint("host", 443, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftp://host", "host:port", "https://me:secret@host", "http://host/v1", "a b"})
    void whatIsNoServerIsRefused(String text) {
        assertThatThrownBy(() -> Endpoint.of(text)).isInstanceOf(InvalidConfigurationException.class);
    }

    @Test
    void theEnvironmentSaysWhereAndAsWhomAndTheKeyIsNotShown() {
        ClientBuilder builder =
                new ClientBuilder(Map.of("AGENTFENSE_ENDPOINT", "host:1", "AGENTFENSE_API_KEY", "af_secret"));
        assertThat(builder).hasToString("ClientBuilder[host:1]");
        assertThat(builder.endpoint("other:2")).hasToString("ClientBuilder[other:2]");
    }
}
