"""The test databases, the effort of property tests, and what becomes of skips. The data folder: surroundings.py."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.surroundings import HOME

# Time limits on single examples fail on a busy machine and prove nothing there; the number of examples is the effort.
settings.register_profile("kexin", deadline=None, max_examples=50, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("kexin"), max_examples=1000)
settings.load_profile(os.environ.get("KEXIN_TEST_HYPOTHESIS", "kexin"))

NO_SKIP = os.environ.get("KEXIN_TEST_NO_SKIP") == "1"


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """SQLite tests run on a file, as installations do: other processes and column readers open it too."""
    from django.conf import settings as project  # noqa: PLC0415 -- the settings are read after the data folder is chosen
    from django.db import connections  # noqa: PLC0415 -- the same

    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if _on_sqlite():
        connections["default"].settings_dict["TEST"]["NAME"] = str(HOME / "test.sqlite3")
    else:
        connections["default"].settings_dict["TEST"]["NAME"] = f"test_kexin_{os.getppid() if worker else os.getpid()}_{worker or 'main'}"
    assert project.HOME == HOME


def _on_sqlite() -> bool:
    from django.conf import settings as project  # noqa: PLC0415 -- the settings are read after the data folder is chosen

    return str(project.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is stated of one database alone is left out of the other's run; it is no skipped test."""
    other = "postgresql" if _on_sqlite() else "sqlite"
    left = [item for item in items if item.get_closest_marker(other)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not item.get_closest_marker(other)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _refuse_skip(report) if NO_SKIP else report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _refuse_skip(report) if NO_SKIP else report


def _refuse_skip(report: Any) -> Any:
    """Where everything a test needs is installed, a skipped test is a failed one."""
    if report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


def _begin_as_installed() -> None:
    from django.conf import settings as project  # noqa: PLC0415 -- the settings are read after the data folder is chosen
    from django.utils import timezone, translation  # noqa: PLC0415 -- the same

    from kexin.ground.staff.models import Company  # noqa: PLC0415 -- the same

    translation.activate(project.LANGUAGE_CODE)
    timezone.activate(Company().zone)


def pytest_collection() -> None:
    """Days that test files write down when they are read are the company's too."""
    _begin_as_installed()


@pytest.fixture(autouse=True)
def _language_and_zone() -> None:
    """Every test begins in the installation's language and the company's zone, as pages, jobs and commands do.

    A page asked for in English leaves the thread in English; and from four in the afternoon in London it is tomorrow in China.
    """
    _begin_as_installed()


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> None:
    """Tests with real transactions empty every table afterwards; the audit trail lets that happen for that moment only."""
    from importlib import import_module  # noqa: PLC0415 -- names of migrations begin with digits

    from django.apps import apps  # noqa: PLC0415 -- the settings are read after the data folder is chosen
    from django.db import connection  # noqa: PLC0415 -- the same
    from django.test import TransactionTestCase  # noqa: PLC0415 -- the same

    from kexin.ground.audit import guard  # noqa: PLC0415 -- the same
    from kexin.ground.search import kinds  # noqa: PLC0415 -- the same

    empty: Any = TransactionTestCase._fixture_teardown
    # What migrations deliver is there for the next test as it is for every user.
    delivered = (
        ("kexin.loop.customers.migrations.0003_credit_projects_relations", "first_stages"),
        ("kexin.loop.privacy.migrations.0002_first_purposes", "deliver"),
        ("kexin.loop.pool.migrations.0002_delivered_rules", "deliver"),
        ("kexin.loop.choosing.migrations.0002_delivered", "deliver"),
        ("kexin.loop.partners.migrations.0002_delivered_kinds", "deliver"),
    )

    def emptied(case: TransactionTestCase) -> None:
        with guard.lifted(connection):
            empty(case)
        with connection.cursor() as cursor:  # no model knows this table; and what kinds are numbered by is gone with them
            cursor.execute("DELETE FROM search_text")
        kinds._numbers.clear()
        for step in delivered:
            import_module(step[0]).__dict__[step[1]](apps, None)

    TransactionTestCase._fixture_teardown = emptied  # type: ignore[method-assign] -- for the whole run
