"""The rows that were not taken, as a workbook: each as it stood in the file, with its row number and the reason beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

import xlsxwriter
from django.utils.translation import gettext as _

from kexin.ground.imports.models import Refusal, Run
from kexin.ground.imports.readers import Table
from kexin.ground.imports.reasons import sentence
from kexin.ground.imports.staging import folder

SHEET_ROWS = 1_000_000  # a sheet ends at 1,048,576
EVERY = 5_000


def name_of(run: Run) -> str:
    stem = Path(run.file_name.removesuffix(".gz")).stem[:120]
    return _("%(name)s - refused rows.xlsx") % {"name": stem}


def write_workbook(run: Run, table: Table, *, on_row: Callable[[], None]) -> Path:
    """Reads the file once more beside the refused row numbers, both in order: memory stays flat."""
    with NamedTemporaryFile(dir=folder(), prefix=f"refusals-{run.pk}-", suffix=".xlsx", delete=False) as place:
        path = Path(place.name)
    # Cells are written as text, never as formulas: what began with = in the file stays what it was.
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(folder()),
        },
    )
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "#B42318"})
    sheet, line, sheets = None, 0, 0
    refused = _refused(run.pk)
    code = next(refused, None)
    for number, cells in table.rows():
        if code is None:
            break
        if number < code[0]:
            continue
        if sheet is None or line > SHEET_ROWS:
            sheets += 1
            sheet, line = book.add_worksheet(f"{_('Refused')} {sheets}" if sheets > 1 else _("Refused")), 0
            sheet.set_column(0, 0, 8)
            sheet.set_column(1, 1, 48)
            for column, heading in enumerate([_("Row"), _("Reason"), *table.headings]):
                sheet.write_string(0, column, heading, bold)
            sheet.freeze_panes(1, 2)
        line += 1
        sheet.write_number(line, 0, number)
        sheet.write_string(line, 1, sentence(code[1], code[2]), red)
        for column, cell in enumerate(cells[:16_000], start=2):
            if cell:
                sheet.write_string(line, column, cell[:32_000])
        if line % EVERY == 0:
            on_row()
        code = next(refused, None)
    book.close()
    return path


def _refused(run_id: int) -> Iterator[tuple[int, str, dict[str, str]]]:
    """In the order of the file, a thousand at a time: no cursor stays open while the workbook grows."""
    last = 0
    while True:
        rows = list(
            Refusal.objects.filter(run_id=run_id, row_number__gt=last)
            .order_by("row_number")
            .values_list("row_number", "code", "data")[:1000]
        )
        if not rows:
            return
        yield from rows
        last = rows[-1][0]
