package io.agentfense.cli.audit;

import io.agentfense.audit.query.AuditQuery;
import io.agentfense.audit.query.PathPattern;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which records. */
final class FilterOptions {
    @Option(names = "--sandbox", paramLabel = "ID", description = "Only of this sandbox.")
    private @Nullable String sandbox;

    @Option(names = "--user", paramLabel = "ID", description = "Only of this user.")
    private @Nullable String user;

    @Option(
            names = "--event",
            paramLabel = "NAME",
            description = "Only of this event, such as permission_denied; repeatable.")
    private List<String> events = List.of();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = Moment.class,
            description = "Not before this time: 2026-02-03T10:15:30Z, 2026-02-03, or 30m, 2h, 7d ago.")
    private @Nullable Instant since;

    @Option(names = "--until", paramLabel = "TIME", converter = Moment.class, description = "Before this time.")
    private @Nullable Instant until;

    @Option(
            names = "--path",
            paramLabel = "PATTERN",
            description = "Only of paths below this one, or that match it: /workspace/src, **/.env*")
    private @Nullable String path;

    AuditQuery query() {
        return AuditQuery.ALL
                .ofSandbox(sandbox)
                .ofUser(user)
                .of(new HashSet<>(events))
                .between(since, until)
                .at(path == null ? null : PathPattern.of(path));
    }
}
