"""Tools as the protocol describes them, made from the API's document; and calls of them, answered by the API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import override

from kexin.surfaces.assistants.door import Answered, Door
from kexin.surfaces.assistants.tools import BY_NAME, TOOLS, Tool

LARGEST = 2**63 - 1
VERSION = {"type": "integer", "minimum": 1, "description": "The record's version, as it was read."}
REQUEST_KEY = {
    "type": "string",
    "pattern": "^[!-~]{1,100}$",
    "description": "Any text of your own: sent again within a day, the call is done once and answered the same.",
}
KNOWN_FOR, MOST_KNOWN = 60.0, 500
_known: dict[Door, tuple[float, Mapping[str, Any]]] = {}
PLACED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Operation:
    """What the document says of an operation."""

    method: str
    path: str
    permission: str
    scope: str
    query: Mapping[str, dict[str, Any]]  # parameters by name
    body: dict[str, Any] | None  # its schema
    is_versioned: bool

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def placed(self) -> list[str]:
        return PLACED.findall(self.path)


@cache
def operations() -> Mapping[str, Operation]:
    """Every operation by its id, read once from the document the API serves to everybody."""
    document = Door("").ask("GET", "/openapi.json").data
    found: dict[str, Operation] = {}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            parameters = described["parameters"]
            content = described.get("requestBody", {}).get("content", {})
            body = content.get("application/json", {}).get("schema")
            found[described["operationId"]] = Operation(
                method.upper(),
                path.removeprefix("/api/v1"),
                described.get("x-permission", ""),
                described.get("x-scope", ""),
                {one["name"]: one for one in parameters if one["in"] == "query"},
                None if body is None else _resolved(body, document),
                any(one["name"] == "If-Match" for one in parameters),
            )
    return found


def _resolved(schema: Any, document: dict[str, Any]) -> Any:
    """The schema with what it refers to put in its place: a tool's schema stands alone."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _resolved(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
        return {name: _resolved(value, document) for name, value in schema.items()}
    return [_resolved(value, document) for value in schema] if isinstance(schema, list) else schema


def is_covered(operation: Operation, me: Mapping[str, Any]) -> bool:
    """Whether this token could call it at all: who may only read is offered no tool that writes."""
    return (not operation.permission or operation.permission in me["permissions"]) and (
        not operation.scope or operation.scope in me["scopes"]
    )


def offered(me: Mapping[str, Any]) -> list[Tool]:
    return [tool for tool in TOOLS if is_covered(operations()[tool.operation], me)]


def input_schema(tool: Tool) -> dict[str, Any]:
    """What a tool takes: entries of the address, the query and the body under one roof."""
    operation = operations()[tool.operation]
    body = operation.body or {"properties": {}}
    properties: dict[str, Any] = {}
    required = list(operation.placed)
    for name in tool.takes:
        if name in operation.placed:
            described: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": LARGEST}
        elif name in operation.query:
            parameter = operation.query[name]
            described = {**parameter["schema"], **({"description": parameter["description"]} if "description" in parameter else {})}
            if name in tool.fixed:
                described["default"] = int(tool.fixed[name]) if described.get("type") == "integer" else tool.fixed[name]
        else:
            described = dict(body["properties"][name])
            described.pop("title", None)
            required += [name] if name in body.get("required", ()) else []
        properties[name] = {**described, **({"description": str(tool.words[name])} if name in tool.words else {})}
    if operation.is_versioned:
        properties["version"], required = VERSION, [*required, "version"]
    if operation.method == "POST":
        properties["request_key"] = REQUEST_KEY
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


@dataclass(frozen=True)
class Outcome:
    """What a call came to: what was read or done, or why not, in a sentence."""

    data: dict[str, Any]
    sentence: str = ""

    @property
    def is_refused(self) -> bool:
        return bool(self.sentence)


def call(tool_name: str, arguments: Mapping[str, Any], door: Door) -> Outcome:
    """Call the operation behind a tool. Who asks, and what the token covers, the API itself looks at."""
    tool = BY_NAME.get(tool_name)
    me = _whose(door)
    if isinstance(me, Outcome):
        return me
    with override(door.language or me["language"]):
        if tool is None:
            sentence = _("There is no tool “%(name)s”.") % {"name": tool_name[:60]}
            return Outcome({"code": "tool_unknown", "message": sentence, "fields": {}}, sentence)
        wrong = _wrong(tool, arguments)
        if wrong:
            told = "; ".join(f"{name}: {sentence}" for name, sentence in wrong.items())
            message = _("Some entries cannot be accepted.")
            fields = {name: [sentence] for name, sentence in wrong.items()}
            return Outcome({"code": "entries_unreadable", "message": message, "fields": fields}, f"{message} {told}")
    answered = _sent(tool, arguments, me, door)
    return Outcome(_brief(answered.data) or {"done": True}) if answered.is_done else _refused(answered)


def _whose(door: Door) -> Mapping[str, Any] | Outcome:
    """Whose token it is, asked once a minute: only the language and what is worth asking for hang on it, never what is allowed."""
    at, me = _known.get(door, (0.0, {}))
    if monotonic() - at < KNOWN_FOR and me:
        return me
    answered = door.ask("GET", "/me")
    if not answered.is_done:
        return _refused(answered)
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[door] = (monotonic(), answered.data)
    return cast("Mapping[str, Any]", answered.data)


def _wrong(tool: Tool, arguments: Mapping[str, Any]) -> dict[str, str]:
    """What cannot even be sent; all else is for the API to say."""
    schema = input_schema(tool)
    operation = operations()[tool.operation]
    wrong = {name[:60]: _("There is no such entry.") for name in arguments if name not in schema["properties"]}
    wrong |= {name: _("This entry is needed.") for name in schema["required"] if arguments.get(name) is None}
    for name in (*operation.placed, "version"):
        value = arguments.get(name)
        if value is not None and (type(value) is not int or not 1 <= value <= LARGEST):
            wrong[name] = _("Write this as a whole number.")
    key = arguments.get("request_key")
    if key is not None and (not isinstance(key, str) or not re.fullmatch(REQUEST_KEY["pattern"], key)):
        wrong["request_key"] = _("This is not written as expected.")
    return wrong


def _sent(tool: Tool, arguments: Mapping[str, Any], me: Mapping[str, Any], door: Door) -> Answered:
    operation = operations()[tool.operation]
    path = PLACED.sub(lambda found: str(arguments[found[1]]), operation.path)
    query = [(name, value) for name, value in tool.fixed.items() if arguments.get(name) is None]
    for name, value in arguments.items():
        if name in operation.query and name not in operation.placed and value is not None:
            query += [(name, _plain(one)) for one in (value if isinstance(value, list) else [value])]
    if tool.fields:
        more = [name for name, needs in tool.more.items() if is_covered(operations()[needs], me)]
        query.append(("fields", ",".join([*tool.fields, *more])))
    body = None
    if operation.body is not None:
        body = {name: value for name, value in arguments.items() if name in operation.body["properties"] and name not in operation.placed}
        body.pop("version", None)
    headers: dict[str, str] = {}
    if operation.is_versioned:
        headers["If-Match"] = f'"{arguments["version"]}"'
    if arguments.get("request_key"):
        headers["Idempotency-Key"] = arguments["request_key"]
    return door.ask(operation.method, path, query=query, body=body, headers=headers)


def _plain(value: Any) -> str:
    return {True: "1", False: "0"}[value] if isinstance(value, bool) else str(value)


def _refused(answered: Answered) -> Outcome:
    told = answered.data or {"code": "broken", "message": _("Something went wrong on our side."), "fields": {}}
    beside = "; ".join(f"{name}: {' '.join(sentences)}" for name, sentences in told.get("fields", {}).items())
    return Outcome(told, f"{told['message']} {beside}".strip())


def _brief(data: Any) -> Any:
    """Without what says nothing: an assistant reads every word."""
    if isinstance(data, dict):
        kept = {name: _brief(value) for name, value in data.items()}
        return {name: value for name, value in kept.items() if value not in (None, "", [], {}) or name == "items"}
    return [_brief(value) for value in data] if isinstance(data, list) else data
