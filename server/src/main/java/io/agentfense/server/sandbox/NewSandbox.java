package io.agentfense.server.sandbox;

import io.agentfense.policy.Rule;
import io.agentfense.server.store.CommitMode;
import io.agentfense.server.store.ConflictMode;
import io.agentfense.server.store.Resources;
import io.agentfense.server.store.RuntimeKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request for a sandbox says. What it leaves empty is the configuration's.
 *
 * @param expiresIn from now
 * @param image of a container
 * @param root whether its processes are to be root inside
 */
public record NewSandbox(
        String codebaseId,
        String ownerId,
        List<Rule> rules,
        Map<String, String> labels,
        Optional<Duration> expiresIn,
        Optional<RuntimeKind> runtime,
        String image,
        boolean root,
        Resources resources,
        Optional<CommitMode> commit,
        Optional<ConflictMode> conflicts) {}
