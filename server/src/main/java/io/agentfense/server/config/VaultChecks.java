package io.agentfense.server.config;

import io.agentfense.egress.credential.CredentialRule;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must hold between the keys of {@code secrets.vault}, and policies that need them. For one configuration. */
final class VaultChecks {
    private static final String REFERENCE = "vault:";
    private static final Pattern NAMES =
            Pattern.compile("[A-Za-z0-9_~@+=-][A-Za-z0-9_.~@+=-]*(?:/[A-Za-z0-9_~@+=-][A-Za-z0-9_.~@+=-]*)*");

    private final Values values;
    private final BiConsumer<Key<?>, String> problems;

    VaultChecks(Values values, BiConsumer<Key<?>, String> problems) {
        this.values = values;
        this.problems = problems;
    }

    void run() {
        String address = values.get(Keys.VAULT_ADDRESS);
        if (address.isEmpty()) {
            nothingWithoutAnAddress();
            return;
        }
        if (!Checks.isTrustworthy(address) || !isBare(URI.create(address))) {
            problems.accept(
                    Keys.VAULT_ADDRESS,
                    "must be an https URL of a host and a port alone, or an http URL of this machine");
        }
        names(Keys.VAULT_MOUNT);
        if (!values.get(Keys.VAULT_NAMESPACE).isEmpty()) {
            names(Keys.VAULT_NAMESPACE);
        }
        login();
    }

    private static boolean isBare(URI address) {
        return address.getRawUserInfo() == null
                && address.getRawQuery() == null
                && address.getRawFragment() == null
                && (address.getRawPath().isEmpty() || address.getRawPath().equals("/"));
    }

    private void names(Key<String> key) {
        if (!NAMES.matcher(values.get(key)).matches()) {
            problems.accept(key, "must be names with slashes between them, such as kv/team");
        }
    }

    private void login() {
        List<Key<?>> ways = List.of(Keys.VAULT_TOKEN_FILE, Keys.VAULT_TOKEN_ENV, Keys.VAULT_ROLE_ID);
        if (ways.stream().filter(this::isGiven).count() != 1) {
            problems.accept(
                    Keys.VAULT_ADDRESS,
                    "needs one of secrets.vault.token_file, secrets.vault.token_env and secrets.vault.role_id");
        }
        if (isGiven(Keys.VAULT_ROLE_ID) != isGiven(Keys.VAULT_SECRET_ID_FILE)) {
            problems.accept(Keys.VAULT_ADDRESS, "needs both secrets.vault.role_id and secrets.vault.secret_id_file");
        }
    }

    private boolean isGiven(Key<?> key) {
        return switch (values.get(key)) {
            case String text -> !text.isEmpty();
            case Optional<?> path -> path.isPresent();
            default -> true;
        };
    }

    private void nothingWithoutAnAddress() {
        Stream.of(
                        Keys.VAULT_NAMESPACE,
                        Keys.VAULT_MOUNT,
                        Keys.VAULT_VERSION,
                        Keys.VAULT_TOKEN_FILE,
                        Keys.VAULT_TOKEN_ENV,
                        Keys.VAULT_ROLE_ID,
                        Keys.VAULT_SECRET_ID_FILE,
                        Keys.VAULT_CA,
                        Keys.VAULT_TIMEOUT)
                .filter(values::isSet)
                .findFirst()
                .ifPresent(key -> problems.accept(key, "has no effect without secrets.vault.address"));
        for (Map.Entry<String, NetworkPolicy> policy :
                values.get(Keys.NETWORK_POLICIES).entrySet()) {
            if (policy.getValue() instanceof NetworkPolicy.Egress egress
                    && egress.credentials().stream().map(CredentialRule::secret).anyMatch(VaultChecks::isReference)) {
                problems.accept(
                        Keys.NETWORK_POLICIES,
                        "policy '" + policy.getKey() + "' has a secret of Vault, and secrets.vault.address is not set");
            }
        }
    }

    private static boolean isReference(String secret) {
        return secret.startsWith(REFERENCE);
    }
}
