"""What can go wrong with a file, in words.

KexinError
├── DiskFull     nothing more can be written; nothing half-written stays
└── Refused
    ├── FileTooBig
    └── FileGone     the record is there, the bytes are not
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import KexinError, Refused


class DiskFull(KexinError):
    code = "disk_full"
    text = _("The disk of the data folder is full: %(free)s MB are free. Nothing was kept. Make room, then try again.")


class FileTooBig(Refused):
    code = "file_too_big"
    text = _("The file is larger than %(limit)s MB, the most this installation accepts (KEXIN_MAX_FILE_MB).")


class FileGone(Refused):
    code = "file_gone"
    text = _("The file %(name)s is no longer in the data folder.")
