from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kexin.ground.audit.actor import Actor
from kexin.ground.imports import actions
from kexin.ground.imports.models import Run
from kexin.ground.jobs import actions as jobs

CLI = Actor.system("cli")
ORDER_HEADINGS = ("订单号", "下单时间", "客户编号", "商品编码", "商品名称", "数量", "单价")


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def load_csv(
    kind: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], *, dry: bool = False, name: str = "文件.csv", **options: Any
) -> Run:
    return load_bytes(kind, csv_bytes(headings, rows), dry=dry, name=name, **options)


def load_bytes(
    kind: str,
    content: bytes,
    *,
    dry: bool = False,
    name: str = "文件.csv",
    mapping: str = "",
    columns: dict[str, str] | None = None,
    **options: Any,
) -> Run:
    run = actions.begin(kind=kind, content=io.BytesIO(content), name=name, by=CLI, mapping=mapping, columns=columns, options=options)
    return finish(run, dry=dry)


def load_path(kind: str, path: Path, **options: Any) -> Run:
    return actions.load(kind=kind, path=path, by=CLI, options=options)


def finish(run: Run, *, dry: bool = False) -> Run:
    job = (actions.check if dry else actions.start)(run_id=run.pk, by=CLI, here=True)
    jobs.run_here(job.pk)
    run.refresh_from_db()
    return run


def undo(run: Run) -> Run:
    jobs.run_here(actions.undo(run_id=run.pk, by=CLI, here=True).pk)
    run.refresh_from_db()
    return run


def counts(run: Run) -> tuple[str, int, int, int, int, int]:
    return (run.state, run.rows_read, run.added, run.changed, run.unchanged, run.refused)


def make_import(*, created_by: int | None = None, kind: str = "orders") -> Run:
    """A run as it stands after its file was taken in, without a file of its own."""
    return Run.objects.create(kind=kind, file_name="文件.csv", created_by=created_by, facts={"headings": [], "samples": []})
