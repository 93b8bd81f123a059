"""The protocol's own client against the real `kexin mcp`, a process of its own, over standard input and output."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user
from tests.factories.tokens import make_token
from tests.surroundings import HOME

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.ground.tokens import actions
from kexin.ground.tokens.models import Token
from kexin.loop.customers.actions import index_customers
from kexin.loop.customers.models import ContactPoint, Customer, Interaction
from kexin.loop.todo.models import ToDo

mcp = pytest.importorskip("mcp")  # the extra kexin[mcp]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
READ = ("customers:read", "orders:read", "standing:read", "todos:read", "consents:read")
Found = TypeVar("Found")
KEXIN = [sys.executable, "-c", "from kexin.surfaces.cli.main import main; main()", "mcp"]


@pytest.fixture
def person() -> User:
    return make_user(role=Role.FRONT_LINE, sees=Sees.BRANCH, branch=make_branch())


@pytest.fixture
def customer(person: User) -> Customer:
    made = make_customer(name="江南机电有限公司", branch=person.branch, owner=person)
    ContactPoint.objects.create(customer=made, kind="phone", value="13812346207", key="13812346207", is_primary=True)
    index_customers([made.pk])
    return made


def environment(**more: str) -> dict[str, str]:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        host, port = database["HOST"] or "localhost", database["PORT"] or "5432"
        url = f"postgresql://{database['USER']}:{database['PASSWORD']}@{host}:{port}/{database['NAME']}"
    return {**os.environ, "KEXIN_HOME": str(HOME), "DATABASE_URL": url, **more}


def talk(token: str, do: Callable[[Any], Awaitable[Found]], *options: str, **more: str) -> Found:
    """Start the server, let the client do something, stop it."""
    from mcp import Client, StdioServerParameters, stdio_client  # noqa: PLC0415 -- an extra

    async def run() -> Found:
        server = StdioServerParameters(command=KEXIN[0], args=[*KEXIN[1:], *options], env=environment(KEXIN_MCP_TOKEN=token, **more))
        async with Client(stdio_client(server)) as client:
            return await do(client)

    return asyncio.run(run())


def names(listed: Any) -> set[str]:
    return {tool.name for tool in listed.tools}


def test_an_assistant_finds_a_customer_reads_the_file_and_notes_a_call(person: User, customer: Customer) -> None:
    async def do(client: Any) -> tuple[Any, Any, Any, Any]:
        found = await client.call_tool("search", {"q": "江南"})
        file = await client.call_tool("customer_file", {"customer_id": found.structured_content["items"][0]["id"]})
        note = {"customer_id": customer.pk, "kind": "call", "text": "问到货时间", "request_key": "call-1"}
        first = await client.call_tool("note_interaction", note)
        again = await client.call_tool("note_interaction", note)
        return found, file, first, again

    found, file, first, again = talk(make_token(person), do)

    assert found.structured_content["items"] == [{"kind": "customer", "id": customer.pk, "title": customer.name, "code": customer.code}]
    assert file.structured_content["points"][0]["value"] == "138 •••• 6207"
    assert "credit" not in file.structured_content  # the front line may not see it
    assert first.structured_content == again.structured_content
    assert Interaction.objects.get(customer=customer).text == "问到货时间"  # sent twice, done once
    assert Entry.objects.filter(kind="customer", record_id=customer.pk).latest("id").actor_name == f"{person} (测试)"


def test_a_to_do_is_added_seen_and_finished(person: User, customer: Customer) -> None:
    async def do(client: Any) -> tuple[Any, Any, Any, Any]:
        added = await client.call_tool("add_todo", {"title": "回电", "customer_id": customer.pk, "kind": "call"})
        seen = await client.call_tool("todos", {"customer": customer.code})
        stale = await client.call_tool("finish_todo", {"todo_id": added.structured_content["id"], "version": 9})
        done = await client.call_tool("finish_todo", {"todo_id": added.structured_content["id"], "version": 1, "outcome": "已回电"})
        return added, seen, stale, done

    added, seen, stale, done = talk(make_token(person), do)

    assert [item["id"] for item in seen.structured_content["items"]] == [added.structured_content["id"]]
    assert (stale.is_error, stale.structured_content["code"]) == (True, "stale")
    assert (done.is_error, ToDo.objects.get(pk=added.structured_content["id"]).state) == (False, "done")


def test_a_token_that_reads_is_offered_no_tool_that_writes(person: User, customer: Customer) -> None:
    async def do(client: Any) -> tuple[Any, Any]:
        return await client.list_tools(), await client.call_tool("note_interaction", {"customer_id": customer.pk, "kind": "call"})

    listed, tried = talk(make_token(person, scopes=READ), do)

    assert all(tool.annotations.read_only_hint for tool in listed.tools)
    assert {"customer_file", "timeline", "orders", "standing", "may_contact", "todos"} <= names(listed)
    assert not names(listed) & {"note_interaction", "add_todo", "finish_todo"}
    assert (tried.is_error, tried.structured_content["code"]) == (True, "scope_missing")
    assert not Interaction.objects.exists()


def test_who_may_write_is_told_what_a_tool_changes(person: User) -> None:
    async def do(client: Any) -> Any:
        return await client.list_tools()

    listed = talk(make_token(person), do, "--language", "en")

    writing = {tool.name: tool for tool in listed.tools if not tool.annotations.read_only_hint}
    assert set(writing) == {"note_interaction", "add_to_file", "add_todo", "finish_todo", "move_project", "note_consent"}
    assert writing["note_interaction"].description.startswith("Writes a call")
    assert writing["finish_todo"].input_schema["required"] == ["todo_id", "version"]


def test_a_customer_of_another_branch_is_not_there(person: User) -> None:
    elsewhere = make_customer(name="别家", branch=make_branch())

    async def do(client: Any) -> tuple[Any, Any]:
        return await client.call_tool("customer_file", {"customer_id": elsewhere.pk}), await client.call_tool("search", {"q": "别家"})

    file, found = talk(make_token(person), do)

    assert file.is_error
    assert found.structured_content == {"items": []}


def test_a_token_revoked_in_the_middle_opens_nothing_more(person: User, customer: Customer) -> None:
    token = make_token(person)

    async def do(client: Any) -> tuple[Any, Any, str]:
        before = await client.call_tool("timeline", {"customer_id": customer.pk})
        await asyncio.to_thread(_revoke, token)
        after = await client.call_tool("timeline", {"customer_id": customer.pk})
        with pytest.raises(mcp.MCPError) as refused:
            await client.list_tools()
        return before, after, refused.value.message

    before, after, listing = talk(token, do, "--language", "en")

    assert not before.is_error
    assert (after.is_error, after.structured_content["code"]) == (True, "token_revoked")
    assert "revoked" in listing


def _revoke(token: str) -> None:
    from django.db import connections  # noqa: PLC0415 -- this thread's own

    try:
        actions.revoke(token_id=Token.objects.get(public=token[3:13]).pk, now=timezone.now(), by=Actor.system())
    finally:
        connections.close_all()


def test_what_cannot_be_done_is_said_in_the_persons_language(person: User) -> None:
    async def do(client: Any) -> tuple[Any, Any]:
        return await client.call_tool("customer_file", {"customer_id": 0}), await client.call_tool("make_coffee", {})

    in_english = talk(make_token(person), do, "--language", "en")
    in_chinese = talk(make_token(person), do)

    assert in_english[0].content[0].text == "Some entries cannot be accepted. customer_id: Write this as a whole number."
    assert in_english[1].content[0].text == "There is no tool “make_coffee”."
    assert in_chinese[1].content[0].text == "没有“make_coffee”这个工具。"
    assert in_chinese[0].is_error


def test_the_server_does_not_start_without_a_token_that_works(person: User) -> None:
    env = environment(KEXIN_LANG="en")
    none = subprocess.run(KEXIN, env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60)
    wrong = subprocess.run(
        KEXIN, env={**env, "KEXIN_MCP_TOKEN": "kx_no"}, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60
    )

    assert (none.returncode, "kexin token new" in none.stderr) == (2, True)
    assert wrong.returncode == 1
    assert none.stdout == wrong.stdout == ""
