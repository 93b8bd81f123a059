"""The API's own door, called in this process: whatever a tool does goes through the same gate as a program's request."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.utils import translation

ROOT = "/api/v1"


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    data: Any

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 -- what HTTP calls success


@dataclass(frozen=True)
class Door:
    """Whose token opens it, which language is spoken, and from where it is asked."""

    token: str
    language: str = ""  # empty: the person's own
    address: str = "127.0.0.1"

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """One request, answered."""
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = {"Authorization": f"Bearer {self.token}", "Host": _host(), **(headers or {})}
        if self.language:
            sent["Accept-Language"] = self.language
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": ROOT + path,
            "QUERY_STRING": urlencode(list(query), quote_via=quote),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.address,
            "CONTENT_LENGTH": str(len(content)),
            **({"CONTENT_TYPE": "application/json"} if body is not None else {}),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",  # nothing leaves the process: there is no line that could be listened to
            "wsgi.input": io.BytesIO(content),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in sent.items()},
        }
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _failed: Any = None) -> Any:
            started.update(status=int(status[:3]), headers=dict(headers))

        spoken = translation.get_language()
        response: Any = _application()(environ, start_response)
        try:
            text = b"".join(response)
        finally:
            response.close()
            translation.activate(spoken or settings.LANGUAGE_CODE)  # the request spoke its own
        return Answered(started["status"], started["headers"], json.loads(text) if text else None)


@cache
def _application() -> WSGIHandler:
    return WSGIHandler()


def _host() -> str:
    """A name the pages answer to."""
    named = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    return named[0].lstrip(".") if named else "localhost"
