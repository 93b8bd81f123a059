"""Who may download a file that belongs to a record: the record's own domain says so.

@viewers.of("import")
def may_see(user, record_id) -> bool: …
"""

from __future__ import annotations

from collections.abc import Callable

from kexin.ground.staff.models import User

Viewer = Callable[[User, int], bool]
VIEWERS: dict[str, Viewer] = {}


def of(kind: str) -> Callable[[Viewer], Viewer]:
    """Register the function below as the one that knows who may see a record of this kind."""

    def register(viewer: Viewer) -> Viewer:
        VIEWERS[kind] = viewer
        return viewer

    return register
