"""Who may download the evidence of an incident: those who examine, of customers they see. A witness's letter is nobody else's."""

from __future__ import annotations

from kexin.ground.files import viewers
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.partners import queries


@viewers.of("incident")
def may_see_incident(user: User, record_id: int) -> bool:
    return staff.may(user, "practice.examine") and queries.incidents_visible_to(user).filter(pk=record_id).exists()
