package io.agentfense.client;

import io.agentfense.api.ours.v1.ListEventsResponse;
import java.time.Instant;

/** What sandboxes ran into, from messages. Stateless. */
final class EventMessages {
    private EventMessages() {}

    static SandboxEvents of(ListEventsResponse response) {
        return new SandboxEvents(
                response.getEventsList().stream().map(EventMessages::of).toList(), response.getDropped());
    }

    private static SandboxEvent of(io.agentfense.api.ours.v1.SandboxEvent event) {
        Instant at = Times.of(event.getTimestamp());
        return switch (event.getEvent()) {
            case "resource_limit_exceeded" ->
                new SandboxEvent.LimitExceeded(
                        at, event.getResource(), event.getLimit(), event.getUsage(), event.getCount());
            case "network_denied" ->
                new SandboxEvent.NetworkDenied(
                        at, event.getTransport(), event.getHost(), event.getPort(), event.getRule());
            case "secret_found" ->
                new SandboxEvent.SecretFound(at, event.getPath(), event.getRule(), event.getLine(), event.getOutcome());
            case "secret_in_environment" ->
                new SandboxEvent.SecretInEnvironment(at, event.getVariable(), event.getRule(), event.getOutcome());
            case "credential_used" ->
                new SandboxEvent.CredentialUsed(
                        at,
                        event.getSecret(),
                        event.getHost(),
                        event.getPort(),
                        event.getMethod(),
                        event.getUrlPath(),
                        event.getStatus(),
                        event.getCount());
            default -> new SandboxEvent.Other(at, event.getEvent());
        };
    }
}
