from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.databases import database, server_url
from tests.faults.installation import Installation


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A data folder whose database was built once; every test gets a copy."""
    home = tmp_path_factory.mktemp("built")
    with contextlib.ExitStack() as kept:
        url = kept.enter_context(database(server_url(), f"kexin_faults_{os.getpid()}")) if server_url() else ""
        installation = Installation(home, url)
        kept.callback(installation.close)
        made = installation.run("jobs")
        assert made.returncode == 0, made.stderr
        yield installation


@pytest.fixture
def install(built: Installation, tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """Makes installations: copies of the built one."""
    made = 0
    with contextlib.ExitStack() as kept:

        def make(database_url: Callable[[str], str] = lambda url: url) -> Installation:
            nonlocal made
            home, url = tmp_path / f"home{made}", built.database_url
            if url:
                copy = database(url, f"kexin_faults_{os.getpid()}_{made}", template=urlsplit(url).path[1:])
                url = kept.enter_context(copy)
                home.mkdir(mode=0o700)
            else:
                shutil.copytree(built.home, home)
            made += 1
            installation = Installation(home, database_url(url))
            kept.callback(installation.close)
            return installation

        yield make


@pytest.fixture
def installation(install: Callable[..., Installation]) -> Installation:
    return install()
