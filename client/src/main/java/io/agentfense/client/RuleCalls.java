package io.agentfense.client;

import io.agentfense.api.ours.v1.ExplainRequest;
import io.agentfense.api.ours.v1.GetUsageRequest;
import io.agentfense.api.ours.v1.ListDenialsRequest;
import io.agentfense.api.ours.v1.ListEventsRequest;
import io.agentfense.api.ours.v1.UpdateRulesRequest;
import java.util.List;

/** What a sandbox may, was refused, and uses: the calls. Thread-safe. */
final class RuleCalls {
    private final Remote remote;
    private final String id;

    RuleCalls(Remote remote, String sandboxId) {
        this.remote = remote;
        id = sandboxId;
    }

    SandboxInfo update(String preset, List<PermissionRule> rules) {
        UpdateRulesRequest request = UpdateRulesRequest.newBuilder()
                .setSandboxId(id)
                .setPreset(preset)
                .addAllPermissions(rules.stream().map(RuleMessages::of).toList())
                .build();
        return SandboxMessages.of(remote.call(
                Subject.sandbox("update rules", id), () -> remote.rules().updateRules(request)));
    }

    Explanation explain(String path) {
        ExplainRequest request =
                ExplainRequest.newBuilder().setSandboxId(id).setPath(path).build();
        return RuleMessages.of(
                remote.call(Subject.sandbox("explain", id), () -> remote.rules().explain(request)));
    }

    List<Denial> denials() {
        ListDenialsRequest request =
                ListDenialsRequest.newBuilder().setSandboxId(id).build();
        return remote
                .call(Subject.sandbox("list denials", id), () -> remote.rules().listDenials(request))
                .getDenialsList()
                .stream()
                .map(RuleMessages::of)
                .toList();
    }

    SandboxEvents events() {
        ListEventsRequest request =
                ListEventsRequest.newBuilder().setSandboxId(id).build();
        return EventMessages.of(remote.call(
                Subject.sandbox("list events", id), () -> remote.rules().listEvents(request)));
    }

    Usage usage() {
        GetUsageRequest request = GetUsageRequest.newBuilder().setSandboxId(id).build();
        io.agentfense.api.ours.v1.Usage usage = remote.call(
                Subject.sandbox("get usage", id), () -> remote.processes().getUsage(request));
        return new Usage(
                Times.of(usage.getCpuTime()),
                usage.getMemoryBytes(),
                usage.getMemoryPeakBytes(),
                usage.getProcesses(),
                usage.getDeltaBytes());
    }
}
