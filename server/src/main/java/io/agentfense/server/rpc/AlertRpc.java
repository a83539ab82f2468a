package io.agentfense.server.rpc;

import io.agentfense.alert.evaluate.Alert;
import io.agentfense.api.ours.v1.AlertServiceGrpc.AlertServiceImplBase;
import io.agentfense.api.ours.v1.ListAlertsRequest;
import io.agentfense.api.ours.v1.ListAlertsResponse;
import io.agentfense.server.access.Authorization;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;

/** {@code agentfense.v1.AlertService}. Thread-safe. */
public final class AlertRpc extends AlertServiceImplBase {
    private final Supplier<List<Alert>> open;

    /** Asking each time. */
    public AlertRpc(Supplier<List<Alert>> open) {
        this.open = open;
    }

    @Override
    public void listAlerts(ListAlertsRequest request, StreamObserver<ListAlertsResponse> observer) {
        Call.answer(observer, () -> {
            Authorization.checkReadsAll(Door.caller());
            ListAlertsResponse.Builder response = ListAlertsResponse.newBuilder();
            open.get().forEach(alert -> response.addAlerts(message(alert)));
            return response.build();
        });
    }

    private static io.agentfense.api.ours.v1.Alert message(Alert alert) {
        return io.agentfense.api.ours.v1.Alert.newBuilder()
                .setId(alert.id())
                .setRule(alert.rule().name())
                .setSeverity(alert.rule().severity().label())
                .setMessage(alert.message())
                .setRaisedAt(Times.of(alert.raisedAt()))
                .setLastAt(Times.of(alert.lastAt()))
                .setCount((int) Math.min(alert.count(), Integer.MAX_VALUE))
                .putAllGroup(alert.group())
                .build();
    }
}
