"""What of a directory arrives on the server, and how."""

import asyncio
import os
import tempfile
import tracemalloc
from pathlib import Path

import pytest

import agentfense
from agentfense import AsyncSandbox, AsyncSandboxClient, DirectoryUpload, FoundSecret, Sandbox, SecretWarning
from agentfense.utils import walk_directory

# In two parts, so that nobody finds one here.
SECRET = "stripe = '" + "sk_" + "live_9hQ2vXbT4mZkR7wLc3NpYd8e'\n"
FOUND = [FoundSecret("keys.py", 2, "stripe-key", "sk_l********")]

# Names that no URL of the server can have.
UNSPOKEN = {"new\nline", os.fsdecode(b"no-utf8-\xff")}


def test_programs_can_be_run_and_empty_directories_are_there(project):
    (project / "empty" / "deep").mkdir(parents=True)
    (project / "link").symlink_to("src/lib.py")
    with Sandbox.from_local(project, preset="read-only") as sandbox:
        assert sandbox.run("./run.sh").stdout == "ran\n"
        assert not sandbox.run("./app.py").success
        assert sandbox.run("ls -A empty empty/deep").stdout == "empty:\ndeep\n\nempty/deep:\n"
        assert sandbox.run("readlink link; cat link").stdout == "src/lib.py\nx = 1\n"


def test_a_directory_may_be_given_as_text(project, client):
    codebase = client.create_codebase("text", "me")
    client.upload_directory(codebase.id, str(project))
    assert "app.py" in {entry.path for entry in client.list_files(codebase.id)}
    client.delete_codebase(codebase.id)


def test_names_arrive_as_they_are(project):
    names = ["with space", "ümläut", "ques?tion#%41", "-dash", "a" * 200, *UNSPOKEN]
    for name in names:
        (project / name).write_text("here", encoding="utf-8")
    with Sandbox.from_local(project, preset="read-only") as sandbox:
        there = sandbox.exec('for f in *; do test -f "$f" && printf \'%s/\' "$f" | od -An -v -tx1; done').stdout
        found = bytes.fromhex("".join(there.split())).split(b"/")
        assert {os.fsencode(name) for name in names} <= set(found)
        for name in set(names) - UNSPOKEN:
            assert sandbox.read_file(name) == "here"
            sandbox.write_file(name, "there")
            assert sandbox.files.read(name) == "there"


def test_the_defaults_and_the_projects_files_say_what_stays_at_home(project):
    (project / ".env").write_text("s3cret", encoding="utf-8")
    (project / ".sandboxignore").write_text("secrets/\n/docs\n", encoding="utf-8")
    (project / "node_modules").mkdir()
    (project / "node_modules" / "x.js").write_text("", encoding="utf-8")
    with Sandbox.from_local(project, ignore_patterns=["*.sh"]) as sandbox:
        assert set(sandbox.list_files(recursive=True)) == {
            ".env.local",
            ".sandboxignore",
            "app.py",
            "main.py",
            "output",
            "src",
            "src/lib.py",
        }
    files = {path for path, _ in walk_directory(project, ["*.sh"])}
    assert files == {".env.local", ".sandboxignore", "app.py", "main.py", "src/lib.py"}


def test_what_agents_are_not_to_see_stays_at_home_if_that_is_asked_for(project):
    (project / ".agentignore").write_text("*.sh\n/src/\n", encoding="utf-8")
    with Sandbox.from_local(project, preset="full-access", agent_ignore=True) as sandbox:
        assert sandbox.run("ls run.sh src .agentignore; ls *.py").stdout == "app.py\nmain.py\n"

    async def theirs():
        async with AsyncSandbox.from_local(project, preset="full-access", agent_ignore=True) as sandbox:
            return (await sandbox.run("ls -d *")).stdout

    assert {"run.sh", "src"}.isdisjoint(asyncio.run(theirs()).split())


def test_thousands_of_files_go_as_one_stream_without_much_memory(tmp_path, client):
    for directory in range(20):
        (tmp_path / f"d{directory}").mkdir()
        for file in range(100):
            (tmp_path / f"d{directory}" / f"f{file}").write_bytes(b"x" * 5000)
    codebase = client.create_codebase("large", "tests")
    tracemalloc.start()
    client.upload_directory(codebase.id, tmp_path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    arrived = client.get_codebase(codebase.id)
    assert (arrived.file_count, arrived.size) == (2000, 10_000_000)
    assert most < 4_000_000
    client.delete_codebase(codebase.id)


@pytest.fixture
def ordinary():
    """The test may read what others may, and no more."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


@pytest.fixture
def unreadable():
    """A directory with a file that nobody may read."""
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        directory.chmod(0o755)
        for name in ("a.py", "main.py"):
            (directory / name).write_text("text", encoding="utf-8")
        (directory / "main.py").chmod(0)
        yield directory


def test_nothing_arrives_of_a_directory_with_a_file_that_cannot_be_read(client, unreadable, ordinary):
    codebase = client.create_codebase("broken", "tests")
    with pytest.raises(agentfense.UploadError, match=r"main\.py") as caught:
        client.upload_directory(codebase.id, unreadable)
    assert caught.value.codebase_id == codebase.id
    assert client.list_files(codebase.id) == []
    client.delete_codebase(codebase.id)


def test_nothing_arrives_of_it_from_the_asynchronous_client(client, unreadable, ordinary):
    codebase = client.create_codebase("broken", "tests")

    async def upload():
        async with AsyncSandboxClient() as other:
            with pytest.raises(agentfense.UploadError, match=r"main\.py"):
                await other.upload_directory(codebase.id, unreadable)

    asyncio.run(upload())
    assert client.list_files(codebase.id) == []
    client.delete_codebase(codebase.id)


def test_an_upload_that_is_refused_before_it_was_sent_says_why(tmp_path, client):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(agentfense.UploadError) as caught:
        client.upload_directory("cb_0000000000000000", tmp_path)
    assert isinstance(caught.value, agentfense.CodebaseNotFoundError)


def test_the_asynchronous_client_uploads_the_same(project, client):
    async def upload():
        async with AsyncSandboxClient() as other:
            codebase = await other.create_codebase("async", "tests")
            await other.upload_directory(codebase.id, project)
            return codebase.id

    theirs = asyncio.run(upload())
    mine = client.create_codebase("sync", "tests").id
    client.upload_directory(mine, project)
    files = [[(file.path, file.size, file.is_dir) for file in client.list_files(id, "", True)] for id in (mine, theirs)]
    assert files[0] == files[1]
    for codebase in (mine, theirs):
        client.delete_codebase(codebase)


def test_a_path_that_is_no_directory_is_refused(project):
    with pytest.raises(ValueError, match="Path does not exist: /no/such"):
        Sandbox.from_local("/no/such")
    with pytest.raises(ValueError, match="Path is not a directory"):
        Sandbox.from_local(project / "app.py")


def test_the_result_of_an_upload_has_the_secrets_in_it(tmp_path, client):
    (tmp_path / "keys.py").write_text("# keys\n" + SECRET, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to("sub")
    codebase = client.create_codebase("secrets", "tests")
    size = (tmp_path / "keys.py").stat().st_size
    assert client.upload_directory(codebase.id, tmp_path) == DirectoryUpload(1, 1, 1, size, FOUND, 1)
    one = client.upload_file(codebase.id, "keys.py", ("# keys\n" + SECRET).encode())
    assert (one.size, one.secrets, one.secret_count) == (size, FOUND, 1)
    clean = client.upload_file(codebase.id, "clean", b"nothing")
    assert (clean.secrets, clean.secret_count) == ([], 0)
    client.delete_codebase(codebase.id)


def test_a_call_without_a_result_warns_of_secrets_by_place_and_rule_and_not_by_value(project):
    for number in range(7):
        (project / f"keys{number}.py").write_text("# keys\n" + SECRET, encoding="utf-8")
    with pytest.warns(SecretWarning, match=r"'keys0\.py', line 2 \(stripe-key\), .* and 2 more$") as warned:
        sandbox = Sandbox.from_local(project, preset="read-only")
    with sandbox, pytest.warns(SecretWarning, match=r"uploaded: 'new\.py', line 1 \(stripe-key\)$") as more:
        sandbox.write_file("new.py", SECRET)

    async def theirs():
        with pytest.warns(SecretWarning, match="keys0") as warned:
            async with AsyncSandbox.from_local(project, preset="read-only"):
                return list(warned)

    for warning in [*warned, *more, *asyncio.run(theirs())]:
        assert "9hQ2vXbT" not in str(warning.message)
        assert Path(warning.filename) == Path(__file__)
