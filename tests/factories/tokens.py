from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.models import User
from kexin.ground.tokens import actions, rules


def make_token(owner: User, *, scopes: tuple[str, ...] = rules.SCOPES, days: int = 30, ago: timedelta = timedelta()) -> str:
    """A token as its holder has it."""
    _token, written = actions.issue(owner=owner, name="测试", scopes=scopes, days=days, now=timezone.now() - ago, by=Actor.system())
    return str(written)


class Caller:
    """A program with a token: what it sends and what it is told."""

    def __init__(self, token: str = "", *, language: str = "en", client: Client | None = None) -> None:
        self.client = client or Client(raise_request_exception=False)
        self.headers = {"Accept-Language": language, **({"Authorization": f"Bearer {token}"} if token else {})}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return self.client.generic(method, f"/api/v1{path}", headers={**self.headers, **sent})
        return self.client.generic(
            method,
            f"/api/v1{path}",
            body if isinstance(body, bytes | str) else _json(body),
            "application/json",
            headers={**self.headers, **sent},
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self("DELETE", path, **headers)


def _json(body: Any) -> str:
    return json.dumps(body)
