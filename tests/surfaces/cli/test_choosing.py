"""`kexin choosing`: scored, explained, answers loaded whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.factories.customers import make_customer

from kexin.loop.choosing.models import Answer, Question, Score
from kexin.surfaces.cli.choosing import choosing

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str]:
    answer = CliRunner().invoke(choosing, list(arguments), standalone_mode=False)
    assert answer.exception is None, answer.exception
    return int(answer.return_value or 0), answer.output


def test_score_explain_and_terms() -> None:
    customer = make_customer()
    assert run("score")[0] == 0
    assert Score.objects.get().customer == customer
    assert run("score", "--as-of", "2020-01-31")[0] == 0
    told = json.loads(run("explain", customer.code, "--json")[1])
    assert (told["score"], told["low"], told["high"], told["verdict"]) == (None, 0.0, 100.0, "open")
    assert len(told["missing"]) == len(told["criteria"])
    assert run("explain", customer.code)[0] == 0
    assert run("explain", "K-000000")[0] == 1
    terms = json.loads(run("terms", customer.code, "--json")[1])
    assert [one["verdict"] for one in terms] == ["open"]
    assert run("terms", customer.code)[0] == 0
    assert run("terms", "K-000000")[0] == 1


def test_answers_are_loaded_whole_or_not_at_all_and_twice_adds_nothing(tmp_path: Path) -> None:
    customer, question = make_customer(), Question.objects.order_by("position")[0]
    good = f"{customer.code},{question.pk},fully,2026-01-05,看过门店\n"
    bad = "".join(
        (good, f"K-000000,{question.pk},fully\n", f"{customer.code},{question.pk},perhaps\n", f"{customer.code},x,fully\n",
         f"{customer.code},{question.pk},fully,明天\n")
    )  # fmt: skip
    file = tmp_path / "answers.csv"
    file.write_text(bad, encoding="utf-8")
    code, said = run("answers", str(file))
    assert code == 1
    assert [f" {line}" in said for line in (2, 3, 4, 5)] == [True] * 4
    assert not Answer.objects.exists()
    file.write_bytes(good.encode("gb18030"))
    for _ in range(2):
        assert run("answers", str(file))[0] == 0
    assert (Answer.objects.get().evidence, Score.objects.get().customer) == ("看过门店", customer)
