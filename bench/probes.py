"""What is measured by itself and not as a ratio: starts, commands in a sandbox, mounting, policy decisions."""

import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from columns import AGENTFENSE
from java import Java, Probe
from mounts import mount_points
from processes import output, timed

HERE = Path(__file__).resolve().parent
START = "run -- true, whole process (s)"
BWRAP = "bwrap true, whole process (s)"
PLAIN = "plain fork and exec (ms)"
EXEC = "exec in a running sandbox, beyond a plain one (ms)"
MOUNT_ONE = "mount + unmount, read-only: one mount (ms)"
RULES = "change of rules on a live mount of 5,000 files (ms)"
MOUNT_PARTS = "mount + unmount, agent-safe: three mounts (ms)"


def run(base, directory, rounds, results):
    """Interleaved rounds of all of them, then the decisions, whose program makes rounds of its own."""
    # Sandboxes run as another user, who must be able to come to the mount point.
    scratch = Path(tempfile.mkdtemp(prefix="agentfense-bench-"))
    scratch.chmod(0o755)
    try:
        classes = directory / "classes"
        classes.mkdir()
        java = Java(classes)
        _interleave(java, base, scratch, rounds, results)
        _decisions(java, results)
    finally:
        _unmount_below(scratch)
        shutil.rmtree(scratch)


def _interleave(java, base, scratch, rounds, results):
    with ExitStack() as stack:
        exec_probe = _probe(stack, java.command("io.agentfense.bench.ExecProbe", base, _new(scratch, "exec")))
        one = _probe(stack, _mount(java, "read-only", base, scratch))
        parts = _probe(stack, _mount(java, "agent-safe", base, scratch))
        rules = _probe(stack, _rules(java, base, scratch))
        for _ in range(rounds):
            results.probed(BWRAP, _bubblewrap())
            results.probed(START, _start(base, scratch))
            plain = _spawn() * 1e3
            results.probed(PLAIN, plain)
            results.probed(EXEC, exec_probe.ask() / 1e3 - plain)
            results.probed(MOUNT_ONE, one.ask() / 1e3)
            results.probed(MOUNT_PARTS, parts.ask() / 1e3)
            results.probed(RULES, rules.ask() / 1e3)


def _probe(stack, command):
    probe = Probe(command)
    stack.callback(probe.close)
    return probe


def _mount(java, preset, base, scratch):
    places = (_new(scratch, f"{preset}-delta"), _new(scratch, f"{preset}-mnt"))
    return java.command("io.agentfense.bench.MountProbe", preset, base, *places)


def _rules(java, base, scratch):
    file = next(path for path in sorted(base.rglob("*")) if path.is_file())
    return java.command("io.agentfense.bench.RulesProbe", base, _new(scratch, "rules"), file.relative_to(base))


def _new(scratch, name):
    (scratch / name).mkdir()
    return scratch / name


def _start(base, scratch):
    state = {"AGENTFENSE_STATE": str(scratch / "state")}
    return timed([str(AGENTFENSE), "run", "--discard", str(base), "--", "true"], environment=state)


def _bubblewrap():
    return timed(["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"])


def _spawn():
    return float(output([sys.executable, "-SE", str(HERE / "spawn.py"), "/bin/true", "100"]))


def _decisions(java, results):
    for line in output(java.command("io.agentfense.policy.DecisionTiming")).splitlines():
        timing = json.loads(line)
        which = f"{timing['rules']} rules, {timing['policy']}"
        results.probed(f"decision, {which} (ns)", timing["decision_ns"])
        results.probed(f"decisions per second, {which} (million)", 1e3 / timing["decision_ns"])
        results.probed(f"first compilation, {which} (ms)", timing["first_compile_ms"])


def _unmount_below(directory):
    for point in sorted(mount_points(), reverse=True):
        if point.startswith(f"{directory}/"):
            subprocess.run(["umount", "-l", point], check=False)
