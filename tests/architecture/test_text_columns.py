"""No text column can be forgotten: each says whether it may name a customer, and what an erasure does with it."""

from __future__ import annotations

import pytest
from django.db import connection

from kexin.ground.jobs import kinds
from kexin.loop.customers import parts
from kexin.loop.privacy import retention
from kexin.project import text_columns
from kexin.project.text_columns import Erased, Timed

NOT_A_PART = {"the file itself", "the search entry of the file"}


def test_every_text_column_of_every_table_is_declared() -> None:
    declared = text_columns.declared()
    missing: dict[str, list[str]] = {}
    for model, field in text_columns.text_columns():
        if (model._meta.label, field.name) not in declared:
            missing.setdefault(model._meta.label, []).append(field.name)
    lines = [f'    "{label}": {{"{" ".join(columns)}": Erased("…")}},' for label, columns in sorted(missing.items())]

    assert not lines, "say in src/kexin/project/text_columns.py what these columns hold:\n" + "\n".join(lines)


def test_nothing_is_declared_that_is_not_there() -> None:
    there = {(model._meta.label, field.name) for model, field in text_columns.text_columns()}

    assert set(text_columns.declared()) - there == set()


def test_what_is_said_to_erase_or_remove_a_column_does_exist() -> None:
    for where, says in text_columns.declared().items():
        if isinstance(says, Erased) and says.part not in NOT_A_PART:
            assert parts.named(says.part).erase is not None, where
        if isinstance(says, Timed):
            assert retention.named(says.by) is not None or kinds.known(says.by), where


@pytest.mark.django_db
def test_every_table_of_the_database_is_a_models_or_declared() -> None:
    known = {model._meta.db_table for model, _field in text_columns.text_columns()}
    known |= set(connection.introspection.django_table_names())
    others = {name for name in connection.introspection.table_names() if name not in known}

    assert {name for name in others if not any(name.startswith(one) for one in text_columns.OTHER_TABLES)} == set()
