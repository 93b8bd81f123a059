"""Components: what a page gets from a tag, and that nothing a person typed can break out of one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

import kexin

SOURCE = Path(kexin.__file__).parent
NASTY = '"><script>alert(1)</script>&'


def render(source: str, **context: Any) -> str:
    with translation.override("en"):
        return Template(source).render(Context(context))


def test_card_ties_its_heading_to_the_section() -> None:
    html = render('{% card title="Tiers" note="against August" %}<p>x</p>{% endcard %}')

    heading = re.search(r'aria-labelledby="(card-\d+)"', html)
    assert heading is not None
    assert f'<h2 id="{heading[1]}">Tiers</h2>' in html
    assert '<div class="kx-cb"><p>x</p></div>' in html


def test_card_actions_stand_in_the_heading() -> None:
    html = render('{% card title="T" %}{% cardactions %}<a>add</a>{% endcardactions %}<p>x</p>{% endcard %}')

    assert '<span class="kx-sp"></span><a>add</a></div><div class="kx-cb"><p>x</p></div>' in html


@pytest.mark.parametrize(
    "source",
    [
        "{% chip nasty nasty nasty %}",
        "{% card title=nasty note=nasty link=nasty link_text=nasty id=nasty %}{{ nasty }}{% endcard %}",
        "{% stat label=nasty value=nasty unit=nasty interval=nasty note=nasty why=nasty %}",
        "{% stat label=nasty value=nasty explain=nasty %}",
        "{% empty nasty nasty nasty %}",
        "{% masked nasty nasty %}",
        "{% masked nasty nasty kind='email' %}",
        "{% why nasty %}{{ nasty }}{% endwhy %}",
        "{% how nasty %}x{% endhow %}",
        "{% steps items %}",
        "{% bar 50 label=nasty %}",
        "{% menu nasty %}x{% endmenu %}",
        "{% dialog nasty title=nasty %}x{% enddialog %}",
        "{% chart 'c' option heading=nasty table=table note=nasty %}",
        "{% tier nasty %}",
    ],
)
def test_what_people_typed_is_escaped(source: str) -> None:
    html = render(
        source,
        nasty=NASTY,
        items=[{"label": NASTY, "note": NASTY, "state": NASTY}],
        option={"title": {"text": NASTY}},
        table={"head": [NASTY], "rows": [[NASTY]]},
    )

    assert "<script>alert" not in html
    assert '"><script' not in html


@pytest.mark.parametrize(
    ("left", "tone", "words"),
    [
        (timedelta(minutes=38), "kx-bad", "38 min left"),
        (timedelta(minutes=113), "kx-warn", "1 h 53 min left"),
        (timedelta(hours=5), "", "5 h left"),
        (timedelta(hours=-15), "kx-bad", "overdue by 15 h"),
    ],
)
def test_clock_says_what_is_left(left: timedelta, tone: str, words: str) -> None:
    now = datetime(2026, 9, 17, 9, 52, tzinfo=UTC)

    html = render("{% clock due now=now %}", due=now + left, now=now)

    assert f"<b>{words}</b>" in html
    assert f'class="kx-clock{" " + tone if tone else ""}"' in html


def test_tier_says_where_it_came_from_in_words() -> None:
    assert "down from A" in render('{% tier "B" was="A" %}')
    assert "up from C" in render('{% tier "B" was="C" %}')
    assert "from" not in render('{% tier "B" was="B" %}')


def test_masked_value_never_carries_the_value() -> None:
    html = render('{% masked "/reveal/" "13812342207" %}{% masked "/reveal/" "gu@mail.cn" kind="email" %}')

    assert "138 •••• 2207" in html
    assert "g•••@mail.cn" in html
    assert "13812342207" not in html
    assert 'hx-post="/reveal/"' in html


class _Form(forms.Form):
    name = forms.CharField(label="Name", help_text="as on the card")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed")
    place = forms.ChoiceField(label="Place", choices=[("x", "X")])


def test_field_ties_label_help_and_error_to_the_input() -> None:
    html = render("{% field form.name %}{% field form.kind %}{% field form.agreed %}{% field form.place %}", form=_Form({}))

    assert '<label class="kx-label" for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name_help id_name_error"' in html
    assert 'id="id_name_help"' in html
    assert 'id="id_name_error"' in html
    assert 'role="group" aria-labelledby="id_kind_label"' in html or "id_kind" in html
    assert 'class="form-select' in html


def test_progress_asks_again_only_while_a_job_runs() -> None:
    job = SimpleNamespace(
        public_id="5f0d6e0e-0000-4000-8000-000000000000",
        title="Import",
        state="done",
        get_state_display=lambda: "Done",
        done=10,
        total=10,
        message="",
    )

    assert "hx-trigger" not in render("{% progress job %}", job=job)


def test_every_icon_a_template_names_is_in_the_file() -> None:
    there = set(re.findall(r'<symbol id="([\w-]+)"', (SOURCE / "surfaces/frame/static/kexin/icons.svg").read_text(encoding="utf-8")))
    named = {
        (name, path.name)
        for path in SOURCE.rglob("*.html")
        for name in re.findall(r'{%\s*icon\s+"([\w-]+)"', path.read_text(encoding="utf-8"))
    }

    assert sorted((name, page) for name, page in named if name not in there) == []


def test_pages_carry_no_inline_code_and_no_colours() -> None:
    """The policy would refuse the first at run time; the second belong in tokens.css."""
    bad = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+=\"|hx-on|javascript:|#[0-9a-f]{6}\b|hx-trigger=\"[^\"]*\[", re.IGNORECASE)
    found = [
        (path.name, match[0])
        for path in SOURCE.rglob("*.html")
        for match in bad.finditer(path.read_text(encoding="utf-8"))
        if "static" not in path.parts
    ]

    assert found == []
