from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where one delivery stands."""

    WAITING = "waiting", pgettext_lazy("web hook", "Under way")
    DELIVERED = "delivered", pgettext_lazy("web hook", "Delivered")
    FAILED = "failed", pgettext_lazy("web hook", "Given up")


class Fault(models.TextChoices):
    """Why one attempt did not succeed."""

    ADDRESS = "address", _("The address leads where web hooks may not go")
    NAME = "name", _("The host name is not known")
    CONNECT = "connect", _("No connection could be made")
    TLS = "tls", _("The certificate is not valid for this host")
    SLOW = "slow", _("It took too long to answer")
    CLOSED = "closed", _("The connection was closed without an answer")
    REDIRECT = "redirect", _("It answered with another address; redirects are not followed")
    STATUS = "status", _("It answered that it did not accept the event")
    GONE = "gone", _("It answered that it wants no more events (410)")
    SECRET = "secret", _("The signing key cannot be read with this installation's key")


class Off(models.TextChoices):
    """Why a hook is off."""

    PERSON = "person", _("Switched off by somebody")
    GONE = "gone", _("The receiver answered that it wants no more events")
    FAILING = "failing", _("Nothing could be delivered for three days")
