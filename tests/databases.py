"""Databases of their own on the PostgreSQL server that a run was given, for processes a test starts."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg


def server_url() -> str:
    """The PostgreSQL server this run was given; empty on SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


@contextlib.contextmanager
def database(server: str, name: str, *, template: str = "template1") -> Iterator[str]:
    """A new database, as a copy of another if asked, gone with everybody connected to it afterwards. Gives its address."""
    at = urlsplit(server)._replace(scheme="postgresql")
    with psycopg.connect(at._replace(path="/postgres").geturl(), autocommit=True) as door:
        door.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        door.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield at._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(at._replace(path="/postgres").geturl(), autocommit=True) as door:
            door.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
