"""Files that are read and edited without their secrets being seen."""

import pytest

from agentfense import Permission, PermissionRule, Sandbox

ENV = "DEBUG=true\nDB_PASSWORD=hunter2\n"


@pytest.mark.parametrize(
    "rule",
    [
        PermissionRule("/conf/**", Permission.WRITE, priority=10, mask=True),
        {"pattern": "/conf/**", "permission": "write", "priority": 10, "mask": True},
    ],
)
def test_an_edit_lands_and_the_secret_is_never_seen(project, rule):
    (project / "conf").mkdir()
    (project / "conf" / "app.env").write_text(ENV, encoding="utf-8")
    (project / ".sandboxignore").write_text("!app.env\n", encoding="utf-8")
    rules = [{"pattern": "**/*", "permission": "read"}, rule]
    with Sandbox.from_local(project, permissions=rules) as sandbox:
        assert [rule.mask for rule in sandbox.info.permissions] == [False, True]
        seen = sandbox.run("cat conf/app.env").stdout
        assert seen.startswith("DEBUG=true\nDB_PASSWORD=AF_MASK_")
        assert "hunter2" not in seen
        assert sandbox.run("sed -i s/true/false/ conf/app.env").success
        sandbox.commit()
        everything = [{"pattern": "**/*", "permission": "read"}]
        with Sandbox.from_codebase(sandbox.codebase_id, permissions=everything) as other:
            assert other.run("cat conf/app.env").stdout == ENV.replace("true", "false")


def test_a_rule_tells_that_it_masks():
    rule = PermissionRule("/.env", Permission.READ, mask=True)
    assert rule.to_dict()["mask"] is True
    assert "mask" not in PermissionRule("/.env").to_dict()


def test_a_mask_over_what_is_not_shown_is_refused(project):
    with pytest.raises(Exception, match="mask goes with read or write"):
        Sandbox.from_local(project, permissions=[{"pattern": "/x", "permission": "view", "mask": True}])
