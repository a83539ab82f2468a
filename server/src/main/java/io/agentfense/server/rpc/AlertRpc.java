package io.agentfense.server.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentfense.alert.evaluate.Alert;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.access.Verb;
import io.agentfense.server.rpc.Gatekeeper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** {@code GET /v1/alerts}: those that are open, for auditors and administrators. Thread-safe. */
public final class OpenAlerts extends RestService {
    /** Where it is to be found. */
    public static final String PATH = "/v1/alerts";

    private final Gatekeeper gatekeeper;
    private final Supplier<List<Alert>> open;

    /** Asking each time. */
    public OpenAlerts(Gatekeeper gatekeeper, Supplier<List<Alert>> open) {
        this.gatekeeper = gatekeeper;
        this.open = open;
    }

    @Override
    protected HttpResponse doGet(ServiceRequestContext context, HttpRequest request) {
        return Exchange.serve(context, request, gatekeeper, this::list);
    }

    private void list(Exchange exchange) throws Exception {
        Authorization.check(exchange.caller(), Verb.READ, "");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode alerts = answer.putArray("alerts");
        for (Alert alert : open.get()) {
            ObjectNode shown = alerts.addObject()
                    .put("id", alert.id())
                    .put("rule", alert.rule().name())
                    .put("severity", alert.rule().severity().label())
                    .put("message", alert.message())
                    .put("raisedAt", alert.raisedAt().toString())
                    .put("lastAt", alert.lastAt().toString())
                    .put("count", alert.count());
            alert.group().forEach(shown.putObject("group")::put);
        }
        exchange.answer(answer.toString().getBytes(StandardCharsets.UTF_8));
    }
}
