"""How the clients have the conversation."""

import inspect

from conversation import CODES, ended

from agentfense import SandboxError


class Client:
    """Plays the calls on a sandbox of either client; what these return may have to be awaited."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    async def play(self, call):
        try:
            return await getattr(self, call["call"].replace(" ", "_"))(call)
        except SandboxError as e:
            return {"refused": CODES[e.grpc_code]}

    async def run(self, call):
        variable = call.get("variable")
        result = await done(
            self.sandbox.exec(
                call["command"],
                stdin=call.get("input"),
                env=variable and {variable[0]: variable[1]},
                workdir=call.get("directory"),
                timeout=call.get("seconds"),
            )
        )
        return ended(result.exit_code, result.stdout, result.stderr)

    async def read(self, call):
        return await done(self.sandbox.files.read(call["path"]))

    async def write(self, call):
        return (await done(self.sandbox.files.write(call["path"], call["text"]))).size

    async def list(self, call):
        return sorted(entry.name for entry in await done(self.sandbox.files.list(call["path"])))

    async def stat(self, call):
        entry = await done(self.sandbox.files.stat(call["path"]))
        return [entry.type, entry.size, f"{entry.mode:o}"]

    async def exists(self, call):
        return await done(self.sandbox.files.exists(call["path"]))

    async def make_directories(self, call):
        return await done(self.sandbox.files.make_directory(call["path"], parents=True))

    async def move(self, call):
        return await done(self.sandbox.files.move(call["path"], call["to"]))

    async def search(self, call):
        found = await done(self.sandbox.files.search(call["path"], text=call["text"]))
        return [f"{match.path}:{match.line}:{match.text}" for match in found]

    async def remove_all(self, call):
        return await done(self.sandbox.files.remove(call["path"], recursive=True))

    async def diff(self, call):
        return [f"{change.kind} {change.path}" for change in (await done(self.sandbox.diff())).changes]

    async def snapshot(self, call):
        self.kept = await done(self.sandbox.snapshot(call["name"]))
        return self.kept.name

    async def snapshots(self, call):
        return [snapshot.name for snapshot in await done(self.sandbox.snapshots())]

    async def roll_back(self, call):
        return await done(self.sandbox.rollback(self.kept))

    async def commit(self, call):
        return [f"{change.kind} {change.path}" for change in (await done(self.sandbox.commit([call["path"]]))).landed]

    async def discard(self, call):
        return await done(self.sandbox.discard())

    async def explain(self, call):
        told = await done(self.sandbox.explain(call["path"]))
        return [told.permission.value, told.rule.pattern, [other.rule.pattern for other in told.others]]

    async def open_session(self, call):
        self.session = await done(self.sandbox.session())

    async def run_in_session(self, call):
        result = await done(self.session.exec(call["command"]))
        return ended(result.exit_code, result.stdout, result.stderr)

    async def close_session(self, call):
        await done(self.session.close())

    async def run_in_background(self, call):
        started = await done(self.sandbox.commands.run(call["command"], background=True))
        result = await done(started.wait())
        return ended(result.exit_code, result.stdout, result.stderr)

    async def change_rules(self, call):
        await done(self.sandbox.update_permissions(call.get("rules"), call.get("preset")))

    async def denials(self, call):
        return sorted({f"{denial.operation} {denial.path}" for denial in await done(self.sandbox.denials())})

    async def stop(self, call):
        await done(self.sandbox.stop())

    async def start(self, call):
        await done(self.sandbox.start())

    async def status(self, call):
        await done(self.sandbox.refresh())
        return self.sandbox.status.value


async def done(result):
    return await result if inspect.isawaitable(result) else result
