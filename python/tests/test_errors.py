"""Every documented exception is raised by a live server, with its fields filled."""

import asyncio
import inspect
import re
import subprocess
import sys

import pytest

import agentfense
from agentfense import AsyncSandbox, ResourceLimits, Sandbox, SandboxClient, exceptions

NO_SANDBOX = "sb_0000000000000000"
NO_CODEBASE = "cb_0000000000000000"
NO_SESSION = "sess_0000000000000000"


@pytest.fixture
def sandbox(project):
    with Sandbox.from_local(project, preset="development") as sandbox:
        yield sandbox


@pytest.mark.parametrize("call", ["get_sandbox", "start_sandbox", "stop_sandbox", "destroy_sandbox"])
def test_an_unknown_sandbox_is_not_found(client, call):
    with pytest.raises(agentfense.SandboxNotFoundError) as caught:
        getattr(client, call)(NO_SANDBOX)
    assert (caught.value.sandbox_id, caught.value.grpc_code) == (NO_SANDBOX, 5)
    assert str(caught.value).startswith(f"Sandbox '{NO_SANDBOX}' not found")


def test_a_command_in_an_unknown_sandbox_finds_no_sandbox(client):
    with pytest.raises(agentfense.SandboxNotFoundError) as caught:
        client.exec(NO_SANDBOX, "true")
    assert caught.value.sandbox_id == NO_SANDBOX
    with pytest.raises(agentfense.SandboxNotFoundError):
        list(client.exec_stream(NO_SANDBOX, "true"))


def test_a_stopped_sandbox_is_not_running(sandbox):
    sandbox.stop()
    with pytest.raises(agentfense.SandboxNotRunningError) as caught:
        sandbox.run("true")
    assert (caught.value.sandbox_id, caught.value.current_status) == (sandbox.id, "stopped")
    assert caught.value.grpc_code == 9


def test_what_has_no_class_of_its_own_is_the_base_class(client, sandbox):
    with pytest.raises(agentfense.SandboxError, match="already running") as caught:
        client.start_sandbox(sandbox.id)
    assert type(caught.value) is agentfense.SandboxError
    assert caught.value.grpc_code == 9


def test_an_unknown_codebase_is_not_found(client):
    with pytest.raises(agentfense.CodebaseNotFoundError) as caught:
        client.get_codebase(NO_CODEBASE)
    assert (caught.value.codebase_id, caught.value.grpc_code) == (NO_CODEBASE, 5)
    with pytest.raises(agentfense.CodebaseNotFoundError):
        client.create_sandbox(NO_CODEBASE)
    with pytest.raises(agentfense.CodebaseNotFoundError):
        client.list_files(NO_CODEBASE)


def test_a_codebase_in_use_is_not_deleted(client, sandbox):
    with pytest.raises(agentfense.CodebaseError, match="used by 1 sandbox") as caught:
        client.delete_codebase(sandbox.codebase_id)
    assert caught.value.grpc_code == 9


def test_an_unknown_file_is_not_found(client, sandbox):
    with pytest.raises(agentfense.FileNotFoundError) as caught:
        client.download_file(sandbox.codebase_id, "no/such")
    assert (caught.value.codebase_id, caught.value.file_path) == (sandbox.codebase_id, "no/such")


def test_a_download_from_an_unknown_codebase_is_both_kinds_of_error(client):
    for kind in (agentfense.CodebaseNotFoundError, agentfense.FileNotFoundError):
        with pytest.raises(kind) as caught:
            client.download_file(NO_CODEBASE, "a")
        assert (caught.value.codebase_id, caught.value.file_path, caught.value.grpc_code) == (NO_CODEBASE, "a", 5)


def test_an_upload_to_an_unknown_codebase_is_both_kinds_of_error(client):
    for kind in (agentfense.CodebaseNotFoundError, agentfense.UploadError):
        with pytest.raises(kind) as caught:
            client.upload_file(NO_CODEBASE, "a", b"x")
        assert (caught.value.codebase_id, caught.value.file_path, caught.value.grpc_code) == (NO_CODEBASE, "a", 5)


def test_an_upload_out_of_the_codebase_fails(client, sandbox):
    with pytest.raises(agentfense.UploadError) as caught:
        client.upload_file(sandbox.codebase_id, "../a", b"x")
    assert (caught.value.codebase_id, caught.value.file_path) == (sandbox.codebase_id, "../a")


def test_a_command_that_takes_too_long_times_out(sandbox):
    with pytest.raises(agentfense.CommandTimeoutError) as caught:
        sandbox.run("echo begun; sleep 60", timeout=1)
    assert (caught.value.command, caught.value.timeout_seconds) == ("echo begun; sleep 60", 1)
    assert caught.value.grpc_code == 4
    with pytest.raises(agentfense.CommandTimeoutError) as caught:
        list(sandbox.exec_stream("echo begun; sleep 60", timeout=1))
    assert (caught.value.command, caught.value.timeout_seconds) == ("echo begun; sleep 60", 1)
    # Whose time it was makes no difference.
    assert caught.value.grpc_code == 4


def test_a_command_that_fails_raises_if_asked_to(sandbox):
    assert sandbox.run("exit 42").exit_code == 42
    with pytest.raises(agentfense.CommandExecutionError) as caught:
        sandbox.run("echo out; echo err >&2; exit 3", raise_on_error=True)
    error = caught.value
    assert (error.exit_code, error.stdout, error.stderr, error.details) == (3, "out\n", "err\n", "err\n")
    assert error.command == "echo out; echo err >&2; exit 3"


def test_a_command_that_runs_into_a_limit_says_which(project):
    limits = ResourceLimits(pids_limit=20)
    with Sandbox.from_local(project, preset="read-only", resources=limits) as sandbox:
        assert sandbox.info.resources == limits
        with pytest.raises(agentfense.ResourceLimitExceededError) as caught:
            sandbox.run("for i in $(seq 99); do sleep 5 & done", raise_on_error=True)
    assert caught.value.resource_type == "pids"
    assert isinstance(caught.value, agentfense.CommandExecutionError)


def test_what_the_rules_withhold_is_denied(project):
    with (
        Sandbox.from_local(project, preset="view-only") as sandbox,
        pytest.raises(agentfense.PermissionDeniedError) as caught,
    ):
        sandbox.files.read("app.py")
    assert (caught.value.operation, caught.value.path, caught.value.grpc_code) == ("read file", "app.py", 7)


def test_an_unknown_session_is_not_found(client):
    with pytest.raises(agentfense.SessionNotFoundError) as caught:
        client.session_exec(NO_SESSION, "true")
    assert (caught.value.session_id, caught.value.grpc_code) == (NO_SESSION, 5)


def test_a_session_whose_shell_has_ended_is_closed(sandbox):
    with sandbox.session() as session:
        assert session.exec("exit 7").exit_code == 7
        with pytest.raises(agentfense.SessionClosedError) as caught:
            session.exec("true")
    assert (caught.value.session_id, caught.value.grpc_code) == (session.id, 9)


def test_what_goes_wrong_with_a_session_is_a_session_error(client):
    with pytest.raises(agentfense.SessionError):
        client.get_session(NO_SESSION)


def test_a_request_that_cannot_be_meant_is_an_invalid_configuration(client, sandbox):
    with pytest.raises(agentfense.InvalidConfigurationError, match="image") as caught:
        client.create_sandbox(sandbox.codebase_id, image="ubuntu:22.04")
    assert caught.value.grpc_code == 3
    with pytest.raises(agentfense.InvalidConfigurationError, match="root: only for the runtime docker"):
        client.create_sandbox(sandbox.codebase_id, root=True)
    assert not sandbox.info.root


def test_a_quota_is_named_with_its_limit(strict):
    with SandboxClient(strict.endpoint, api_key=strict.key) as client:
        codebase = client.create_codebase("quota", "alice")
        made = [client.create_sandbox(codebase.id) for _ in range(2)]
        with pytest.raises(agentfense.ResourceLimitExceededError) as caught:
            client.create_sandbox(codebase.id)
        assert (caught.value.resource_type, caught.value.limit, caught.value.grpc_code) == ("sandboxes", "2", 8)
        with pytest.raises(agentfense.ResourceLimitExceededError) as caught:
            client.upload_file(codebase.id, "large", bytes(9000))
        assert (caught.value.resource_type, caught.value.limit) == ("codebase bytes", "4096")
        for sandbox in made:
            client.destroy_sandbox(sandbox.id)


def test_a_key_is_taken_from_the_environment_and_a_call_without_one_is_denied(strict, monkeypatch):
    with SandboxClient(strict.endpoint) as client, pytest.raises(agentfense.PermissionDeniedError) as caught:
        client.list_codebases()
    assert (caught.value.operation, caught.value.grpc_code) == ("list codebases", 16)
    monkeypatch.setenv("AGENTFENSE_API_KEY", strict.key)
    with SandboxClient(strict.endpoint) as client:
        client.list_codebases()


def test_a_server_that_is_not_there_is_a_connection_error():
    with SandboxClient("127.0.0.1:1") as client, pytest.raises(agentfense.ConnectionError) as caught:
        client.list_codebases()
    assert caught.value.endpoint == "127.0.0.1:1"


def test_another_program_that_answers_is_a_connection_error(tmp_path):
    command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as other:
        (tmp_path / "v1").mkdir()
        (tmp_path / "v1" / "codebases").write_text("hello", encoding="utf-8")
        port = re.search(r"port (\d+)", other.stdout.readline())[1]
        with SandboxClient(f"127.0.0.1:{port}") as client:
            for call in (client.list_codebases, client.list_sandboxes):
                with pytest.raises(agentfense.ConnectionError, match="no AgentFense server"):
                    call()
        other.terminate()


def test_every_class_is_raised_the_same_way_by_the_asynchronous_client(project):
    async def conversation():
        async with AsyncSandbox.from_local(project, preset="view-only") as sandbox:
            with pytest.raises(agentfense.PermissionDeniedError):
                await sandbox.files.read("app.py")
            with pytest.raises(agentfense.CommandTimeoutError) as caught:
                await sandbox.run("sleep 60", timeout=1)
            assert (caught.value.command, caught.value.timeout_seconds) == ("sleep 60", 1)
            await sandbox.stop()
            with pytest.raises(agentfense.SandboxNotRunningError) as caught:
                await sandbox.run("true")
            assert caught.value.current_status == "stopped"

    asyncio.run(conversation())


def test_every_exported_class_has_the_documented_base():
    documented = {
        name: error
        for name, error in vars(agentfense).items()
        if inspect.isclass(error) and issubclass(error, Exception) and not issubclass(error, Warning)
    }
    assert len(documented) == 16
    assert all(issubclass(error, exceptions.SandboxError) for error in documented.values())
