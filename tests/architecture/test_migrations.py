"""The migrations say what the models say, on the database this run uses."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=said)

    assert said.getvalue() == "No changes detected\n"


@pytest.mark.django_db
def test_system_checks_find_nothing() -> None:
    call_command("check", fail_level="WARNING")
