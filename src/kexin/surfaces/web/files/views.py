from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from kexin.ground.files import actions, queries
from kexin.ground.files.models import StoredFile
from kexin.surfaces.frame import access


@access.page(None, record="file")
@require_GET
def download(request: HttpRequest, file_id: UUID) -> FileResponse:
    """The file as a download, never shown in the browser: what it holds was written by others."""
    stored = get_object_or_404(StoredFile, public_id=file_id)
    if not queries.may_download(request.user, stored):
        raise Http404

    content = queries.open_stored(stored)
    actions.note_download(stored=stored, by=request.user.actor)  # type: ignore[union-attr]  # only staff get here

    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
