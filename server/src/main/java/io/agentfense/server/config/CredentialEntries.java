package io.agentfense.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.egress.credential.CredentialRule;
import io.agentfense.egress.credential.PathPattern;
import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.egress.policy.HostName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The list {@code credentials} of a network policy, read and written. Stateless. */
final class CredentialEntries {
    private static final List<String> KEYS =
            List.of("host", "ports", "secret", "header", "format", "placeholder_env", "methods", "paths");

    private CredentialEntries() {}

    /**
     * Reads the list, if there is one.
     *
     * @param policy that has it: what a secret is for must be reached by it
     */
    static List<CredentialRule> read(String name, JsonNode list, EgressPolicy policy) {
        if (list.isMissingNode()) {
            return List.of();
        }
        NetworkPolicies.check(list.isArray(), name, "credentials must be a list of entries with host and secret");
        List<CredentialRule> rules = new ArrayList<>();
        Set<String> variables = new HashSet<>();
        for (JsonNode entry : list) {
            String place = name + ".credentials[" + rules.size() + "]";
            CredentialRule rule = rule(place, entry);
            for (int port : rule.ports()) {
                NetworkPolicies.check(
                        policy.judge(rule.host(), port).isAllowed(),
                        place,
                        rule.host() + " port " + port + " is not in the allow list of this policy");
            }
            rule.placeholderEnv()
                    .ifPresent(variable -> NetworkPolicies.check(
                            variables.add(variable), place, "placeholder_env " + variable + " is used twice"));
            rules.add(rule);
        }
        return List.copyOf(rules);
    }

    private static CredentialRule rule(String place, JsonNode entry) {
        NetworkPolicies.known(entry, place, KEYS);
        HostName host = HostName.parse(NetworkPolicies.text(entry, "host", place))
                .orElseThrow(() -> NetworkPolicies.problem(
                        place, "host must be one host name such as api.example.com, which the secret is for"));
        List<Integer> ports = new ArrayList<>();
        for (JsonNode port : items(entry, "ports", place)) {
            NetworkPolicies.check(
                    port.isIntegralNumber() && port.canConvertToInt(),
                    place,
                    "ports must be a list of numbers from 1 to 65535");
            ports.add(port.asInt());
        }
        Optional<String> header = given(entry, "header", place);
        Optional<String> format = given(entry, "format", place);
        NetworkPolicies.check(format.isEmpty() || header.isPresent(), place, "format needs a header that it is for");
        try {
            return new CredentialRule(
                    host,
                    entry.has("ports") ? ports : List.of(CredentialRule.HTTPS_PORT),
                    NetworkPolicies.text(entry, "secret", place),
                    header,
                    format.orElse(CredentialRule.defaultFormat(header)),
                    given(entry, "placeholder_env", place),
                    texts(entry, "methods", place),
                    texts(entry, "paths", place).stream().map(PathPattern::new).toList());
        } catch (IllegalArgumentException e) {
            throw NetworkPolicies.problem(place, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> given(JsonNode entry, String key, String place) {
        return Optional.of(NetworkPolicies.text(entry, key, place)).filter(text -> !text.isEmpty());
    }

    private static JsonNode items(JsonNode entry, String key, String place) {
        JsonNode items = entry.path(key);
        NetworkPolicies.check(items.isMissingNode() || items.isArray(), place, key + " must be a list");
        return items;
    }

    /** A list that is there has entries: one that has none would allow all. */
    private static List<String> texts(JsonNode entry, String key, String place) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : items(entry, key, place)) {
            NetworkPolicies.check(item.isTextual(), place, key + " must be a list of strings");
            texts.add(item.asText());
        }
        NetworkPolicies.check(
                !entry.has(key) || !texts.isEmpty(), place, key + " must not be empty; leave it out for all");
        return texts;
    }

    /** Writes the list, as it is read. */
    static void write(ObjectNode policy, List<CredentialRule> rules) {
        if (rules.isEmpty()) {
            return;
        }
        ArrayNode list = policy.putArray("credentials");
        for (CredentialRule rule : rules) {
            ObjectNode entry = list.addObject().put("host", rule.host().text());
            rule.ports().forEach(entry.withArray("ports")::add);
            entry.put("secret", rule.secret());
            rule.header().ifPresent(header -> entry.put("header", header).put("format", rule.format()));
            rule.placeholderEnv().ifPresent(variable -> entry.put("placeholder_env", variable));
            rule.methods().forEach(method -> entry.withArray("methods").add(method));
            rule.paths().forEach(path -> entry.withArray("paths").add(path.text()));
        }
    }
}
