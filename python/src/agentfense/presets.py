"""Rules that are ready to use, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agentfense.types import PatternType, Permission, PermissionRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PRESET_AGENT_SAFE = "agent-safe"
PRESET_READ_ONLY = "read-only"
PRESET_FULL_ACCESS = "full-access"
PRESET_DEVELOPMENT = "development"
PRESET_VIEW_ONLY = "view-only"

_OVERRIDE_STEP = 100


def _rules(*rules: tuple[str, str, int]) -> list[dict[str, str]]:
    return [
        {"pattern": pattern, "permission": permission, "priority": str(priority)}
        for pattern, permission, priority in rules
    ]


PRESETS: dict[str, list[dict[str, str]]] = {
    PRESET_AGENT_SAFE: _rules(
        ("**/*", "read", 0),
        ("/output/**", "write", 10),
        ("/tmp/**", "write", 10),  # noqa: S108 a directory of the workspace
        ("**/.env*", "none", 100),
        ("**/secrets/**", "none", 100),
        ("**/*.key", "none", 100),
        ("**/*.pem", "none", 100),
        ("**/credentials*", "none", 100),
        ("**/.git/**", "none", 50),
    ),
    PRESET_READ_ONLY: _rules(("**/*", "read", 0)),
    PRESET_FULL_ACCESS: _rules(("**/*", "write", 0)),
    PRESET_DEVELOPMENT: _rules(
        ("**/*", "write", 0),
        ("**/.env*", "none", 100),
        ("**/secrets/**", "none", 100),
        ("**/*.key", "none", 100),
        ("**/*.pem", "none", 100),
    ),
    PRESET_VIEW_ONLY: _rules(("**/*", "view", 0)),
}


def get_preset(name: str) -> list[PermissionRule]:
    """Return the preset's rules.

    :raises ValueError: if there is none of that name
    """
    return [rule_of(rule) for rule in get_preset_dicts(name)]


def get_preset_dicts(name: str) -> list[dict[str, Any]]:
    """Return the same as plain values, which are the caller's own.

    :raises ValueError: if there is none of that name
    """
    if name not in PRESETS:
        raise ValueError(f"Unknown preset '{name}'. Available presets: {', '.join(list_presets())}")
    return [dict(rule) for rule in PRESETS[name]]


def extend_preset(
    base: str,
    additions: Iterable[PermissionRule | Mapping[str, Any]] | None = None,
    overrides: Iterable[PermissionRule | Mapping[str, Any]] | None = None,
) -> list[PermissionRule]:
    """Return a preset's rules, then the additions, then the overrides, which get a priority above all of those.

    :raises ValueError: for an unknown preset, level or type
    """
    rules = get_preset(base) + [_complete(rule) for rule in additions or ()]
    highest = max((rule.priority for rule in rules), default=0)
    for override in overrides or ():
        rule = _complete(override)
        if rule.priority <= highest:
            rule = PermissionRule(rule.pattern, rule.permission, rule.type, highest + _OVERRIDE_STEP, rule.mask)
        rules.append(rule)
    return rules


def list_presets() -> list[str]:
    """Return the names of all presets, sorted."""
    return sorted(PRESETS)


def register_preset(name: str, rules: Iterable[PermissionRule | Mapping[str, Any]]) -> None:
    """Add a preset for this process.

    :raises ValueError: if there is one of that name, or a rule is wrong
    """
    if name in PRESETS:
        raise ValueError(f"Preset '{name}' already exists")
    checked = [rule_of(rule).to_dict() for rule in rules]
    PRESETS[name] = [{key: str(value) for key, value in rule.items()} for rule in checked]


def rule_of(rule: PermissionRule | Mapping[str, Any]) -> PermissionRule:
    """Return a rule from plain values; what is left out has its default, what is misspelt is an error.

    :raises ValueError: for an unknown key, level or type
    :raises KeyError: without a pattern
    """
    if isinstance(rule, PermissionRule):
        return rule
    unknown = set(rule) - {"pattern", "permission", "type", "priority", "mask"}
    if unknown:
        raise ValueError(f"A rule has no '{min(unknown)}': it has pattern, permission, type, priority and mask")
    return PermissionRule(
        pattern=rule["pattern"],
        permission=Permission(rule.get("permission", Permission.READ)),
        type=PatternType(rule.get("type", PatternType.GLOB)),
        priority=int(rule.get("priority", 0)),
        mask=bool(rule.get("mask", False)),
    )


def _complete(rule: PermissionRule | Mapping[str, Any]) -> PermissionRule:
    if not isinstance(rule, PermissionRule) and "permission" not in rule:
        raise KeyError("permission")
    return rule_of(rule)
