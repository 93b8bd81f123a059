from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse


def _plain(status: int) -> Any:
    def answer(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return HttpResponse(status=status)

    return answer


bad_request, forbidden, not_found, broken = _plain(400), _plain(403), _plain(404), _plain(500)
