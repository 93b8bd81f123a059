"""What imports tell the domains: one announcement a batch, one at the end, whatever their size."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("imports.batch_loaded")
@dataclass(frozen=True)
class BatchLoaded:
    run_id: int
    kind: str
    change: int  # records of the batch carry this change number
    added: int
    changed: int


@announcement("imports.finished")
@dataclass(frozen=True)
class ImportFinished:
    run_id: int
    kind: str
    added: int
    changed: int


@announcement("imports.undone")
@dataclass(frozen=True)
class ImportUndone:
    run_id: int
    kind: str
