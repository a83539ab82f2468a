"""The same conversation by the synchronous and the asynchronous client, and by curl.

The Java client has it too (SameConversationTest).
"""

import asyncio

import pytest
from clients_talk import Client
from conversation import TALK
from curls_talk import Curl

from agentfense import AsyncSandbox, Sandbox


@pytest.fixture
def project(tmp_path):
    for name, text in TALK["project"].items():
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(text, encoding="utf-8")
    return tmp_path / "project"


def check(call, given):
    assert given == call["gives"], call


def rules():
    return {"permissions": TALK["rules"], "commit_mode": "manual"}


def test_the_synchronous_client_has_the_conversation(project):
    with Sandbox.from_local(project, **rules()) as sandbox:
        client = Client(sandbox)
        for call in TALK["calls"]:
            check(call, asyncio.run(client.play(call)))


def test_the_asynchronous_client_has_the_conversation(project):
    async def talk():
        async with AsyncSandbox.from_local(project, **rules()) as sandbox:
            client = Client(sandbox)
            for call in TALK["calls"]:
                check(call, await client.play(call))

    asyncio.run(talk())


def test_curl_has_the_conversation(project, endpoint):
    curl = Curl(endpoint, project)
    try:
        for call in TALK["calls"]:
            check(call, curl.play(call))
    finally:
        curl.close()
