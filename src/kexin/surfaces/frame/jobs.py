"""Large exports: a list written to a file in the background, kept for its owner to download."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import QueryDict
from django.urls import get_resolver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kexin.ground.audit import actions as audit
from kexin.ground.errors import NotAllowed
from kexin.ground.files import actions as files
from kexin.ground.jobs import kinds
from kexin.ground.lists import asking, listing, writing
from kexin.ground.lists.errors import NoSuchList
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User

KEEP_DAYS = 7


@kinds.job("lists.export", title=_("Export"))
def run(slice_: kinds.Slice) -> kinds.Finished:
    """One slice however long: a file half written is of no use, and its lease is renewed with every batch."""
    _known = get_resolver().url_patterns  # reading the addresses imports the pages, which declare their lists
    of = listing.find(slice_.arguments["listing"])
    if of is None:
        raise NoSuchList(name=slice_.arguments["listing"])
    user = User.objects.filter(pk=slice_.arguments["user"], is_active=True).first()
    if user is None or not all(staff.may(user, needed) for needed in (of.permission, of.export_permission) if needed):
        raise NotAllowed
    of = of.seen_by(user)
    asked = asking.read(of, QueryDict(slice_.arguments["query"]))
    ending = slice_.arguments["ending"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{ending}"
        count = writing.write(of, asked, user, path, progress=lambda done: slice_.progress(done=done))
        name = f"{of.title}-{timezone.localtime():%Y%m%d-%H%M}.{ending}"
        stored = files.store(content=path, name=name, purpose="export", by=slice_.by, keep_days=KEEP_DAYS)
    audit.record(action="list.export", kind=of.name, label=str(of.title), by=slice_.by, changes={"rows": [0, count]})
    return kinds.Finished(result={"rows": count, "file": str(stored.public_id)})
