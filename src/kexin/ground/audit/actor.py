from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff, or the system itself (id None)."""

    id: int | None
    name: str
    surface: str = "web"  # web, cli, job, system

    @classmethod
    def system(cls, surface: str = "system") -> Actor:
        return cls(id=None, name="system", surface=surface)
