"""The programs below examples/python do what they say, run as a user runs them."""

import os
import subprocess
import sys

import pytest
from conftest import ROOT

EXAMPLES = ROOT / "examples" / "python"
TOUR = ROOT / "examples" / "tour"


def run(program, *arguments):
    return subprocess.run(
        [sys.executable, program, *arguments], capture_output=True, text=True, check=False, timeout=110, env=os.environ
    )


def changed(tmp_path, name, *replacements):
    """A copy of an example in which something is otherwise."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    copy = tmp_path / name
    copy.write_text(text, encoding="utf-8")
    return copy


def test_each_example_is_short_and_in_the_readme():
    told = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    programs = sorted(EXAMPLES.glob("*.py"))
    assert len(programs) == 4
    for program in programs:
        assert len(program.read_text(encoding="utf-8").splitlines()) < 80, program
        assert f"`{program.name}" in told


def test_the_reviewer_writes_its_review_and_changes_no_source():
    done = run(EXAMPLES / "code_review.py")
    assert done.returncode == 0, done.stderr
    assert "refused: Permission denied for write file on 'src/app.py'" in done.stdout
    assert done.stdout.endswith("# Review of 1 files\n- src/app.py:1: is this output meant for users?\n")
    assert not (TOUR / "output").exists()


def test_a_reviewer_that_could_change_sources_says_so(tmp_path):
    done = run(changed(tmp_path, "code_review.py", ('"agent-safe"', '"full-access"')), TOUR)
    assert (done.returncode, done.stderr) == (1, "the reviewer changed a source\n")


def test_the_runner_hands_the_exit_code_on_and_shows_what_the_tests_changed(project):
    (project / "test_app.py").write_text(
        "import unittest\nclass AppTest(unittest.TestCase):\n"
        "    def test_it(self):\n        open('report.txt', 'w').write('ran\\n')\n        self.assertEqual(1, 2)\n",
        encoding="utf-8",
    )
    done = run(EXAMPLES / "ci_runner.py", project, "python3", "-B", "-m", "unittest")
    assert done.returncode == 1
    assert "AssertionError: 1 != 2" in done.stderr
    assert "the tests changed 1 paths:" in done.stdout
    assert done.stdout.endswith("+++ b/report.txt\n@@ -0,0 +1 @@\n+ran\n")
    assert not (project / "report.txt").exists()
    assert run(EXAMPLES / "ci_runner.py", project, "sh", "-c", "exit 42").returncode == 42
    passed = run(EXAMPLES / "ci_runner.py", project, "python3", "-B", "main.py")
    assert (passed.returncode, passed.stdout) == (0, "main\n")


def test_the_runner_keeps_its_limits(tmp_path, project):
    late = run(changed(tmp_path, "ci_runner.py", ("SECONDS = 300", "SECONDS = 1")), project, "sleep", "600")
    assert (late.returncode, late.stderr) == (124, "the tests took longer than 1 seconds\n")
    many = run(EXAMPLES / "ci_runner.py", project, "sh", "-c", "for i in $(seq 999); do sleep 9 & done; wait")
    assert many.returncode != 0
    assert "ran into the limit of pids" in many.stderr


def test_the_build_keeps_its_state_from_stage_to_stage():
    done = run(EXAMPLES / "build_session.py")
    assert done.returncode == 0, done.stderr
    stages = [line for line in done.stdout.splitlines() if line.startswith("== ")]
    assert stages[:4] == ["== configure", "== compile", "== test", "== package"]
    assert "1.2: passed\n" in done.stdout


def test_a_build_whose_stage_fails_stops_there(tmp_path):
    done = run(changed(tmp_path, "build_session.py", ('= "hello, world"', '= "hello, moon"')))
    assert done.returncode != 0
    assert "== package" not in done.stdout
    assert "CommandExecutionError" in done.stderr


def test_the_agent_gets_no_secret():
    done = run(EXAMPLES / "agent_loop.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("17 attempts, no canary came out\n")


def test_an_agent_without_rules_would_get_them(tmp_path):
    done = run(changed(tmp_path, "agent_loop.py", ('preset="agent-safe"', 'preset="full-access"')))
    assert done.returncode != 0
    assert "a canary came out" in done.stderr


@pytest.mark.parametrize(
    "attempt", ["read git's history", "unpack git's objects", "pack everything", "move its directory"]
)
def test_an_attempt_would_succeed_without_rules(tmp_path, attempt):
    """It is not for being clumsy that it fails."""
    alone = (
        ('preset="agent-safe"', 'preset="full-access"'),
        ("in SCRIPT.items():", f'in [("{attempt}", SCRIPT["{attempt}"])]:'),
        ('            got["what it left"] = sandbox.run("cat output/* tmp/*").output\n', ""),
    )
    done = run(changed(tmp_path, "agent_loop.py", *alone))
    assert "a canary came out" in done.stderr, done.stdout + done.stderr
