from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from tests.faults.installation import Installation


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A data folder whose database was built once; every test gets a copy."""
    home = tmp_path_factory.mktemp("built")
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        name = f"kexin_faults_{os.getpid()}"
        with _server(url) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name}")
            server.execute(f"CREATE DATABASE {name}")
        url = urlsplit(url)._replace(path=f"/{name}").geturl()
    else:
        url = ""
    installation = Installation(home, url)
    made = installation.run("jobs")
    assert made.returncode == 0, made.stderr
    yield installation
    installation.close()
    if url:
        with _server(url) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def install(built: Installation, tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """Makes installations: copies of the built one."""
    made: list[tuple[Installation, str]] = []

    def make(database_url: Callable[[str], str] = lambda url: url) -> Installation:
        home, url, name = tmp_path / f"home{len(made)}", built.database_url, ""
        if url:
            name = f"kexin_faults_{os.getpid()}_{len(made)}"
            with _server(url) as server:
                server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                server.execute(f"CREATE DATABASE {name} TEMPLATE {urlsplit(url).path[1:]}")
            url = urlsplit(url)._replace(path=f"/{name}").geturl()
            home.mkdir(mode=0o700)
        else:
            shutil.copytree(built.home, home)
        installation = Installation(home, database_url(url))
        made.append((installation, name))
        return installation

    yield make
    for installation, name in made:
        installation.close()
        if name:
            with _server(built.database_url) as server:
                server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def installation(install: Callable[..., Installation]) -> Installation:
    return install()


def _server(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(urlsplit(url)._replace(scheme="postgresql", path="/postgres").geturl(), autocommit=True)
