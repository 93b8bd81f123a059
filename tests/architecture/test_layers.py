"""The direction of the house: what import-linter checks, that it covers everything, and what it cannot see."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "kexin"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def _names(layers: list[str]) -> list[list[str]]:
    return [[name.strip(" ()") for name in layer.split("|")] for layer in layers]


def _layers_of(container: str) -> list[list[str]]:
    (contract,) = [one for one in CONTRACTS if one["type"] == "layers" and one["containers"] == [container]]
    assert contract["exhaustive"] is True
    return _names(contract["layers"])


# Every app's place, the highest first: the same lists that import-linter reads.
ORDER = [f"kexin.loop.{name}" for layer in _layers_of("kexin.loop") for name in layer] + [
    f"kexin.ground.{name}" for layer in _layers_of("kexin.ground") for name in layer
]
# These speak of records above them by plain (kind, id) only, never by a foreign key.
PLAIN = {"audit", "files", "lists", "jobs"}


def _own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("kexin.")]


def _links() -> list[tuple[type[models.Model], models.Field[object, object], type[models.Model]]]:
    return [
        (model, field, field.related_model)
        for model in _own_models()
        for field in model._meta.get_fields(include_hidden=True)
        if isinstance(field, (models.ForeignKey, models.ManyToManyField)) and isinstance(field.related_model, type)
    ]


def test_foreign_keys_point_down() -> None:
    height = {app: -place for place, app in enumerate(ORDER)}
    upward = [
        f"{model.__name__}.{field.name} → {target.__name__}"
        for model, field, target in _links()
        if target.__module__.startswith("kexin.") and height[_app(target)] > height[_app(model)]
    ]
    assert upward == []


def test_rooms_that_speak_of_everything_hold_no_foreign_key_out_of_their_room() -> None:
    outward = [
        f"{model.__name__}.{field.name} → {target.__name__}"
        for model, field, target in _links()
        if _app(model).split(".")[-1] in PLAIN and _app(model) != _app(target)
    ]
    assert outward == []


def _app(model: type[models.Model]) -> str:
    return apps.get_app_config(model._meta.app_label).name


def test_every_app_has_its_place_in_the_import_map() -> None:
    own = {config.name for config in apps.get_app_configs() if config.name.startswith(("kexin.loop.", "kexin.ground."))}
    assert own <= set(ORDER)


def test_every_domain_is_in_the_contract_of_its_inside() -> None:
    (inside,) = [one for one in CONTRACTS if one["type"] == "layers" and len(one["containers"]) > 1]
    rooms = {f"kexin.{floor}.{path.parent.name}" for floor in ("ground", "loop") for path in (PACKAGE / floor).glob("*/__init__.py")}
    assert set(inside["containers"]) == rooms


PACKAGES = sorted(
    path
    for path in PACKAGE.rglob("__init__.py")
    if not {"migrations", "templatetags", "management"} & set(path.relative_to(PACKAGE).parts) and "locale" not in path.parts
)


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: str(path.parent.relative_to(PACKAGE)))
def test_a_package_opens_by_saying_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert len(text.split('"""')[1].strip()) > 20
