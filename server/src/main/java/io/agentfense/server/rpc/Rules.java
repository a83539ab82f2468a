package io.agentfense.server.rpc;

import io.agentfense.api.v1.Permission;
import io.agentfense.api.v1.PermissionRule;
import io.agentfense.policy.Level;
import io.agentfense.policy.PatternType;
import io.agentfense.policy.Presets;
import io.agentfense.policy.Rule;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import java.util.ArrayList;
import java.util.List;

/** Permission rules, there and back. Stateless. */
final class Rules {
    private Rules() {}

    /**
     * The rules of a request: a preset's first, then its own.
     *
     * @throws Refusal INVALID for a value that is none
     */
    static List<Rule> of(String preset, List<PermissionRule> own) throws Refusal {
        List<Rule> rules = new ArrayList<>();
        if (!preset.isEmpty()) {
            if (!Presets.names().contains(preset)) {
                throw new Refusal(
                        Kind.INVALID,
                        "preset: there is no \"" + preset + "\"; there are " + String.join(", ", Presets.names()));
            }
            rules.addAll(Presets.of(preset));
        }
        for (int i = 0; i < own.size(); i++) {
            rules.add(of(own.get(i), i));
        }
        return rules;
    }

    private static Rule of(PermissionRule rule, int index) throws Refusal {
        PatternType type = switch (rule.getType()) {
            case PATTERN_TYPE_UNSPECIFIED, PATTERN_TYPE_GLOB -> PatternType.GLOB;
            case PATTERN_TYPE_DIRECTORY -> PatternType.DIRECTORY;
            case PATTERN_TYPE_FILE -> PatternType.FILE;
            case UNRECOGNIZED ->
                throw new Refusal(
                        Kind.INVALID, "permissions[" + index + "].type: unknown value " + rule.getTypeValue());
        };
        Level level = switch (rule.getPermission()) {
            case PERMISSION_UNSPECIFIED, PERMISSION_NONE -> Level.NONE;
            case PERMISSION_VIEW -> Level.VIEW;
            case PERMISSION_READ -> Level.READ;
            case PERMISSION_WRITE -> Level.WRITE;
            case UNRECOGNIZED ->
                throw new Refusal(
                        Kind.INVALID,
                        "permissions[" + index + "].permission: unknown value " + rule.getPermissionValue());
        };
        return new Rule(rule.getPattern(), level, type, rule.getPriority(), rule.getMask());
    }

    static PermissionRule of(Rule rule) {
        return PermissionRule.newBuilder()
                .setPattern(rule.pattern())
                .setType(
                        switch (rule.type()) {
                            case GLOB -> io.agentfense.api.v1.PatternType.PATTERN_TYPE_GLOB;
                            case DIRECTORY -> io.agentfense.api.v1.PatternType.PATTERN_TYPE_DIRECTORY;
                            case FILE -> io.agentfense.api.v1.PatternType.PATTERN_TYPE_FILE;
                        })
                .setPermission(of(rule.permission()))
                .setPriority(rule.priority())
                .setMask(rule.mask())
                .build();
    }

    static Permission of(Level level) {
        return switch (level) {
            case NONE -> Permission.PERMISSION_NONE;
            case VIEW -> Permission.PERMISSION_VIEW;
            case READ -> Permission.PERMISSION_READ;
            case WRITE -> Permission.PERMISSION_WRITE;
        };
    }
}
