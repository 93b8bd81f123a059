from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Step(models.TextChoices):
    """Where a report of an irregular practice stands."""

    REPORTED = "reported", pgettext_lazy("practice", "Reported")
    EXAMINED = "examined", pgettext_lazy("practice", "Being examined")
    CONFIRMED = "confirmed", pgettext_lazy("practice", "Confirmed")
    REJECTED = "rejected", pgettext_lazy("practice", "Not confirmed")
    ANSWERED = "answered", pgettext_lazy("practice", "Answered")
    CLOSED = "closed", pgettext_lazy("practice", "Closed")


class Answer(models.TextChoices):
    """The company's answer, the mildest first."""

    TALK = "talk", _("Talk")
    WARNING = "warning", _("Written warning")
    STOP = "stop", _("Stop of supplies or terms")
    END = "end", _("End of cooperation")


class Role(models.TextChoices):
    """What a partner is for us."""

    DISTRIBUTOR = "distributor", pgettext_lazy("partner", "Distributor")
    SUPPLIER = "supplier", pgettext_lazy("partner", "Supplier")
    CARRIER = "carrier", pgettext_lazy("partner", "Carrier")
    COLLECTOR = "collector", pgettext_lazy("partner", "Collector of payments")
    JOINT_OFFICE = "joint_office", pgettext_lazy("partner", "Joint office")
    OTHER = "other", pgettext_lazy("partner", "Other")
