"""The customer file's own parts beside own_part: what each kind of record shows on the timeline, and how it moves, leaves and goes."""

from kexin.loop.customers import parts
from kexin.loop.customers.own_parts import assets, credit, custom, projects, relations, team, whereabouts


def register() -> None:
    for part in (credit.PART, projects.PART, assets.PART, relations.PART, custom.PART, team.PART, whereabouts.PART):
        parts.register(part)
