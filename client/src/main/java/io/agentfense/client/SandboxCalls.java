package io.agentfense.client;

import io.agentfense.api.v1.CreateSandboxRequest;
import io.agentfense.api.v1.DestroySandboxRequest;
import io.agentfense.api.v1.GetSandboxRequest;
import io.agentfense.api.v1.ListSandboxesRequest;
import io.agentfense.api.v1.ListSandboxesResponse;
import io.agentfense.api.v1.StartSandboxRequest;
import io.agentfense.api.v1.StopSandboxRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A sandbox's life: the calls. Thread-safe. */
final class SandboxCalls {
    private static final int PAGE = 500;

    private final Remote remote;

    SandboxCalls(Remote remote) {
        this.remote = remote;
    }

    SandboxInfo create(CreateSandboxRequest request) {
        // A codebase that is not there is what can be missing.
        Subject subject = Subject.codebase("create sandbox", request.getCodebaseId());
        var made = remote.create(subject, remote.sandboxes(), stub -> stub.createSandbox(request));
        return SandboxMessages.of(made);
    }

    SandboxInfo get(String id) {
        GetSandboxRequest request =
                GetSandboxRequest.newBuilder().setSandboxId(id).build();
        return SandboxMessages.of(remote.call(
                Subject.sandbox("get sandbox", id), () -> remote.sandboxes().getSandbox(request)));
    }

    List<SandboxInfo> list(Map<String, String> labels) {
        List<SandboxInfo> all = new ArrayList<>();
        String page = "";
        do {
            ListSandboxesRequest request = ListSandboxesRequest.newBuilder()
                    .putAllLabels(labels)
                    .setPageSize(PAGE)
                    .setPageToken(page)
                    .build();
            ListSandboxesResponse response = remote.call(
                    Subject.server("list sandboxes"), () -> remote.sandboxes().listSandboxes(request));
            response.getSandboxesList().stream().map(SandboxMessages::of).forEach(all::add);
            page = response.getNextPageToken();
        } while (!page.isEmpty());
        return List.copyOf(all);
    }

    SandboxInfo start(String id) {
        StartSandboxRequest request =
                StartSandboxRequest.newBuilder().setSandboxId(id).build();
        return SandboxMessages.of(remote.call(
                Subject.sandbox("start sandbox", id), () -> remote.sandboxes().startSandbox(request)));
    }

    SandboxInfo stop(String id) {
        StopSandboxRequest request =
                StopSandboxRequest.newBuilder().setSandboxId(id).build();
        return SandboxMessages.of(remote.call(
                Subject.sandbox("stop sandbox", id), () -> remote.sandboxes().stopSandbox(request)));
    }

    void destroy(String id) {
        DestroySandboxRequest request =
                DestroySandboxRequest.newBuilder().setSandboxId(id).build();
        remote.call(
                Subject.sandbox("destroy sandbox", id), () -> remote.sandboxes().destroySandbox(request));
    }
}
