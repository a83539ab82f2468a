package io.agentfense.secret.rule;

import java.util.List;

/** What nothing else tells: a random value, or a password, that is given to a name which says so. */
final class GenericRules {
    private static final int LEAST_KEY = 16;
    private static final int LEAST_PASSWORD = 8;

    static final List<Rule> RULES = List.of(
            Rule.of(
                    "generic-secret",
                    "Random value given to the name of a key, secret or token",
                    Severity.MEDIUM,
                    Confidence.LOW,
                    List.of(
                            "secret",
                            "token",
                            "api_key",
                            "apikey",
                            "api-key",
                            "access_key",
                            "accesskey",
                            "access-key",
                            "auth_key",
                            "authkey",
                            "private_key",
                            "privatekey",
                            "encryption_key",
                            "encryptionkey",
                            "signing_key",
                            "signingkey",
                            "master_key",
                            "masterkey",
                            "secret_key_base",
                            "credential",
                            "app_key",
                            "appkey",
                            "hmac_key"),
                    new AssignmentFinder(LEAST_KEY, GenericValues::key)),
            Rule.of(
                    "generic-password",
                    "Value in quotes given to the name pass",
                    Severity.MEDIUM,
                    Confidence.LOW,
                    List.of("pass"),
                    new AssignmentFinder(
                            LEAST_PASSWORD, (value, quoted) -> quoted && GenericValues.password(value, true))),
            Rule.of(
                    "generic-password",
                    "Value given to the name of a password",
                    Severity.MEDIUM,
                    Confidence.LOW,
                    List.of("password", "passwd", "passphrase", "pwd", "_pass", "passwort", "contrasena"),
                    new AssignmentFinder(LEAST_PASSWORD, GenericValues::password)));

    private GenericRules() {}
}
