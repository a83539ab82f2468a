package io.agentfense.server.rpc;

import io.agentfense.api.ours.v1.ListEventsResponse;
import io.agentfense.api.ours.v1.SandboxEvent;
import io.agentfense.sandbox.event.SandboxEvent.CredentialUsed;
import io.agentfense.sandbox.event.SandboxEvent.LimitExceeded;
import io.agentfense.sandbox.event.SandboxEvent.NetworkDenied;
import io.agentfense.sandbox.event.SandboxEvent.SecretFound;
import io.agentfense.sandbox.event.SandboxEvent.SecretVariable;
import io.agentfense.server.sandbox.EventLog;
import io.agentfense.server.sandbox.Insight;
import java.nio.charset.StandardCharsets;

/** What happened in sandboxes, as messages. Stateless. */
final class EventMessages {
    private EventMessages() {}

    static ListEventsResponse of(Insight.Events events) {
        ListEventsResponse.Builder response = ListEventsResponse.newBuilder().setDropped(events.dropped());
        events.events().forEach(event -> response.addEvents(of(event)));
        return response.build();
    }

    private static SandboxEvent of(io.agentfense.sandbox.event.SandboxEvent event) {
        SandboxEvent.Builder message =
                SandboxEvent.newBuilder().setTimestamp(Times.of(event.at())).setEvent(EventLog.name(event));
        switch (event) {
            case LimitExceeded limit ->
                message.setResource(limit.resource().key())
                        .setLimit(limit.limit())
                        .setUsage(limit.usage())
                        .setCount(limit.count());
            case NetworkDenied denied ->
                message.setTransport(denied.transport())
                        .setHost(denied.host())
                        .setPort(denied.port())
                        .setRule(denied.rule());
            case SecretFound secret ->
                message.setPath(new String(secret.path(), StandardCharsets.UTF_8))
                        .setRule(secret.rule())
                        .setLine(secret.line())
                        .setOutcome(secret.outcome());
            case SecretVariable secret ->
                message.setVariable(secret.variable()).setRule(secret.rule()).setOutcome(secret.outcome());
            case CredentialUsed use ->
                message.setSecret(use.secret())
                        .setHost(use.host())
                        .setPort(use.port())
                        .setMethod(use.method())
                        .setUrlPath(use.path())
                        .setStatus(use.status())
                        .setCount(use.count());
        }
        return message.build();
    }
}
