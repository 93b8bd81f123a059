"""One way through a form of a page of its own: show it, save it, put the refusal beside its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kexin.ground.errors import KexinError
from kexin.surfaces.frame import answers


def ask(
    request: HttpRequest,
    form: Any,
    *,
    save: Callable[[Any], object],
    title: str,
    back: str,
    done: str,
    template: str = "frame/form.html",
    **context: Any,
) -> HttpResponse:
    """Besides: `back_words`, `explanation`, `verb`, and `remove` (the name of an address and its number)."""
    if request.method == "POST" and form.is_valid():
        try:
            save(form)
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, back, done)
    shown = {"form": form, "title": title, "back": back, **context}
    return render(request, template, shown, status=422 if request.method == "POST" else 200)
