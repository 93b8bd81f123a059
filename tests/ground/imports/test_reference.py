"""docs/reference/imports.md lists every field with its words. `python -m tests.ground.imports.test_reference` writes the tables anew."""

from __future__ import annotations

from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "imports.md"
MARK = "<!-- the tables below are written by tests/ground/imports/test_reference.py -->"


def tables() -> str:
    from django.utils import translation  # noqa: PLC0415 -- settings first

    from kexin.ground.imports import loaders  # noqa: PLC0415 -- the same

    lines: list[str] = []
    with translation.override("en"):
        for loader in loaders.kinds():
            lines += [
                f"## {loader.label} (`{loader.kind}`)",
                "",
                "| field | meaning | headings that are recognised |",
                "| --- | --- | --- |",
            ]
            for field in loader.fields:
                need = " (required)" if field.required else ""
                lines.append(
                    f"| `{field.name}` | {field.label}{need}{f'. {field.help}' if field.help else ''} | {' · '.join(field.synonyms)} |"
                )
            lines.append("")
            lines += [f"At least one of {' or '.join(f'`{name}`' for name in names)}." for names in loader.one_of]
            if loader.derived:
                lines.append(f"Never taken, because Kexin computes it: {' · '.join(loader.derived)}.")
            for mapping in loader.mappings:
                lines.append(
                    f"Shipped mapping `{mapping.name}`: "
                    + ", ".join(f"`{field}` = {heading}" for field, heading in mapping.columns.items())
                    + "."
                )
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


@pytest.mark.django_db  # own fields are asked for; here there are none
def test_every_field_and_its_words_are_in_the_reference() -> None:
    head, _mark, written = PAGE.read_text(encoding="utf-8").partition(MARK)
    assert head
    assert written.strip() == tables().strip()


if __name__ == "__main__":
    import django

    django.setup()
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(f"{head}{MARK}\n\n{tables()}", encoding="utf-8")
