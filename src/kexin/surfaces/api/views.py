"""The document of the API, and a page people read: no script, nothing from elsewhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kexin.surfaces.api.contract import document as described
from kexin.surfaces.api.contract.answering import answer
from kexin.surfaces.frame.access import open_to_all


@open_to_all("programs and generators of clients read what can be called; it names no record")
@require_GET
def document(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    response = answer(described.document())
    response["Cache-Control"] = "public, max-age=300"
    return response


@open_to_all("people read what can be called before they have a token; it names no record")
@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    return render(request, "api/reference.html", {"groups": described.groups(described.document())})
