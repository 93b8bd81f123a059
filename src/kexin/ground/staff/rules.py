"""What each role may do. Which records they may do it to is the person's own `sees`."""

from __future__ import annotations

FRONT, MANAGER, ANALYST, EXECUTIVE, ADMIN = "front_line", "manager", "analyst", "executive", "administrator"
EVERYONE = frozenset({FRONT, MANAGER, ANALYST, EXECUTIVE, ADMIN})

MAY: dict[str, frozenset[str]] = {
    "customer.view": EVERYONE,
    "customer.edit": frozenset({FRONT, MANAGER, ADMIN}),
    "customer.reveal": frozenset({FRONT, MANAGER, ADMIN}),  # show a masked phone or birthday, with a trace
    "customer.bulk": frozenset({MANAGER, ADMIN}),
    "todo.view": EVERYONE,
    "todo.edit": frozenset({FRONT, MANAGER, ADMIN}),
    "order.view": EVERYONE,
    "standing.view": EVERYONE,
    "standing.assess": frozenset({MANAGER, ANALYST, ADMIN}),
    "standing.rules": frozenset({MANAGER, ADMIN}),  # edit and simulate
    "standing.apply": frozenset({MANAGER, ADMIN}),
    "import.run": frozenset({MANAGER, ADMIN}),
    "export.run": frozenset({MANAGER, ANALYST, EXECUTIVE, ADMIN}),
    "view.share": frozenset({MANAGER, ADMIN}),
    "job.view": EVERYONE,  # their own; administrators everybody's
    "staff.manage": frozenset({ADMIN}),
    "settings.manage": frozenset({ADMIN}),
    "audit.view": frozenset({ADMIN, EXECUTIVE}),
}


def may(role: str, permission: str) -> bool:
    """Whether a role may do a thing. An unknown permission is a programming error and raises KeyError."""
    return role in MAY[permission]
