package io.agentfense.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentfense.egress.credential.CredentialRule;
import io.agentfense.egress.policy.AllowRule;
import io.agentfense.egress.policy.EgressPolicy;
import io.agentfense.server.config.NetworkPolicy.Bridge;
import io.agentfense.server.config.NetworkPolicy.Egress;
import io.agentfense.server.config.NetworkPolicy.None;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The policies of {@code network.policies}: a mapping of their names, in a file; the same as JSON elsewhere. */
final class NetworkPolicies implements ValueType<Map<String, NetworkPolicy>> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> OF_A_POLICY =
            List.of("type", "allow", "dns", "max_connections", "credentials", "ca_file", "java_trust_store");
    private static final List<String> OF_AN_ENTRY = List.of("host", "cidr", "ports");

    @Override
    public boolean takesMapping() {
        return true;
    }

    @Override
    public Map<String, NetworkPolicy> read(Given given) {
        JsonNode all;
        try {
            all = JSON.readTree(given.string());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("must be a mapping of names to policies", e);
        }
        check(all.isObject(), "", "must be a mapping of names to policies");
        Map<String, NetworkPolicy> policies = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : all.properties()) {
            String name = entry.getKey();
            check(name.matches("[A-Za-z0-9_.-]{1,63}"), name, "a name has 1 to 63 letters, digits, '.', '_' and '-'");
            check(!name.equals(NetworkPolicy.NONE_NAME), name, "this name is taken; it reaches nothing");
            policies.put(name, policy(name, entry.getValue()));
        }
        return Map.copyOf(policies);
    }

    private static NetworkPolicy policy(String name, JsonNode node) {
        known(node, name, OF_A_POLICY);
        String type = node.path("type").asText();
        check(
                type.equals("egress") || node.size() == 1,
                name,
                "only type: egress takes other keys; the types are none, bridge, egress");
        return switch (type) {
            case "none" -> new None();
            case "bridge" -> new Bridge();
            case "egress" -> withCredentials(name, node);
            default -> throw problem(name, "type must be one of none, bridge, egress");
        };
    }

    private static Egress withCredentials(String name, JsonNode node) {
        EgressPolicy policy = egress(name, node);
        String trusted = text(node, "ca_file", name);
        check(trusted.isEmpty() || trusted.startsWith("/"), name, "ca_file must be an absolute path");
        JsonNode java = node.path("java_trust_store");
        check(java.isMissingNode() || java.isBoolean(), name, "java_trust_store must be true or false");
        return new Egress(
                policy,
                CredentialEntries.read(name, node.path("credentials"), policy),
                trusted.isEmpty() ? Optional.empty() : Optional.of(Path.of(trusted)),
                java.asBoolean());
    }

    private static EgressPolicy egress(String name, JsonNode node) {
        JsonNode allow = node.path("allow");
        check(allow.isArray(), name, "allow must be a list of entries with host or cidr, and ports");
        List<AllowRule> rules = new ArrayList<>();
        for (JsonNode entry : allow) {
            rules.add(entry(name + ".allow[" + rules.size() + "]", entry));
        }
        int connections = EgressPolicy.DEFAULT_CONNECTIONS;
        if (node.has("max_connections")) {
            JsonNode most = node.get("max_connections");
            check(
                    most.canConvertToInt() && most.isIntegralNumber() && most.asInt() >= 1 && most.asInt() <= 65536,
                    name,
                    "max_connections must be a whole number from 1 to 65536");
            connections = most.asInt();
        }
        return new EgressPolicy(name, rules, dns(name, node), connections);
    }

    private static AllowRule entry(String place, JsonNode entry) {
        known(entry, place, OF_AN_ENTRY);
        JsonNode ports = entry.path("ports");
        check(ports.isArray() && !ports.isEmpty(), place, "ports must be a list of numbers from 1 to 65535");
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode port : ports) {
            check(
                    port.isIntegralNumber() && port.canConvertToInt(),
                    place,
                    "ports must be a list of numbers from 1 to 65535");
            numbers.add(port.asInt());
        }
        try {
            return AllowRule.of(text(entry, "host", place), text(entry, "cidr", place), numbers);
        } catch (IllegalArgumentException e) {
            throw problem(place, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<InetSocketAddress> dns(String name, JsonNode node) {
        String server = text(node, "dns", name);
        if (server.isEmpty()) {
            return Optional.empty();
        }
        try {
            TcpAddress address = TcpAddress.parse(server);
            return Optional.of(new InetSocketAddress(address.host(), address.port()));
        } catch (IllegalArgumentException e) {
            throw problem(name, "dns " + e.getMessage());
        }
    }

    static String text(JsonNode node, String key, String place) {
        JsonNode value = node.path(key);
        check(value.isMissingNode() || value.isTextual(), place, key + " must be a string");
        return value.asText();
    }

    static void known(JsonNode node, String place, List<String> keys) {
        check(node.isObject(), place, "must be a mapping with the keys " + String.join(", ", keys));
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            check(
                    keys.contains(entry.getKey()),
                    place,
                    "unknown key '" + entry.getKey() + "'; there are " + String.join(", ", keys));
        }
    }

    static void check(boolean holds, String place, String otherwise) {
        if (!holds) {
            throw problem(place, otherwise);
        }
    }

    static IllegalArgumentException problem(String place, String problem) {
        return new IllegalArgumentException(place.isEmpty() ? problem : "." + place + ": " + problem);
    }

    @Override
    public String print(Map<String, NetworkPolicy> policies) {
        ObjectNode all = JSON.createObjectNode();
        new TreeMap<>(policies).forEach((name, policy) -> all.set(name, written(policy)));
        return all.toString();
    }

    private static ObjectNode written(NetworkPolicy policy) {
        ObjectNode node = JSON.createObjectNode();
        return switch (policy) {
            case None _ -> node.put("type", "none");
            case Bridge _ -> node.put("type", "bridge");
            case Egress(
                    EgressPolicy egress,
                    List<CredentialRule> credentials,
                    Optional<Path> trusted,
                    boolean java) -> {
                node.put("type", "egress");
                ArrayNode allow = node.putArray("allow");
                for (AllowRule rule : egress.allow()) {
                    ObjectNode entry = allow.addObject();
                    rule.host().ifPresent(host -> entry.put("host", host.toString()));
                    rule.cidr().ifPresent(range -> entry.put("cidr", range.toString()));
                    rule.ports().forEach(entry.withArray("ports")::add);
                }
                egress.dns()
                        .ifPresent(
                                dns -> node.put("dns", new TcpAddress(dns.getHostString(), dns.getPort()).toString()));
                CredentialEntries.write(node, credentials);
                trusted.ifPresent(path -> node.put("ca_file", path.toString()));
                if (java) {
                    node.put("java_trust_store", true);
                }
                yield node.put("max_connections", egress.maxConnections());
            }
        };
    }
}
