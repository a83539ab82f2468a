package io.agentfense.client;

import io.agentfense.api.ours.v1.ExplainResponse;

/** Rules and what they decide, to and from messages. Stateless. */
final class RuleMessages {
    private RuleMessages() {}

    static io.agentfense.api.v1.PermissionRule of(PermissionRule rule) {
        return io.agentfense.api.v1.PermissionRule.newBuilder()
                .setPattern(rule.pattern())
                .setType(
                        switch (rule.type()) {
                            case GLOB -> io.agentfense.api.v1.PatternType.PATTERN_TYPE_GLOB;
                            case DIRECTORY -> io.agentfense.api.v1.PatternType.PATTERN_TYPE_DIRECTORY;
                            case FILE -> io.agentfense.api.v1.PatternType.PATTERN_TYPE_FILE;
                        })
                .setPermission(
                        switch (rule.permission()) {
                            case NONE -> io.agentfense.api.v1.Permission.PERMISSION_NONE;
                            case VIEW -> io.agentfense.api.v1.Permission.PERMISSION_VIEW;
                            case READ -> io.agentfense.api.v1.Permission.PERMISSION_READ;
                            case WRITE -> io.agentfense.api.v1.Permission.PERMISSION_WRITE;
                        })
                .setPriority(rule.priority())
                .setMask(rule.mask())
                .build();
    }

    static PermissionRule of(io.agentfense.api.v1.PermissionRule rule) {
        PatternType type = switch (rule.getType()) {
            case PATTERN_TYPE_UNSPECIFIED, PATTERN_TYPE_GLOB -> PatternType.GLOB;
            case PATTERN_TYPE_DIRECTORY -> PatternType.DIRECTORY;
            case PATTERN_TYPE_FILE -> PatternType.FILE;
            case UNRECOGNIZED -> throw Unknown.value("pattern type", rule.getTypeValue());
        };
        return new PermissionRule(
                rule.getPattern(), type, of(rule.getPermission()), rule.getPriority(), rule.getMask());
    }

    static Permission of(io.agentfense.api.v1.Permission permission) {
        return switch (permission) {
            case PERMISSION_UNSPECIFIED, PERMISSION_NONE -> Permission.NONE;
            case PERMISSION_VIEW -> Permission.VIEW;
            case PERMISSION_READ -> Permission.READ;
            case PERMISSION_WRITE -> Permission.WRITE;
            case UNRECOGNIZED -> throw Unknown.value("permission", -1);
        };
    }

    static Explanation of(ExplainResponse response) {
        return new Explanation(
                of(response.getPermission()),
                Present.of(response.hasRule(), () -> of(response.getRule())),
                response.getOthersList().stream()
                        .map(match -> new Explanation.Loser(of(match.getRule()), match.getWhyItLost()))
                        .toList());
    }

    static Denial of(io.agentfense.api.ours.v1.Denial denial) {
        return new Denial(
                denial.getPath(),
                denial.getOperation(),
                of(denial.getPermission()),
                Present.of(denial.hasRule(), () -> of(denial.getRule())),
                denial.getCount());
    }
}
