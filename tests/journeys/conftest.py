"""A real browser against a real server in a data folder of its own. One browser and one server serve every test here."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.databases import database, server_url

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "build" / "screenshots"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def chromium() -> str | None:
    """The installed browser: KEXIN_CHROMIUM, or what the system calls it. None is ever downloaded."""
    chosen = os.environ.get("KEXIN_CHROMIUM")
    return chosen or next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))  # one browser and one server, whatever the number of workers


@dataclass(frozen=True)
class Server:
    """A running installation and what its seed said."""

    url: str
    home: Path
    seed: dict[str, Any]

    def address(self, path: str) -> str:
        return self.url + path.format(**self.seed)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("journeys")
    surroundings = {**os.environ, "KEXIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "kexin.project.settings"}
    if not server_url():
        yield from _served(home, surroundings)
        return
    with database(server_url(), f"kexin_journeys_{os.getpid()}") as url:
        yield from _served(home, surroundings | {"DATABASE_URL": url})


def _served(home: Path, surroundings: dict[str, str]) -> Iterator[Server]:
    said = subprocess.run(
        [sys.executable, "-m", "tests.journeys.seed"], cwd=ROOT, env=surroundings, check=True, capture_output=True, text=True
    )
    seed = json.loads(said.stdout.strip().splitlines()[-1])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (home / "pages.log").open("wb")
    granian = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "kexin.project.wsgi:application",
    ]
    pages = subprocess.Popen(granian, cwd=home, env=surroundings, stdout=log, stderr=log)
    worker = subprocess.Popen([sys.executable, "-m", "django", "qcluster"], cwd=home, env=surroundings, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, home / "pages.log")
        yield Server(url, home, seed)
    finally:
        for process in (worker, pages):
            process.terminate()
        for process in (worker, pages):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        log.close()


def _wait(url: str, log: Path) -> None:
    for _attempt in range(600):
        try:
            urllib.request.urlopen(url + "/accounts/login/", timeout=2).close()  # noqa: S310 -- our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(log.read_text(encoding="utf-8", errors="replace")[-4000:])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium is installed; KEXIN_CHROMIUM names one")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


class Visitor:
    """One person at one window. Collects whatever the console complains of; Content-Security-Policy reports arrive there too."""

    def __init__(self, server: Server, context: BrowserContext) -> None:
        self.server, self.context = server, context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        # A page that answers 404 on purpose is reported as a failed load; that is the answer, not a complaint.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> int:
        answer = self.page.goto(self.server.address(path), wait_until="load")
        self.settle()
        return 0 if answer is None else answer.status

    def settle(self) -> None:
        """Until nothing is loading any more: fragments asked for at once, charts drawn."""
        self.page.wait_for_load_state("networkidle")

    def theme(self, name: str) -> None:
        self.page.evaluate("name => window.kxApplyTheme(name)", name)
        # Two frames: what the theme changes is computed in the first and stands in the second.
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def axe(self, *only: str) -> list[str]:
        """What axe finds, by all its rules or only by these, one line each.

        Evaluated by the debugger, so the page's own policy stays in force.
        """
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE)
        asked = {"resultTypes": ["violations"]} | ({"runOnly": list(only)} if only else {})
        found = self.page.evaluate("asked => axe.run(document, asked).then(result => result.violations)", asked)
        return [f"{item['id']}: {node['target']} {node.get('failureSummary', '')[:200]}" for item in found for node in item["nodes"][:3]]

    def scrolls_sideways(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def screenshot(self, name: str, *, full: bool = True) -> Path | None:
        """A picture into build/screenshots, when KEXIN_TEST_PICTURES=1 asks for them: looking costs more than testing."""
        if os.environ.get("KEXIN_TEST_PICTURES") != "1":
            return None
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path, full_page=full)
        return path

    def close(self) -> None:
        self.context.close()


def _come(server: Server, browser: Browser, person: str | None, language: str, size: dict[str, int] = WIDE) -> Visitor:
    context = browser.new_context(
        viewport=size, locale={"zh-hans": "zh-CN"}.get(language, "en-GB"), color_scheme="light", reduced_motion="reduce"
    )  # type: ignore[arg-type]
    cookies = [{"name": "django_language", "value": language, "url": server.url}]
    if person is not None:
        cookies.append({"name": "sessionid", "value": server.seed["sessions"][person], "url": server.url})
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return Visitor(server, context)


@pytest.fixture
def visitor(server: Server, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """`visitor("boss", language="en")` is somebody signed in; `visitor(None)` is nobody yet."""
    opened: list[Visitor] = []

    def come(person: str | None = "boss", *, language: str = "zh-hans", size: dict[str, int] = WIDE) -> Visitor:
        opened.append(_come(server, browser, person, language, size))
        return opened[-1]

    yield come
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def looker(server: Server, browser: Browser) -> Iterator[Callable[[str | None, str], Visitor]]:
    """Somebody who only looks, page after page through one window for each language: a new window costs more than a page."""
    windows: dict[tuple[str | None, str], Visitor] = {}

    def look(person: str | None, language: str) -> Visitor:
        here = windows.get((person, language)) or _come(server, browser, person, language)
        windows[person, language] = here
        here.complaints.clear()
        here.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        return here

    yield look
    for window in windows.values():
        window.close()
