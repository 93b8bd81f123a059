"""The same tools over HTTP: each request brings its own token, and only named hosts are answered."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.factories.staff import make_branch, make_user
from tests.factories.tokens import make_token
from tests.surfaces.assistants.test_stdio import KEXIN, environment, names

from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User

pytest.importorskip("mcp")  # the extra kexin[mcp]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def people() -> tuple[User, User]:
    branch = make_branch()
    return make_user(role=Role.FRONT_LINE, sees=Sees.BRANCH, branch=branch), make_user(role=Role.ANALYST, sees=Sees.BRANCH, branch=branch)


@pytest.fixture
def address(people: tuple[User, User]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen([*KEXIN, "--http", f"127.0.0.1:{port}"], env=environment()) as server:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/mcp"
        server.terminate()


def test_each_request_is_its_tokens(people: tuple[User, User], address: str) -> None:
    import httpx2  # noqa: PLC0415 -- comes with the extra
    from mcp import Client  # noqa: PLC0415 -- the extra
    from mcp.client.streamable_http import streamable_http_client  # noqa: PLC0415 -- the same

    async def ask(token: str) -> tuple[Any, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers, trust_env=False, timeout=60) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            return await client.list_tools(), await client.call_tool("who_am_i", {})

    front, analyst = (asyncio.run(ask(make_token(person))) for person in people)

    assert [answered.structured_content["id"] for _listed, answered in (front, analyst)] == [person.pk for person in people]
    assert "note_interaction" in names(front[0])
    assert "note_interaction" not in names(analyst[0])  # an analyst changes no file
    with httpx2.Client(trust_env=False, timeout=60) as http:
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "who_am_i", "arguments": {}}}
        accept = {"Accept": "application/json, text/event-stream"}
        nobody = http.post(address, json=call, headers=accept)
        elsewhere = http.post(address, json=call, headers={**accept, "Host": "evil.example"})
    assert "token_missing" in nobody.text or "token_unknown" in nobody.text
    assert elsewhere.status_code in {403, 421}
