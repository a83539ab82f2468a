"""The page on security that users copy from: every Python block of it, as it stands there."""

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from conftest import Server

import agentfense
from agentfense import Sandbox, SandboxClient

PAGE = (Path(__file__).parent / "security-best-practices.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def block(words):
    """The one block that has these words."""
    found = [code for code in BLOCKS if words in code]
    assert len(found) == 1, words
    return found[0]


def run(code, **names):
    """Runs a block. What the page leaves open is defined by `names`."""
    exec(compile(code, "security-best-practices.md", "exec"), names)
    return names


DOCKER = [code for code in BLOCKS if "RuntimeType.DOCKER" in code]
TESTS = block("def test_secrets_hidden")
IDENTIFIED = block("sb_suspicious_123")
OTHERS = [code for code in BLOCKS if code not in [*DOCKER, TESTS, IDENTIFIED]]


@pytest.fixture
def here(project, tmp_path, monkeypatch):
    """A directory in which the page's relative paths are projects."""
    (project / ".env").write_text("KEY=s3cret\n", encoding="utf-8")
    (project / ".sandboxignore").write_text("!.env\n", encoding="utf-8")
    for name in ("project", "test-project"):
        if not (tmp_path / name).exists():
            (tmp_path / name).symlink_to(project)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_has_the_blocks_that_are_known():
    assert (len(BLOCKS), len(DOCKER), len(OTHERS)) == (14, 2, 10)


@pytest.mark.parametrize("number", range(len(OTHERS)))
def test_a_block_runs_as_it_stands(here, number):
    with Sandbox.from_local("./project", preset="agent-safe") as sandbox:
        run(OTHERS[number], sandbox=sandbox)


def test_a_secret_in_the_environment_is_a_warning_in_the_result(here):
    with Sandbox.from_local("./project", preset="agent-safe") as sandbox:
        names = run(block("Bad: Secrets in environment variables"), sandbox=sandbox)
        assert names["result"].warnings == [
            "env: DATABASE_PASSWORD looks like a secret (secret-name), which whatever runs in the sandbox can read"
        ]
        assert sandbox.run("true", env={"CI": "true"}).warnings == []


def test_a_container_is_refused_plainly_without_an_engine(here, tmp_path, monkeypatch):
    server = Server(tmp_path, "runtime: {docker: {host: 'unix:///nowhere/docker.sock'}}\n")
    server.start()
    try:
        monkeypatch.setenv("AGENTFENSE_ENDPOINT", server.endpoint)
        with pytest.raises(agentfense.SandboxError, match="no container engine"):
            run(DOCKER[0])
    finally:
        server.stop()


def test_the_layers_of_defense_stand_around_a_container(here, engine):
    result = run(DOCKER[0])["result"]
    assert result.exit_code == 127
    assert "untrusted_command" in result.stderr


MORE = """    sandbox.run('curl -sS -m 9 https://elsewhere.example')
    told = urllib.request.urlopen(f'http://{endpoint}/v1/sandboxes/{sandbox.id}/events').read().decode()
"""


def test_only_what_the_policy_lists_is_not_denied(here, engine, endpoint):
    told = run(DOCKER[1] + MORE, endpoint=endpoint, urllib=urllib)["told"]
    assert "network_denied" in told
    assert "elsewhere.example" in told
    assert "api.example.com" not in told


def test_the_pages_own_tests_pass_under_pytest(here):
    (here / "test_page.py").write_text(TESTS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_page.py"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout


def test_an_emergency_ends_a_sandbox_by_its_id(client, project):
    with pytest.raises(agentfense.SandboxNotFoundError) as caught:
        run(IDENTIFIED)
    assert caught.value.sandbox_id == "sb_suspicious_123"
    sandbox = Sandbox.from_local(project)
    run(IDENTIFIED.replace("sb_suspicious_123", sandbox.id))
    with pytest.raises(agentfense.SandboxNotFoundError):
        client.get_sandbox(sandbox.id)
    client.delete_codebase(sandbox.codebase_id)


def test_every_secret_pattern_hides_its_files_at_the_root_nested_and_deep(tmp_path):
    patterns = run(block("SECRET_PATTERNS"))["SECRET_PATTERNS"]
    names = [rule["pattern"].removeprefix("**/").replace("**", "file").replace("*", "x") for rule in patterns]
    secrets = [place + name for name in names for place in ("", "a/", "a/b/c/")]
    for path in [*secrets, "app.py", "a/b/c/app.py"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("s3cret\n", encoding="utf-8")
    (tmp_path / ".sandboxignore").write_text("!.git\n!.git/**\n", encoding="utf-8")
    rules = [{"pattern": "**/*", "permission": "read"}, *patterns]
    with Sandbox.from_local(tmp_path, permissions=rules) as sandbox:
        uploaded = sandbox.list_files(recursive=True)
        assert set(secrets) <= set(uploaded)
        for path in secrets:
            assert not sandbox.files.exists(path), path
        seen = sandbox.run("find . -type f | sort; grep -rl s3cret . | sort").stdout.split()
        assert seen == ["./.sandboxignore", "./a/b/c/app.py", "./app.py", "./a/b/c/app.py", "./app.py"]
        stolen = sandbox.run("cat " + " ".join(f"'/workspace/{path}'" for path in secrets))
        assert "s3cret" not in stolen.output
        assert stolen.stderr.count("No such file") == len(secrets)


def test_a_project_with_secrets_is_not_uploaded_by_the_pages_safe_upload(here, project):
    safe_upload = run(block("def safe_upload"))["safe_upload"]
    with pytest.raises(ValueError, match="Found sensitive files"):
        safe_upload("./project")
    for secret in (".env", ".env.local"):
        (project / secret).unlink()
    with safe_upload("./project") as sandbox:
        assert "secrets" not in sandbox.list_files()
        assert sandbox.run("cat app.py").stdout == "print('app')\n"


def test_the_pages_limits_are_those_of_a_sandbox(here):
    limits = run(block("UNTRUSTED_LIMITS"))["UNTRUSTED_LIMITS"]
    with Sandbox.from_local("./project", preset="agent-safe", resources=limits) as sandbox:
        assert sandbox.info.resources == limits
        hungry = sandbox.run("head -c 400000000 /dev/zero | tail -c 390000000 | wc -c")
        assert hungry.limit_exceeded == "memory"
        many = sandbox.run("for i in $(seq 99); do sleep 5 & done")
        assert many.limit_exceeded == "pids"


def test_the_pages_alert_is_raised_for_many_denials(project):
    alerts = []
    names = run(block("def check_permission_denials"), alert=lambda **alert: alerts.append(alert))
    with Sandbox.from_local(project, preset="agent-safe") as sandbox:
        sandbox.run("for i in $(seq 12); do cat .env.local; done")
        counted = sum(denial.count for denial in sandbox.denials())
        assert counted == 12
        logs = [{"event": "permission_denied", "sandbox_id": sandbox.id}] * counted
    names["check_permission_denials"](logs)
    assert [alert["severity"] for alert in alerts] == ["medium"]
    assert alerts[0]["sandbox_id"] == sandbox.id


def test_the_pages_users_have_sandboxes_in_which_nothing_can_be_seen(endpoint):
    made = run(block('name="project-a"'))
    with SandboxClient() as client:
        for sandbox in (made["sandbox_a"], made["sandbox_b"]):
            assert client.get_sandbox(sandbox.id).permissions == []
            client.destroy_sandbox(sandbox.id)


def test_the_pages_reviewer_writes_reviews_and_nothing_else(project):
    rules = run(block("CODE_REVIEW_PERMISSIONS"))["CODE_REVIEW_PERMISSIONS"]
    with Sandbox.from_local(project, permissions=rules) as sandbox:
        assert sandbox.run("cat src/lib.py").success
        assert sandbox.run("ls docs").stdout == "guide.md\n"
        assert not sandbox.run("cat docs/guide.md").success
        assert not sandbox.run("echo x >> src/lib.py").success
        assert not sandbox.run("ls secrets").success
        assert sandbox.run("echo fine > review/a.md && cat review/a.md").stdout == "fine\n"
        assert sandbox.read_file("/workspace/review/a.md") == "fine\n"


CHECKLIST = {
    "hidden": "cat .env .env.local secrets/token.txt; ls -a; find . ; grep -r s3cret .",
    "network": "curl -s http://192.0.2.1 || wget -q http://192.0.2.1 || ping -c 1 192.0.2.1",
    "source": "echo x >> app.py || rm app.py || mv app.py y || touch new.py",
}


def test_all_secrets_are_hidden_from_cat_ls_find_and_grep(here):
    with Sandbox.from_local("./project", preset="agent-safe") as sandbox:
        assert {".env", "secrets/token.txt"} <= set(sandbox.list_files(recursive=True))
        found = sandbox.run(CHECKLIST["hidden"])
        assert "s3cret" not in found.output
        assert not re.search(r"\.env|secrets|token", found.stdout)


def test_source_cannot_be_changed_and_output_can(here):
    with Sandbox.from_local("./project", preset="agent-safe") as sandbox:
        assert not sandbox.run(CHECKLIST["source"]).success
        assert sandbox.read_file("app.py") == "print('app')\n"
        assert sandbox.run("echo x > output/r && cat output/r").stdout == "x\n"


def test_there_is_no_network(here):
    with Sandbox.from_local("./project", preset="agent-safe") as sandbox:
        assert not sandbox.run(CHECKLIST["network"]).success
        assert sandbox.run("cat /proc/net/dev | tail -n +3 | grep -v lo:").stdout == ""
