"""How long things may take and how often they are tried again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

# A slice takes 20 s and is killed after 120 s (Q_CLUSTER["timeout"]): a slice that lives has not lost its lease.
LEASE = timedelta(seconds=150)
# A turn handed to the queue is handed to it again when nobody began it for so long. Twice does no harm: see Job.turn.
QUEUED_FOR = timedelta(minutes=5)
# Slices begun without keeping a checkpoint: a job that kills its worker must not do so for ever.
MAX_DEATHS = 5
# Unexpected failures in a row, and how long to wait after each.
MAX_FAILURES = 3
FAILURE_WAITS = (timedelta(seconds=5), timedelta(seconds=30))
# The database being gone is nobody's fault: tried for about an hour.
MAX_OUTAGES = 30
MAX_HEARINGS = 15
KEEP_ENDED_JOBS = timedelta(days=90)
KEEP_HEARD = timedelta(days=30)
WORKER_SILENT = timedelta(seconds=60)


def wait_after_failure(attempts: int) -> timedelta:
    return FAILURE_WAITS[min(max(attempts, 1), len(FAILURE_WAITS)) - 1]


def wait_after_outage(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts, 7)), timedelta(minutes=2))


def hearing_wait(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s … an hour."""
    return min(timedelta(seconds=5 * 2 ** min(attempts - 1, 12)), timedelta(hours=1))


def slot_of(kind: str, every: timedelta, now: datetime) -> str:
    return f"{kind}@{int(now.timestamp() // every.total_seconds())}"
