"""Java programs that reach what the command line does not show, compiled against the jars that `bin/build` leaves."""

import select
import subprocess
from pathlib import Path

from processes import CommandFailed, output, timed

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "cli" / "target"
TO_ANSWER = 120
# A timing main that lies in policy's tests, since it looks at the automaton itself.
DECISIONS = ROOT / "policy/src/test/java/io/agentfense/policy/DecisionTiming.java"
# What writes the corpus that scanners are compared on, and lies in secret's tests.
CORPUS = [ROOT / f"secret/src/test/java/io/agentfense/secret/corpus/{name}.java" for name in ("Corpus", "Fixture", "Samples")]
RESOURCES = ROOT / "secret/src/test/resources"


class Java:
    """The compiled probes and how to start them."""

    def __init__(self, directory):
        home = output([str(ROOT / "bin" / "java-home")]).strip()
        self._java = f"{home}/bin/java"
        jars = [TARGET / "agentfense.jar", *sorted((TARGET / "lib").glob("*.jar"))]
        classpath = ":".join(str(jar) for jar in jars)
        sources = [*sorted((ROOT / "bench" / "src").rglob("*.java")), DECISIONS, *CORPUS]
        timed([f"{home}/bin/javac", "-d", str(directory), "-cp", classpath, *map(str, sources)])
        self._options = [
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            f"-Dagentfense.guest={ROOT / 'guest/build/agentfense-guest'}",
            "-cp",
            f"{directory}:{RESOURCES}:{classpath}",
        ]

    def command(self, main, *arguments):
        """The command that runs a main class."""
        return [self._java, *self._options, main, *map(str, arguments)]


class Probe:
    """A program that says `ready`, and then answers each line with a number; closing its input ends it."""

    def __init__(self, command):
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, start_new_session=True
        )
        try:
            self._answer()
        except BaseException:
            self.close()
            raise

    def ask(self):
        """One sample."""
        self._process.stdin.write("\n")
        return float(self._answer())

    def _answer(self):
        ready, _, _ = select.select([self._process.stdout], [], [], TO_ANSWER)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            raise CommandFailed(f"{self._process.args[-4:]}: no answer")
        return line

    def close(self):
        """Lets it end by itself, which unmounts what it mounted; kills it if it does not."""
        self._process.stdin.close()
        try:
            self._process.wait(TO_ANSWER)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
