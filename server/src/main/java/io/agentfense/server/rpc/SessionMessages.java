package io.agentfense.server.rpc;

import io.agentfense.api.v1.Session;
import io.agentfense.api.v1.SessionStatus;
import io.agentfense.server.store.SessionRecord;

/** Sessions as messages. Stateless. */
final class SessionMessages {
    private SessionMessages() {}

    static Session of(SessionRecord record) {
        Session.Builder message = Session.newBuilder()
                .setId(record.id())
                .setSandboxId(record.sandboxId())
                .setStatus(
                        switch (record.state()) {
                            case ACTIVE -> SessionStatus.SESSION_STATUS_ACTIVE;
                            case CLOSED -> SessionStatus.SESSION_STATUS_CLOSED;
                        })
                .setShell(record.shell())
                .setCreatedAt(Times.of(record.createdAt()))
                .setReason(record.reason());
        record.closedAt().ifPresent(time -> message.setClosedAt(Times.of(time)));
        return message.build();
    }
}
