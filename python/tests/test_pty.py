"""Terminals in sandboxes, for threads and for tasks."""

import asyncio
import sys
import threading

import pytest
from conftest import Server

import agentfense
from agentfense import AsyncSandbox, Sandbox, SandboxClient


@pytest.fixture
def sandbox(project):
    with Sandbox.from_local(project, preset="agent-safe") as sandbox:
        yield sandbox


def until(terminal, words):
    shown = b""
    while words not in shown:
        piece = terminal.read()
        assert piece, shown
        shown += piece
    return shown


def test_what_is_typed_arrives_and_what_is_shown_comes_back(sandbox):
    with sandbox.pty.open() as terminal:
        terminal.write("tty && echo $((6*7))-$(stty size)\n")
        assert b"/dev/pts/" in until(terminal, b"42-24 80")
        terminal.write(b"exit 3\n")
        assert terminal.wait() == 3
        assert terminal.read() == b""
        assert terminal.wait() == 3


def test_the_same_for_tasks(project):
    async def tasks():
        async with AsyncSandbox.from_local(project, preset="agent-safe") as sandbox:
            async with sandbox.pty.open("cat app.py; stty size; exit 4", rows=10, cols=20) as terminal:
                shown = b"".join([piece async for piece in terminal])
                code = await terminal.wait()
            async with await sandbox.pty.open() as terminal:
                await terminal.resize(50, 60)
                await terminal.write("stty size; exit 5\n")
                async for piece in terminal:
                    shown += piece
                return shown, code, await terminal.wait()

    shown, *codes = asyncio.run(tasks())
    assert b"print('app')\r\n10 20\r\n" in shown
    assert b"50 60\r\n" in shown
    assert codes == [4, 5]


def test_a_command_has_its_variables_directory_and_size(sandbox):
    with sandbox.pty.open("echo $A; pwd; stty size", rows=7, cols=9, env={"A": "ä=&b"}, cwd="src") as terminal:
        assert b"".join(terminal).decode() == "ä=&b\r\n/workspace/src\r\n7 9\r\n"
        assert terminal.wait() == 0
    with pytest.raises(ValueError, match="A=B"):
        sandbox.pty.open(env={"A=B": ""})


def test_the_rules_hold_in_a_terminal(sandbox):
    with sandbox.pty.open("cat .env.local secrets/token.txt; echo x > app.py") as terminal:
        shown = b"".join(terminal)
    assert b"s3cret" not in shown
    assert b"No such file" in shown


def test_a_changed_size_is_told_to_the_program(sandbox):
    with sandbox.pty.open("trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.1; done") as terminal:
        until(terminal, b"ready")
        terminal.resize(33, 44)
        until(terminal, b"33 44")


def test_as_much_as_one_likes_can_be_typed(sandbox):
    with sandbox.pty.open("stty raw -echo; echo ready; head -c 300000 | sha256sum; exit 6") as terminal:
        until(terminal, b"ready")
        terminal.write(bytes(range(256)) * 1172)
        until(terminal, b"  -")
        assert terminal.wait() == 6


def test_one_thread_reads_while_another_writes(sandbox):
    with sandbox.pty.open("stty -echo; cat") as terminal:
        shown = bytearray()
        reader = threading.Thread(target=lambda: [shown.extend(piece) for piece in terminal])
        reader.start()
        for number in range(100):
            terminal.write(f"{number}\n")
        terminal.write(b"\x04")
        reader.join()
        assert bytes(shown).split()[-100:] == [str(number).encode() for number in range(100)]


def alive(sandbox, name):
    return sandbox.run(f"pgrep -x {name}").success


def gone(sandbox, name):
    return sandbox.run(f"while pgrep -x {name}; do sleep 0.05; done", timeout=60).success


@pytest.mark.parametrize("end", ["close", "kill"])
def test_a_command_does_not_outlive_its_terminal(sandbox, end):
    terminal = sandbox.pty.open("echo ready; sleep 600")
    until(terminal, b"ready")
    assert alive(sandbox, "sleep")
    getattr(terminal, end)()
    getattr(terminal, end)()
    assert gone(sandbox, "sleep")
    for use in (terminal.read, terminal.wait, lambda: terminal.write("x")):
        with pytest.raises(agentfense.SandboxError, match=r"closed|ended"):
            use()


def test_a_command_that_floods_a_client_that_does_not_read_can_be_closed(sandbox):
    with sandbox.pty.open("yes") as terminal:
        until(terminal, b"y")
    assert gone(sandbox, "yes")


def test_a_sandbox_that_does_not_run_has_no_terminals(sandbox):
    sandbox.stop()
    with sandbox.pty.open() as terminal, pytest.raises(agentfense.SandboxNotRunningError) as caught:
        terminal.wait()
    assert (caught.value.sandbox_id, caught.value.current_status) == (sandbox.id, "stopped")

    async def tasks():
        async with AsyncSandbox.connect(sandbox.id) as same, same.pty.open() as terminal:
            with pytest.raises(agentfense.SandboxNotRunningError):
                await terminal.read()

    asyncio.run(tasks())


def test_a_size_that_no_terminal_has_is_refused(sandbox):
    with sandbox.pty.open(rows=70000) as terminal, pytest.raises(agentfense.InvalidConfigurationError, match="rows"):
        terminal.read()


def test_the_key_is_shown_and_without_it_there_is_no_terminal(strict, project, monkeypatch):
    with SandboxClient(strict.endpoint, api_key=strict.key) as client:
        codebase = client.create_codebase("pty", "alice")
        made = Sandbox.from_codebase
        monkeypatch.setenv("AGENTFENSE_API_KEY", strict.key)
        with made(codebase.id, preset="read-only", endpoint=strict.endpoint) as sandbox:
            with sandbox.pty.open("exit 9") as terminal:
                assert terminal.wait() == 9
            sandbox._client._transport.endpoint = type(sandbox._client._transport.endpoint)(
                strict.endpoint, f"http://{strict.endpoint}"
            )
            with pytest.raises(agentfense.PermissionDeniedError) as caught:
                sandbox.pty.open()
        assert caught.value.grpc_code == 16
        client.delete_codebase(codebase.id)


def test_without_the_library_the_error_says_how_to_install_it(sandbox, monkeypatch):
    monkeypatch.setitem(sys.modules, "websockets", None)
    monkeypatch.setitem(sys.modules, "websockets.exceptions", None)
    with pytest.raises(ImportError, match=r"pip install 'agentfense\[pty\]'"):
        sandbox.pty.open()


def test_a_server_that_went_away_is_a_connection_error(tmp_path, project):
    server = Server(tmp_path)
    server.start()
    sandbox = Sandbox.from_local(project, preset="agent-safe", endpoint=server.endpoint)
    with sandbox.pty.open("sleep 600") as terminal:
        server.stop()
        with pytest.raises(agentfense.SandboxError):
            terminal.wait()
    with pytest.raises(agentfense.ConnectionError):
        sandbox.pty.open()
    sandbox._client.close()
