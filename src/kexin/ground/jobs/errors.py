"""What can go wrong with a job, in words.

KexinError
├── JobDied          its process ended again and again
├── JobUnexpected    something nobody foresaw; the log has the details under the reference
├── JobKindUnknown   left by another version
├── JobOutage        the database was away for too long
└── JobEnded         it cannot be cancelled or tried again in its present state
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import KexinError, Refused


class JobDied(KexinError):
    code = "job_died"
    text = _("The work was interrupted %(times)s times at the same place and was given up. The machine may lack memory.")


class JobUnexpected(KexinError):
    code = "job_unexpected"
    text = _("Something unexpected happened. An administrator finds the details in the log under reference %(reference)s.")


class JobKindUnknown(KexinError):
    code = "job_kind_unknown"
    text = _("This version does not know this kind of work (%(kind)s).")


class JobOutage(KexinError):
    code = "job_outage"
    text = _("The database could not be reached for too long. Try again when it can be.")


class JobEnded(Refused):
    code = "job_ended"
    text = _("This work has already ended.")


class JobNotEnded(Refused):
    code = "job_not_ended"
    text = _("This work has not ended; it cannot be tried again.")
