"""One way through a form of this room: show it, save it, put the refusal beside its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kexin.ground.errors import Conflict, KexinError
from kexin.surfaces.frame import answers


def ask(
    request: HttpRequest, form: Any, *, save: Callable[[Any], object], title: str, back: str, done: str, **context: Any
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save(form)
        except Conflict as conflict:
            form.add_error(None, conflict.sentence())
        except KexinError as error:
            answers.onto(form, error)
        else:
            return answers.done(request, back, done)
    shown = {"form": form, "title": title, "back": back, **context}
    return render(request, "partners/form.html", shown, status=422 if request.method == "POST" else 200)
