package io.agentfense.server.rpc;

import io.agentfense.api.ours.v1.Denial;
import io.agentfense.api.ours.v1.ExplainRequest;
import io.agentfense.api.ours.v1.ExplainResponse;
import io.agentfense.api.ours.v1.ListDenialsRequest;
import io.agentfense.api.ours.v1.ListDenialsResponse;
import io.agentfense.api.ours.v1.ListEventsRequest;
import io.agentfense.api.ours.v1.ListEventsResponse;
import io.agentfense.api.ours.v1.RuleMatch;
import io.agentfense.api.ours.v1.RuleServiceGrpc.RuleServiceImplBase;
import io.agentfense.api.ours.v1.UpdateRulesRequest;
import io.agentfense.api.v1.Sandbox;
import io.agentfense.policy.Explanation;
import io.agentfense.policy.Rule;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.Insight;
import io.agentfense.server.sandbox.Sandboxes;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.workspace.Denials;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** {@code agentfense.v1.RuleService}. Thread-safe. */
public final class RuleRpc extends RuleServiceImplBase {
    private static final String WORKSPACE = "/workspace";

    private final Door door;
    private final Sandboxes sandboxes;
    private final Insight insight;

    /** Over these sandboxes. */
    public RuleRpc(Door door, Sandboxes sandboxes, Insight insight) {
        this.door = door;
        this.sandboxes = sandboxes;
        this.insight = insight;
    }

    @Override
    public void updateRules(UpdateRulesRequest request, StreamObserver<Sandbox> observer) {
        Call.answer(observer, () -> {
            SandboxRecord record = door.sandbox(request.getSandboxId(), Verb.CHANGE);
            List<Rule> rules = Rules.of(request.getPreset(), request.getPermissionsList());
            return SandboxMessages.of(sandboxes.changeRules(record.id(), rules));
        });
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
        Call.answer(observer, () -> {
            SandboxRecord record = door.sandbox(request.getSandboxId(), Verb.READ);
            Door.required(request.getPath(), "path");
            return explain(record, inWorkspace(request.getPath()));
        });
    }

    /** Paths may be given as the sandbox's programs know them. */
    private static String inWorkspace(String path) {
        boolean inside = path.equals(WORKSPACE) || path.startsWith(WORKSPACE + "/");
        return inside ? path.substring(WORKSPACE.length()) : path;
    }

    private static byte[] relative(byte[] path) {
        int start = 0;
        while (start < path.length && path[start] == '/') {
            start++;
        }
        return Arrays.copyOfRange(path, start, path.length);
    }

    private ExplainResponse explain(SandboxRecord record, String path) throws Exception {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        List<Rule> rules = insight.rules(record);
        Explanation explanation = insight.explain(rules, bytes);
        ExplainResponse.Builder response = ExplainResponse.newBuilder()
                .setPermission(Rules.of(explanation.level()))
                .setWithheld(insight.withheld(record, relative(bytes)));
        for (Explanation.Match match : explanation.matches()) {
            Rule rule = rules.get(match.rule());
            match.loss()
                    .ifPresentOrElse(
                            loss -> response.addOthers(RuleMatch.newBuilder()
                                    .setRule(Rules.of(rule))
                                    .setWhyItLost(loss.criterion().reason())),
                            () -> response.setRule(Rules.of(rule)));
        }
        return response.build();
    }

    @Override
    public void listDenials(ListDenialsRequest request, StreamObserver<ListDenialsResponse> observer) {
        Call.answer(observer, () -> {
            SandboxRecord record = door.sandbox(request.getSandboxId(), Verb.READ);
            ListDenialsResponse.Builder response = ListDenialsResponse.newBuilder();
            List<Rule> rules = insight.rules(record);
            insight.denials(record.id()).forEach(denial -> response.addDenials(message(rules, denial)));
            return response.build();
        });
    }

    @Override
    public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> observer) {
        Call.answer(observer, () -> {
            SandboxRecord record = door.sandbox(request.getSandboxId(), Verb.READ);
            return EventMessages.of(insight.events(record.id()));
        });
    }

    private static Denial message(List<Rule> rules, Denials.Denial denial) {
        Denial.Builder message = Denial.newBuilder()
                .setPath(WORKSPACE + "/" + new String(denial.path(), StandardCharsets.UTF_8).replaceFirst("^/", ""))
                .setOperation(denial.operation())
                .setPermission(Rules.of(denial.permission()))
                .setCount(denial.count());
        // Rules may have changed since.
        if (denial.rule() >= 0 && denial.rule() < rules.size()) {
            message.setRule(Rules.of(rules.get(denial.rule())));
        }
        return message.build();
    }
}
