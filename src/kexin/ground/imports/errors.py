"""What can be wrong with a file as a whole, in words. What is wrong with one row stands in reasons.py.

Refused
└── FileUnreadable        the file cannot be read as a table; nothing was written
    ├── EmptyFile, OnlyHeader, NotATable, OldWorkbook, BrokenFile, NoSuchSheet
    ├── NulBytes, WrongEncoding, MixedEncodings, CellTooLong, TooManyColumns
    └── UnpacksTooLarge, SheetTooLarge
Refused
├── RequiredColumnMissing, NoSuchColumn, NoSuchField, ColumnTwice, NoSuchMapping, NoSuchKind, DatesAmbiguous
├── RunBusy, RunNotReady
└── UndoBlocked           something was built on what the run brought
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Refused


class FileUnreadable(Refused):
    code = "file_unreadable"
    text = _("This file cannot be read as a table. Save it as CSV or XLSX and try again.")
    status = 422


class EmptyFile(FileUnreadable):
    code = "file_empty"
    text = _("The file is empty: it has no heading row and no rows.")


class OnlyHeader(FileUnreadable):
    code = "file_only_header"
    text = _("The file has headings in row %(row)s and no rows below them.")


class NotATable(FileUnreadable):
    code = "file_not_a_table"
    text = _("This is not a table we can read (%(type)s). CSV, gzipped CSV and XLSX can be read.")


class OldWorkbook(FileUnreadable):
    code = "file_old_workbook"
    text = _("This is a workbook in the old XLS format, or one protected by a password. Open it and save it as XLSX or CSV.")


class BrokenFile(FileUnreadable):
    code = "file_broken"
    text = _("The file is damaged or cut off: %(detail)s. Export or upload it again.")


class NoSuchSheet(FileUnreadable):
    code = "sheet_unknown"
    text = _("The workbook has no sheet called %(sheet)s. It has: %(sheets)s.")


class NulBytes(FileUnreadable):
    code = "file_nul"
    text = _("Row %(row)s holds a NUL character, which text never does: the file is damaged, or not a text file. Export it again.")


class WrongEncoding(FileUnreadable):
    code = "file_encoding"
    text = _("Row %(row)s is neither UTF-8 nor GB18030. Save the file as “CSV UTF-8” and try again.")


class MixedEncodings(FileUnreadable):
    code = "file_mixed_encodings"
    text = _("The file begins as UTF-8, but row %(row)s is in another encoding. Two exports were probably joined: save it as “CSV UTF-8”.")


class CellTooLong(FileUnreadable):
    code = "cell_too_long"
    text = _("A cell in row %(row)s is longer than %(limit)s characters. Usually a quotation mark that opens there is never closed.")


class TooManyColumns(FileUnreadable):
    code = "too_many_columns"
    text = _("Row %(row)s has %(columns)s columns; at most %(limit)s can be read.")


class UnpacksTooLarge(FileUnreadable):
    code = "unpacks_too_large"
    text = _("The file would unpack to %(size)s MB, more than the %(limit)s MB that are safe to open. It was not opened.")


class SheetTooLarge(FileUnreadable):
    code = "sheet_too_large"
    text = _(
        "The sheet is too large to open as XLSX (%(size)s MB unpacked, at most %(limit)s MB). Save it as CSV: CSV of any length is read."
    )


class RequiredColumnMissing(Refused):
    code = "required_column"
    text = _("No column was matched to: %(fields)s. Match it by hand, or add the column to the file.")


class NoSuchColumn(Refused):
    code = "column_unknown"
    text = _("The file has no column called %(column)s. It has: %(columns)s.")


class NoSuchField(Refused):
    code = "field_unknown"
    text = _("There is no field called %(field)s. There are: %(fields)s.")


class ColumnTwice(Refused):
    code = "column_twice"
    text = _("The column %(column)s is matched to two fields: %(fields)s.")


class NoSuchMapping(Refused):
    code = "mapping_unknown"
    text = _("There is no mapping called %(name)s. There are: %(names)s.")


class NoSuchKind(Refused):
    code = "import_kind_unknown"
    text = _("%(kind)s cannot be imported. These can: %(kinds)s.")


class DatesAmbiguous(Refused):
    code = "dates_ambiguous"
    text = _(
        "In the column %(column)s, dates such as %(example)s may mean day first or month first, and no row decides it. Choose the order."
    )


class RunBusy(Refused):
    code = "import_busy"
    text = _("This import is at work just now. Wait for it, or cancel it first.")


class RunNotReady(Refused):
    code = "import_not_ready"
    text = _("This import is “%(state)s”; that cannot be done with it.")


class UndoBlocked(Refused):
    code = "undo_blocked"
    text = _("This import cannot be undone any more, because something was built on it: %(reasons)s.")
