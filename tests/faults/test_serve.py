"""`kexin serve` and its children, killed one after the other."""

from __future__ import annotations

import socket

import psutil
import pytest
from tests.faults.installation import PATIENCE, Installation, kill, until

pytestmark = pytest.mark.fault


def child(supervisor: int, name: str) -> psutil.Process | None:
    """The page server or the worker of a supervisor."""
    for process in psutil.Process(supervisor).children():
        if process.status() != psutil.STATUS_ZOMBIE and name in process.cmdline():
            return process
    return None


def test_whatever_is_killed_comes_back_and_nothing_is_left_when_the_supervisor_is(installation: Installation) -> None:
    serve = installation.spawn("serve", "--port", str(installation.port))
    until(lambda: installation.answers() == 200, log=installation.log)
    until(lambda: installation.rows("SELECT pid FROM jobs_worker") != [], log=installation.log)

    pages = until(lambda: child(serve.pid, "pages"))
    family = pages.children(recursive=True)
    assert len(family) >= 2
    kill(pages.pid)
    until(lambda: not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in family))
    until(lambda: (new := child(serve.pid, "pages")) is not None and new.pid != pages.pid, log=installation.log)
    until(lambda: installation.answers() == 200, log=installation.log)

    one_page_process = until(lambda: child(serve.pid, "pages")).children()[-1]
    kill(one_page_process.pid)
    until(lambda: installation.answers() == 200, log=installation.log)

    worker = until(lambda: child(serve.pid, "worker"))
    family = worker.children(recursive=True)
    kill(worker.pid)
    until(lambda: not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in family))
    until(lambda: (new := child(serve.pid, "worker")) is not None and new.pid != worker.pid, log=installation.log)

    kill(serve.pid)
    serve.wait()
    until(lambda: installation.family() == [])
    with socket.create_server(("127.0.0.1", installation.port)):
        pass


def test_it_ends_in_order_when_asked_to(installation: Installation) -> None:
    serve = installation.spawn("serve", "--port", str(installation.port))
    until(lambda: installation.answers() == 200, log=installation.log)

    serve.terminate()

    assert serve.wait(PATIENCE) == 0
    assert installation.family() == []
    log = installation.log()
    assert f"Kexin is ready: http://127.0.0.1:{installation.port}/" in log
    assert "Stopped." in log


def test_a_port_that_is_taken_is_told_with_the_next_free_one(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", installation.port)):
        said = installation.run("serve", "--port", str(installation.port))

    assert said.returncode == 1
    assert said.stderr.startswith(f"Port {installation.port} on 127.0.0.1 is already used. Choose another: kexin serve --port ")
    assert "Traceback" not in said.stderr
