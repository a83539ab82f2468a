package io.agentfense.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {
    @ParameterizedTest
    @CsvSource({
        "DATABASE_PASSWORD, secret123, secret-name",
        "password, hunter2, secret-name",
        "PGPASSWORD, hunter2, secret-name",
        "SERVICE_TOKEN, changeme-now, secret-name",
        "AWS_SECRET_ACCESS_KEY, x1y2z3, secret-name",
        "API-KEY, abcdef, secret-name",
        "DATABASE_URL, postgres://app:Zx81kq0Rr7@db.prod.acme.io/app, connection-string",
    })
    void whatIsASecretIsFound(String name, String value, String rule) {
        assertThat(Variables.secrets(Map.of(name, value))).containsExactly(Map.entry(name, rule));
    }

    @ParameterizedTest
    @CsvSource({
        "CI, true",
        "PATH, /usr/bin:/bin",
        "TOKENS, 1000",
        "MAX_TOKEN, 4096",
        "USE_TOKEN, true",
        "PASSWORD_FILE, /run/secrets/db",
        "DATABASE_PASSWORD, /run/secrets/db",
        "API_TOKEN, ${TOKEN}",
        "API_TOKEN, AF_SECRET_0123456789abcdef0123456789abcdef",
        "API_TOKEN, ********",
        "TOKENIZERS_PARALLELISM, false",
        "KEYBOARD, us",
        "DATABASE_URL, postgres://localhost/app",
    })
    void whatIsNoneIsNot(String name, String value) {
        assertThat(Variables.secrets(Map.of(name, value))).isEmpty();
    }

    @Test
    void aValueOfManyLinesIsLookedThroughAndAnEmptyOneIsNone() {
        String key = "-----BEGIN PRIVATE " + "KEY-----\n"
                + "MC4CAQAwBQYDK2VwBCIEIKt9q3Yb0v5nF2mZ7cXl8w1rT4uJ6sD0hQeGaPyN3kLx\n" + "-----END PRIVATE "
                + "KEY-----";
        assertThat(Variables.secrets(Map.of("DEPLOY", key, "API_TOKEN", ""))).containsOnlyKeys("DEPLOY");
    }
}
