"""The OpenAPI document: what the library knows of paths and bodies, with what our operations declare: answers, refusals, examples."""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from typing import Any

from django.utils import translation

from kexin.ground.lists.listing import Filter
from kexin.ground.tokens.rules import SCOPES
from kexin.surfaces.api.contract.room import OPERATIONS, SHAPES, Operation
from kexin.surfaces.api.contract.shapes import Schema, ref

ABOUT = """What programs read and do, as people do on pages: the same records, the same permissions.

Send a token (Authorization: Bearer kx_…). A token acts for a person or an integration: it may do what their role allows,
with the records they see, within the token's scopes. A page's session may read too; it changes nothing.

Every refusal has one shape, {code, message, fields}: `code` never changes, `message` is a sentence in the language of
Accept-Language (zh-Hans or en). Lists are paged by key: `next` is the `cursor` of the following page. A record's ETag goes
back as If-Match with every change: 428 without it, 412 when somebody else was faster. A POST with an Idempotency-Key can be
sent again for a day and is done once."""

REFUSALS = {
    400: ("Something in the address, the headers or the JSON cannot be read.", "parameter_unknown"),
    401: ("No token, or one that is unknown, expired or revoked.", "token_missing"),
    403: ("The role does not allow it, or the token lacks the scope.", "scope_missing"),
    404: ("It is not there, or not yours to see: which of the two is not told.", "address_unknown"),
    405: ("This address does not answer this method.", "method_unknown"),
    409: ("It cannot be done as things stand.", "customer_file_closed"),
    412: ("Somebody else changed the record meanwhile; `changed` says what.", "stale"),
    413: ("The body is too large.", "body_too_large"),
    415: ("The body is not of the expected type.", "media_type_unknown"),
    422: ("Entries that cannot be accepted, each beside its field.", "entries_unreadable"),
    428: ("If-Match is missing.", "if_match_missing"),
    429: ("The token's bucket is empty; Retry-After says when it is not.", "too_many_requests"),
    500: ("Our own fault. Nothing was half-written.", "broken"),
    503: ("The database cannot be reached right now.", "unavailable"),
}
ERROR: Schema = {
    "type": "object",
    "title": "Error",
    "required": ["code", "message", "fields"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "string", "description": "Never changes; docs/reference/errors.md lists all."},
        "message": {"type": "string", "description": "One sentence in the language that was asked for."},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
            "description": "Sentences by entry.",
        },
        "changed": {"type": "object", "description": "With 412: what somebody else changed, by field."},
        "version": {"type": "integer", "description": "With 412: the version it has now."},
    },
    "example": {"code": "entries_unreadable", "message": "有些内容无法接受。", "fields": {"name": ["必须填写。"]}},
}
NUMBER = {"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,4})?$"}
DAY = {"type": "string", "format": "date"}
SOMETHING: Schema = {"type": "string", "minLength": 1}  # an empty condition is refused


def document() -> dict[str, Any]:
    """The whole document; one object for every caller, so that nobody may change it."""
    return copy.deepcopy(_document())


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    from kexin.surfaces.api.urls import api  # noqa: PLC0415 -- the rooms declare their operations when they are imported

    with translation.override("en"):
        made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
        made["info"] = {"title": "Kexin 客心", "version": "1", "description": ABOUT, "license": {"name": "Apache-2.0"}}
        made["servers"] = [{"url": "/"}]
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for name, shape in SHAPES.items():
            if name in schemas:
                raise TypeError(f"{name} is also the name of a body: one of the two needs another")
            schemas[name] = shape.schema()
            schemas[f"{name}Row"] = shape.schema(partial=True)
        schemas["Error"] = ERROR
        made["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": f"A token. Scopes: {', '.join(SCOPES)}."},
            "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "A page's session; it only reads."},
        }
        for methods in made["paths"].values():
            for method, operation in methods.items():
                _complete(operation, OPERATIONS[operation["operationId"]], method, schemas)
        return made


def _complete(described: dict[str, Any], operation: Operation, method: str, schemas: dict[str, Any]) -> None:
    parameters = [one for one in described.get("parameters", []) if one["in"] == "path"]
    for one in parameters:
        one["required"] = True
        if one["name"] == "export_id":
            one["schema"] = {"type": "string", "format": "uuid"}
        else:
            one["schema"] = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
    parameters += _query(operation)
    if operation.versioned:
        parameters.append(_header("If-Match", {"type": "string", "pattern": r'^"\d{1,9}"$'}, "The record's ETag.", '"3"', required=True))
    if operation.method == "POST":
        about = "Any text of your own; sent again within a day, the request is done once and answered the same."
        key = {"type": "string", "pattern": r"^[!-~]{1,100}$"}
        parameters.append(_header("Idempotency-Key", key, about, "2026-11-22-0001"))
    described["parameters"] = parameters
    described["security"] = [{"token": []}, *([{"session": []}] if method == "get" else [])]
    about = described.get("description", "")
    needs = f"Permission `{operation.access.permission}`, scope `{operation.scope}`." if operation.access.permission else "Any token."
    described["description"] = "\n\n".join(part for part in ("\n\n".join(about.split("\n\n")[1:]), needs) if part)
    described["x-permission"], described["x-scope"] = operation.access.permission or "", operation.scope
    described["responses"] = {str(operation.gives.status): _given(operation), **_refusals(described, operation)}
    for content in described.get("requestBody", {}).get("content", {}).values():
        content.setdefault("example", _example_of(content["schema"], schemas))


def _given(operation: Operation) -> dict[str, Any]:
    gives = operation.gives
    response: dict[str, Any] = {"description": gives.about or "Done."}
    if gives.schema is not None:
        schema = gives.schema
        if operation.shape is not None and schema == ref(operation.shape.name):
            schema = ref(f"{operation.shape.name}Row")  # `fields` may leave any of them out
        content: dict[str, Any] = {"schema": schema}
        if gives.example is not None:
            content["example"] = gives.example
        response["content"] = {gives.media_type: content}
    headers: dict[str, Any] = {}
    if gives.etag:
        headers["ETag"] = {"schema": {"type": "string"}, "description": "The version, to be sent back as If-Match.", "required": True}
    if gives.location:
        headers["Location"] = {"schema": {"type": "string"}, "description": "Where it can be read.", "required": True}
    if headers:
        response["headers"] = headers
    return response


def _refusals(described: dict[str, Any], operation: Operation) -> dict[str, Any]:
    statuses = {400, 401, 403, 405, 429, 500, 503}
    if operation.access.record is not None or operation.method != "GET" or "{" in operation.path:
        statuses |= {404}
    if operation.method != "GET":
        statuses |= {409, 413, 422}
    if operation.method == "GET":
        statuses |= {404}
    if described.get("requestBody"):
        statuses |= {415}
    if operation.versioned:
        statuses |= {412, 428}
    return {
        str(status): {
            "description": REFUSALS[status][0],
            "content": {
                "application/json": {
                    "schema": ref("Error"),
                    "example": {"code": REFUSALS[status][1], "message": REFUSALS[status][0], "fields": {}},
                }
            },
            **({"headers": {"Retry-After": {"schema": {"type": "string"}, "description": "Seconds."}}} if status == 429 else {}),  # noqa: PLR2004 -- the table's own
        }
        for status in sorted(statuses)
    }


def _query(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if operation.listing is not None:
        found += [
            _parameter(
                "q", {"type": "string", "minLength": 1, "maxLength": 200}, str(operation.listing.search_hint) or "Words to look for."
            )
        ]
        found += [one for condition in operation.listing.filters for one in _condition(condition)]
        sortable = [column.name for column in operation.listing.columns if column.order]
        orders = [sign + name for name in [*sortable, "pk"] for sign in ("", "-")]
        found.append(_parameter("sort", {"type": "string", "enum": orders}, f"Default {operation.listing.default_order}."))
        found.append(_parameter("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "Records on a page."))
        found.append(_parameter("cursor", SOMETHING, "`next` of the page before."))
    for name, schema in operation.parameters.items():
        found.append(_parameter(name, schema, ""))
    if operation.shape is not None:
        names = [one.name for one in operation.shape.fields]
        chosen = {"type": "array", "items": {"type": "string", "enum": names}, "minItems": 1}
        found.append({**_parameter("fields", chosen, "Only these."), "style": "form", "explode": False})
    return found


def _condition(condition: Filter) -> list[dict[str, Any]]:
    about = str(condition.label)
    if condition.kind in {"number", "date"}:
        schema = DAY if condition.kind == "date" else NUMBER
        return [_parameter(f"{condition.name}_{end}", schema, f"{about}, {word}") for end, word in (("min", "from"), ("max", "to"))]
    if condition.kind == "flag":
        return [_parameter(condition.name, {"type": "string", "enum": ["1", "0"]}, about)]
    if condition.kind == "days":
        return [_parameter(condition.name, {"type": "integer", "minimum": 0, "maximum": 99_999}, f"{about}, days")]
    if condition.kind in {"choice", "tag"}:
        items: Schema = {"type": "string", "minLength": 1}
        if not callable(condition.choices) and condition.choices:
            items = {"type": "string", "enum": [str(value) for value, _label in condition.choices]}
        return [_parameter(condition.name, {"type": "array", "items": items, "minItems": 1}, f"{about}; any of them")]
    return [_parameter(condition.name, {"type": "string", "minLength": 1, "maxLength": 200}, about)]


def _parameter(name: str, schema: Schema, about: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": schema, "required": False, **({"description": about} if about else {})}


def _header(name: str, schema: Schema, about: str, example: str, *, required: bool = False) -> dict[str, Any]:
    return {"in": "header", "name": name, "schema": schema, "required": required, "description": about, "example": example}


def _example_of(schema: Schema, schemas: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return schemas[schema["$ref"].rpartition("/")[2]].get("example")
    if "properties" in schema and "kind" in schema["properties"]:
        return {"file": "客户.csv", "kind": "customers"}
    return None


def groups(document: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Operations by room, for pages: method, address, summary, needs, parameters, body, answers."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            declared = OPERATIONS[operation["operationId"]]
            body = next((one["example"] for one in operation.get("requestBody", {}).get("content", {}).values()), None)
            found.setdefault(operation["tags"][0], []).append(
                {
                    "method": method.upper(),
                    "path": path,
                    "summary": operation["summary"],
                    "permission": declared.access.permission or "",
                    "scope": declared.scope,
                    "parameters": operation["parameters"],
                    "body": body,
                    "body_text": _written(body),
                    "gives": declared.gives,
                    "gives_text": _written(declared.gives.example),
                    "refuses": [status for status in operation["responses"] if int(status) >= 400],  # noqa: PLR2004 -- refusals
                }
            )
    return list(found.items())


def _written(example: Any) -> str:
    return "" if example is None else json.dumps(example, ensure_ascii=False, indent=1)
