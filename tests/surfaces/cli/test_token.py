from __future__ import annotations

import pytest
from click.testing import CliRunner
from tests.factories.staff import make_branch, make_user
from tests.factories.tokens import Caller

from kexin.ground.staff.models import User
from kexin.surfaces.cli.token import token

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    done = CliRunner().invoke(token, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output.strip()


def test_a_token_is_made_listed_and_revoked() -> None:
    make_user(username="li.min")
    written = run("new", "report", "--user", "li.min", "--scope", "customers:read")

    assert Caller(written).get("/me").status_code == 200
    assert "report" in run("list")
    assert written not in run("list")
    run("revoke", written[:13])
    assert Caller(written).get("/me").json()["code"] == "token_revoked"


def test_a_program_is_added_with_its_first_token_and_found_with_its_second() -> None:
    make_branch(code="HZ")
    options = ("--program", "ERP", "--scope", "customers:read", "--branch", "HZ")
    run("new", "one", *options)
    run("new", "two", *options)

    assert User.objects.filter(is_integration=True).count() == 1


def test_for_whom_must_be_said() -> None:
    assert CliRunner().invoke(token, ["new", "x"]).exit_code == 2
